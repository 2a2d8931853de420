/** From a request for details to the engine's queries. Pure: the same spec, version and ids give the same queries. */
import { sqlType } from '../core/column-types.ts';
import type { Column, ColumnType } from '../core/columns.ts';
import { DETAIL_TYPES, type DetailsSpec, type DetailType } from '../core/details.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { ExportPlan, InputTable, Query, SourceTable } from '../core/ports/engine.ts';
import { REPORTS } from './catalogue.ts';
import { storedColumns } from './columns/stored.ts';
import { BASIC } from './details/basic.ts';
import { BASIC_STORED_COLUMNS, detailStoredColumns, RECORD_DETAILS } from './details/catalogue.ts';
import { DETAIL_SOURCES, type DetailNode, type DetailSource, type OrderTerm, UPDATE_COLUMN } from './details/detail.ts';
import { type ShownColumn, shownColumns } from './details/personal.ts';
import { holdsOneOf, inputTable } from './requested.ts';

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

/** Where the statements find the rows of a table. */
type Sources = (table: 'properties' | DetailSource) => string;
const STORED: Sources = (table) => table;

/** What a request comes to: columns at the top level, nodes, and which properties. */
interface Shown {
  readonly top: readonly ShownColumn[];
  readonly nodes: readonly ShownNode[];
}

function shownOf({ detailTypes, filterPii }: DetailsSpec): Shown {
  const nodes = DETAIL_TYPES.filter((type) => detailTypes.includes(type)).flatMap(nodesOf);
  return {
    top: shownColumns(BASIC.columns, filterPii).filter(({ name }) => name === 'id' || detailTypes.includes('basic')),
    nodes: nodes.map((node) => shownNode(node, filterPii)),
  };
}

function columnsOf({ top, nodes }: Shown): readonly Column[] {
  return [...top.map(withoutSql), ...nodes.map(({ column }) => column)];
}

/**
 * The rows of the requested properties that exist, in the order of the request: `id`, with `basic` all else at the top level, and a node
 * for every other type.
 *
 * Works over exactly one data version. Files in which none of the properties can be are left out.
 * @param propertyIds in the order of the request, each once; 0 for one that nobody knows.
 */
export function compileDetails(spec: DetailsSpec, version: DataVersion, propertyIds: Float64Array): ExportPlan {
  const shown = shownOf(spec);
  const matching = matchingSql(spec.updated);
  return {
    tables: detailTables(version, propertyIds, recordTables(shown, matching)),
    inputs: { requested: requestedTable(propertyIds, [propertyIds.length]) },
    parameters: matching.parameters,
    census: censusSql('requested', matching.sql, STORED),
    // Read again by every node: without it the range of the ids would be no filter for their row groups.
    part: partSql(shown, `FROM requested WHERE ${IN_PART}`, matching.sql, STORED),
    columns: columnsOf(shown),
  };
}

/** The table in which `prepare` lays the rows of one in the order of the files. */
function laidOut(table: string): string {
  return `${table}_by_file`;
}

const OF_FILE: Sources = (table) => `(FROM ${laidOut(table)} WHERE file = $file)`;

/**
 * The same in several files, which together read every row once: ids come in any order, so that each file alone would read nearly all
 * there is. (A million properties in 40 files: 40 times.)
 * @param fileSizes how many of the ids belong into each file, in order.
 */
export function compileDetailFiles(
  spec: DetailsSpec,
  version: DataVersion,
  propertyIds: Float64Array,
  fileSizes: readonly number[],
): ExportPlan {
  const shown = shownOf(spec);
  const matching = matchingSql(spec.updated, OF_FILE);
  const asked = `FROM requested WHERE file = $file`;
  const census = censusSql(`(${asked})`, matching.sql, OF_FILE);
  const part = partSql(shown, `${asked} AND ${IN_PART}`, matching.sql, OF_FILE);
  const records = [...new Set(recordTables(shown, matching))];
  const named = PROPERTY_COLUMNS.filter(({ name }) => new RegExp(`\\bp\\.${name}\\b`).test(part));
  return {
    tables: detailTables(version, propertyIds, records),
    inputs: { requested: requestedTable(propertyIds, fileSizes) },
    parameters: matching.parameters,
    prepare: [layOutSql('properties', named), ...records.map((table) => layOutSql(table, detailStoredColumns(table)))],
    census,
    part,
    columns: columnsOf(shown),
  };
}

function recordTables({ nodes }: Shown, matching: Matching): readonly DetailSource[] {
  return [...nodes.map(({ node: { table } }) => table), ...matching.tables];
}

/** Sorted by file, the rows of one are found by the table's own statistics. */
function layOutSql(table: string, columns: readonly Pick<Column, 'name'>[]): string {
  const list = columns.map(({ name }) => `stored."${name}"`).join(', ');
  return `CREATE TEMP TABLE ${laidOut(table)} AS SELECT requested.file, ${list}
FROM requested JOIN ${table} AS stored ON stored.property_id = requested.property_id ORDER BY requested.file`;
}

function censusSql(requested: string, matching: string, sources: Sources): string {
  return `WITH asked AS MATERIALIZED (FROM ${requested})
SELECT asked.${POSITION} AS property_id, 1 AS rows
FROM asked JOIN ${sources('properties')} AS p ON p.property_id = asked.property_id
WHERE ${matching}
ORDER BY asked.${POSITION}`;
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

function requestedTable(propertyIds: Float64Array, fileSizes: readonly number[]): InputTable {
  const columns: InputTable['columns'] = [
    { name: POSITION, type: 'id' },
    { name: 'property_id', type: 'id' },
    { name: 'file', type: 'id' },
  ];
  const files = new Uint16Array(propertyIds.length);
  let filled = 0;
  for (const [file, size] of fileSizes.entries()) {
    files.fill(file, filled, filled + size);
    filled += size;
  }
  return inputTable(columns, propertyIds.length, (index) => [index, propertyIds[index] ?? 0, files[index] ?? 0]);
}

interface Matching {
  /** True of the property `p`, whose id is in `asked`. */
  readonly sql: string;
  readonly parameters: Query['parameters'];
  readonly tables: readonly DetailSource[];
}

/** Any one of the types is enough. */
export function matchingSql(updated: DetailsSpec['updated'], sources: Sources = STORED): Matching {
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
        const records = `SELECT r.property_id FROM ${sources(table)} AS r SEMI JOIN asked ON asked.property_id = r.property_id`;
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
function recordsSql({ node: { name, table, shape, order }, record }: ShownNode, sources: Sources): string {
  const own = DETAIL_SOURCES[table].map((key): OrderTerm => ({ sql: `r.${key}`, direction: 'ASC' }));
  const latest: readonly OrderTerm[] = shape === 'latest' ? [{ sql: `r.${UPDATE_COLUMN}`, direction: 'DESC' }] : [];
  const terms = [...latest, ...order, ...own].map(({ sql, direction }) => `${sql}, '${direction} NULLS LAST'`);
  const records = `list_select(list(${record}), list_grade_up(list(create_sort_key(${terms.join(', ')}))))`;
  return `LEFT JOIN (
  SELECT r.property_id, ${shape === 'latest' ? `${records}[1]` : records} AS node
  FROM ${sources(table)} AS r SEMI JOIN asked ON asked.property_id = r.property_id
  GROUP BY r.property_id
) AS ${name}_records ON ${name}_records.property_id = p.property_id`;
}

/** @param asked yields (position, property_id). */
function partSql({ top, nodes }: Shown, asked: string, matching: string, sources: Sources): string {
  const selected = [
    ...top.map(({ name, type, sql }) => `CAST(${sql} AS ${sqlType(type)}) AS "${name}"`),
    ...nodes.map(({ node: { name, shape }, column: { type } }) => {
      const records = `${name}_records.node`;
      return `CAST(${shape === 'list' ? `coalesce(${records}, [])` : records} AS ${sqlType(type)}) AS "${name}"`;
    }),
  ];
  return [
    // Every join builds on these few ids, and the engine skips row groups by what a join is built on.
    `WITH asked AS MATERIALIZED (${asked})`,
    `SELECT\n  ${selected.join(',\n  ')}`,
    `FROM asked JOIN ${sources('properties')} AS p ON p.property_id = asked.property_id`,
    ...nodes.map((node) => recordsSql(node, sources)),
    `WHERE ${matching}`,
    `ORDER BY asked.${POSITION}`,
  ].join('\n');
}
