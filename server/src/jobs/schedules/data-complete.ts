import type { ReportType } from '../../core/job.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import { REPORTS } from '../../reports/catalogue.ts';
import { mayHoldOne } from '../missing-data.ts';

function filesReaching(
  { tables }: Pick<DataVersion, 'tables'>,
  reportType: ReportType,
  day: string,
): readonly DataFile[] {
  return (tables[REPORTS[reportType].tables.d] ?? []).filter(({ maxDate }) => maxDate !== null && maxDate >= day);
}

/** True if some file does, of whatever properties: without one, nothing more need be asked. */
export function mayReachDay(version: Pick<DataVersion, 'tables'>, reportType: ReportType, day: string): boolean {
  return filesReaching(version, reportType, day).length > 0;
}

/**
 * True if the warehouse has reached the day: some file of the report's day table that may hold one of the properties reaches it.
 * This reads the list of files, not the files, so it costs almost nothing; and it does not require data for each property, because one
 * that is fully let, or gone, has no row to wait for.
 */
export function reachesDay(
  version: Pick<DataVersion, 'tables'>,
  reportType: ReportType,
  propertyIds: Iterable<number>,
  day: string,
): boolean {
  return mayHoldOne(filesReaching(version, reportType, day), propertyIds);
}
