import type { ReportType } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import { REPORTS } from '../../reports/catalogue.ts';
import { mayHoldOne } from '../missing-data.ts';

/**
 * True if the warehouse has reached the day: some file of the report's day table that may hold one of the properties reaches it.
 * This reads the list of files, not the files, so it costs almost nothing; and it does not require data for each property, because one
 * that is fully let, or gone, has no row to wait for.
 */
export function reachesDay(
  { tables }: Pick<DataVersion, 'tables'>,
  reportType: ReportType,
  propertyIds: Uint8Array,
  day: string,
): boolean {
  const files = (tables[REPORTS[reportType].tables.d] ?? []).filter(
    ({ maxDate }) => maxDate !== null && maxDate >= day,
  );
  return mayHoldOne(files, propertyIds);
}
