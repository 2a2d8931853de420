/** What can be asked about rows without writing them to a file. Each answer is that of a query: rows of named columns. */
import type { Expression } from './expression.ts';
import type { PlaceRange, Rows } from './rows.ts';
import type { StoredQuestion } from './stored-question.ts';
import type { SummaryQuestion } from './summary.ts';

export type Question =
  | StoredQuestion
  | SummaryQuestion
  /** The rows at these places. */
  | { readonly ask: 'part'; readonly rows: Rows; readonly range: PlaceRange }
  /**
   * The rows of at most `limit` properties with numbers greater than `after`, of one row a property, each with its `property_id`, by that;
   * beside each in `count` the number of all. If there are none, there is one row, in which everything but `count` is null.
   */
  | { readonly ask: 'page'; readonly rows: Rows; readonly after: number; readonly limit: number }
  /**
   * Counts exactly: (place, places, rows) of up to `sampled` places with rows, evenly spread over all of them; `places` and `rows` are
   * those of the whole. No row when there is none.
   */
  | { readonly ask: 'spread'; readonly rows: Rows; readonly sampled: number }
  /** One row (rows, csv, jsonl): how many rows there are at these places, and their mean bytes as text with the end of the line. */
  | { readonly ask: 'widths'; readonly rows: Rows; readonly range: PlaceRange }
  /** Rows (id, csv, jsonl): the same by property, of the rows on every `stride`th day from the parameter `start_date` on. */
  | {
      readonly ask: 'widths-by-property';
      readonly rows: Rows;
      readonly range: PlaceRange;
      readonly shownId: string;
      readonly shownDay: string;
      readonly stride: number;
    }
  /**
   * The properties that UUIDs stand for, which the input table `named` has as (high, low), two integers each. A row (file, property_ids)
   * for each run of `perFile` distinct UUIDs in which properties are: those that exist, that may be seen, and for which `where` is true, in
   * the order in which they are first named. And one row with `file` null and the counts `distinct_ids` and `known_ids`. The ids come as
   * lists: a million rows would be a million objects for their reader.
   */
  | {
      readonly ask: 'named';
      readonly named: string;
      readonly table: string;
      readonly as: string;
      /** The text of a property’s UUID. */
      readonly uuid: Expression;
      readonly mayBeSeen: Expression;
      readonly where: readonly Expression[];
      readonly perFile: number;
    };
