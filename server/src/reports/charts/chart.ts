/** What a chart of a result is. Which of them a result has follows from its columns. */

import type { Grouping } from '../../core/plan/summary.ts';
import type { ChartKind } from './summary.ts';

/** Besides the columns’ own. */
export type CountedUnit = 'properties' | 'rows' | 'units';

/** One figure about each group: by a column, or how many rows there are. The unit is the column’s where none is given. */
export type ChartMeasure =
  | { readonly label: string; readonly how: 'rows'; readonly unit: CountedUnit }
  | {
      readonly label: string;
      readonly how: 'distinct' | 'sum' | 'mean';
      readonly column: string;
      readonly unit?: CountedUnit;
    };

export interface Chart {
  readonly name: string;
  readonly kind: ChartKind;
  readonly title: string;
  /** What the groups are. */
  readonly axis: string;
  /** `latest`: each property, unit or floorplan once, as it was on its last day. */
  readonly rows: 'all' | 'latest';
  readonly by: Exclude<Grouping, { readonly kind: 'cell' | 'day' }> | { readonly kind: 'day' };
  readonly order: 'by-group' | 'by-first-measure';
  /** Those whose columns the result lacks are left out, and the chart without any. */
  readonly measures: readonly ChartMeasure[];
}

export interface MapChart {
  readonly title: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly rows: Chart['rows'];
  readonly measures: readonly ChartMeasure[];
}

/** All that a kind of result may show. */
export interface ChartSet {
  readonly charts: readonly Chart[];
  readonly map: MapChart | null;
}

export const NO_CHARTS: ChartSet = { charts: [], map: null };

/** The lower bounds of the classes by which buildings are counted. */
export const SIZE_CLASSES = [1, 5, 20, 50, 100, 200, 500] as const;
export const DECADE = 10;
