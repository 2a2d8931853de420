/** One line of an address: a house number, a street, a unit, and what follows them. */
import { standardDirection } from '../directionals.ts';
import { cardinalAt, ordinalAt } from '../number-words.ts';
import { readRoad } from '../roads.ts';
import { isStreetType } from '../suffixes.ts';
import { isFloorWord, opensAside, strictDesignator } from '../units.ts';
import type { Words } from '../words.ts';
import {
  type HouseNumber,
  hyphenatedFrom,
  isFraction,
  readGridNumber,
  readHouseNumber,
  spanOf,
  withSuffix,
} from './house-number.ts';
import { readStreet, type Street } from './street.ts';
import { findStreetRun, roadAt, type StreetRun, startsUnit } from './street-run.ts';
import { MARKS } from './text.ts';
import { readUnit } from './unit.ts';

/** One way to read a line. */
export interface LineReading {
  readonly number: HouseNumber;
  readonly street: Street;
  /** The street's words as they stood. */
  readonly streetWords: readonly string[];
  /** All words after the house number, for comparisons that don't trust the street's end. */
  readonly tail: readonly string[];
  readonly unit: string;
  /** Words after street and unit: a town, or a remark. */
  readonly rest: readonly string[];
}

interface NumberAt {
  readonly number: HouseNumber;
  /** After its last word. */
  readonly behind: Words;
}

/** Further readings cost a look-up each and find little. */
const MOST_PLACES = 3;
const SPAN_MARKS = new Set(['-', '&', 'AND', 'TO', 'THRU', 'THROUGH', 'AKA']);
const NUMBERED_HEAD =
  /^(?:BOX|LOCKBOX|DRAWER|LOT|HIGHWAY|HWY|ROUTE|RTE|RT|RR|RFD|HC|HCR|ROAD|BLOCK|BLK|FILE|MILE|EXIT|POB|OF)$/;

/**
 * Every reading of a line, the likeliest first; none if no house number with a street is in it. `closed`: no town stands in the
 * line, so that a street may go on to its end. `state` is the code of where it lies, or empty.
 */
export function readLine(line: Words, closed: boolean, state = ''): LineReading[] {
  const readings: LineReading[] = [];
  let read = 0;
  for (const start of numberPlaces(line, state)) {
    if (start.index < read) continue;
    const at = readNumber(start, state);
    const queens = queensNumber(start);
    const places = queens === undefined ? [at] : isNumberedStreet(queens.behind) ? [queens, at] : [at, queens];
    for (const place of places) {
      if (place === undefined) continue;
      const [first, ...others] = readBehind(start, place, closed, state);
      if (first === undefined) continue;
      readings.push(first, ...others);
      read = Math.max(read, place.behind.index + first.streetWords.length);
    }
  }
  return readings;
}

/** Where a house number may be: first at the beginning, then after a comma, then anywhere in front of a name. */
function numberPlaces(line: Words, state: string): Words[] {
  const places: Words[] = [];
  for (let at = line; !at.isOver && places.length < MOST_PLACES; at = at.skip(1)) {
    const opens = at.isFirst || at.peek(-1) === ',' || at.peek(-1) === '-';
    if (!/\d/.test(at.word) && !(opens && cardinalAt(at) !== undefined)) continue;
    if (isPlace(at, opens, state)) places.push(at);
  }
  return places;
}

function isPlace(at: Words, opens: boolean, state: string): boolean {
  if (!at.isFirst && (NUMBERED_HEAD.test(at.peek(-1)) || isUnitHead(at.back(1)))) return false;
  const next = at.peek(1);
  if (next === 'BOX' && /[\d#]/.test(at.peek(2))) return false;
  // `FL` is also Florida.
  if (isFloorWord(next) && readRoad(at.skip(1), state) === undefined) return false;
  if (opens) return true;
  if (readHouseNumber(at.word) === undefined || MARKS.has(next) || opensAside(next)) return false;
  if (strictDesignator(next) !== undefined) return false;
  return !/^\d+$/.test(next) || isStreetType(at.peek(2));
}

/** The words before the number of a unit. After a whole floor (`4TH FLOOR 300 EAST …`) a house number may follow. */
function isUnitHead(at: Words): boolean {
  const { word } = at;
  if (word === '#' || word === 'NO')
    return !at.isFirst || (readHouseNumber(at.peek(2)) !== undefined && !isStreetType(at.peek(3)));
  if (strictDesignator(word) === undefined) return false;
  return !(isFloorWord(word) && ordinalAt(at.back(1)) !== undefined);
}

function readNumber(start: Words, state: string): NumberAt | undefined {
  const first = oneNumber(start);
  if (first === undefined) return undefined;
  const span = followingSpan(first);
  if (span !== undefined) return span;
  const { number, behind } = first;
  const isLetter = isNumberLetter(behind) && readRoad(behind, state) === undefined;
  if (!isFraction(behind.word) && !isLetter) return first;
  return { number: withSuffix(number, behind.word), behind: behind.skip(1) };
}

function oneNumber(start: Words): NumberAt | undefined {
  const { word } = start;
  const number = readHouseNumber(word);
  if (number !== undefined) return { number, behind: start.skip(1) };
  const next = start.peek(1);
  if (/^[NSEW]\d+[NSEW]?$/.test(word) && /^[NSEW]\d+$/.test(next)) {
    const grid = readHouseNumber(word + next);
    return grid === undefined ? undefined : { number: grid, behind: start.skip(2) };
  }
  const lettered = readGridNumber(word);
  if (lettered !== undefined && /^[A-Z]{2}/.test(next)) return { number: lettered, behind: start.skip(1) };
  const spelled = cardinalAt(start);
  if (spelled === undefined) return undefined;
  const value = readHouseNumber(String(spelled.value));
  return value === undefined ? undefined : { number: value, behind: start.skip(spelled.words) };
}

/** `886 AND 888 BROADWAY`, `100 - 104`, `100, 102 & 104`: all of them, when a street follows. */
function followingSpan({ number: first, behind }: NumberAt): NumberAt | undefined {
  const before = behind.peek(-1);
  let last: HouseNumber | undefined;
  let at = behind;
  let mark = '';
  for (;;) {
    const between = at.word;
    if (isListed(at)) {
      last = readHouseNumber(between);
      mark = '&';
      at = at.skip(1);
      continue;
    }
    const listed = between === ',' && isFurtherNumber(before, at.peek(1));
    if (!SPAN_MARKS.has(between) && !listed) break;
    const further = readHouseNumber(at.peek(1));
    if (further === undefined || !at.has(3)) break;
    last = further;
    mark = between;
    at = at.skip(2);
  }
  if (last === undefined || MARKS.has(at.word) || (isStreetType(at.word) && !opensName(at))) return undefined;
  const isPair = mark === '-' && at.index === behind.skip(2).index;
  const joined = isPair ? readHouseNumber(`${before}-${behind.peek(1)}`) : undefined;
  const number = joined ?? spanOf(first, last, mark);
  return number === undefined ? undefined : { number, behind: at };
}

/** `COURT STREET`, `ST MARKS AVENUE`, `AVENUE I`: a street type that is a name, or begins one. */
function opensName(at: Words): boolean {
  const next = at.peek(1);
  if (isStreetType(next)) return true;
  if (at.word === 'ST') return /^[A-Z]{3}/.test(next) && isStreetType(at.peek(2));
  return /^AVE(?:NUE)?$/.test(at.word) && /^[A-Z]$/.test(next) && standardDirection(next) === undefined;
}

/** A higher number of as many digits. */
function isFurtherNumber(before: string, number: string): boolean {
  if (!/^\d+$/.test(number)) return false;
  return before.length === number.length && Number(number) > Number(before);
}

/** `809 811 841 BRIGHTSEAT ROAD`: a further number of as many digits, with a name or one more such number after it. */
function isListed(at: Words): boolean {
  const number = at.word;
  const next = at.peek(1);
  if (number.length < 3 || !isFurtherNumber(at.peek(-1), number)) return false;
  return /^\d+$/.test(next) ? next.length === number.length : /^[A-Z]/.test(next) && !isStreetType(next);
}

/** `214 B South Boulevard`: a letter between number and street, unless it is the street's name (`1800 M Street`). */
function isNumberLetter(at: Words): boolean {
  const letter = at.word;
  const next = at.peek(1);
  if (!/^[A-Z]$/.test(letter) || standardDirection(letter) !== undefined || !at.has(2)) return false;
  return /[A-Z]{2}|^[NSEW]$/.test(next) && next !== 'AND' && !isStreetType(next) && !startsUnit(at.skip(1), true);
}

/** Two numbers in a row may be one of Queens: `59 11 161ST ST` for 59-11. */
function queensNumber(start: Words): NumberAt | undefined {
  const first = start.word;
  const second = start.peek(1);
  if (!/^\d{1,3}$/.test(first) || !/^\d{1,2}[A-Z]?$/.test(second) || !start.has(3)) return undefined;
  const third = start.peek(2);
  const isLettered = isStreetType(third) && /^[A-Z]$/.test(start.peek(3));
  if (MARKS.has(third) || (isStreetType(third) && !isLettered)) return undefined;
  const number = hyphenatedFrom(first, second);
  return number === undefined ? undefined : { number, behind: start.skip(2) };
}

function isNumberedStreet(at: Words): boolean {
  const name = standardDirection(at.word) === undefined ? at.word : at.peek(1);
  return /^\d+(?:ST|ND|RD|TH)?$/.test(name);
}

function readBehind(start: Words, { number, behind }: NumberAt, closed: boolean, state: string): LineReading[] {
  let from = behind;
  while (!from.isOver && (from.word === ',' || from.word === '-')) from = from.skip(1);
  let unit = leadingUnit(start);
  if (from.word === '#') {
    const between = readUnit(from);
    unit = between.id;
    from = between.behind.word === ',' ? between.behind.skip(1) : between.behind;
  }
  if (from.isOver || !isStreetBeginning(from, state)) return [];
  const run = findStreetRun(from, closed, state);
  if (run === undefined) return [];
  const tail = from.rest.filter((word) => !MARKS.has(word));
  return runEnds(run, closed).map((end) => {
    const streetWords = run.start.until(end).rest.filter((word) => word !== ',' && word !== '#');
    const { id, behind: over } = readUnit(end);
    return { number, street: readStreet(streetWords, state), streetWords, tail, unit: id || unit, rest: over.rest };
  });
}

/** A street type right after the number is not a street (`5 AVE & 42 ST`), unless a letter or a name follows it. */
function isStreetBeginning(at: Words, state: string): boolean {
  const { word } = at;
  if (!/[A-Z0-9]/.test(word)) return false;
  const next = at.peek(1);
  if (strictDesignator(word) !== undefined) return isStreetType(next) || roadAt(at, state) !== undefined;
  if (!isStreetType(word)) return /[A-Z]/.test(word) || at.has(2) || /^\d+$/.test(word);
  if (roadAt(at, state) !== undefined) return true;
  return at.has(2) && !MARKS.has(next) && !/^(?:AND|AT|NEAR|CORNER)$/.test(next);
}

/** Where nothing shows the end of a street and a town follows it, the last word is the town's; other ends are tried too. */
function runEnds({ start, end, open, unitAt }: StreetRun, closed: boolean): Words[] {
  if (unitAt !== undefined) return [end, unitAt];
  if (!open || closed) return [end];
  const street = start.until(end);
  const shortest = standardDirection(start.word) === undefined ? 1 : 2;
  return [1, 2, 0]
    .filter((dropped) => dropped === 0 || street.has(shortest + dropped))
    .map((dropped) => end.back(dropped));
}

/** `APT 1B 626 E KILBOURN AVE`, `# 12, 5 ELM ST`: a unit in front of the house number. */
function leadingUnit(start: Words): string {
  const line = start.back(start.index).until(start);
  return line.has(2) && (line.word === '#' || startsUnit(line, true)) ? readUnit(line).id : '';
}
