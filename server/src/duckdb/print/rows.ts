/** Rows in the engine's SQL: how many there are, those of a part, and what makes several files of them cheap. */
import { sqlType } from '../../core/column-types.ts';
import { column, columnsRead, type Expression, RECORD } from '../../core/plan/expression.ts';
import {
  columnsReadOf,
  FROM_PLACE,
  GREATEST,
  type Join,
  type OrderTerm,
  RECORDS,
  type Requested,
  type Rows,
  TO_PLACE,
} from '../../core/plan/rows.ts';
import { printExpression, type TableSources } from './expression.ts';
import { identifier } from './identifiers.ts';

/** The parameter with the file's number. */
export const FILE = 'file';

/** The requested properties, or those of a part: every join is built on them, and the engine skips row groups by what a join is built on. */
const ASKED = 'asked';

/** The table into which the preparation puts the rows of one, in the order of the files. */
function laidOut(table: string): string {
  return identifier(`${table}_by_file`);
}

function sourcesOf({ requested }: Rows): TableSources {
  if (requested?.inFiles !== true) return identifier;
  return (table) => `(FROM ${laidOut(table)} WHERE file = $${FILE})`;
}

function surroundingsOf(rows: Rows) {
  return { asked: rows.requested === null ? null : ASKED, sources: sourcesOf(rows) };
}

/** The column whose value is a row's place, or a property's. */
function placeOf({ requested, as }: Pick<Rows, 'requested' | 'as'>): string {
  return requested?.order === 'as-asked' ? `${ASKED}.position` : `${as}.property_id`;
}

/** @param isPart of the places of one part. */
function askedRows({ input, order, inFiles }: Requested, isPart: boolean): string {
  const conditions = [
    ...(inFiles ? [`file = $${FILE}`] : []),
    ...(isPart ? [`${order === 'as-asked' ? 'position' : 'property_id'} BETWEEN $${FROM_PLACE} AND $${TO_PLACE}`] : []),
  ];
  const columns = order === 'as-asked' ? 'position, property_id' : 'property_id';
  return `SELECT ${columns} FROM ${identifier(input)}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
}

/** Read again by every join. Ids in the order of the request have no range that could be a filter of row groups: they are. */
function withAsked({ requested }: Rows, isPart: boolean): readonly string[] {
  if (requested === null) return [];
  const materialized = requested.order === 'as-asked' ? ' MATERIALIZED' : '';
  return [`WITH ${ASKED} AS${materialized} (${askedRows(requested, isPart)})`];
}

function fromTable(rows: Rows): string {
  const { requested, table, as } = rows;
  const source = `${sourcesOf(rows)(table)} AS ${as}`;
  if (requested === null) return `FROM ${source}`;
  const onProperty = `ON ${as}.property_id = ${ASKED}.property_id`;
  if (requested.order === 'as-asked') return `FROM ${ASKED} JOIN ${source} ${onProperty}`;
  return `FROM ${source} SEMI JOIN ${ASKED} ${onProperty}`;
}

function printTerm({ value, direction }: OrderTerm): string {
  return `${printExpression(value)} ${direction} NULLS LAST`;
}

/**
 * Records are sorted by a short key beside them: when sorted themselves, as by `list(record ORDER BY …)`, 25,000 properties with their
 * contacts took 4.4 s of CPU; in this way 0.8 s.
 */
function recordList(record: Expression, order: readonly OrderTerm[]): string {
  const terms = order.map(({ value, direction }) => `${printExpression(value)}, '${direction} NULLS LAST'`);
  return `list_select(list(${printExpression(record)}), list_grade_up(list(create_sort_key(${terms.join(', ')}))))`;
}

/** Semi-join and range do not change the result: they let the engine skip row groups. */
function narrowedTo(rows: Rows, name: string, isPart: boolean): string {
  const range = ` WHERE ${name}.property_id BETWEEN $${FROM_PLACE} AND $${TO_PLACE}`;
  if (rows.requested === null) return isPart ? range : '';
  return ` SEMI JOIN ${ASKED} ON ${ASKED}.property_id = ${name}.property_id${isPart && rows.requested.order === 'by-property' ? range : ''}`;
}

/** @param isPart of the places of one part. */
function printJoin(rows: Rows, join: Join, isPart: boolean): string {
  const { table, as } = join;
  const source = sourcesOf(rows)(table);
  switch (join.kind) {
    case 'same-key': {
      const onKey = join.key.map((name) => `${as}.${identifier(name)} = ${rows.as}.${identifier(name)}`).join(' AND ');
      return `LEFT JOIN (SELECT s.* FROM ${source} AS s${narrowedTo(rows, 's', isPart)}) AS ${as} ON ${onKey}`;
    }
    case 'records': {
      const list = recordList(join.record, join.order);
      return `LEFT JOIN (
  SELECT ${RECORD}.property_id, ${join.take === 'first' ? `${list}[1]` : list} AS ${RECORDS}
  FROM ${source} AS ${RECORD}${narrowedTo(rows, RECORD, isPart)}
  GROUP BY ${RECORD}.property_id
) AS ${as} ON ${as}.property_id = ${rows.as}.property_id`;
    }
    case 'greatest':
      return `LEFT JOIN (
  SELECT ${RECORD}.property_id, max(${printExpression(join.value)}) AS ${GREATEST}
  FROM ${source} AS ${RECORD}${narrowedTo(rows, RECORD, isPart)}
  GROUP BY ${RECORD}.property_id
) AS ${as} ON ${as}.property_id = ${rows.as}.property_id`;
    case 'first': {
      const read = [...new Set(['property_id', ...columnsReadOf(rows, as)])];
      return `JOIN (
  SELECT ${read.map((name) => `${RECORD}.${identifier(name)}`).join(', ')} FROM ${source} AS ${RECORD}${narrowedTo(rows, RECORD, isPart)}
  QUALIFY row_number() OVER (PARTITION BY ${RECORD}.property_id ORDER BY ${join.order.map(printTerm).join(', ')}) = 1
) AS ${as} ON ${as}.property_id = ${rows.as}.property_id`;
    }
  }
}

function whereOf(rows: Rows, more: readonly string[]): readonly string[] {
  const surroundings = surroundingsOf(rows);
  const conditions = [...more, ...rows.where.map((condition) => printExpression(condition, surroundings))];
  return conditions.length === 0 ? [] : [`WHERE ${conditions.join('\n  AND ')}`];
}

/** Joins that leave out no row do not affect the count, unless a condition reads them. */
function countedJoins(rows: Rows, isPart: boolean): readonly string[] {
  return rows.joins
    .filter(({ kind, as }) => kind === 'first' || columnsRead(as, rows.where).size > 0)
    .map((join) => printJoin(rows, join, isPart));
}

/** Rows (place, rows), by place. @param isPart of a range of properties. */
export function printCensus(rows: Rows, isPart = false): string {
  const place = placeOf(rows);
  const isOne = rows.rowsPerProperty === 'one';
  return [
    ...withAsked(rows, isPart),
    `SELECT ${place} AS place, ${isOne ? '1' : 'count(*)'} AS rows`,
    fromTable(rows),
    ...countedJoins(rows, isPart),
    ...whereOf(rows, isPart ? [`${place} BETWEEN $${FROM_PLACE} AND $${TO_PLACE}`] : []),
    ...(isOne ? [] : [`GROUP BY ${place}`]),
    `ORDER BY ${place}`,
  ].join('\n');
}

export function printShown({ columns }: Pick<Rows, 'columns'>): string {
  return columns
    .map(({ name, type, value }) => `CAST(${printExpression(value)} AS ${sqlType(type)}) AS ${identifier(name)}`)
    .join(',\n  ');
}

/** The numbers of the properties whose rows these are, if none was requested by its number. */
export function printFound(rows: Rows): string {
  return [`SELECT ${rows.as}.property_id`, fromTable(rows), ...countedJoins(rows, false), ...whereOf(rows, [])].join(
    '\n',
  );
}

/** The rows of a part, in their order. */
export function printPart(rows: Rows): string {
  const { as, requested } = rows;
  const place = placeOf(rows);
  // Requested positions are cut where they are read.
  const range = requested?.order === 'as-asked' ? [] : [`${place} BETWEEN $${FROM_PLACE} AND $${TO_PLACE}`];
  const order = rows.order.map((name) => printExpression(column(as, name)));
  return [
    ...withAsked(rows, true),
    `SELECT\n  ${printShown(rows)}`,
    fromTable(rows),
    ...rows.joins.map((join) => printJoin(rows, join, true)),
    ...whereOf(rows, range),
    `ORDER BY ${[place, ...order].join(', ')}`,
  ].join('\n');
}

/** The tables that the rows read, with the columns of each; null: all of them. */
function tablesRead(rows: Rows): ReadonlyMap<string, readonly string[] | null> {
  const read = new Map<string, readonly string[] | null>([[rows.table, [...columnsReadOf(rows, rows.as)]]]);
  for (const join of rows.joins) {
    if (join.kind === 'greatest') read.set(join.table, ['property_id', ...columnsRead(RECORD, [join.value])]);
  }
  const others = rows.joins.filter(({ kind }) => kind !== 'greatest');
  for (const { table } of [...others, ...recordConditions(rows.where)]) read.set(table, null);
  return read;
}

function recordConditions(conditions: readonly Expression[]): readonly { readonly table: string }[] {
  return conditions.flatMap((condition) => {
    if (condition.node === 'has-record') return [condition];
    return condition.node === 'any' || condition.node === 'all' ? recordConditions(condition.conditions) : [];
  });
}

/**
 * What runs once before several files are read. Sorted by file, the table's own statistics find the rows of one. No temporary tables:
 * parts are read in several sessions.
 *
 * @param turn of a range of properties: whether it is the first, whose rows make the tables, or another, whose rows come to them.
 */
export function printPreparation(rows: Rows, turn: 'whole' | 'first' | 'next' = 'whole'): readonly string[] {
  const { requested } = rows;
  if (requested?.inFiles !== true) return [];
  return [...tablesRead(rows)].map(([table, columns]) => {
    const list = columns === null ? 'stored.*' : columns.map((name) => `stored.${identifier(name)}`).join(', ');
    const range = turn === 'whole' ? '' : `\nWHERE stored.property_id BETWEEN $${FROM_PLACE} AND $${TO_PLACE}`;
    return `${turn === 'next' ? `INSERT INTO ${laidOut(table)}` : `CREATE TABLE ${laidOut(table)} AS`} SELECT requested.file, ${list}
FROM ${identifier(requested.input)} AS requested JOIN ${identifier(table)} AS stored ON stored.property_id = requested.property_id${range}
ORDER BY requested.file`;
  });
}
