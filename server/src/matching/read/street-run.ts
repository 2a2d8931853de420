/** Where a street ends: the words behind a house number up to a unit, a comma, an aside or the name of a town. */
import { isDirectionalTown } from '../directional-towns.ts';
import { standardDirection } from '../directionals.ts';
import { highwayLength } from '../highways.ts';
import { ordinalAt } from '../number-words.ts';
import { isClosingType, isStreetType, mistypedSuffix, standardSuffix } from '../suffixes.ts';
import { isFloorWord, isMistypedDesignator, looseDesignator, opensAside, strictDesignator } from '../units.ts';

/** Indexes into the words of a line. */
export interface StreetRun {
  readonly start: number;
  /** One behind the street's last word. */
  readonly end: number;
  /** True where the street's end is a guess: no suffix, comma or unit showed it. */
  readonly open: boolean;
}

const MARKS = new Set([',', '-', '#', '&', '@']);
/** Three digits at the end of a street without suffix are a suite (`33 W Monroe 3500`); fewer may be its name (`Beach 43`). */
const SUITE = /^(?:\d{3,5}|\d{1,3}[A-Z]|[A-Z]\d+)$/;
const UNIT_ID = /^(?:\d+[A-Z]{0,2}|[A-Z]{1,2}-?\d+[A-Z]?|[A-Z])(?:-[A-Z0-9]{1,4})?$/;
/** Behind these words a number is the road's. */
const NUMBERED_ROAD = /^(?:HIGHWAY|HWY|ROUTE|RTE|RT|SPUR|LOOP|BUSINESS|INTERSTATE)$/;
const ROAD = /^(?:ROAD|RD)$/;
const COUNTY = /^(?:COUNTY|COUNTRY|CNTY|STATE|PRIVATE|RANCH|FARM|TOWNSHIP|TWP|SERVICE)$/;
const DIAGONAL = /^[NS][EW]$/;
/** Saints that towns are named after: behind a street without suffix, `ST LOUIS` is the town and no street. */
const SAINTS_OF_TOWNS =
  /^(?:LOUIS|PAUL|PETERSBURG|CLOUD|CHARLES|GEORGE|AUGUSTINE|SIMONS|JOSEPH|CLAIR|ALBANS|JOHNS|JOHNSBURY|MARYS|HELENA|PETERS|LUCIE)$/;

/** Finds the street that begins at `start`. `closed` tells that the line holds no town, so that a street may go on to its end. */
export function findStreetRun(
  words: readonly string[],
  start: number,
  limit: number,
  closed: boolean,
): StreetRun | undefined {
  const highway = highwayRun(words, start, limit);
  if (highway !== undefined) return highway;
  const boundary = findBoundary(words, start, limit);
  if (boundary === start) return undefined;
  if (words[boundary] === ',') {
    const behind = directionBehindComma(words, boundary, limit);
    if (behind !== undefined) return { start, end: behind, open: false };
  }
  const end = cutAtSuffix(words, start, boundary, closed || boundary < limit);
  const trimmed = trimSuite(words, start, end);
  const open = end === boundary && boundary === limit && !endsInSuffix(words, start, trimmed);
  return { start, end: trimmed, open };
}

/** A numbered road has no suffix behind it, and its number would look like a unit. */
function highwayRun(words: readonly string[], start: number, limit: number): StreetRun | undefined {
  const from = standardDirection(words[start] ?? '') === undefined ? start : start + 1;
  const length = highwayLength(words, from);
  if (length === 0 || from + length > limit) return undefined;
  const next = words[from + length] ?? '';
  const isName = isStreetType(next) && from + length + 1 >= limit;
  if (isName) return undefined;
  const direction = standardDirection(next) !== undefined && !beginsTown(words, from + length, limit);
  return { start, end: from + length + (direction ? 1 : 0), open: false };
}

/** `1800 M Street, NW, Washington`: a direction alone between commas belongs to the street in front. */
function directionBehindComma(words: readonly string[], comma: number, limit: number): number | undefined {
  const next = words[comma + 1] ?? '';
  if (comma + 1 >= limit || standardDirection(next) === undefined) return undefined;
  const after = comma + 2;
  if (DIAGONAL.test(next) || after >= limit || words[after] === ',' || words[after] === '#') return after;
  return startsUnit(words, after, true) ? after : undefined;
}

function findBoundary(words: readonly string[], start: number, limit: number): number {
  let finished = false;
  for (let index = start; index < limit; index++) {
    const word = words[index] ?? '';
    if (word === ',' || word === '-' || word === '@') return index;
    if (word === '#' && !isNumberMark(words, index)) return index;
    if (word === '&' && finished) return index;
    if (index > start && isEnd(words, index, finished, limit)) return index;
    finished ||= isFinished(words, start, index);
  }
  return limit;
}

/** A street may end behind its suffix, and behind an ordinal that no suffix follows. */
function isFinished(words: readonly string[], start: number, index: number): boolean {
  const word = words[index] ?? '';
  if (/^\d+(?:ST|ND|RD|TH)$/.test(word)) return standardSuffix(words[index + 1] ?? '') === undefined;
  return index > start && isStreetType(word) && !isStreetPrefix(words, start, index);
}

/** `Highway # 7`, `Flatlands # 2`: the mark stands before a road's own number. */
function isNumberMark(words: readonly string[], index: number): boolean {
  const before = words[index - 1] ?? '';
  return /^(HIGHWAY|HWY|ROUTE|RTE|RT)$/.test(before);
}

function isEnd(words: readonly string[], index: number, finished: boolean, limit: number): boolean {
  const word = words[index] ?? '';
  if (opensAside(word) || isBox(words, index)) return true;
  if (startsUnit(words, index, finished)) return true;
  if (finished && word === 'AND') return true;
  const floor = ordinalAt(words, index);
  if (floor !== undefined && isFloorWord(words[index + floor.words] ?? '')) return true;
  if (!finished) return false;
  const previous = words[index - 1] ?? '';
  if (isRoadNumber(words, index)) return false;
  const behindStreet = isStreetType(previous) || standardDirection(previous) !== undefined;
  const isId = UNIT_ID.test(word) && /\d/.test(word) && ordinalAt(words, index) === undefined;
  return behindStreet && isId && !isStreetType(words[index + 1] ?? '') && index < limit;
}

/** The number of a road, not of a unit: `County Rd 312`, `Scenic Hwy 98`. */
function isRoadNumber(words: readonly string[], index: number): boolean {
  if (!/^\d+[A-Z]?$/.test(words[index] ?? '')) return false;
  const before = words[index - 1] ?? '';
  return NUMBERED_ROAD.test(before) || (ROAD.test(before) && COUNTY.test(words[index - 2] ?? ''));
}

/** A post office box or a rural route behind a street. */
function isBox(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  const next = words[index + 1] ?? '';
  if (word === 'PO' || word === 'POB') return next === 'BOX' || /\d/.test(next);
  if (word === 'P') return next === 'O' && words[index + 2] === 'BOX';
  return (word === 'BOX' || word === 'RR') && (/^\d/.test(next) || next === '#');
}

/** True where the word at `index` begins a unit. A word that is also a name begins one only behind a finished street. */
export function startsUnit(words: readonly string[], index: number, finished: boolean): boolean {
  const word = words[index] ?? '';
  const next = words[index + 1] ?? '';
  const strict = strictDesignator(word) !== undefined;
  if (strict) return finished || !isStreetType(next) || isUnitId(next);
  if (finished && isMistypedDesignator(word) && isUnitId(next)) return true;
  if (looseDesignator(word) === undefined && word !== 'NO' && word !== 'NUM' && word !== 'NUMBER') return false;
  if (!finished)
    return (
      looseDesignator(word) !== undefined && word !== 'FL' && /^\d+[A-Z]?$/.test(next) && !hasTypeBehind(words, index)
    );
  return word !== 'NO' || /\d/.test(next);
}

function isUnitId(word: string): boolean {
  return UNIT_ID.test(word);
}

function hasTypeBehind(words: readonly string[], index: number): boolean {
  for (let at = index + 1; at < words.length && !MARKS.has(words[at] ?? ''); at++) {
    if (isStreetType(words[at] ?? '')) return true;
  }
  return false;
}

/** Saint in front of a name, or the type of a lettered avenue, is not the end of a street. */
function isStreetPrefix(words: readonly string[], start: number, index: number): boolean {
  const first = standardDirection(words[start] ?? '') === undefined ? start : start + 1;
  if (index === first && index > start) {
    const next = words[index + 1];
    return (
      next !== undefined &&
      !MARKS.has(next) &&
      standardDirection(next) === undefined &&
      !startsUnit(words, index + 1, true)
    );
  }
  return false;
}

/** Cuts what follows a street's suffix: a town without a comma, a building, or a remark. */
function cutAtSuffix(words: readonly string[], start: number, end: number, closed: boolean): number {
  let last = end - 1;
  if (last > start && standardDirection(words[last] ?? '') !== undefined) last--;
  if (last > start && closed && isClosingType(mistypedSuffix(words[last] ?? '') ?? words[last] ?? '')) return end;
  for (let index = start + 1; index < end; index++) {
    const word = words[index] ?? '';
    if (
      !closed &&
      isOrdinal(words[index - 1]) &&
      standardSuffix(word) === undefined &&
      standardDirection(word) === undefined
    )
      return index;
    if (!closed && word === 'ST' && SAINTS_OF_TOWNS.test(words[index + 1] ?? '')) return index;
    if (isRoadNumber(words, index)) return extendSuffix(words, index + 1, end, closed);
    const isType = isStreetType(word) && !isStreetPrefix(words, start, index) && (word !== 'LA' || index === end - 1);
    if (isType && !isRoadNumber(words, index + 1)) return extendSuffix(words, index + 1, end, closed);
  }
  return end;
}

function isOrdinal(word: string | undefined): boolean {
  return /^\d+(?:ST|ND|RD|TH)$/.test(word ?? '');
}

/** A second suffix or a direction right behind a suffix belongs to the street, unless a town begins there. */
function extendSuffix(words: readonly string[], from: number, end: number, closed: boolean): number {
  let index = from;
  while (index < end) {
    const word = words[index] ?? '';
    const isDirection = standardDirection(word) !== undefined && (closed || !beginsTown(words, index, end));
    const isType = isStreetType(word) && word !== 'LA' && !(word === 'ST' && index + 1 < end && !closed);
    if (!isDirection && !isType) break;
    index++;
  }
  return index;
}

/** True where a town's name begins with the direction at `index`. */
function beginsTown(words: readonly string[], index: number, end: number): boolean {
  const direction = standardDirection(words[index] ?? '') ?? '';
  return isDirectionalTown(direction, words, index + 1, end);
}

function trimSuite(words: readonly string[], start: number, end: number): number {
  const last = words[end - 1] ?? '';
  if (end - start < 2 || !SUITE.test(last) || isRoadNumber(words, end - 1) || highwayLength(words, end - 2) > 0)
    return end;
  const before = words[end - 2] ?? '';
  const named = words
    .slice(start, end - 1)
    .some((word) => /[A-Z]{2}/.test(word) && standardDirection(word) === undefined);
  return named && !/^(?:AVENUE|AVE|ROAD|STREET|LOOP|BEACH|BAY)$/.test(before) ? end - 1 : end;
}

function endsInSuffix(words: readonly string[], start: number, end: number): boolean {
  const last = words[end - 1] ?? '';
  const type = standardDirection(last) !== undefined && end - start > 2 ? (words[end - 2] ?? '') : last;
  return end - start > 1 && standardSuffix(type) !== undefined;
}
