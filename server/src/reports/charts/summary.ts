/** What a finished result holds, as it is told: about each column, and in the figures of charts. */
import type { ColumnType } from '../../core/columns.ts';

export interface Bin {
  /** Inclusive. */
  readonly from: number | string;
  /** Exclusive, but for the last one. */
  readonly to: number | string;
  readonly rows: number;
}

export interface FrequentValue {
  readonly value: string;
  readonly rows: number;
}

/** How a column’s values spread: over equal steps, or over the most frequent of them. */
export type Distribution =
  | { readonly kind: 'bins'; readonly bins: readonly Bin[] }
  | { readonly kind: 'values'; readonly values: readonly FrequentValue[] };

export interface ColumnSummary {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit: string | null;
  readonly nulls: number;
  /** Of a list: of the numbers of its items. Null without values, and for what has no order. */
  readonly least: string | null;
  readonly greatest: string | null;
  readonly distinct: number;
  /** The engine has estimated `distinct`: it can be a quarter off. */
  readonly isEstimate: boolean;
  /** Null where nearly every row has a value of its own, and for what has no order. */
  readonly distribution: Distribution | null;
}

export const CHART_KINDS = ['line', 'bars'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** What a figure says. */
export interface MeasureWords {
  readonly label: string;
  /** As of a column: `usd_per_month`; `fraction` for a share of a whole. */
  readonly unit: string;
}

export interface ChartGroup {
  /** As people read it; null for rows that have no value there. */
  readonly label: string | null;
  /** For each measure. */
  readonly values: readonly (number | null)[];
}

export interface ChartFigures {
  readonly name: string;
  readonly kind: ChartKind;
  readonly title: string;
  /** What the groups are. */
  readonly axis: string;
  readonly measures: readonly MeasureWords[];
  readonly groups: readonly ChartGroup[];
  /** Groups that were left out: the smallest ones. */
  readonly leftOut: number;
  /** Of a line: how many days lie between two points. */
  readonly everyDays: number | null;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly values: readonly (number | null)[];
}

export interface MapFigures {
  readonly title: string;
  /** Of the places: the first is how many properties are there. */
  readonly measures: readonly MeasureWords[];
  readonly places: readonly Place[];
  readonly leftOut: number;
}

export interface ResultSummary {
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** Columns of the file that are not summarised: it has too many. */
  readonly columnsLeftOut: number;
  readonly charts: readonly ChartFigures[];
  readonly map: MapFigures | null;
}
