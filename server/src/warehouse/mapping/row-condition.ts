/** A mapping's condition on rows, in the engine's SQL over the values of the columns. */
import { type ConditionColumn, compileCondition } from '../../core/conditions/compile.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Expression } from '../../core/plan/expression.ts';

export interface RowCondition {
  /** In three-valued logic. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** The columns that it names. */
  readonly names: ReadonlySet<string>;
}

const ROW = 'row';

const TYPES = {
  id: 'BIGINT',
  count: 'BIGINT',
  number: 'DOUBLE',
  money: 'DOUBLE',
  fraction: 'DOUBLE',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  instant: 'TIMESTAMPTZ',
} as const;

/** The nodes that conditions are compiled to. */
function printed(node: Expression, sqlOf: (column: string) => string): string {
  const inside = (each: Expression) => printed(each, sqlOf);
  if (node.node === 'column') return sqlOf(node.name);
  if (node.node === 'parameter') return `CAST($${node.name} AS ${TYPES[node.type]})`;
  if (node.node === 'compare') return `(${inside(node.left)} ${node.operator} ${inside(node.right)})`;
  if (node.node === 'not') return `(NOT ${inside(node.condition)})`;
  if (node.node === 'is-known') return `(${inside(node.value)} IS NOT NULL)`;
  if (node.node === 'all') return `(${node.conditions.map(inside).join(' AND ')})`;
  if (node.node === 'any') return `(${node.conditions.map(inside).join(' OR ')})`;
  throw new TypeError(`a condition has no node ${node.node}`);
}

/** What may be named is less than what tables have: that is told with the fault. */
function compiled(text: string, columns: readonly ConditionColumn[]) {
  try {
    return compileCondition(text, columns, ROW);
  } catch (error) {
    if (!(error instanceof ConveyanceError)) throw error;
    const names = columns.map(({ name }) => name).join(', ');
    const message = `the mapping’s where: ${error.message}; it is on the columns that the mapping makes: ${names}`;
    throw new ConveyanceError('load_refused', message, { cause: error });
  }
}

/** Throws `load_refused` with the place in the text. @param sqlOf SQL for the value of one of the columns. */
export function rowCondition(
  text: string,
  columns: readonly ConditionColumn[],
  sqlOf: (column: string) => string,
): RowCondition {
  const { where, parameters } = compiled(text, columns);
  const names = new Set<string>();
  const noted = (name: string) => {
    names.add(name);
    return sqlOf(name);
  };
  return { sql: printed(where, noted), parameters, names };
}
