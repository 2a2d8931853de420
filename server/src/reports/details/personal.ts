/** The filter of personal data: what of a column is shown, and as which type, with and without it. */
import type { Column, ColumnType } from '../../core/columns.ts';
import { type DetailColumn, isList, typeOfFields } from './detail.ts';

/** What is shown of a column. */
export interface ShownColumn extends Column {
  /** Engine SQL over the table's alias. */
  readonly sql: string;
}

/** A column of class `direct` goes as a whole, unless its declaration says in which rows it does. */
function staysOut({ pii, personalWhere }: DetailColumn): boolean {
  return pii === 'direct' && personalWhere === undefined;
}

/** True when the filter changes a value of the column, or something inside of it. */
function isTouched(column: DetailColumn): boolean {
  return column.pii === 'direct' || (column.fields ?? []).some(isTouched);
}

interface Filtered {
  readonly type: ColumnType;
  readonly sql: string;
}

function structSql(fields: readonly DetailColumn[], value: string): string {
  const parts = fields.map((field) => `"${field.name}" := ${filtered(field, `${value}."${field.name}"`).sql}`);
  return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${parts.join(', ')}) END`;
}

/** Parts that stay out are not in the struct: neither their values nor their names. */
function withoutPersonalParts(column: DetailColumn, value: string): Filtered {
  const fields = column.fields?.filter((field) => !staysOut(field));
  if (fields === undefined || !column.fields?.some(isTouched)) return { type: column.type, sql: value };
  const shape = isList(column) ? 'list' : 'struct';
  const type = typeOfFields(
    shape,
    fields.map((field) => ({ ...field, type: filtered(field, '').type })),
  );
  if (shape === 'struct') return { type, sql: structSql(fields, value) };
  return { type, sql: `list_transform(${value}, lambda item: ${structSql(fields, 'item')})` };
}

function filtered(column: DetailColumn, value: string): Filtered {
  const { personalWhere } = column;
  if (personalWhere === undefined) return withoutPersonalParts(column, value);
  if (personalWhere.leavesOut === 'value') {
    const { type, sql } = withoutPersonalParts(column, value);
    return { type, sql: `CASE WHEN NOT (${personalWhere.sql}) THEN ${sql} END` };
  }
  // The items that stay are no person's, so that their parts may.
  return { type: column.type, sql: `list_filter(${value}, lambda item: NOT (${personalWhere.sql}))` };
}

/** The columns that customers see, as they see them. */
export function shownColumns(columns: readonly DetailColumn[], filterPii: boolean): readonly ShownColumn[] {
  const shown = columns.filter(({ isShown }) => isShown);
  if (!filterPii) return shown.map((column) => ({ ...column, sql: column.expression }));
  return shown
    .filter((column) => !staysOut(column))
    .map((column) => ({ ...column, ...filtered(column, column.expression) }));
}
