/** Where the tables without days come from: for each its rows, and what every column is. */
import { BASIC_STORED_COLUMNS } from '../reports/details/catalogue.ts';
import type { DetailSource } from '../reports/details/detail.ts';
import { LIST_SEPARATOR } from './input-table.ts';

/** How the rows of a table are made. */
export interface TableSource {
  /** Statements that prepare what `from` joins. */
  readonly prepare: readonly string[];
  readonly from: string;
  readonly orderBy: string;
  readonly columns: Readonly<Record<string, string>>;
}

const EPOCH = "DATE '1970-01-01'";
/** As the vendor writes it: the property's number, and six digits. */
export const UNIT_ID = "p.unit_prefix || '_' || lpad(u.unit_no::VARCHAR, 6, '0')";

export function day(expression: string): string {
  return `${EPOCH} + ${expression}`;
}

export function listOf(column: string): string {
  return `CASE WHEN ${column} = '' THEN []::VARCHAR[] ELSE string_split(${column}, '${LIST_SEPARATOR}') END`;
}

/** Of the property's units, to a hundredth of a percent. */
export function share(part: string): string {
  return `round(${part} / p.unit_count, 4)`;
}

/** Columns of the table behind the alias that have the same name there. */
export function sameName(alias: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${alias}.${name}`]));
}

/** For apartment houses: what the reports show comes from their units, the rest from what `basic` adds. */
const APARTMENTS: Readonly<Record<string, string>> = {
  ...sameName(
    'b',
    BASIC_STORED_COLUMNS.filter(({ computed }) => computed === undefined).map(({ name }) => name),
  ),
  property_id: 'b.property_id',
  ...sameName('f', ['property_name', 'property_url', 'address', 'city', 'state', 'zip_code', 'county']),
  ...sameName('f', ['latitude', 'longitude', 'market_id', 'market_name', 'submarket_name', 'msa_name']),
  ...sameName('f', ['property_type', 'property_class', 'year_built', 'year_renovated', 'number_of_stories']),
  ...sameName('f', ['lot_size_acres', 'management_company_name', 'owner_name', 'owner_type', 'last_sale_price']),
  ...sameName('f', ['median_household_income', 'population', 'households', 'median_age', 'renter_occupied_pct']),
  ...sameName('f', ['rent_to_income_pct', 'opp_zone']),
  date_tracking_started: day('p.tracked_from_day'),
  unit_count: 'p.unit_count',
  avg_sq_ft: 'u.avg_sq_ft',
  amenities: listOf('f.amenities'),
  last_sale_date: day('f.last_sale_day'),
  source_id: "'demo-' || p.key",
  asset_category: "'multifamily'",
  asset_type: "'apartments'",
  active: 'true',
};

/** The tables whose records determine a property’s days of updates. */
const RECORD_UPDATES: Readonly<Record<string, readonly DetailSource[]>> = {
  owner_update_time: ['ownerships', 'contacts', 'reported_owners'],
  sale_update_time: ['sales'],
  mtg_update_time: ['mortgages'],
  tax_update_time: ['taxes'],
};

export const PROPERTIES: TableSource = {
  prepare: [
    `CREATE TABLE all_properties AS
    SELECT ${Object.entries(APARTMENTS)
      .map(([name, expression]) => `${expression} AS "${name}"`)
      .join(', ')}
    FROM fact_rows AS f JOIN property_rows AS p USING (property_no) JOIN basic_rows AS b ON b.property_id = CAST(p.key AS BIGINT)
    JOIN (SELECT property_no, round(sum(sq_ft) / count(sq_ft)) AS avg_sq_ft FROM unit_rows GROUP BY property_no) AS u USING (property_no)
    UNION ALL BY NAME FROM parcel_rows`,
    `CREATE TABLE record_updates AS
    SELECT property_id, ${Object.keys(RECORD_UPDATES)
      .map((name) => `max(update_time) FILTER (name = '${name}') AS ${name}`)
      .join(', ')}
    FROM (${Object.entries(RECORD_UPDATES)
      .flatMap(([name, tables]) =>
        tables.map((table) => `SELECT '${name}' AS name, property_id, update_time FROM ${table}_rows`),
      )
      .join(' UNION ALL ')}) GROUP BY property_id`,
  ],
  from: 'all_properties AS a LEFT JOIN record_updates AS r ON r.property_id = a.property_id',
  orderBy: 'a.property_id',
  columns: { ...sameName('a', Object.keys(APARTMENTS)), ...sameName('r', Object.keys(RECORD_UPDATES)) },
};

export const FLOORPLANS: TableSource = {
  prepare: [
    `CREATE TABLE floorplan_units AS
    SELECT property_no, floorplan_no, count(*) AS units, round(sum(sq_ft) / count(sq_ft)) AS avg_sq_ft, min(sq_ft) AS min_sq_ft, max(sq_ft) AS max_sq_ft
    FROM unit_rows GROUP BY ALL`,
  ],
  from: `floorplan_rows AS f JOIN property_rows AS p USING (property_no) JOIN floorplan_units AS u USING (property_no, floorplan_no)`,
  orderBy: 'p.property_no, f.floorplan_no',
  columns: {
    property_id: 'p.key',
    floorplan_id: 'f.floorplan_no',
    ...sameName('f', ['floorplan_name', 'bedroom_count', 'bathroom_count']),
    ...sameName('u', ['avg_sq_ft', 'min_sq_ft', 'max_sq_ft']),
    unit_mix_units: 'u.units',
    unit_mix_pct: share('u.units'),
  },
};

export const UNITS: TableSource = {
  prepare: [],
  from: `unit_rows AS u JOIN property_rows AS p USING (property_no) JOIN floorplan_rows AS f USING (property_no, floorplan_no)`,
  orderBy: 'p.property_no, u.unit_no',
  columns: {
    property_id: 'p.key',
    unit_id: UNIT_ID,
    floorplan_id: 'u.floorplan_no',
    ...sameName('u', ['unit_name', 'building_name', 'floor', 'sq_ft', 'is_furnished', 'is_renovated', 'is_affordable']),
    ...sameName('f', ['floorplan_name', 'bedroom_count', 'bathroom_count', 'washer_dryer']),
    amenities: listOf('u.amenities'),
  },
};
