/** What is known of a report's data without reading it: the days that exist, and that a request will find nothing. */
import { decodePropertyIds } from '../core/ids/property-ids.ts';
import type { ReportSpec, ReportType } from '../core/job.ts';
import type { DataFile, DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { REPORTS } from '../reports/catalogue.ts';

type Tables = Pick<DataVersion, 'tables'>;

function dayFiles({ tables }: Tables, type: ReportType): readonly DataFile[] {
  return tables[REPORTS[type].tables.d] ?? [];
}

/** Calendar days, both with data of some property. */
export interface DataDays {
  readonly first: string;
  readonly last: string;
}

/** Null while there is no data. */
export function dataDays(version: Tables, type: ReportType): DataDays | null {
  const files = dayFiles(version, type);
  const [first] = files.flatMap(({ minDate }) => minDate ?? []).sort();
  const last = files
    .flatMap(({ maxDate }) => maxDate ?? [])
    .sort()
    .at(-1);
  return first === undefined || last === undefined ? null : { first, last };
}

/** Of the data that is current. */
export async function daysWithData({ db }: Pick<Deps, 'db'>): Promise<(type: ReportType) => DataDays | null> {
  const version = await db.warehouse.current();
  return (type) => version && dataDays(version, type);
}

/** True if one of the files may hold one of the properties. Reads the list of files, not the files, so it costs almost nothing. */
export function mayHoldOne(files: readonly DataFile[], propertyIds: Iterable<number>): boolean {
  if (files.length === 0) return false;
  for (const id of propertyIds) {
    if (files.some(({ minPropertyId, maxPropertyId }) => minPropertyId <= id && id <= maxPropertyId)) return true;
  }
  return false;
}

/**
 * A sentence if the request's file will certainly be empty, because no file of the data has one of its days, or none of them has one of its
 * properties too. Costs almost nothing: what the files hold in between is only known when they are read.
 */
export function missingData(
  { reportType, startDate, endDate }: Pick<ReportSpec, 'reportType' | 'startDate' | 'endDate'>,
  version: Tables,
  propertyIds: Uint8Array,
): readonly string[] {
  const days = dataDays(version, reportType);
  if (days === null) return [`there is no data of report ${reportType} yet: the file will be empty`];
  const files = dayFiles(version, reportType).filter(
    ({ minDate, maxDate }) => (minDate ?? startDate) <= endDate && (maxDate ?? endDate) >= startDate,
  );
  const extent = `the data of report ${reportType} begins on ${days.first} and ends on ${days.last}`;
  if (files.length === 0)
    return [`there is no data from ${startDate} to ${endDate}: ${extent}; the file will be empty`];
  if (mayHoldOne(files, decodePropertyIds(propertyIds))) return [];
  return [
    `none of the properties has data from ${startDate} to ${endDate}, although ${extent}; the file will be empty`,
  ];
}
