/** The filter of personal data: what of a column is shown, and as which type, with and without it. */
import type { Column, ColumnType } from '../../core/columns.ts';
import {
  type Expression,
  fieldOf,
  ITEM,
  filtered as itemsWhere,
  negated,
  structOf,
  transformed,
  valueWhen,
} from '../../core/plan/expression.ts';
import { type DetailColumn, isList, typeOfFields } from './detail.ts';

/** The part of a column that is shown. */
export interface ShownColumn extends Column {
  readonly value: Expression;
}

/** A column of class `direct` is left out as a whole, unless its declaration says in which rows. */
function staysOut({ pii, personalWhere }: DetailColumn): boolean {
  return pii === 'direct' && personalWhere === undefined;
}

/** True if the filter changes a value of the column, or something inside it. */
function isTouched(column: DetailColumn): boolean {
  return column.pii === 'direct' || (column.fields ?? []).some(isTouched);
}

interface Filtered {
  readonly type: ColumnType;
  readonly value: Expression;
}

function filteredStruct(fields: readonly DetailColumn[], value: Expression): Expression {
  const parts = fields.map((field) => [field.name, filtered(field, fieldOf(value, field.name)).value] as const);
  return valueWhen({ node: 'is-known', value }, structOf(parts));
}

/** Parts that stay out are not in the struct: neither their values nor their names. */
function withoutPersonalParts(column: DetailColumn, value: Expression): Filtered {
  const fields = column.fields?.filter((field) => !staysOut(field));
  if (fields === undefined || !column.fields?.some(isTouched)) return { type: column.type, value };
  const shape = isList(column) ? 'list' : 'struct';
  const type = typeOfFields(
    shape,
    fields.map((field) => ({ ...field, type: filtered(field, value).type })),
  );
  if (shape === 'struct') return { type, value: filteredStruct(fields, value) };
  return { type, value: transformed(value, filteredStruct(fields, ITEM)) };
}

function filtered(column: DetailColumn, value: Expression): Filtered {
  const { personalWhere } = column;
  if (personalWhere === undefined) return withoutPersonalParts(column, value);
  if (personalWhere.leavesOut === 'value') {
    const whole = withoutPersonalParts(column, value);
    return { type: whole.type, value: valueWhen(negated(personalWhere.condition), whole.value) };
  }
  // The remaining items are not a person's, so their parts may stay.
  return { type: column.type, value: itemsWhere(value, negated(personalWhere.condition)) };
}

/** The columns that customers see, as they see them. */
export function shownColumns(columns: readonly DetailColumn[], filterPii: boolean): readonly ShownColumn[] {
  const shown = columns.filter(({ isShown }) => isShown);
  if (!filterPii) return shown.map((column) => ({ ...column, value: column.expression }));
  return shown
    .filter((column) => !staysOut(column))
    .map((column) => ({ ...column, ...filtered(column, column.expression) }));
}
