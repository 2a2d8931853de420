/** What is shown of a property at no cost. */
import { TABLES, type TableColumn } from './tables.ts';

/** What is shown here may be compared exactly, too: nobody learns more by it. */
export const SUMMARY_COLUMNS = [
  'property_id',
  'property_name',
  'address',
  'city',
  'state',
  'zip_code',
  'latitude',
  'longitude',
  'unit_count',
  'year_built',
  'property_class',
];

/** The same as they are stored, in that order. */
export function summaryColumns(): readonly TableColumn[] {
  return SUMMARY_COLUMNS.flatMap((name) => TABLES.properties.columns.filter((column) => column.name === name));
}
