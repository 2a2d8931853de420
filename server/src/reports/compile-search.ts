/** From a search to the engine's queries. Pure: the same conditions, version and grants give the same queries. */
import { sqlType } from '../core/column-types.ts';
import type { Column } from '../core/columns.ts';
import type { Grants } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { ExportPlan, InputTable, Query, SourceTable } from '../core/ports/engine.ts';
import { PROPERTY_COLUMNS } from './compile-details.ts';
import { BASIC, UPDATE_TIMES } from './details/basic.ts';
import { detailStoredColumns } from './details/catalogue.ts';
import type { DetailColumn, DetailSource } from './details/detail.ts';
import type { SearchCondition } from './details/search-settings.ts';
import { inputTable } from './requested.ts';

/** A line of the result: the property's UUID and the days of its updates. */
const SHOWN: readonly DetailColumn[] = [...BASIC.columns.filter(({ name }) => name === 'id'), ...UPDATE_TIMES];
export const SEARCH_COLUMNS: readonly Column[] = SHOWN;

/** What a condition may compare beside the property itself: one record of it. */
interface Latest {
  readonly alias: string;
  readonly table: DetailSource;
  readonly sql: string;
}

const LATEST: readonly Latest[] = [
  {
    alias: 's',
    table: 'sales',
    sql: latestOf('sales', ['sale_amount', 'coalesce(r.sale_date, r.recording_date) AS sale_day'], {
      day: 'coalesce(r.sale_date, r.recording_date)',
      id: 'sale_id',
    }),
  },
  {
    alias: 'm',
    table: 'mortgages',
    sql: latestOf('mortgages', ['amount', 'recording_date'], { day: 'r.recording_date', id: 'mortgage_id' }),
  },
];

/** One row a property. Records without a day are older than those with one. */
function latestOf(
  table: DetailSource,
  columns: readonly string[],
  by: { readonly day: string; readonly id: string },
): string {
  return `SELECT r.property_id, ${columns.join(', ')} FROM ${table} AS r
  QUALIFY row_number() OVER (PARTITION BY r.property_id ORDER BY ${by.day} DESC NULLS LAST, r.${by.id}) = 1`;
}

interface Found {
  readonly tables: Readonly<Record<string, SourceTable>>;
  readonly inputs: Readonly<Record<string, InputTable>>;
  readonly parameters: Query['parameters'];
  /** FROM and WHERE over the property `p`. */
  readonly from: string;
}

interface ConditionSql {
  readonly sql: readonly string[];
  readonly inputs: Found['inputs'];
  readonly parameters: Found['parameters'];
}

function conditionSql(condition: SearchCondition): ConditionSql {
  const { name, expression } = condition.setting;
  switch (condition.kind) {
    case 'texts': {
      const table = `setting_${name}`;
      const values = inputTable([{ name: 'value', type: 'text' }], condition.values.length, (index) => [
        condition.values[index] ?? '',
      ]);
      const sql = `lower(${expression}) IN (SELECT lower(value) FROM ${table})`;
      return { sql: [sql], inputs: { [table]: values }, parameters: {} };
    }
    case 'numbers':
    case 'days': {
      const type = condition.kind === 'days' ? 'DATE' : 'DOUBLE';
      const bounds = [
        { word: `${name}_min`, comparison: '>=', bound: condition.min },
        { word: `${name}_max`, comparison: '<=', bound: condition.max },
      ].filter(({ bound }) => bound !== null);
      return {
        sql: bounds.map(({ word, comparison }) => `${expression} ${comparison} CAST($${word} AS ${type})`),
        inputs: {},
        // As text: a whole number is handed over as one of 64 bits, which most of those that JSON can say are not.
        parameters: Object.fromEntries(bounds.map(({ word, bound }) => [word, String(bound)])),
      };
    }
    case 'flag':
      return { sql: [`${expression} = $${name}`], inputs: {}, parameters: { [name]: condition.value } };
  }
}

function found(conditions: readonly SearchCondition[], version: DataVersion, grants: Grants): Found {
  const compared = LATEST.filter(({ alias }) =>
    conditions.some(({ setting }) => setting.expression.startsWith(`${alias}.`)),
  );
  const filters = conditions.map(conditionSql);
  const files = (table: string) => (version.tables[table] ?? []).map(({ key }) => key);
  const latest = compared.map(
    ({ table }) => [table, { columns: detailStoredColumns(table), files: files(table) }] as const,
  );
  const where = [
    ...filters.flatMap(({ sql }) => sql),
    ...(grants === 'all' ? [] : ['p.property_id IN (SELECT property_id FROM granted)']),
  ];
  return {
    tables: { properties: { columns: PROPERTY_COLUMNS, files: files('properties') }, ...Object.fromEntries(latest) },
    inputs: Object.assign(
      {},
      ...filters.map(({ inputs }) => inputs),
      grants === 'all' ? {} : { granted: grantedTable(grants) },
    ),
    parameters: Object.assign({}, ...filters.map(({ parameters }) => parameters)),
    from: [
      'FROM properties AS p',
      ...compared.map(({ alias, sql }) => `JOIN (${sql}) AS ${alias} ON ${alias}.property_id = p.property_id`),
      `WHERE ${where.join('\n  AND ') || 'true'}`,
    ].join('\n'),
  };
}

function grantedTable(grants: Exclude<Grants, 'all'>): InputTable {
  const ids = Float64Array.from(grants);
  return inputTable([{ name: 'property_id', type: 'id' }], ids.length, (index) => [ids[index] ?? 0]);
}

const SELECTED = SHOWN.map(({ name, type, expression }) => `CAST(${expression} AS ${sqlType(type)}) AS "${name}"`).join(
  ', ',
);

/** All properties that the account may see and that meet every condition, by property id. */
export function compileSearch(
  conditions: readonly SearchCondition[],
  version: DataVersion,
  grants: Grants,
): ExportPlan {
  const { from, ...query } = found(conditions, version, grants);
  return {
    ...query,
    census: `SELECT p.property_id, 1 AS rows ${from}\nORDER BY p.property_id`,
    part: `SELECT ${SELECTED} ${from}
  AND p.property_id BETWEEN $from_property_id AND $to_property_id
ORDER BY p.property_id`,
    columns: SEARCH_COLUMNS,
  };
}

export interface SearchPage {
  /** Only properties with greater ids; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
}

/**
 * A page of the same properties: rows (count, property_id, id, …), where `count` is that of all properties found. Without any on the
 * page there is one row, in which all but `count` is null.
 */
export function compileSearchPage(
  conditions: readonly SearchCondition[],
  version: DataVersion,
  grants: Grants,
  { after, limit }: SearchPage,
): Query {
  const { from, ...query } = found(conditions, version, grants);
  return {
    ...query,
    parameters: { ...query.parameters, after, limit },
    sql: `WITH found AS MATERIALIZED (SELECT p.property_id, ${SELECTED} ${from}),
  page AS (FROM found WHERE property_id > $after ORDER BY property_id LIMIT $limit)
SELECT count, page.* FROM (SELECT count(*) AS count FROM found) LEFT JOIN page ON true ORDER BY property_id`,
  };
}
