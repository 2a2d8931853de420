/** From a request for details to the rows that it exports. Pure: the same spec, version and ids give the same plan. */
import type { Column, ColumnType } from '../core/columns.ts';
import { DETAIL_TYPES, type DetailsSpec, type DetailType } from '../core/details.ts';
import {
  anyOf,
  coalesced,
  column,
  compared,
  EMPTY_LIST,
  type Expression,
  parameter,
  RECORD,
  structOf,
} from '../core/plan/expression.ts';
import { type Join, type OrderTerm, RECORDS, type ShownValue } from '../core/plan/rows.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { ExportPlan, InputTable, Parameters, SourceTable } from '../core/ports/engine.ts';
import { REPORTS } from './catalogue.ts';
import { storedColumns } from './columns/stored.ts';
import { BASIC } from './details/basic.ts';
import { BASIC_STORED_COLUMNS, detailStoredColumns, RECORD_DETAILS } from './details/catalogue.ts';
import { DETAIL_SOURCES, type DetailNode, type DetailSource, UPDATE_COLUMN } from './details/detail.ts';
import { type ShownColumn, shownColumns } from './details/personal.ts';
import { changeJoins, updateDay, updateParameters } from './details/update-days.ts';
import { holdsOneOf, inputTable } from './requested.ts';

/** The columns of table `properties` that details and searches use. */
export const PROPERTY_COLUMNS: SourceTable['columns'] = [
  ...storedColumns(Object.values(REPORTS), 'properties'),
  ...BASIC_STORED_COLUMNS,
];

/** What a request selects: columns at the top level, nodes, and which properties. */
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

/**
 * The requested properties that exist, in the order of the request: `id`, with `basic` its columns at the top level, and a node for
 * every other type.
 *
 * Works over exactly one data version. Files in which none of the properties can be are left out.
 * @param propertyIds in the order of the request, each once; 0 for an unknown one.
 */
export function compileDetails(spec: DetailsSpec, version: DataVersion, propertyIds: Float64Array): ExportPlan {
  return compileFiles(spec, version, propertyIds, null);
}

/**
 * The same in several files.
 * @param fileSizes how many of the ids are in each file, in order.
 */
export function compileDetailFiles(
  spec: DetailsSpec,
  version: DataVersion,
  propertyIds: Float64Array,
  fileSizes: readonly number[],
): ExportPlan {
  return compileFiles(spec, version, propertyIds, fileSizes);
}

function compileFiles(
  spec: DetailsSpec,
  version: DataVersion,
  propertyIds: Float64Array,
  fileSizes: readonly number[] | null,
): ExportPlan {
  const { top, nodes } = shownOf(spec);
  const updated = updatedSince(spec.updated);
  const changes = changeJoins(top.map(({ value }) => value));
  const tables = [...nodes.map(({ node }) => node.table), ...changes.map(({ table }) => table), ...updated.tables];
  return {
    tables: detailTables(version, propertyIds, tables),
    inputs: { requested: requestedTable(propertyIds, fileSizes ?? [propertyIds.length]) },
    parameters: { ...updateParameters(version), ...updated.parameters },
    rows: {
      requested: { input: 'requested', order: 'as-asked', inFiles: fileSizes !== null },
      table: 'properties',
      as: 'p',
      rowsPerProperty: 'one',
      bound: null,
      joins: [...nodes.map(({ join }) => join), ...changes],
      where: updated.where,
      order: [],
      columns: [...top, ...nodes.map(({ shown }) => shown)].map(({ name, type, value }) => ({ name, type, value })),
    },
    columns: declaredOf({ top, nodes }),
  };
}

function declaredOf({ top, nodes }: Shown): readonly Column[] {
  return [...top.map(withoutValue), ...nodes.map(({ column: declared }) => declared)];
}

/** The columns of a request’s files. */
export function detailColumns(spec: DetailsSpec): readonly Column[] {
  return declaredOf(shownOf(spec));
}

function nodesOf(type: DetailType): readonly DetailNode[] {
  return type === 'basic' ? [] : RECORD_DETAILS[type].nodes;
}

/** @param propertyIds files in which none of these can be are left out; null: that is not known of any file. */
export function detailTables(
  version: DataVersion,
  propertyIds: Float64Array | null,
  tables: readonly DetailSource[],
): Readonly<Record<string, SourceTable>> {
  const sorted = propertyIds && Float64Array.from(propertyIds).sort();
  const files = (table: string) =>
    (version.tables[table] ?? []).filter((file) => sorted === null || holdsOneOf(file, sorted));
  const details = tables.map((table) => [table, { columns: detailStoredColumns(table), files: files(table) }] as const);
  return { properties: { columns: PROPERTY_COLUMNS, files: files('properties') }, ...Object.fromEntries(details) };
}

function requestedTable(propertyIds: Float64Array, fileSizes: readonly number[]): InputTable {
  const columns: InputTable['columns'] = [
    { name: 'position', type: 'id' },
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

interface Updated {
  /** A condition on the property `p`. */
  readonly where: readonly Expression[];
  readonly parameters: Parameters;
  readonly tables: readonly DetailSource[];
}

/** Any one of the types is enough. */
export function updatedSince(updated: DetailsSpec['updated']): Updated {
  const asked = DETAIL_TYPES.flatMap((type) => {
    const since = updated?.[type];
    return since === undefined ? [] : [{ type, since, name: `updated_${type}` }];
  });
  if (asked.length === 0) return { where: [], parameters: {}, tables: [] };
  const conditions = asked.flatMap(({ type, name }) => {
    const day = parameter(name, 'date');
    if (type === 'basic') return BASIC.updateColumns.map((each) => compared(updateDay('p', each), '>=', day));
    return nodesOf(type).map(({ table }): Expression => {
      return { node: 'has-record', of: 'p', table, condition: compared(updateDay(RECORD, UPDATE_COLUMN), '>=', day) };
    });
  });
  return {
    where: [anyOf(...conditions)],
    parameters: Object.fromEntries(asked.map(({ name, since }) => [name, since])),
    tables: asked.flatMap(({ type }) => nodesOf(type).map(({ table }) => table)),
  };
}

interface ShownNode {
  readonly node: DetailNode;
  readonly column: Column;
  readonly shown: ShownValue;
  readonly join: Join;
}

function shownNode(node: DetailNode, filterPii: boolean): ShownNode {
  const { name, table, shape, description } = node;
  const columns = shownColumns(node.columns, filterPii);
  const struct: ColumnType = { struct: Object.fromEntries(columns.map((each) => [each.name, each.type])) };
  const type: ColumnType = shape === 'list' ? { list: struct } : struct;
  const as = `${name}_records`;
  const records = column(as, RECORDS);
  return {
    node,
    join: {
      kind: 'records',
      table,
      as,
      take: shape === 'list' ? 'all' : 'first',
      record: structOf(columns.map((each) => [each.name, each.value])),
      order: recordOrder(node),
    },
    shown: { name, type, value: shape === 'list' ? coalesced(records, EMPTY_LIST) : records },
    column: { name, type, nullable: shape === 'latest', unit: null, pii: 'none', description, since: '1.0' },
  };
}

function recordOrder({ table, shape, order }: DetailNode): readonly OrderTerm[] {
  const key = DETAIL_SOURCES[table].map((name): OrderTerm => ({ value: column(RECORD, name), direction: 'ASC' }));
  const latest: readonly OrderTerm[] =
    shape === 'latest' ? [{ value: updateDay(RECORD, UPDATE_COLUMN), direction: 'DESC' }] : [];
  return [...latest, ...order, ...key];
}

function withoutValue({ value: _value, ...declared }: ShownColumn): Column {
  return declared;
}
