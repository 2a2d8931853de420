/** From a request for details to the engine's queries. Pure: the same spec, version and ids give the same queries. */
import { sqlType } from '../core/column-types.ts';
import type { Column, ColumnType } from '../core/columns.ts';
import type { DataVersion } from '../core/database.ts';
import { DETAIL_TYPES, type DetailsSpec, type DetailType } from '../core/details.ts';
import type { ExportQuery, InputTable, Query, SourceTable } from '../core/ports.ts';
import { REPORTS } from './catalogue.ts';
import { BASIC } from './details/basic.ts';
import { BASIC_STORED_COLUMNS, detailStoredColumns, RECORD_DETAILS } from './details/catalogue.ts';
import { DETAIL_SOURCES, type DetailNode, type DetailSource, type OrderTerm, UPDATE_COLUMN } from './details/detail.ts';
import { type ShownColumn, shownColumns } from './details/personal.ts';
import { holdsOneOf, inputTable } from './requested.ts';
import { storedColumns } from './stored.ts';

/** The columns of table `properties` that details and searches draw on. */
export const PROPERTY_COLUMNS: SourceTable['columns'] = [
  ...storedColumns(Object.values(REPORTS), 'properties'),
  ...BASIC_STORED_COLUMNS,
];

const POSITION = 'position';
/**
 * An export is cut by whole numbers that it calls property ids. Details come in the order of the request, so that here these numbers
 * are the positions in it.
 */
const IN_PART = `${POSITION} BETWEEN $from_property_id AND $to_property_id`;

/**
 * The rows of the requested properties that exist, in the order of the request: `id`, with `basic` all else at the top level, and a node
 * for every other type.
 *
 * Works over exactly one data version. Files in which none of the properties can be are left out.
 * @param propertyIds in the order of the request, each once; 0 for one that nobody knows. Results in several files are several
 *   queries, each over its share of the ids.
 */
export function compileDetails(spec: DetailsSpec, version: DataVersion, propertyIds: Float64Array): ExportQuery {
  const nodes = DETAIL_TYPES.filter((type) => spec.detailTypes.includes(type)).flatMap(nodesOf);
  const top = shownColumns(BASIC.columns, spec.filterPii).filter(
    ({ name }) => name === 'id' || spec.detailTypes.includes('basic'),
  );
  const shown = nodes.map((node) => shownNode(node, spec.filterPii));
  const matching = matchingSql(spec.updated);
  return {
    tables: detailTables(version, propertyIds, [...nodes.map(({ table }) => table), ...matching.tables]),
    inputs: { requested: requestedTable(propertyIds) },
    parameters: matching.parameters,
    census: `WITH asked AS (FROM requested)
SELECT asked.${POSITION} AS property_id, 1 AS rows
FROM asked JOIN properties AS p ON p.property_id = asked.property_id
WHERE ${matching.sql}
ORDER BY asked.${POSITION}`,
    part: partSql(top, shown, matching.sql),
    columns: [...top.map(withoutSql), ...shown.map(({ column }) => column)],
  };
}

function nodesOf(type: DetailType): readonly DetailNode[] {
  return type === 'basic' ? [] : RECORD_DETAILS[type].nodes;
}

/** @param propertyIds files in which none of these can be are left out; null: of no file is that known. */
export function detailTables(
  version: DataVersion,
  propertyIds: Float64Array | null,
  tables: readonly DetailSource[],
): Readonly<Record<string, SourceTable>> {
  const sorted = propertyIds && Float64Array.from(propertyIds).sort();
  const files = (table: string) =>
    (version.tables[table] ?? []).filter((file) => sorted === null || holdsOneOf(file, sorted)).map(({ key }) => key);
  const details = tables.map((table) => [table, { columns: detailStoredColumns(table), files: files(table) }] as const);
  return { properties: { columns: PROPERTY_COLUMNS, files: files('properties') }, ...Object.fromEntries(details) };
}

function requestedTable(propertyIds: Float64Array): InputTable {
  const columns: InputTable['columns'] = [
    { name: POSITION, type: 'id' },
    { name: 'property_id', type: 'id' },
  ];
  return inputTable(columns, propertyIds.length, (index) => [index, propertyIds[index] ?? 0]);
}

interface Matching {
  /** True of the property `p`, whose id is in `asked`. */
  readonly sql: string;
  readonly parameters: Query['parameters'];
  readonly tables: readonly DetailSource[];
}

/** Any one of the types is enough. */
export function matchingSql(updated: DetailsSpec['updated']): Matching {
  const asked = DETAIL_TYPES.flatMap((type) => {
    const since = updated?.[type];
    return since === undefined ? [] : [{ type, since, name: `updated_${type}` }];
  });
  if (asked.length === 0) return { sql: 'true', parameters: {}, tables: [] };
  const conditions = asked.map(({ type, name }) => {
    const since = `CAST($${name} AS DATE)`;
    if (type === 'basic')
      return BASIC.updateColumns.map((column) => `coalesce(p.${column} >= ${since}, false)`).join(' OR ');
    return nodesOf(type)
      .map(({ table }) => {
        const records = `SELECT r.property_id FROM ${table} AS r SEMI JOIN asked ON asked.property_id = r.property_id`;
        return `p.property_id IN (${records} WHERE r.${UPDATE_COLUMN} >= ${since})`;
      })
      .join(' OR ');
  });
  return {
    sql: `(${conditions.join('\n  OR ')})`,
    parameters: Object.fromEntries(asked.map(({ name, since }) => [name, since])),
    tables: asked.flatMap(({ type }) => nodesOf(type).map(({ table }) => table)),
  };
}

interface ShownNode {
  readonly node: DetailNode;
  readonly column: Column;
  /** The record as a struct, over the alias `r`. */
  readonly record: string;
}

function shownNode(node: DetailNode, filterPii: boolean): ShownNode {
  const columns = shownColumns(node.columns, filterPii);
  const struct: ColumnType = { struct: Object.fromEntries(columns.map(({ name, type }) => [name, type])) };
  const fields = columns.map(({ name, type, sql }) => `"${name}" := CAST(${sql} AS ${sqlType(type)})`);
  return {
    node,
    record: `struct_pack(${fields.join(', ')})`,
    column: {
      name: node.name,
      type: node.shape === 'list' ? { list: struct } : struct,
      nullable: node.shape === 'latest',
      unit: null,
      pii: 'none',
      description: node.description,
      since: '1.0',
    },
  };
}

function withoutSql({ sql: _sql, ...column }: ShownColumn): Column {
  return column;
}

/**
 * The records of a node by property. Records are sorted by a short key beside them: sorted themselves, as `list(record ORDER BY …)` does,
 * 25,000 properties with their contacts took 4.4 s of CPU, and 0.8 s so.
 */
function recordsSql({ node: { name, table, shape, order }, record }: ShownNode): string {
  const own = DETAIL_SOURCES[table].map((key): OrderTerm => ({ sql: `r.${key}`, direction: 'ASC' }));
  const latest: readonly OrderTerm[] = shape === 'latest' ? [{ sql: `r.${UPDATE_COLUMN}`, direction: 'DESC' }] : [];
  const terms = [...latest, ...order, ...own].map(({ sql, direction }) => `${sql}, '${direction} NULLS LAST'`);
  const records = `list_select(list(${record}), list_grade_up(list(create_sort_key(${terms.join(', ')}))))`;
  return `LEFT JOIN (
  SELECT r.property_id, ${shape === 'latest' ? `${records}[1]` : records} AS node
  FROM ${table} AS r SEMI JOIN asked ON asked.property_id = r.property_id
  GROUP BY r.property_id
) AS ${name}_records ON ${name}_records.property_id = p.property_id`;
}

function partSql(top: readonly ShownColumn[], nodes: readonly ShownNode[], matching: string): string {
  const selected = [
    ...top.map(({ name, type, sql }) => `CAST(${sql} AS ${sqlType(type)}) AS "${name}"`),
    ...nodes.map(({ node: { name, shape }, column: { type } }) => {
      const records = `${name}_records.node`;
      return `CAST(${shape === 'list' ? `coalesce(${records}, [])` : records} AS ${sqlType(type)}) AS "${name}"`;
    }),
  ];
  return [
    // Every join builds on these few ids, and the engine skips row groups by what a join is built on.
    `WITH asked AS MATERIALIZED (FROM requested WHERE ${IN_PART})`,
    `SELECT\n  ${selected.join(',\n  ')}`,
    'FROM asked JOIN properties AS p ON p.property_id = asked.property_id',
    ...nodes.map(recordsSql),
    `WHERE ${matching}`,
    `ORDER BY asked.${POSITION}`,
  ].join('\n');
}
