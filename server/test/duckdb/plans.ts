/** Plans over one table of a test's own. */
import type { Column } from '../../src/core/columns.ts';
import { column as cell } from '../../src/core/plan/expression.ts';
import type { Rows } from '../../src/core/plan/rows.ts';
import type { ExportPlan, InputTable } from '../../src/core/ports/engine.ts';
import { sourceFiles } from '../support/source-files.ts';

/** All rows of the table `t` as they are, by `property_id`, then by the columns of `order`. */
export function rowsOf(columns: readonly Column[], changes: Partial<Rows> = {}): Rows {
  return {
    requested: null,
    table: 't',
    as: 't',
    rowsPerProperty: 'many',
    bound: null,
    joins: [],
    where: [],
    order: [],
    columns: columns.map(({ name, type }) => ({ name, type, value: cell('t', name) })),
    ...changes,
  };
}

/** The rows of stored files. */
export function storedPlan(columns: readonly Column[], files: readonly string[], changes?: Partial<Rows>): ExportPlan {
  return {
    tables: { t: { columns, files: sourceFiles(...files) } },
    inputs: {},
    parameters: {},
    rows: rowsOf(columns, changes),
    columns,
  };
}

/** The rows of batches that are handed over. */
export function givenPlan(
  columns: readonly Column[],
  batches: InputTable['batches'],
  changes?: Partial<Rows>,
): ExportPlan {
  return { tables: {}, inputs: { t: { columns, batches } }, parameters: {}, rows: rowsOf(columns, changes), columns };
}
