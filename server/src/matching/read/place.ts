/** Town, state and ZIP code: from columns of their own, or from the end of a line. */

import { stateCode } from '../../core/input/states.ts';
import { standardDirection } from '../directionals.ts';
import { beginsWithDigit } from '../number-words.ts';
import { endsStateName, stateOfZip } from '../states.ts';
import { isStreetType, standardSuffix } from '../suffixes.ts';
import type { Words } from '../words.ts';
import { fold } from './text.ts';

export interface Place {
  /** Upper case in one spelling, or empty. */
  readonly city: string;
  /** Two letters, or empty. */
  readonly state: string;
  /** Five digits, or empty. */
  readonly zip: string;
}

const ZIP_CELL = /^(\d{5})[- ]\d{0,4}$/;
/** A program that took the code for a number dropped its leading zeros, and may have added decimals. */
const ZIP_NUMBER = /^(\d{3,9})(?:\.0*)?$/;
const SCIENTIFIC = /^(\d(?:\.\d+)?)E\+?(\d)$/;
const COUNTRY = /^(?:USA|US|U S A|U S|UNITED STATES|UNITED STATES OF AMERICA|AMERICA)$/;
const COUNTRY_END = /^(?:USA|US|A|S|STATES|AMERICA)$/;

/** Five digits out of any disguise of a ZIP code (`2139`, `02139-1234`, `2139.0`, `'02139`), or empty. */
export function readZip(cell: string): string {
  const text = fold(cell)
    .replace(/[^A-Z0-9.+ -]/g, '')
    .trim()
    .replace(/^[A-Z]{2}[ -](?=\d)/, '')
    .replace(/(?<![ -])[ -]+$/, '');
  const scientific = SCIENTIFIC.exec(text);
  if (scientific !== null) return padded(String(Number(text)));
  const number = ZIP_NUMBER.exec(text);
  if (number !== null) return padded(number[1] ?? '');
  const spaced = ZIP_CELL.exec(text.replace(/\.0+$/, ''));
  if (spaced !== null) return spaced[1] ?? '';
  const short = /^(\d{3,4})-(\d{4})$/.exec(text);
  return short === null ? '' : padded(short[1] ?? '');
}

/** Up to five digits are a code without its zeros; more are one with its four further digits, also without zeros. */
function padded(digits: string): string {
  const whole = digits.length > 5 ? digits.padStart(9, '0').slice(0, 5) : digits.padStart(5, '0');
  return whole === '00000' ? '' : whole;
}

/** The code of a state cell in any spelling, or empty. */
export function readState(cell: string): string {
  const words = fold(cell)
    .replace(/[^A-Z ]/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return stateCode(words) ?? stateCode(words.replaceAll(' ', '')) ?? '';
}

/** What stood at the end of a line. */
export interface PlaceTail {
  readonly state: string;
  readonly zip: string;
  /** Where it begins: one after the last word of the words before it. */
  readonly start: Words;
}

/**
 * Takes country, ZIP code and state from the end of a line. `trusting` allows what only a line without columns may hold;
 * `knownZip` is the ZIP code of the row's own column.
 */
export function takePlaceTail(line: Words, trusting: boolean, knownZip = ''): PlaceTail {
  const end = withoutMarks(line.end);
  const country = countryLength(end);
  const behindZip = country === 0 ? end : withoutMarks(end.back(country));
  const zipWords = zipLength(behindZip, knownZip);
  const zip = zipWords === 0 ? '' : readZip(behindZip.before(zipWords).join('-'));
  const behindState = zip === '' ? behindZip : withoutMarks(behindZip.back(zipWords));
  const found = stateBefore(behindState, zip, trusting);
  if (found !== undefined) return { state: found.state, zip, start: withoutMarks(found.start) };
  const isOfPlace = trusting || zip === knownZip || behindZip.peek(-zipWords - 1) === ',';
  return isOfPlace ? { state: '', zip, start: behindState } : { state: '', zip: '', start: behindZip };
}

/** Only whole names are names: most lines end with a word that ends none. */
function countryLength(end: Words): number {
  if (!COUNTRY_END.test(end.peek(-1))) return 0;
  return [4, 3, 2, 1].find((length) => end.index - length >= 3 && COUNTRY.test(end.before(length).join(' '))) ?? 0;
}

function withoutMarks(end: Words): Words {
  let at = end;
  while (/^[,&@-]$/.test(at.peek(-1))) at = at.back(1);
  return at;
}

/** A ZIP code at the end takes one word, or two with its four further digits. The number of a unit is none. */
function zipLength(end: Words, knownZip: string): number {
  if (end.index < 3) return 0;
  const last = end.peek(-1);
  const before = end.peek(-2);
  const follows = end.index > 3;
  if (follows && last === knownZip) return 1;
  if (before === '#' || /^(?:APT|STE|SUITE|UNIT|BOX|NO|ROOM|RM|HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD)$/.test(before))
    return 0;
  if (/^\d{5}(?:-?\d{4})?$/.test(last)) return 1;
  if (/^\d{4}$/.test(last) && /^\d{5}$/.test(before) && follows) return 2;
  if (/^\d{4}$/.test(last) && end.index > 4 && stateCode(before) !== undefined && before.length === 2) return 1;
  return 0;
}

/** A state at the end takes up to three words. Without a ZIP code after it or a comma before it, a code may be a suffix (CT, LA). */
function stateBefore(end: Words, zip: string, trusting: boolean): Omit<PlaceTail, 'zip'> | undefined {
  if (!endsStateName(end.peek(-1))) return undefined;
  const behindIsZip = zip !== '';
  for (const length of [3, 2, 1]) {
    const start = end.back(length);
    if (start.index < 2) continue;
    const state = stateCode(end.before(length).join(' '));
    if (state === undefined) continue;
    // `12th Ave NE, 98125`: Nebraska is elsewhere.
    const elsewhere = behindIsZip && stateOfZip(zip) !== undefined && stateOfZip(zip) !== state;
    if (length === 1 && elsewhere && isStreetWord(start.word)) continue;
    const comma = start.peek(-1) === ',';
    const isSuffix = length === 1 && !behindIsZip && !comma && standardSuffix(start.word) !== undefined;
    if (isSuffix && !isBehindStreet(start.before(start.index))) continue;
    const isCode = length === 1 && start.word.length === 2;
    if (comma || (isCode && (behindIsZip || trusting)) || (behindIsZip && trusting) || (trusting && length > 1))
      return { state, start };
  }
  return undefined;
}

/** True if a street has ended in these words: with its type, or where a comma parts it from words without a number (`12 Broadway, Acme LA`). */
function isBehindStreet([number = '', ...words]: readonly string[]): boolean {
  if (words.some(isStreetType)) return true;
  const comma = words.lastIndexOf(',');
  return comma > 0 && beginsWithDigit(number) && !words.slice(comma).some((word) => /\d/.test(word));
}

function isStreetWord(word: string): boolean {
  return standardDirection(word) !== undefined || standardSuffix(word) !== undefined;
}
