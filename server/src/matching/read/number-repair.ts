/** House numbers that lists garble: grown together with the street, with letters for digits, or after the street. */
import { standardDirection } from '../directionals.ts';
import { ordinalAt } from '../number-words.ts';
import { isStreetType } from '../suffixes.ts';
import { Words } from '../words.ts';
import { MARKS } from './text.ts';

/** `123MAIN`, but not `5TH`. */
const FUSED = /^(\d{1,6})([A-Z]{2,})$/;
/** A scanner's O for 0, and its I or L for 1 between digits, also in `1O2-37` and `l27A`. */
const DIGITS = '(?=[OIL]*\\d)[\\dO]*(?:[IL]\\d[\\dO]*)*';
const MISREAD = new RegExp(`^${DIGITS}(?:-${DIGITS})?[A-HJKMNP-Z]?$`);
/** Numbers after these are the road's. */
const NUMBERED = /^(?:HIGHWAY|HWY|ROUTE|RTE|RT|LOOP|AVENUE|ROAD|RD|SPUR|INTERSTATE|BOX)$/;

/** The words with the number at the beginning of each part readable, and without what is there twice. */
export function repairNumbers(words: readonly string[]): readonly string[] {
  return readable(once(words));
}

const NUMBER = /^\d{1,6}(?:-\d{1,4})?[A-Z]?$/;
/** A word that no ordinal ends in. */
const NAME = /^(?:\d|(?!TH$|ND$)[A-Z]{2})/;

/** `95 95 Mechanic St` is number 95, but `95 95 St` is 95th Street. Columns put together may also say a whole line twice. */
function once(words: readonly string[]): readonly string[] {
  const line = new Words(words);
  const half = line.skip(Math.ceil(words.length / 2));
  if (line.word === half.word && isSame(line.until(half), half)) return half.rest;
  if (line.word !== line.peek(1) || !NUMBER.test(line.word)) return words;
  const behind = line.skip(2);
  const name = standardDirection(behind.word) === undefined ? behind : behind.skip(1);
  const isNamed = NAME.test(name.word) && (!isStreetType(name.word) || isStreetType(name.peek(1)));
  return isNamed ? line.skip(1).rest : words;
}

/** True for the same words, two or more. */
function isSame(left: Words, right: Words): boolean {
  return left.has(2) && left.rest.join(' ') === right.rest.join(' ');
}

function readable(words: readonly string[]): readonly string[] {
  if (!words.some((word) => /^[\d-]*[A-Z]/.test(word) && /\d/.test(word))) return words;
  const repaired: string[] = [];
  for (let at = new Words(words); !at.isOver; at = at.skip(1))
    repaired.push(...(opensPart(at) ? repair(at) : [at.word]));
  return repaired;
}

function opensPart(at: Words): boolean {
  return at.isFirst || at.peek(-1) === ',';
}

function repair(at: Words): readonly string[] {
  const { word } = at;
  if (ordinalAt(at) !== undefined) return [word];
  if (MISREAD.test(word) && at.has(2)) return [word.replaceAll('O', '0').replace(/[IL]/g, '1')];
  const fused = FUSED.exec(word);
  return fused === null ? [word] : fused.slice(1);
}

/** `MAIN STREET 123`: the line with the number in front, or undefined if none stands after a whole street. */
export function numberInFront(line: Words): Words | undefined {
  const number = line.last;
  if (!line.has(3) || !/^(?:\d{1,6}|\d{1,3}-\d{1,4})[A-Z]?$/.test(number)) return undefined;
  const street = line.withoutLast(1).rest.filter((word) => word !== ',');
  const last = street.at(-1) ?? '';
  const type = standardDirection(last) !== undefined ? (street.at(-2) ?? '') : last;
  const named =
    street.some((word) => /[A-Z]{3}/.test(word) && !isStreetType(word)) ||
    street.some((word) => /^\d+(?:ST|ND|RD|TH)$/.test(word));
  const isStreet = isStreetType(type) && named && street.length <= 5 && !street.some((word) => MARKS.has(word));
  return isStreet && !isRoadNumber(street) ? new Words([number, ...street]) : undefined;
}

/** `OLD STATE ROAD 5`: the number is the road's, whatever else its name says. */
function isRoadNumber(street: readonly string[]): boolean {
  return NUMBERED.test(street.at(-1) ?? '') && /^(?:STATE|COUNTY|US|OLD|FARM|PRIVATE|RURAL)$/.test(street[0] ?? '');
}
