/** Properties by place and name: how a customer finds the ids for a job. */
import { type Caller, requirePermission } from '../core/access.ts';
import type { Circle, Lookup, PropertySummary, TextFilter } from '../core/details.ts';
import { type Page, pageOffset } from '../core/pages.ts';
import type { Entitlement, Grants } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Ask, askRows, type Parameters, PROPERTY_UUID, type Query } from '../core/ports/engine.ts';
import type { ResultRow, Value } from '../core/rows.ts';
import type { TimeLimit } from '../core/turns/time-limit.ts';
import { GRANTED, grantedInputs } from '../reports/granted.ts';
import { onCurrentData, readVersion } from '../warehouse/on-current-data.ts';
import { quoteNames } from '../warehouse/sql.ts';
import { SUMMARY_COLUMNS } from '../warehouse/summary.ts';
import { TABLES } from '../warehouse/tables.ts';
import { visibleAt } from '../warehouse/visible.ts';
import { recordSearch } from './record-search.ts';

/** Of the mean sphere, as great-circle distances are commonly computed. */
const EARTH_RADIUS_MILES = 3958.7613;
const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'The look-up took too long; try again, or narrow it' };
/** About 10 m: rounding must not lose a property on the circle. */
const BOX_MARGIN_DEGREES = 1e-4;

interface Condition {
  readonly sql: string;
  readonly parameters: Parameters;
}

function compared(match: TextFilter['match'], value: string, asked: string): string {
  switch (match) {
    case 'is':
      return `${value} = ${asked}`;
    case 'begins':
      return `starts_with(${value}, ${asked})`;
    case 'contains':
      return `contains(${value}, ${asked})`;
  }
}

function textCondition({ column, match }: TextFilter, text: string): Condition {
  return { sql: compared(match, `lower(${column})`, `lower($${column})`), parameters: { [column]: text } };
}

/** The box around the circle. If it contains a pole or crosses the date line, every longitude is in it. */
function boxAround({ latitude, longitude, radiusMiles }: Circle): Parameters {
  const degrees = 180 / Math.PI;
  const angle = radiusMiles / EARTH_RADIUS_MILES;
  const south = latitude - angle * degrees - BOX_MARGIN_DEGREES;
  const north = latitude + angle * degrees + BOX_MARGIN_DEGREES;
  const reach = Math.asin(Math.min(1, Math.sin(angle) / Math.cos(latitude / degrees))) * degrees + BOX_MARGIN_DEGREES;
  const [west, east] = [longitude - reach, longitude + reach];
  const around = south <= -90 || north >= 90 || west < -180 || east > 180;
  return { south, north, west: around ? -180 : west, east: around ? 180 : east };
}

function circleCondition(circle: Circle): Condition {
  const halves = 'pow(sin(radians(latitude - $latitude) / 2), 2)';
  const across = 'cos(radians($latitude)) * cos(radians(latitude)) * pow(sin(radians(longitude - $longitude) / 2), 2)';
  return {
    sql: `latitude BETWEEN $south AND $north AND longitude BETWEEN $west AND $east
      AND 2 * ${EARTH_RADIUS_MILES} * asin(least(1, sqrt(${halves} + ${across}))) <= $radius_miles`,
    parameters: {
      ...boxAround(circle),
      latitude: circle.latitude,
      longitude: circle.longitude,
      radius_miles: circle.radiusMiles,
    },
  };
}

function lookupQuery({ texts, circle, page }: Lookup, grants: Grants, version: DataVersion): Query {
  const conditions = [
    ...texts.map(({ filter, text }) => textCondition(filter, text)),
    ...(circle === null ? [] : [circleCondition(circle)]),
    ...(grants === 'all' ? [] : [{ sql: `property_id IN (SELECT property_id FROM ${GRANTED})`, parameters: {} }]),
  ];
  const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ') || 'true';
  const names = `${quoteNames(SUMMARY_COLUMNS)}, coalesce(reonomy_id, ${PROPERTY_UUID}(property_id)) AS uuid`;
  return {
    tables: {
      properties: {
        columns: TABLES.properties.columns,
        files: version.tables['properties'] ?? [],
      },
    },
    inputs: grantedInputs(grants),
    // The total is in every row, and there even without rows: a page past the end still has it.
    sql: `WITH found AS MATERIALIZED (SELECT ${names} FROM properties WHERE ${where}),
        page AS (FROM found ORDER BY property_id LIMIT $per_page OFFSET $offset)
      SELECT total, page.* FROM (SELECT count(*) AS total FROM found) LEFT JOIN page ON true ORDER BY property_id`,
    parameters: Object.assign(
      { per_page: page.perPage, offset: pageOffset(page) },
      ...conditions.map((each) => each.parameters),
    ),
  };
}

function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function summaryOf(row: ResultRow): PropertySummary {
  return {
    id: Number(row['property_id']),
    uuid: String(row['uuid']),
    propertyName: textOf(row['property_name']),
    address: textOf(row['address']),
    city: textOf(row['city']),
    state: textOf(row['state']),
    zipCode: textOf(row['zip_code']),
    latitude: numberOf(row['latitude']),
    longitude: numberOf(row['longitude']),
    unitCount: numberOf(row['unit_count']),
    yearBuilt: numberOf(row['year_built']),
    propertyClass: textOf(row['property_class']),
  };
}

type LookingUp = Pick<Deps, 'db' | 'engine'>;

async function readCurrent(
  deps: Pick<Deps, 'db'>,
  ask: Ask,
  lookup: Lookup,
  given: Entitlement,
): Promise<readonly ResultRow[]> {
  const version = await deps.db.warehouse.current();
  if (version === null) return [];
  const read = (query: Query) => askRows(ask, query, LIMIT);
  return readVersion(deps, version, async () => {
    const grants = await visibleAt(deps, given, version, read);
    return grants !== 'all' && grants.size === 0 ? [] : read(lookupQuery(lookup, grants, version));
  });
}

async function findRows(deps: Pick<Deps, 'db'>, ask: Ask, accountId: string, lookup: Lookup) {
  const given = await deps.db.accounts.grants(accountId);
  return onCurrentData(() => readCurrent(deps, ask, lookup, given));
}

/**
 * The properties that the account may see and that meet every filter. Always ordered by id, even around a point: pages stay the same
 * while a customer goes through them.
 *
 * Throws `forbidden` without the scope `data:read`, `invalid_parameter` for a query that cannot be read.
 */
export async function lookupProperties(
  deps: LookingUp,
  caller: Caller,
  lookup: Lookup,
): Promise<Page<PropertySummary>> {
  requirePermission(caller, 'look up properties');
  const { accountId } = caller;
  const rows = await deps.engine.lookUp({ accountId, size: 'small' }, (ask) => findRows(deps, ask, accountId, lookup));
  const { texts, circle, page } = lookup;
  const totalCount = Number(rows[0]?.['total'] ?? 0);
  const asked = texts.map(({ filter, text }) => [filter.column, filter.match, text]);
  await recordSearch(deps, caller, 'look-up', [asked, circle], totalCount);
  return { items: rows.filter((row) => row['property_id'] !== null).map(summaryOf), totalCount, request: page };
}
