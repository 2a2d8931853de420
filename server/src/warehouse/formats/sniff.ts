/** Which forms of numbers and days the first rows of a file have, and which words mean nothing there. */
import type { ScalarType } from '../../core/columns.ts';
import { MONTH_IN_WORDS, numberPattern, whole, YEAR_FIRST, YEAR_LAST } from './patterns.ts';
import {
  type CellForms,
  type DayStyle,
  type Delimiter,
  EMPTY_WORD_SET,
  type GivenFormat,
  type NumberStyle,
} from './text-format.ts';

/** The cells of a column of the type. */
export interface SampledColumn {
  readonly type: ScalarType | null;
  readonly cells: readonly string[];
}

export interface Sniffed {
  /** Null if all cells are as columns are declared, so far as can be seen. */
  readonly forms: CellForms | null;
  readonly guesses: readonly string[];
}

const PLAIN_NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
const POINT = whole(numberPattern('point', true));
const COMMA = whole(numberPattern('comma', true));
const YEAR_LAST_FORM = whole(YEAR_LAST);
const OTHER_DAYS = [...YEAR_FIRST, MONTH_IN_WORDS].map(whole);

const NUMBER_TYPES: readonly (ScalarType | null)[] = ['id', 'count', 'number', 'fraction', 'money'];

/** A column is of a form that this share of its cells has: a stray cell of another form is a fault. Many amounts need no mark. */
const LEAST_SHARE = 0.2;

/** The cells of the columns of which enough are of one of the forms. */
function cellsOfForm(columns: readonly SampledColumn[], isOfForm: (cell: string) => boolean): readonly string[] {
  const filled = columns.map(({ cells }) =>
    cells.filter((cell) => cell !== '' && !EMPTY_WORD_SET.has(cell.toLowerCase())),
  );
  return filled.filter((cells) => cells.filter(isOfForm).length > LEAST_SHARE * cells.length).flat();
}

function isMarkedNumber(cell: string): boolean {
  return !PLAIN_NUMBER.test(cell) && (POINT.test(cell) || COMMA.test(cell));
}

function isMarkedDay(cell: string): boolean {
  return !ISO_DAY.test(cell) && (YEAR_LAST_FORM.test(cell) || OTHER_DAYS.some((form) => form.test(cell)));
}

function numberStyle(cells: readonly string[], separator: Delimiter): { style: NumberStyle; guess: string | null } {
  let [onlyPoint, onlyComma, either, marked] = [0, 0, 0, 0];
  for (const cell of cells) {
    const [point, comma] = [POINT.test(cell), COMMA.test(cell)];
    if (point && !comma) onlyPoint++;
    else if (comma && !point) onlyComma++;
    else if (comma && /[.,]/.test(cell)) either++;
    if (point && !PLAIN_NUMBER.test(cell)) marked++;
  }
  if (onlyComma > onlyPoint) return { style: 'comma', guess: null };
  if (marked === 0 && onlyComma === 0) return { style: 'plain', guess: null };
  if (onlyPoint > 0 || either === 0) return { style: 'point', guess: null };
  // `1,234` alone: separated by semicolons where a comma is the decimal mark, by commas where it is not.
  const style = separator === ';' ? 'comma' : 'point';
  return { style, guess: `${style === 'comma' ? 'a comma' : 'a point'} is the decimal mark (--numbers)` };
}

function dayStyle(cells: readonly string[]): { style: DayStyle; guess: string | null } {
  const parts = cells.flatMap((cell) => {
    const found = YEAR_LAST_FORM.exec(cell);
    return found === null ? [] : [{ first: Number(found[1]), second: Number(found[2]), hasPoint: cell.includes('.') }];
  });
  if (parts.length === 0) {
    return { style: cells.length > 0 ? 'ymd' : 'iso', guess: null };
  }
  const dayFirst = parts.filter(({ first }) => first > 12).length;
  const monthFirst = parts.filter(({ second }) => second > 12).length;
  if (dayFirst !== monthFirst) return { style: dayFirst > monthFirst ? 'dmy' : 'mdy', guess: null };
  const style = parts.filter(({ hasPoint }) => hasPoint).length > parts.length / 2 ? 'dmy' : 'mdy';
  return { style, guess: `${style === 'dmy' ? 'the day' : 'the month'} comes first in dates (--dates)` };
}

function emptyWords(columns: readonly SampledColumn[]): readonly string[] {
  const found = new Set<string>();
  for (const { type, cells } of columns) {
    if (type === 'text' || type === null) continue;
    for (const cell of cells) if (EMPTY_WORD_SET.has(cell.toLowerCase())) found.add(cell.toLowerCase());
  }
  return [...found].sort();
}

/** @param given by an operator, in place of what the rows say. */
export function sniffForms(columns: readonly SampledColumn[], given: GivenFormat, separator: Delimiter): Sniffed {
  const trimmed = columns.map(({ type, cells }) => ({ type, cells: cells.map((cell) => cell.trim()) }));
  const ofNumbers = trimmed.filter(({ type }) => NUMBER_TYPES.includes(type));
  const ofDays = trimmed.filter(({ type }) => type === 'date');
  const numbers = numberStyle(cellsOfForm(ofNumbers, isMarkedNumber), separator);
  const dates = dayStyle(cellsOfForm(ofDays, isMarkedDay));
  const empty = given.empty?.map((word) => word.trim().toLowerCase());
  const forms: CellForms = {
    numbers: given.numbers ?? numbers.style,
    dates: given.dates ?? dates.style,
    empty: empty ?? emptyWords(trimmed),
    emptyEverywhere: empty !== undefined,
  };
  const guesses = [given.numbers === undefined ? numbers.guess : null, given.dates === undefined ? dates.guess : null];
  const isPlain = forms.numbers === 'plain' && forms.dates === 'iso' && forms.empty.length === 0;
  return { forms: isPlain ? null : forms, guesses: guesses.filter((guess) => guess !== null) };
}
