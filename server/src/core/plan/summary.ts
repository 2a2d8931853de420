/** Questions about what a finished result holds: about its columns, and about groups of its rows. */
import type { ColumnType } from '../columns.ts';

/** A column of the table that is asked about. */
export interface AskedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** How the values of a column spread. */
export type Spread =
  /** Over equal steps from `low` on: a date counts as its days since 1970-01-01. What is no finite number is left out. */
  | {
      readonly kind: 'steps';
      readonly column: AskedColumn;
      readonly low: number;
      readonly width: number;
      readonly steps: number;
      /** Different values are counted too: for columns with few. */
      readonly isCounted: boolean;
    }
  /** Over the values themselves: the most frequent of them. For columns with few: all are counted. */
  | { readonly kind: 'values'; readonly column: AskedColumn; readonly most: number }
  /** Not at all: how many different values there are. For columns with few. */
  | { readonly kind: 'count'; readonly column: AskedColumn };

/** What rows have in common that are counted together. */
export type Grouping =
  /** The day; only every so many days, back from the last one. */
  | { readonly kind: 'day'; readonly column: string; readonly everyDays: number }
  /** Null is a group too, unless `known` are counted alone. */
  | { readonly kind: 'value'; readonly column: string; readonly known?: true }
  /** The multiple of `step` below the number. */
  | { readonly kind: 'step'; readonly column: string; readonly step: number }
  /** The greatest of these numbers, which ascend, that is not above the number. */
  | { readonly kind: 'edges'; readonly column: string; readonly edges: readonly number[] }
  /** A square of the map, in degrees. */
  | { readonly kind: 'cell'; readonly latitude: string; readonly longitude: string; readonly step: number };

/** One figure about a group. Null where no row of it has a value. */
export type Measure = { readonly how: 'rows' } | { readonly how: 'distinct' | 'sum' | 'mean'; readonly column: string };

export interface Grouped {
  /** Only the row with the latest day of all that have these columns in common. */
  readonly latest: { readonly of: readonly string[]; readonly day: string } | null;
  readonly by: Grouping;
  /** At least one. */
  readonly measures: readonly Measure[];
  /** By the group itself, or from the greatest first measure on. */
  readonly order: 'by-group' | 'by-first-measure';
  /** Groups that are answered. */
  readonly most: number;
}

/** What is grouped: the rows of a table, or, each once, the properties that its rows name by their UUIDs and that may be seen. */
export interface GroupedRows {
  readonly table: string;
  readonly properties: {
    /** The column with the UUIDs. */
    readonly uuid: string;
    readonly table: string;
    /** The table of the numbers of those that may be seen; null for all. */
    readonly granted: string | null;
  } | null;
}

export type SummaryQuestion =
  /**
   * One row: `rows`, and `columns`, for each in its order (nulls, least, greatest, distinct). Least and greatest are texts of at most 200
   * characters, and of a list the numbers of its items; null without values, and for what has no order. `distinct` is an estimate, which can be a quarter off.
   */
  | { readonly ask: 'column-facts'; readonly table: string; readonly columns: readonly AskedColumn[] }
  /** One row: `spreads`, for each in its order (distinct, items), with items (value, rows). `distinct` is exact; null where it was not to be counted. */
  | { readonly ask: 'spreads'; readonly table: string; readonly spreads: readonly Spread[] }
  /**
   * A row for each group of each grouping, in their order: `grouping` (from 0), `key` (texts), `figures` (one for each measure), and
   * `groups`, how many there are of this grouping.
   */
  | { readonly ask: 'groups'; readonly rows: GroupedRows; readonly groupings: readonly Grouped[] };
