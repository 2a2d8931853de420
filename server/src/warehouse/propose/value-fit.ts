/** Whether what stands in a column of a file can be what a column of ours holds, and what must be done to it. */
import { isScalar } from '../../core/column-types.ts';
import type { ScalarType } from '../../core/columns.ts';
import { parsePostalState } from '../../core/input/states.ts';
import { MONTH_IN_WORDS, numberPattern, whole, YEAR_FIRST, YEAR_LAST } from '../formats/patterns.ts';
import { EMPTY_WORD_SET } from '../formats/text-format.ts';
import type { CellSource } from '../mapping/mapping.ts';
import type { TableColumn } from '../tables.ts';

export interface Fit {
  /** Of the cells, how many can be read. */
  readonly share: number;
  /** What the mapping says beside the column's name. */
  readonly steps: Partial<CellSource>;
  /** Why, for who reads the proposal. */
  readonly note: string | null;
}

/** Fewer readable cells, and the column is another one. */
const LEAST_SHARE = 0.6;
const NUMBERS = [numberPattern('point', true), numberPattern('comma', true), '[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?'].map(
  whole,
);
const WHOLE_NUMBERS = [/^[-+]?\d{1,3}(?:[,. ']\d{3})*(?:\.0*)?$/, /^[-+]?\d+(?:\.0*)?$/];
const DAYS = [...YEAR_FIRST, YEAR_LAST, MONTH_IN_WORDS].map(whole);
const TRUTHS = /^(?:true|false|t|f|yes|no|y|n|0|1)$/i;
const YEAR_AMONG_WORDS = /(?:1[6-9]|20)\d{2}/;
const PLAIN_YEAR = /^(?:1[6-9]|20|21)\d{2}(?:\.0*)?$/;

/** Of what our own words are called elsewhere. */
const STATUS_WORDS: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  unit_status: {
    available:
      /^(?:available|vacant(?: (?:unrented|not leased|ready|available|unleased).*)?|vac|v|on market|listed|unrented|notice unrented|vacant-? ?unrented.*)$/i,
    applied: /^(?:applied|pending|application|hold|on hold|reserved|applicant|app pending)$/i,
    leased:
      /^(?:leased|rented|occupied(?: .*)?|occ|o|vacant (?:rented|leased).*|vacant-? ?(?:rented|leased).*|notice rented|current)$/i,
  },
  asset_category: {
    multifamily: /^(?:multi-?family.*|apartments?.*|mf)$/i,
    commercial: /^(?:commercial|office|retail|industrial|hospitality).*$/i,
    sfr: /^(?:sfr|single[- ]family.*)$/i,
    condo: /^condo.*$/i,
    land: /^(?:land|vacant land)$/i,
    other: /^other$/i,
  },
};

const DIGITS = /^\d+(?:\.\d+)?$/;
const COMPASS = /^(?:[NS]?[EW]|[NS]|(?:north|south)?(?:east|west)?)\.?$/i;

/** Of `Class A`, with some room. */
const LONGEST_CLASS = 8;
/** `Unit Number` is the name of one, `Units Number` and `Number of Units` count them. */
const NAMES_ONE = /[a-rt-z][ _.-]*(?:number|nbr|num|no)\.?$/i;

/** Of texts that can't be any: `CAPITOL` is no state, and `2210` no city. */
const TEXTS: Readonly<Record<string, (cell: string) => boolean>> = {
  state: (cell) => parsePostalState(cell) !== null,
  zip_code: (cell) => /^\d{3,5}(?:-?\d{4})?$/.test(cell),
  zip4: (cell) => /^\d{1,4}$/.test(cell),
  fips: (cell) => DIGITS.test(cell),
  census_tract: (cell) => DIGITS.test(cell),
  house_nbr: (cell) => /\d/.test(cell),
  direction_left: (cell) => COMPASS.test(cell),
  direction_right: (cell) => COMPASS.test(cell),
  property_class: (cell) => cell.length <= LONGEST_CLASS,
  property_url: (cell) => /^[^\s.]+\.\S+$/.test(cell),
  website: (cell) => /^[^\s.]+\.\S+$/.test(cell),
};

/** Columns of texts that are words, whatever else they are. */
const WORDS = /^(?:city|county|municipality|mode|owner_type|.*_name|.*_description|.*_details|name)$/;
/** Names that are numbers as often as not. */
const NUMBERED = /^(?:unit|building|floorplan)_name$/;

function matchesText(column: string, cell: string): boolean {
  const own = TEXTS[column];
  if (own !== undefined) return own(cell);
  return !WORDS.test(column) || NUMBERED.test(column) || /\p{L}/u.test(cell);
}

function matchesType(type: ScalarType, cell: string): boolean {
  switch (type) {
    case 'id':
    case 'count':
      return WHOLE_NUMBERS.some((form) => form.test(cell));
    case 'number':
    case 'money':
    case 'fraction':
      return NUMBERS.some((form) => form.test(cell));
    case 'date':
    case 'instant':
      return DAYS.some((form) => form.test(cell));
    case 'boolean':
      return TRUTHS.test(cell);
    case 'text':
      return true;
  }
}

function shareOf(cells: readonly string[], fits: (cell: string) => boolean): number {
  return cells.length === 0 ? 1 : cells.filter(fits).length / cells.length;
}

const PLAIN: Pick<Fit, 'steps' | 'note'> = { steps: {}, note: null };

function yearFit(cells: readonly string[]): Fit | null {
  const plain = shareOf(cells, (cell) => PLAIN_YEAR.test(cell));
  if (plain === 1) return { share: 1, ...PLAIN };
  const share = shareOf(cells, (cell) => YEAR_AMONG_WORDS.test(cell));
  return { share, steps: { take: 'year' }, note: 'some cells say more than a year' };
}

function number(cell: string): number {
  return Number(cell.replace(/[^\d.-]/g, ''));
}

/** Bare numbers from 0 to 100 are percent where a share is wanted. */
function shareFit(theirs: string, cells: readonly string[], share: number): Fit {
  const bare = cells.filter((cell) => !cell.includes('%'));
  const isPercent = bare.some((cell) => Math.abs(number(cell.replace(/,(?=\d{1,2}$)/, '.'))) > 1.5);
  if (isPercent) return { share, steps: { unit: 'percent' }, note: 'the cells are percent' };
  const isAsked = bare.length > 0 && /%|percent|pct/i.test(theirs);
  return {
    share,
    steps: {},
    note: isAsked ? 'its cells are taken for shares: add `unit: percent` if 1 is one percent' : null,
  };
}

function wordsFit({ name, oneOf = [] }: TableColumn, cells: readonly string[]): Fit {
  const known = STATUS_WORDS[name] ?? {};
  const values: Record<string, string> = {};
  let read = 0;
  for (const cell of cells) {
    const own = oneOf.find((word) => word.toLowerCase() === cell.toLowerCase());
    const meant = own ?? Object.entries(known).find(([, form]) => form.test(cell))?.[0];
    if (meant === undefined) continue;
    read++;
    if (own === undefined) values[cell] = meant;
  }
  const share = cells.length === 0 ? 1 : read / cells.length;
  return Object.keys(values).length === 0
    ? { share, ...PLAIN }
    : { share, steps: { values }, note: 'check what each word means' };
}

function listFit(cells: readonly string[]): Fit | null {
  const separator = [';', '|', ','].find((mark) => cells.some((cell) => cell.includes(mark)));
  if (cells.some((cell) => cell.startsWith('['))) return { share: 1, ...PLAIN };
  return { share: 1, steps: { list: separator ?? ';' }, note: null };
}

/** Null if the cells can't be of the column. @param cells which are not empty. */
export function fitOf(column: TableColumn, theirs: string, cells: readonly string[]): Fit | null {
  const told = cells.filter((cell) => !EMPTY_WORD_SET.has(cell.toLowerCase()));
  const { type } = column;
  if (type === 'count' && column.unit !== 'year' && NAMES_ONE.test(theirs)) return null;
  if (!isScalar(type)) return 'list' in type && type.list === 'text' ? listFit(told) : null;
  const share = shareOf(told, (cell) => (type === 'text' ? matchesText(column.name, cell) : matchesType(type, cell)));
  const fit = ((): Fit | null => {
    if (column.unit === 'year') return yearFit(told);
    if (column.oneOf !== undefined) return wordsFit(column, told);
    if (type === 'fraction') return shareFit(theirs, told, share);
    return { share, ...PLAIN };
  })();
  return fit === null || fit.share < LEAST_SHARE ? null : fit;
}
