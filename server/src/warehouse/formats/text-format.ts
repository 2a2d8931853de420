/** How a provider writes its text files: what a load finds out by itself, and what an operator may say instead. */

export const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Empty: none, each quote is a character like any other. */
export const QUOTES = ['"', "'", ''] as const;
export type Quote = (typeof QUOTES)[number];

/** What lies between the cells of a record, and around those that need it. */
export interface CsvShape {
  readonly separator: Delimiter;
  readonly quote: Quote;
}

/**
 * `plain`: 1234.5 and nothing else · `point`: also $1,234.50, (1,234.50) for less than nothing, 95% for 0.95 · `comma`: 1.234,50 €, and
 * a point is never a decimal one.
 */
export const NUMBER_STYLES = ['plain', 'point', 'comma'] as const;
export type NumberStyle = (typeof NUMBER_STYLES)[number];

/**
 * `iso`: 2019-01-31 and nothing else · `ymd`: also 2019/1/31, 20190131 and with a time of the day · `mdy`: also 1/31/2019 · `dmy`: also
 * 31.01.2019. All but `iso` read months in words too.
 */
export const DAY_STYLES = ['iso', 'ymd', 'mdy', 'dmy'] as const;
export type DayStyle = (typeof DAY_STYLES)[number];

/** What stands in the cells. */
export interface CellForms {
  readonly numbers: NumberStyle;
  readonly dates: DayStyle;
  /** Words that mean an empty cell, in lower case: those of `unmistakable` in every column, others in columns that are not text. */
  readonly empty: readonly string[];
  /** The same in every column: an operator said so. */
  readonly emptyEverywhere: boolean;
}

/** What an operator said; the rest is found out. */
export interface GivenFormat {
  readonly encoding?: Encoding;
  readonly delimiter?: Delimiter;
  readonly quote?: Quote;
  /** The line of the header, from 1; else it is the first that is not blank. */
  readonly headerLine?: number;
  readonly numbers?: NumberStyle;
  readonly dates?: DayStyle;
  readonly empty?: readonly string[];
}

/** How a file was read. */
export interface FoundFormat extends CsvShape {
  readonly encoding: Encoding;
  readonly headerLine: number;
  /** Null for cells that are as the tables' columns are declared. */
  readonly forms: CellForms | null;
  /** What the rows did not decide: which of them are guesses, in words. */
  readonly guesses: readonly string[];
}

/** No text of any column is one of these by itself. */
export const UNMISTAKABLE = [
  'null',
  '(null)',
  '\\n',
  '#n/a',
  'n/a',
  'nan',
  '<na>',
  '#value!',
  '#ref!',
  '#div/0!',
] as const;
/** In a column of numbers, days or truth values. */
const EMPTY_WORDS = [
  ...UNMISTAKABLE,
  '-',
  '--',
  '—',
  '–',
  '.',
  '?',
  'na',
  'none',
  'nil',
  'n.a.',
  'unknown',
  'unk',
  'tbd',
  'not available',
  'missing',
  'blank',
] as const;
export const EMPTY_WORD_SET: ReadonlySet<string> = new Set(EMPTY_WORDS);
