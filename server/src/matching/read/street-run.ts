/** Where a street ends: the words after a house number up to a unit, a comma, an aside or the name of a town. */

import { isDirectionalTown } from '../directional-towns.ts';
import { standardDirection } from '../directionals.ts';
import { beginsWithDigit, ordinalAt } from '../number-words.ts';
import { behindVariants, type Road, readRoad } from '../roads.ts';
import { isClosingType, isStreetType, mistypedSuffix, standardSuffix } from '../suffixes.ts';
import { isFloorWord, isMistypedDesignator, looseDesignator, opensAside, strictDesignator } from '../units.ts';
import type { Words } from '../words.ts';
import { MARKS } from './text.ts';

/** A street's place in a line. */
export interface StreetRun {
  readonly start: Words;
  /** After the street's last word. */
  readonly end: Words;
  /** True if the street's end is a guess: no suffix, comma or unit showed it. */
  readonly open: boolean;
  /** Where the street ends if its number is a unit (`Park Road 5`). */
  readonly unitAt?: Words | undefined;
}

/** Three digits at the end of a street without suffix are a suite (`33 W Monroe 3500`); fewer may be its name (`Beach 43`). */
const SUITE = /^(?:\d{3,5}|\d{1,3}[A-Z]|[A-Z]\d+)$/;
const UNIT_ID = /^(?:\d+[A-Z]{0,2}|[A-Z]{1,2}-?\d+[A-Z]?|[A-Z])(?:-[A-Z0-9]{1,4})?$/;
/** After these words a number is the road's. */
const NUMBERED_ROAD = /^(?:HIGHWAY|HWY|ROUTE|RTE|RT|SPUR|LOOP|BUSINESS|INTERSTATE)$/;
const ROAD = /^(?:ROAD|RD)$/;
const COUNTY = /^(?:COUNTY|COUNTRY|CNTY|STATE|PRIVATE|RANCH|FARM|TOWNSHIP|TWP|SERVICE)$/;
const DIAGONAL = /^[NS][EW]$/;
/** Saints that towns are named after: after a street without suffix, `ST LOUIS` is the town and no street. */
const SAINTS_OF_TOWNS =
  /^(?:LOUIS|PAUL|PETERSBURG|CLOUD|CHARLES|GEORGE|AUGUSTINE|SIMONS|JOSEPH|CLAIR|ALBANS|JOHNS|JOHNSBURY|MARYS|HELENA|PETERS|LUCIE)$/;

/** Finds the street that begins here. `closed` tells that the line holds no town, so that a street may go on to its end. */
export function findStreetRun(start: Words, closed: boolean, state = ''): StreetRun | undefined {
  const highway = highwayRun(start, state);
  if (highway !== undefined) return highway;
  const boundary = findBoundary(start);
  if (boundary.index === start.index) return undefined;
  if (boundary.word === ',') {
    const behind = directionBehindComma(boundary);
    if (behind !== undefined) return { start, end: behind, open: false };
  }
  const end = cutAtSuffix(start.until(boundary), closed || !boundary.isOver).until(start.end);
  const trimmed = trimSuite(start, end, state);
  const open = trimmed.index === boundary.index && boundary.isOver && !endsInSuffix(start, trimmed);
  return { start, end: trimmed, open };
}

/** The place after a direction in front of a name, or where none is the name's own. */
function behindDirection(at: Words): Words {
  return standardDirection(at.word) === undefined ? at : at.skip(1);
}

/** A numbered road has no suffix after it, and its number would look like a unit. */
function highwayRun(start: Words, state: string): StreetRun | undefined {
  const road = roadAt(start, state);
  if (road === undefined) return undefined;
  const { behind, unitAt } = road;
  const isName = isStreetType(behind.word) && !behind.has(2);
  if (isName) return undefined;
  const direction = standardDirection(behind.word) !== undefined && !beginsTown(behind);
  return { start, end: direction ? behindVariants(behind.skip(1)).behind : behind, open: false, unitAt };
}

/** A numbered road, with or without a direction in front. */
export function roadAt(start: Words, state: string): Road | undefined {
  const road = readRoad(start, state);
  if (road !== undefined) return road;
  const name = behindDirection(start);
  return name.index === start.index ? undefined : readRoad(name, state);
}

/** `1800 M Street, NW, Washington`: a direction alone between commas belongs to the street in front. */
function directionBehindComma(comma: Words): Words | undefined {
  const next = comma.peek(1);
  if (!comma.has(2) || standardDirection(next) === undefined) return undefined;
  const after = comma.skip(2);
  if (DIAGONAL.test(next) || after.isOver || after.word === ',' || after.word === '#') return after;
  return startsUnit(after, true) ? after : undefined;
}

function findBoundary(start: Words): Words {
  let finished = false;
  let at = start;
  for (; !at.isOver; at = at.skip(1)) {
    const { word } = at;
    if (word === ',' || word === '-' || word === '@' || word === '#') return at;
    if (word === '&' && finished) return at;
    if (at.index > start.index && isEnd(at, finished)) return at;
    finished ||= isFinished(start, at);
  }
  return at;
}

/** A street may end after its suffix, and after an ordinal that no suffix follows. */
function isFinished(start: Words, at: Words): boolean {
  if (isOrdinal(at.word)) return standardSuffix(at.peek(1)) === undefined;
  return at.index > start.index && isStreetType(at.word) && !isStreetPrefix(start, at);
}

function isEnd(at: Words, finished: boolean): boolean {
  const { word } = at;
  if (opensAside(word) || isBox(at)) return true;
  if (startsUnit(at, finished)) return true;
  if (finished && word === 'AND') return true;
  const ordinal = ordinalAt(at);
  if (ordinal !== undefined && isFloorWord(at.peek(ordinal.words))) return true;
  if (!finished || isRoadNumber(at)) return false;
  const previous = at.peek(-1);
  const behindStreet = isStreetType(previous) || standardDirection(previous) !== undefined;
  const isId = UNIT_ID.test(word) && /\d/.test(word) && ordinal === undefined;
  return behindStreet && isId && !isStreetType(at.peek(1));
}

/** The number of a road, not of a unit: `County Rd 312`, `Scenic Hwy 98`. */
function isRoadNumber(at: Words): boolean {
  if (!beginsWithDigit(at.word) || !/^\d+[A-Z]?$/.test(at.word)) return false;
  const before = at.peek(-1);
  return NUMBERED_ROAD.test(before) || (ROAD.test(before) && COUNTY.test(at.peek(-2)));
}

/** A post office box or a rural route after a street. */
export function isBox(at: Words): boolean {
  const { word } = at;
  const next = at.peek(1);
  if (word === 'PO' || word === 'POB') return next === 'BOX' || /\d/.test(next);
  if (word === 'P') return next === 'O' && at.peek(2) === 'BOX';
  return (word === 'BOX' || word === 'RR') && (/^\d/.test(next) || next === '#');
}

/** True if this word begins a unit. A word that is also a name begins one only after a finished street. */
export function startsUnit(at: Words, finished: boolean): boolean {
  const { word } = at;
  const next = at.peek(1);
  const strict = strictDesignator(word) !== undefined;
  if (strict) return finished || !isStreetType(next);
  if (finished && isMistypedDesignator(word) && UNIT_ID.test(next)) return true;
  if (looseDesignator(word) === undefined && word !== 'NO' && word !== 'NUM' && word !== 'NUMBER') return false;
  if (!finished)
    return looseDesignator(word) !== undefined && word !== 'FL' && /^\d+[A-Z]?$/.test(next) && !hasTypeBehind(at);
  return word !== 'NO' || /\d/.test(next);
}

function hasTypeBehind(before: Words): boolean {
  for (let at = before.skip(1); at.word !== '' && !MARKS.has(at.word); at = at.skip(1)) {
    if (isStreetType(at.word)) return true;
  }
  return false;
}

/** Saint in front of a name, or the type of a lettered avenue, is not the end of a street. */
function isStreetPrefix(start: Words, at: Words): boolean {
  if (at.index !== behindDirection(start).index) return false;
  const next = at.peek(1);
  return !MARKS.has(next) && standardDirection(next) === undefined && !startsUnit(at.skip(1), true);
}

/** Cuts what follows a street's suffix: a town without a comma, a building, or a remark. */
function cutAtSuffix(street: Words, closed: boolean): Words {
  const { end } = street;
  const closing = standardDirection(end.peek(-1)) !== undefined && street.has(2) ? end.back(1) : end;
  const type = closing.peek(-1);
  if (street.until(closing).has(2) && closed && isClosingType(mistypedSuffix(type) ?? type)) return end;
  for (let at = street.skip(1); !at.isOver; at = at.skip(1)) {
    const { word } = at;
    if (!closed && isOrdinal(at.peek(-1)) && isPlain(word)) return at;
    if (!closed && word === 'ST' && SAINTS_OF_TOWNS.test(at.peek(1))) return at;
    if (isRoadNumber(at)) return extendSuffix(at.skip(1), closed);
    const isType = isStreetType(word) && !isStreetPrefix(street, at) && (word !== 'LA' || !at.has(2));
    if (isType && !isRoadNumber(at.skip(1))) return extendSuffix(at.skip(1), closed);
  }
  return end;
}

function isPlain(word: string): boolean {
  return standardSuffix(word) === undefined && standardDirection(word) === undefined;
}

function isOrdinal(word: string): boolean {
  return beginsWithDigit(word) && /^\d+(?:ST|ND|RD|TH)$/.test(word);
}

/** A second suffix or a direction right after a suffix belongs to the street, unless a town begins there. */
function extendSuffix(behind: Words, closed: boolean): Words {
  let at = behind;
  for (; !at.isOver; at = at.skip(1)) {
    const { word } = at;
    const isDirection = standardDirection(word) !== undefined && (closed || !beginsTown(at));
    const isType = isStreetType(word) && word !== 'LA' && !(word === 'ST' && at.has(2) && !closed);
    if (!isDirection && !isType) break;
  }
  return at;
}

/** True if a town's name begins with the direction at this place. */
function beginsTown(at: Words): boolean {
  return isDirectionalTown(standardDirection(at.word) ?? '', at.skip(1));
}

function trimSuite(start: Words, end: Words, state: string): Words {
  const suite = end.back(1);
  if (!SUITE.test(suite.word) || isRoadNumber(suite) || readRoad(suite.back(1), state) !== undefined) return end;
  const named = start.until(suite).rest.some((word) => /[A-Z]{2}/.test(word) && standardDirection(word) === undefined);
  return named && !/^(?:AVENUE|AVE|ROAD|STREET|LOOP|BEACH|BAY)$/.test(suite.peek(-1)) ? suite : end;
}

function endsInSuffix(start: Words, end: Words): boolean {
  const words = start.until(end).rest;
  const last = end.peek(-1);
  const type = standardDirection(last) !== undefined && words.length > 2 ? end.peek(-2) : last;
  return words.length > 1 && standardSuffix(type) !== undefined;
}
