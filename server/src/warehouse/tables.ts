/** The stored tables: what the reports show, plus what only look-ups, loads and matching need. */
import { REPORTS } from '../reports/catalogue.ts';
import { DAY_COLUMN, type Report, SOURCES, type Source } from '../reports/report.ts';
import { type StoredColumn, storedColumns } from '../reports/stored.ts';
import { PROPERTY_ADDRESS_COLUMNS, PROPERTY_EXTRAS } from './tables-extra.ts';

/** A column with the values it can have; a load refuses the others. */
export type TableColumn = StoredColumn;

export interface Table {
  readonly name: TableName;
  readonly description: string;
  /** Identifies a row; a load replaces by it. */
  readonly key: readonly string[];
  /** The key first. Money is stored rounded to cents, text as it came. */
  readonly columns: readonly TableColumn[];
  /** The key column with the row's day; null in tables without days. */
  readonly dayColumn: string | null;
}

export type TableName = Source | 'property_addresses';

const DESCRIPTIONS: Readonly<Record<Source, string>> = {
  properties: 'What a property is: identity, address, market, building, owner and manager, surroundings, asset class.',
  property_days: 'The daily snapshot of a property’s metrics, also by number of bedrooms.',
  units: 'What a unit is: floorplan, rooms, area, floor, amenities.',
  unit_days: 'The daily observation of a unit that was on the market: listed, applied for or leased that day.',
  floorplans: 'What a floorplan is: rooms, areas, unit mix.',
  floorplan_days: 'The daily snapshot of a floorplan’s metrics.',
};

const EXTRAS: Readonly<Partial<Record<Source, readonly TableColumn[]>>> = { properties: PROPERTY_EXTRAS };

/** The tables that the given reports need: a column added to a report is a column of its table. */
export function declareTables(reports: readonly Report[]): Readonly<Record<TableName, Table>> {
  const table = (name: Source): Table => declareTable(reports, name);
  return {
    properties: table('properties'),
    property_days: table('property_days'),
    units: table('units'),
    unit_days: table('unit_days'),
    floorplans: table('floorplans'),
    floorplan_days: table('floorplan_days'),
    property_addresses: {
      name: 'property_addresses',
      description: 'Further addresses under which a property is known, beside the one in `properties`.',
      key: ['property_id', 'address'],
      columns: PROPERTY_ADDRESS_COLUMNS,
      dayColumn: null,
    },
  };
}

function declareTable(reports: readonly Report[], name: Source): Table {
  const key: readonly string[] = SOURCES[name];
  const stored = storedColumns(reports, name);
  const keyColumns = key.map((column) => stored.find((each) => each.name === column) ?? keyColumn(reports, column));
  const others = stored.filter((column) => !key.includes(column.name));
  return {
    name,
    description: DESCRIPTIONS[name],
    key,
    columns: [...keyColumns, ...others, ...(EXTRAS[name] ?? [])],
    dayColumn: key.includes(DAY_COLUMN) ? DAY_COLUMN : null,
  };
}

/** Tables without days are joined by keys that the reports show from the day tables: `units.unit_id` is `unit_days.unit_id`. */
function keyColumn(reports: readonly Report[], name: string): TableColumn {
  for (const source of ['unit_days', 'floorplan_days'] as const) {
    const column = storedColumns(reports, source).find((each) => each.name === name);
    if (column !== undefined) return column;
  }
  throw new TypeError(`no report shows the key column ${name}`);
}

export const TABLES: Readonly<Record<TableName, Table>> = declareTables(Object.values(REPORTS));
