/** Rows in ClickHouse’s SQL: how many there are at which places, and the found columns of those of a part. */
import { isScalar } from '../../core/column-types.ts';
import { columnsRead, type Expression } from '../../core/plan/expression.ts';
import { type FoundColumn, foundName } from '../../core/plan/found-rows.ts';
import { FROM_PLACE, type Join, type PlaceRange, type Rows, TO_PLACE } from '../../core/plan/rows.ts';
import { toldNullsOf } from '../../core/plan/told-nulls.ts';
import type { ExportPlan, Parameters, SourceTable } from '../../core/ports/engine.ts';
import { CannotPrint, printCondition } from './expression.ts';
import { identifier } from './identifiers.ts';
import { printSource, type Warehouse } from './sources.ts';

/** A statement, with the values that are sent beside it. */
export interface Printed {
  readonly sql: string;
  readonly parameters: Parameters;
}

type Plan = Pick<ExportPlan, 'rows' | 'tables' | 'parameters'>;
type SameKey = Extract<Join, { readonly kind: 'same-key' }>;

function tableOf({ tables }: Pick<Plan, 'tables'>, name: string): SourceTable {
  const table = tables[name];
  if (table === undefined) throw new CannotPrint(`the table ${name}`);
  return table;
}

function within(as: string): string {
  return `${as}.property_id BETWEEN {${FROM_PLACE}:Int64} AND {${TO_PLACE}:Int64}`;
}

/** What the machines can tell of a row by itself is asked where it is read. */
function ownConditions(rows: Rows, values: Parameters) {
  const printed = rows.where.map((condition) => {
    if (rows.joins.some(({ as }) => columnsRead(as, [condition]).size > 0)) {
      throw new CannotPrint('a condition on what is joined');
    }
    return printCondition(condition, values);
  });
  return {
    conditions: printed.map(({ sql }) => sql),
    parameters: Object.assign({}, ...printed.map(({ parameters }) => parameters)) as Parameters,
  };
}

/**
 * Requested ids are joined where the rows come together. They must never stand in an `IN`: the machines that read the files do not have the
 * table of them, and answer with nothing, and without an error.
 */
function requestedOnly({ as, requested }: Rows): string {
  if (requested === null) return '';
  if (requested.order !== 'by-property' || requested.inFiles) throw new CannotPrint('rows in the order of a request');
  return ` SEMI LEFT JOIN ${identifier(requested.input)} AS asked ON asked.property_id = ${as}.property_id`;
}

function printJoin(warehouse: Warehouse, plan: Plan, join: SameKey, read: ReadonlySet<string>): string {
  const { as, key } = join;
  const names = new Set([...key, ...read]);
  const source = printSource(warehouse, tableOf(plan, join.table), { as, names, conditions: [within(as)] });
  const onKey = key.map((name) => `${as}.${identifier(name)} = ${plan.rows.as}.${identifier(name)}`);
  return ` LEFT JOIN ${source} AS ${as} ON ${onKey.join(' AND ')}`;
}

/**
 * One row (place, rows) for each place that has any, by that; and the total, without which the answer is not whole.
 */
export function printCensus(warehouse: Warehouse, plan: Plan): Printed {
  const { rows } = plan;
  const { as } = rows;
  const { conditions, parameters } = ownConditions(rows, plan.parameters);
  const names = new Set(['property_id', ...columnsRead(as, rows.where)]);
  const source = printSource(warehouse, tableOf(plan, rows.table), { as, names, conditions });
  return {
    sql: `SELECT assumeNotNull(${as}.property_id) AS place, count() AS rows FROM ${source} AS ${as}${requestedOnly(rows)} GROUP BY place WITH TOTALS ORDER BY place FORMAT TabSeparated`,
    parameters,
  };
}

/** What a found column is in the statement; of a list or a struct also what is told of its nulls. */
function shownAs({ of, name, type }: FoundColumn, index: number): readonly string[] {
  const own = `${of}.${identifier(name)} AS ${identifier(foundName(index))}`;
  if (isScalar(type)) return [own];
  // Null also where nothing was joined: then the value is null, whatever stands in its own column.
  return [own, `${of}.${identifier(toldNullsOf(name))} AS ${identifier(toldNullsOf(foundName(index)))}`];
}

function readOf(of: string, found: readonly FoundColumn[], more: readonly Expression[]): readonly string[] {
  return [...found.filter((each) => each.of === of).map(({ name }) => name), ...columnsRead(of, more)];
}

/** The found columns of the rows at these places, in their order. */
export function printPart(
  warehouse: Warehouse,
  plan: Plan,
  found: readonly FoundColumn[],
  { from, to }: PlaceRange,
): Printed {
  const { rows } = plan;
  const { as, joins } = rows;
  const { conditions, parameters } = ownConditions(rows, plan.parameters);
  const keys = joins.flatMap((join) => (join.kind === 'same-key' ? join.key : []));
  const names = new Set(['property_id', ...rows.order, ...keys, ...readOf(as, found, rows.where)]);
  const source = printSource(warehouse, tableOf(plan, rows.table), {
    as,
    names,
    conditions: [within(as), ...conditions],
  });
  const joined = joins.map((join) => {
    if (join.kind !== 'same-key') throw new CannotPrint(`the join ${join.kind}`);
    return printJoin(warehouse, plan, join, new Set(readOf(join.as, found, [])));
  });
  const order = ['property_id', ...rows.order].map((name) => `${as}.${identifier(name)}`);
  return {
    sql: `SELECT ${found.flatMap(shownAs).join(', ')} FROM ${source} AS ${as}${requestedOnly(rows)}${joined.join('')} ORDER BY ${order.join(', ')} FORMAT Parquet`,
    parameters: { ...parameters, [FROM_PLACE]: from, [TO_PLACE]: to },
  };
}
