/** What a report is. The query, the stored tables, the JSON Schema and the dictionary derive from values of these types. */
import type { Column } from '../../core/columns.ts';
import type { ReportType } from '../../core/job.ts';
import type { Expression } from '../../core/plan/expression.ts';

/** The warehouse tables that reports read, with the columns that identify a row. In day tables the last one is the day. */
export const SOURCES = {
  properties: ['property_id'],
  property_days: ['property_id', 'date'],
  units: ['property_id', 'unit_id'],
  unit_days: ['property_id', 'unit_id', 'date'],
  floorplans: ['property_id', 'floorplan_id'],
  floorplan_days: ['property_id', 'floorplan_id', 'date'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Source = keyof typeof SOURCES;
export const DAY_COLUMN = 'date';

/**
 * Text with a form. A load restores what spreadsheets and data frames make of it where that is certain (a ZIP code that lost its zero,
 * `3904.0`, a state in words), and refuses the rest; where `othersStay`, as in addresses that may lie abroad, it keeps the rest as it is.
 *
 * `digits`: a code of exactly so many digits, of which the first may be zeros; with fewer than `least` it is not the code.
 */
export type TextForm =
  | { readonly kind: 'zip-code' | 'state'; readonly othersStay: boolean }
  | { readonly kind: 'digits'; readonly count: number; readonly least: number };

/** Which values a column can have; a load refuses the others. */
export interface Bounds {
  /** Inclusive. */
  readonly min?: number;
  /** Inclusive. */
  readonly max?: number;
  /** A load ignores case and stores the spelling given here. */
  readonly oneOf?: readonly string[];
  readonly form?: TextForm;
}

export interface ReportColumn extends Column, Bounds {
  /**
   * Over the report's aliases. A plain column also declares that the table behind the alias stores a column of this declaration;
   * anything else may only use columns that are declared in this way, in any report.
   */
  readonly expression: Expression;
}

/** `d` is the day table: its rows are the report's rows. The others add to them if they have a row with the same key. */
type SourceAliases = Readonly<Record<'d', Source> & Partial<Record<'p' | 'u' | 'f', Source>>>;
export type Alias = keyof SourceAliases;

export interface Report {
  readonly type: ReportType;
  readonly title: string;
  readonly description: string;
  /** What one row is. */
  readonly grain: string;
  /** The columns that identify a row; rows are ordered by them. */
  readonly key: readonly string[];
  /** The column with the row's day. */
  readonly dayColumn: string;
  readonly tables: SourceAliases;
  /** In the order of every output. */
  readonly columns: readonly ReportColumn[];
}
