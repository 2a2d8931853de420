/** One line of an address: a house number, a street, a unit, and what stands behind them. */
import { standardDirection } from '../directionals.ts';
import { cardinalAt, ordinalAt } from '../number-words.ts';
import { isStreetType } from '../suffixes.ts';
import { isFloorWord, opensAside, strictDesignator } from '../units.ts';
import {
  type HouseNumber,
  hyphenatedFrom,
  readGridNumber,
  readHouseNumber,
  spanOf,
  withSuffix,
} from './house-number.ts';
import { readStreet, type Street } from './street.ts';
import { findStreetRun, type StreetRun, startsUnit } from './street-run.ts';
import { readUnit } from './unit.ts';

/** One way to read a line. */
export interface LineReading {
  readonly number: HouseNumber;
  readonly street: Street;
  /** The street's words as they stood. */
  readonly streetWords: readonly string[];
  /** All words behind the house number, for comparisons that don't trust the street's end. */
  readonly tail: readonly string[];
  readonly unit: string;
  /** Words behind street and unit: a town, or a remark. */
  readonly rest: readonly string[];
}

interface NumberAt {
  readonly number: HouseNumber;
  readonly next: number;
}

/** What is known about a line before it is read. */
export interface LineBounds {
  /** One behind the last word that may belong to the street. */
  readonly limit: number;
  /** True where no town stands in the line, so that a street may go on to its end. */
  readonly closed: boolean;
}

/** Further readings cost a look-up each and find little. */
const MOST_PLACES = 3;
const MARKS = new Set([',', '-', '#', '&', '@']);
const SPAN_MARKS = new Set(['-', '&', 'AND', 'TO', 'THRU', 'THROUGH', 'AKA']);
const NUMBERED_HEAD =
  /^(?:BOX|LOCKBOX|DRAWER|LOT|HIGHWAY|HWY|ROUTE|RTE|RT|RR|RFD|HC|HCR|ROAD|BLOCK|BLK|FILE|MILE|EXIT|POB|OF)$/;

/** Every reading of a line, the likeliest first; none where no house number with a street is in it. */
export function readLine(words: readonly string[], bounds: LineBounds): LineReading[] {
  const readings: LineReading[] = [];
  let read = 0;
  for (const start of numberPlaces(words, bounds.limit)) {
    if (start < read) continue;
    const at = readNumber(words, start, bounds.limit);
    const queens = queensNumber(words, start, bounds.limit);
    const places = queens === undefined ? [at] : isNumberedStreet(words, start + 2) ? [queens, at] : [at, queens];
    for (const place of places) {
      if (place === undefined) continue;
      const [first, ...others] = readBehind(words, start, place, bounds);
      if (first === undefined) continue;
      readings.push(first, ...others);
      read = Math.max(read, place.next + first.streetWords.length);
    }
  }
  return readings;
}

/** Where a house number may stand: first of all at the beginning, then behind a comma, then anywhere in front of a name. */
function numberPlaces(words: readonly string[], limit: number): number[] {
  const places: number[] = [];
  for (let index = 0; index < limit && places.length < MOST_PLACES; index++) {
    const word = words[index] ?? '';
    const opens = index === 0 || words[index - 1] === ',' || words[index - 1] === '-';
    if (!/\d/.test(word) && !(opens && cardinalAt(words, index) !== undefined)) continue;
    if (isPlace(words, index, opens)) places.push(index);
  }
  return places;
}

function isPlace(words: readonly string[], index: number, opens: boolean): boolean {
  const before = words[index - 1] ?? '';
  if (NUMBERED_HEAD.test(before) || isUnitHead(words, index - 1)) return false;
  const next = words[index + 1] ?? '';
  if (next === '' || (next === 'BOX' && /[\d#]/.test(words[index + 2] ?? '')) || isFloorWord(next)) return false;
  if (opens) return true;
  if (readHouseNumber(words[index] ?? '') === undefined || MARKS.has(next) || opensAside(next)) return false;
  if (strictDesignator(next) !== undefined) return false;
  return !/^\d+$/.test(next) || isStreetType(words[index + 2] ?? '');
}

/** What stands before the number of a unit. Behind a whole floor (`4TH FLOOR 300 EAST …`) a house number may follow. */
function isUnitHead(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  if (word === '#' || word === 'NO')
    return at > 0 || (readHouseNumber(words[at + 2] ?? '') !== undefined && !isStreetType(words[at + 3] ?? ''));
  if (strictDesignator(word) === undefined) return false;
  return !(isFloorWord(word) && ordinalAt(words, at - 1) !== undefined);
}

function readNumber(words: readonly string[], start: number, limit: number): NumberAt | undefined {
  const first = oneNumber(words, start);
  if (first === undefined) return undefined;
  let { number, next } = first;
  const span = followingSpan(words, number, next, limit);
  if (span !== undefined) return span;
  if (/^\d\/\d$/.test(words[next] ?? '')) {
    number = withSuffix(number, words[next] ?? '');
    next++;
  } else if (isNumberLetter(words, next, limit)) {
    number = withSuffix(number, words[next] ?? '');
    next++;
  }
  return { number, next };
}

function oneNumber(words: readonly string[], start: number): NumberAt | undefined {
  const word = words[start] ?? '';
  const number = readHouseNumber(word);
  if (number !== undefined) return { number, next: start + 1 };
  const next = words[start + 1] ?? '';
  if (/^[NSEW]\d+[NSEW]?$/.test(word) && /^[NSEW]\d+$/.test(next)) {
    const grid = readHouseNumber(word + next);
    return grid === undefined ? undefined : { number: grid, next: start + 2 };
  }
  const lettered = readGridNumber(word);
  if (lettered !== undefined && /^[A-Z]{2}/.test(next)) return { number: lettered, next: start + 1 };
  const spelled = cardinalAt(words, start);
  if (spelled === undefined) return undefined;
  const value = readHouseNumber(String(spelled.value));
  return value === undefined ? undefined : { number: value, next: start + spelled.words };
}

/** `886 AND 888 BROADWAY`, `100 - 104`, `100, 102 & 104`: all of them, when a street follows. */
function followingSpan(
  words: readonly string[],
  first: HouseNumber,
  next: number,
  limit: number,
): NumberAt | undefined {
  let last: HouseNumber | undefined;
  let index = next;
  let mark = '';
  for (;;) {
    const between = words[index] ?? '';
    if (isListed(words, index)) {
      last = readHouseNumber(between);
      mark = '&';
      index++;
      continue;
    }
    const listed = between === ',' && isFurtherNumber(words[next - 1], words[index + 1]);
    if (!SPAN_MARKS.has(between) && !listed) break;
    const further = readHouseNumber(words[index + 1] ?? '');
    if (further === undefined || index + 2 >= limit) break;
    last = further;
    mark = between;
    index += 2;
  }
  if (
    last === undefined ||
    MARKS.has(words[index] ?? '') ||
    (isStreetType(words[index] ?? '') && !opensName(words, index))
  )
    return undefined;
  const joined =
    mark === '-' && index === next + 2 ? readHouseNumber(`${words[next - 1]}-${words[next + 1]}`) : undefined;
  const number = joined ?? spanOf(first, last, mark);
  return number === undefined ? undefined : { number, next: index };
}

/** `COURT STREET`, `ST MARKS AVENUE`, `AVENUE I`: a street type that is a name, or begins one. */
function opensName(words: readonly string[], index: number): boolean {
  const next = words[index + 1] ?? '';
  if (isStreetType(next)) return true;
  if (words[index] === 'ST') return /^[A-Z]{3}/.test(next) && isStreetType(words[index + 2] ?? '');
  return /^AVE(?:NUE)?$/.test(words[index] ?? '') && /^[A-Z]$/.test(next) && standardDirection(next) === undefined;
}

/** A higher number of as many digits. */
function isFurtherNumber(before: string | undefined, number: string | undefined): boolean {
  if (before === undefined || number === undefined || !/^\d+$/.test(number)) return false;
  return before.length === number.length && Number(number) > Number(before);
}

/** `809 811 841 BRIGHTSEAT ROAD`: a further number of as many digits, with a name or one more such number behind it. */
function isListed(words: readonly string[], index: number): boolean {
  const number = words[index] ?? '';
  const before = words[index - 1] ?? '';
  const next = words[index + 1] ?? '';
  if (number.length < 3 || !isFurtherNumber(before, number)) return false;
  return /^\d+$/.test(next) ? next.length === number.length : /^[A-Z]/.test(next) && !isStreetType(next);
}

/** `214 B South Boulevard`: a letter between number and street, unless it is the street's name (`1800 M Street`). */
function isNumberLetter(words: readonly string[], at: number, limit: number): boolean {
  const letter = words[at] ?? '';
  const next = words[at + 1] ?? '';
  if (!/^[A-Z]$/.test(letter) || standardDirection(letter) !== undefined || at + 1 >= limit) return false;
  return /[A-Z]{2}|^[NSEW]$/.test(next) && next !== 'AND' && !isStreetType(next) && !startsUnit(words, at + 1, true);
}

/** Two numbers in a row may be one of Queens: `59 11 161ST ST` for 59-11. */
function queensNumber(words: readonly string[], start: number, limit: number): NumberAt | undefined {
  const first = words[start] ?? '';
  const second = words[start + 1] ?? '';
  if (!/^\d{1,3}$/.test(first) || !/^\d{1,2}[A-Z]?$/.test(second) || start + 2 >= limit) return undefined;
  const third = words[start + 2] ?? '';
  const isLettered = isStreetType(third) && /^[A-Z]$/.test(words[start + 3] ?? '');
  if (MARKS.has(third) || (isStreetType(third) && !isLettered)) return undefined;
  const number = hyphenatedFrom(first, second);
  return number === undefined ? undefined : { number, next: start + 2 };
}

function isNumberedStreet(words: readonly string[], at: number): boolean {
  const index = standardDirection(words[at] ?? '') === undefined ? at : at + 1;
  return /^\d+(?:ST|ND|RD|TH)?$/.test(words[index] ?? '');
}

function readBehind(
  words: readonly string[],
  start: number,
  at: NumberAt,
  { limit, closed }: LineBounds,
): LineReading[] {
  let from = at.next;
  while (from < limit && (words[from] === ',' || words[from] === '-')) from++;
  let unit = leadingUnit(words, start);
  if (words[from] === '#') {
    const between = readUnit(words, from, limit);
    unit = between.id;
    from = between.next;
    if (words[from] === ',') from++;
  }
  if (from >= limit || !isStreetBeginning(words, from, limit)) return [];
  const run = findStreetRun(words, from, limit, closed);
  if (run === undefined) return [];
  const tail = words.slice(from, limit).filter((word) => !MARKS.has(word));
  return runEnds(words, run, closed).map((end) => {
    const streetWords = words.slice(run.start, end).filter((word) => word !== ',' && word !== '#');
    const behind = readUnit(words, end, limit);
    const rest = words.slice(behind.next, limit);
    return { number: at.number, street: readStreet(streetWords), streetWords, tail, unit: behind.id || unit, rest };
  });
}

/** A street type right behind the number is no street (`5 AVE & 42 ST`), unless a letter or a name follows it. */
function isStreetBeginning(words: readonly string[], from: number, limit: number): boolean {
  const word = words[from] ?? '';
  if (!/[A-Z0-9]/.test(word)) return false;
  if (strictDesignator(word) !== undefined) return isStreetType(words[from + 1] ?? '');
  if (!isStreetType(word)) return /[A-Z]/.test(word) || from + 1 < limit || /^\d+$/.test(word);
  const next = words[from + 1] ?? '';
  return from + 1 < limit && !MARKS.has(next) && !/^(?:AND|AT|NEAR|CORNER)$/.test(next);
}

/** Where nothing shows the end of a street and a town follows it, the last word is the town's; other ends are tried too. */
function runEnds(words: readonly string[], run: StreetRun, closed: boolean): number[] {
  if (!run.open || closed) return [run.end];
  const length = run.end - run.start;
  const first = standardDirection(words[run.start] ?? '') === undefined ? 1 : 2;
  if (length <= first) return [run.end];
  const ends = [run.end - 1];
  if (length - 2 >= first) ends.push(run.end - 2);
  ends.push(run.end);
  return ends;
}

/** `APT 1B 626 E KILBOURN AVE`: a unit in front of the house number. */
function leadingUnit(words: readonly string[], start: number): string {
  if (start < 2 || !startsUnit(words, 0, true)) return '';
  return readUnit(words, 0, start).id;
}
