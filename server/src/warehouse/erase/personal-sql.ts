/**
 * Values of erased persons in the columns of a table, in the engine's SQL. Which columns may hold a person's value is the class of personal
 * data that their declaration has, part by part; values are compared whole, as the macro `COMPARED_TEXT` makes them.
 */
import { isScalar } from '../../core/column-types.ts';
import { COMPARED_TEXT, type InputTable } from '../../core/ports/engine.ts';
import { quoteName } from '../sql.ts';
import type { Table, TableColumn } from '../tables.ts';

/** The input table of the values, as they are compared. */
export const ERASED = 'erased';

export function erasedInput(values: readonly string[]): InputTable {
  return { columns: [{ name: 'value', type: 'text' }], batches: [values.map((value) => [value])] };
}

/** Under this name a program has the file that is asked about. */
export const STORED_FILE = 'stored';

const VALUES = 'erased_values';

/** To be joined to rows whose columns are asked about: one row with all values, which lambdas can see. */
export const WITH_ERASED = `(SELECT coalesce(list(value), []) AS ${VALUES} FROM ${ERASED}) AS listed`;

function isErased(text: string): string {
  return `coalesce(list_contains(${VALUES}, ${COMPARED_TEXT}(${text})), false)`;
}

function isListed({ type }: TableColumn): boolean {
  return !isScalar(type) && 'list' in type;
}

/** Of text, alone or in a list. */
function isText({ type }: TableColumn): boolean {
  return type === 'text' || (!isScalar(type) && 'list' in type && type.list === 'text');
}

/** @param depth of nested lists, whose items need different names. */
function holdsWithin(column: TableColumn, value: string, depth: number): string | null {
  const { fields } = column;
  const item = isListed(column) ? `item_${depth}` : value;
  const parts =
    fields === undefined
      ? column.pii !== 'none' && isText(column)
        ? [isErased(item)]
        : []
      : fields.flatMap((field) => holdsWithin(field, `${item}.${quoteName(field.name)}`, depth + 1) ?? []);
  if (parts.length === 0) return null;
  const any = `(${parts.join(' OR ')})`;
  return isListed(column) ? `coalesce(len(list_filter(${value}, lambda ${item}: ${any})) > 0, false)` : any;
}

/** SQL: true if the value of the column holds one of the values; null for a column that can hold none. */
export function holdsErased(column: TableColumn, value = quoteName(column.name)): string | null {
  return holdsWithin(column, value, 0);
}

/** The columns of a table that can hold a person's value. */
export function personalColumns({ columns }: Pick<Table, 'columns'>): readonly TableColumn[] {
  return columns.filter((column) => holdsErased(column) !== null);
}

/**
 * SQL: the value of the column without those of erased persons. An item of a list that names one goes whole, with all that it says of the
 * person; a value that is one, or a struct that names one, becomes null.
 */
function withoutErased(column: TableColumn): string {
  const value = quoteName(column.name);
  const holds = holdsErased(column);
  if (holds === null) return value;
  if (!isListed(column)) return `CASE WHEN ${holds} THEN NULL ELSE ${value} END`;
  const item = column.fields === undefined ? isErased('item_0') : itemHolds(column);
  return `list_filter(${value}, lambda item_0: NOT ${item})`;
}

function itemHolds({ fields = [] }: TableColumn): string {
  const parts = fields.flatMap((field) => holdsWithin(field, `item_0.${quoteName(field.name)}`, 1) ?? []);
  return `(${parts.join(' OR ')})`;
}

/** SQL: true if any of the columns holds one of the values. */
export function rowHoldsErased(columns: readonly TableColumn[]): string {
  const holds = columns.flatMap((column) => holdsErased(column) ?? []);
  return holds.length === 0 ? 'false' : `(${holds.join(' OR ')})`;
}

/** SQL: true if a row of the table goes, because its key holds one of the values: what has no key is no row. */
export function keyHoldsErased({ key, columns }: Table): string {
  return rowHoldsErased(columns.filter(({ name }) => key.includes(name)));
}

/**
 * SQL: what of these columns stays, in their order. What is said about the persons of another column goes with one of them.
 *
 * @param present of the table, those that the rows have.
 */
export function erasedColumns(table: Table, present: readonly string[], changedOn: string | null): readonly string[] {
  const columns = table.columns.filter(({ name }) => present.includes(name));
  const anything = rowHoldsErased(columns);
  return columns.map((column) => {
    const name = quoteName(column.name);
    if (table.key.includes(column.name)) return name;
    if (column.computed === 'changed-on' && changedOn !== null) {
      return `CASE WHEN ${anything} THEN ${changedOn} ELSE ${name} END AS ${name}`;
    }
    const subject = columns.find((each) => each.name === column.about);
    const goesWith = subject === undefined ? null : holdsErased(subject);
    const own = withoutErased(column);
    if (goesWith !== null) return `CASE WHEN ${goesWith} THEN NULL ELSE ${own} END AS ${name}`;
    return own === name ? name : `${own} AS ${name}`;
  });
}

/** SQL: the list of all texts of the column that may be a person's; null for a column that has none. */
export function personalTexts(column: TableColumn, value = quoteName(column.name), depth = 0): string | null {
  const { fields } = column;
  if (fields === undefined) {
    if (column.pii === 'none' || !isText(column)) return null;
    return isListed(column) ? value : `[${value}]`;
  }
  const item = isListed(column) ? `item_${depth}` : value;
  const parts = fields.flatMap((field) => personalTexts(field, `${item}.${quoteName(field.name)}`, depth + 1) ?? []);
  if (parts.length === 0) return null;
  const all = `flatten([${parts.map((part) => `coalesce(${part}, [])`).join(', ')}])`;
  return isListed(column) ? `flatten(list_transform(${value}, lambda ${item}: ${all}))` : all;
}
