/** The stored tables: what reports and detail types show, plus what only look-ups, loads and matching need. */
import { REPORTS } from '../reports/catalogue.ts';
import { DAY_COLUMN, type Report, SOURCES, type Source } from '../reports/columns/report.ts';
import { type StoredColumn, storedColumns } from '../reports/columns/stored.ts';
import { BASIC_STORED_COLUMNS, detailStoredColumns, nodeOf } from '../reports/details/catalogue.ts';
import { DETAIL_SOURCES, type DetailSource } from '../reports/details/detail.ts';
import { DELETED_COLUMN, PROPERTY_ADDRESS_COLUMNS, PROPERTY_EXTRAS } from './tables-extra.ts';

/** A load refuses values outside `min`, `max` and `oneOf`. */
export type TableColumn = StoredColumn;

export interface Table {
  readonly name: TableName;
  readonly description: string;
  /** Identifies a row; a loaded row replaces the one with the same key. */
  readonly key: readonly string[];
  /** The key first. Money is stored rounded to cents. */
  readonly columns: readonly TableColumn[];
  /** The key column with the row's day; null in tables without days. */
  readonly dayColumn: string | null;
}

export type TableName = Source | DetailSource | 'property_addresses';

const DESCRIPTIONS: Readonly<Record<Source, string>> = {
  properties:
    'What a property is: identity, address, market, building, owner and manager, surroundings, asset class, lot, days of updates.',
  property_days: 'The daily snapshot of a property’s metrics, also by number of bedrooms.',
  units: 'What a unit is: floorplan, rooms, area, floor, amenities.',
  unit_days: 'The daily observation of a unit that was on the market: listed, applied for or leased that day.',
  floorplans: 'What a floorplan is: rooms, areas, unit mix.',
  floorplan_days: 'The daily snapshot of a floorplan’s metrics.',
};

const EXTRAS: Readonly<Partial<Record<Source, readonly TableColumn[]>>> = {
  properties: [...PROPERTY_EXTRAS, ...BASIC_STORED_COLUMNS],
};

/** The tables that the given reports need: a column added to a report is a column of its table. Those of detail types come along. */
export function declareTables(reports: readonly Report[]): Readonly<Record<TableName, Table>> {
  return {
    properties: declareTable(reports, 'properties'),
    property_days: declareTable(reports, 'property_days'),
    units: declareTable(reports, 'units'),
    unit_days: declareTable(reports, 'unit_days'),
    floorplans: declareTable(reports, 'floorplans'),
    floorplan_days: declareTable(reports, 'floorplan_days'),
    sales: declareDetailTable('sales'),
    mortgages: declareDetailTable('mortgages'),
    taxes: declareDetailTable('taxes'),
    tenants: declareDetailTable('tenants'),
    ownerships: declareDetailTable('ownerships'),
    contacts: declareDetailTable('contacts'),
    reported_owners: declareDetailTable('reported_owners'),
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
  return {
    name,
    description: DESCRIPTIONS[name],
    key,
    columns: [...storedColumns(reports, name), ...(EXTRAS[name] ?? [])],
    dayColumn: key.includes(DAY_COLUMN) ? DAY_COLUMN : null,
  };
}

function declareDetailTable(name: DetailSource): Table {
  const { description } = nodeOf(name);
  return { name, description, key: DETAIL_SOURCES[name], columns: detailStoredColumns(name), dayColumn: null };
}

export const TABLES: Readonly<Record<TableName, Table>> = declareTables(Object.values(REPORTS));

function sourceIdColumn(): TableColumn {
  const column = TABLES.properties.columns.find(({ name }) => name === 'source_id');
  if (column === undefined) throw new TypeError('table properties declares no source_id');
  return column;
}

/** What a file of the table may contain: its columns, the provider's own key in place of `property_id`, and which rows are to be deleted. */
export function acceptedColumns(table: Table): readonly TableColumn[] {
  const columns = table.columns.filter(({ computed }) => computed === undefined);
  const hasSource = columns.some(({ name }) => name === 'source_id');
  return [...columns, ...(hasSource ? [] : [sourceIdColumn()]), DELETED_COLUMN];
}
