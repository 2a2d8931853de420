/** What can be asked about stored tables as such: for those who look after the data. */
import type { Expression } from './expression.ts';

/** Under this name conditions know a row of the table that is asked about. */
export const STORED = 't';

export type StoredQuestion =
  /**
   * One row about a table: `rows`, `properties` (distinct), `known` (for each of the columns, how many rows have a value) and `days` (the
   * distinct ones, ascending; null without a column for them, or without rows).
   */
  | {
      readonly ask: 'coverage';
      readonly table: string;
      readonly day: string | null;
      readonly columns: readonly string[];
    }
  /** One row: how many properties of `table` have no row in `other` (`properties`), and the least `limit` of their ids (`ids`). */
  | { readonly ask: 'absent'; readonly table: string; readonly other: string; readonly limit: number }
  /**
   * One row about the rows for which the condition over `STORED` is true: `rows`, `properties`, `first_day` and `last_day` (null without
   * a column for them).
   */
  | { readonly ask: 'matching'; readonly table: string; readonly day: string | null; readonly where: Expression }
  /** One row: the ids of the properties that have such a row, the least `limit` where there is one, as the list `ids`, ascending; null for none. */
  | { readonly ask: 'matching-ids'; readonly table: string; readonly where: Expression; readonly limit?: number }
  /**
   * How the rows of `after` differ from those of `before`, which are compared by their key: a row for each day (one row without days) with
   * `day`, `added`, `removed`, `changed`, and `values` (for each of the columns, how many of the changed rows have another value).
   */
  | ({ readonly ask: 'differences' } & Compared)
  /**
   * The first `limit` of those rows by key: `change` (`added`, `removed`, `changed`), `key` (texts) and for changed ones `values`, a list
   * of (column, before, after) as text.
   */
  | ({ readonly ask: 'different-rows'; readonly limit: number } & Compared);

interface Compared {
  readonly before: string;
  readonly after: string;
  readonly key: readonly string[];
  /** The columns besides the key. */
  readonly columns: readonly string[];
  readonly day: string | null;
}
