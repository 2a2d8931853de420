/** Rows to export or to ask about: what they are, not how an engine gets them. */
import type { ColumnType } from '../columns.ts';
import { columnsRead, type Expression } from './expression.ts';

/** What is not known comes last, in either direction. */
export interface OrderTerm {
  readonly value: Expression;
  readonly direction: 'ASC' | 'DESC';
}

/** What is joined to a row under the name `as`: it changes no row and, except for `first`, leaves none out. */
export type Join =
  /** The row of the table with the same key; nulls if there is none. */
  | { readonly kind: 'same-key'; readonly table: string; readonly as: string; readonly key: readonly string[] }
  /**
   * In the column `records`, what `record` is for each record of the property: of all of them a list in this order, null where there are
   * none, or of the one that is first in it.
   */
  | {
      readonly kind: 'records';
      readonly table: string;
      readonly as: string;
      readonly take: 'all' | 'first';
      readonly record: Expression;
      readonly order: readonly OrderTerm[];
    }
  /** In the column `greatest`, the greatest that `value` is for a record of the property; null if it has none. */
  | { readonly kind: 'greatest'; readonly table: string; readonly as: string; readonly value: Expression }
  /** The property’s record that is first in this order. Rows of properties without one are left out. */
  | { readonly kind: 'first'; readonly table: string; readonly as: string; readonly order: readonly OrderTerm[] };

/** The column of a join of kind `records`. */
export const RECORDS = 'records';

/** The column of a join of kind `greatest`. */
export const GREATEST = 'greatest';

/**
 * The properties that are asked for: a table of `property_id`, each once. `as-asked`: the rows come in the order of its column `position`,
 * and those of one file are those of its column `file`, counted from 0.
 */
export interface Requested {
  readonly input: string;
  readonly order: 'by-property' | 'as-asked';
  /**
   * True when the request falls into several files, which together read every row once: ids come in any order, so that each file alone
   * would read nearly all there is. (A million properties in 40 files: 40 times.)
   */
  readonly inFiles: boolean;
}

/** The parameters of a printed statement that stand for the two ends of a range of places. */
export const FROM_PLACE = 'from_place';
export const TO_PLACE = 'to_place';

/** A run of whole places, both inclusive. */
export interface PlaceRange {
  readonly from: number;
  readonly to: number;
}

/** What is known of rows without looking at them. */
export interface Bound {
  /** Where all of them are. */
  readonly places: PlaceRange;
  readonly mostRows: number;
}

export interface ShownValue {
  readonly name: string;
  readonly type: ColumnType;
  readonly value: Expression;
}

/**
 * The rows of one table, narrowed, with what is joined to them.
 *
 * Each row has a *place*, a whole number by which an export is counted and cut: the position of its property in a request `as-asked`, else
 * the property’s number. Rows come by place, then by `order`.
 */
export interface Rows {
  /** Null: rows of all properties. */
  readonly requested: Requested | null;
  /** A table of the plan, with a column `property_id`. */
  readonly table: string;
  readonly as: string;
  readonly rowsPerProperty: 'one' | 'many';
  readonly joins: readonly Join[];
  /** All must be true. */
  readonly where: readonly Expression[];
  /** Null where only counting tells how many rows there are. */
  readonly bound: Bound | null;
  /** Columns of the table. */
  readonly order: readonly string[];
  readonly columns: readonly ShownValue[];
}

/** The names of the columns that the rows read of the table or the join that goes by this name, its place and order included. */
export function columnsReadOf(rows: Rows, name: string): ReadonlySet<string> {
  const own = name === rows.as ? ['property_id', ...rows.order] : [];
  const keys = name === rows.as ? rows.joins.flatMap((join) => (join.kind === 'same-key' ? join.key : [])) : [];
  const shown = rows.columns.map(({ value }) => value);
  return new Set([...own, ...keys, ...columnsRead(name, [...shown, ...rows.where])]);
}
