/** Town, state and ZIP code: from columns of their own, or from the end of a line. */

import { standardDirection } from '../directionals.ts';
import { endsStateName, stateCode, stateOfZip } from '../states.ts';
import { isStreetType, standardSuffix } from '../suffixes.ts';
import { fold } from './text.ts';

export interface Place {
  /** Upper case in one spelling, or empty. */
  readonly city: string;
  /** Two letters, or empty. */
  readonly state: string;
  /** Five digits, or empty. */
  readonly zip: string;
}

const ZIP_CELL = /^(\d{5})(?:[- ]?\d{0,4})?$/;
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
  if (text === '') return '';
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
  if (words === '') return '';
  return stateCode(words) ?? stateCode(words.replaceAll(' ', '')) ?? '';
}

export function isCountry(words: string): boolean {
  return COUNTRY.test(words);
}

/** What stood at the end of a line, and where it begins. */
export interface PlaceTail extends Place {
  readonly limit: number;
}

/**
 * Takes country, ZIP code and state from the end of a line's words. `trusting` allows what only a line without columns may hold;
 * `knownZip` is the ZIP code of the row's own column.
 */
export function takePlaceTail(words: readonly string[], trusting: boolean, knownZip = ''): PlaceTail {
  let limit = withoutMarks(words, words.length);
  limit = withoutMarks(words, limit - countryLength(words, limit));
  const zipWords = zipLength(words, limit, knownZip);
  const zip =
    zipWords === 0
      ? ''
      : readZip(
          words
            .slice(limit - zipWords, limit)
            .join('-')
            .slice(0, 10),
        );
  const behindZip = limit;
  if (zip !== '') limit = withoutMarks(words, limit - zipWords);
  const stateWords = stateLength(words, limit, zip, trusting);
  const state = stateWords === 0 ? '' : (stateCode(words.slice(limit - stateWords, limit).join(' ')) ?? '');
  if (state !== '') limit = withoutMarks(words, limit - stateWords);
  if (zip !== '' && state === '' && !trusting && zip !== knownZip && words[behindZip - zipWords - 1] !== ',')
    return { city: '', state: '', zip: '', limit: behindZip };
  return { city: '', state, zip, limit };
}

/** Only whole names are names: most lines end with a word that ends none. */
function countryLength(words: readonly string[], limit: number): number {
  if (!COUNTRY_END.test(words[limit - 1] ?? '')) return 0;
  return (
    [4, 3, 2, 1].find((length) => limit - length >= 3 && isCountry(words.slice(limit - length, limit).join(' '))) ?? 0
  );
}

function withoutMarks(words: readonly string[], limit: number): number {
  let end = limit;
  while (end > 0 && /^[,&@-]$/.test(words[end - 1] ?? '')) end--;
  return end;
}

/** A ZIP code at the end takes one word, or two with its four further digits. The number of a unit is none. */
function zipLength(words: readonly string[], limit: number, knownZip: string): number {
  if (limit < 3) return 0;
  const last = words[limit - 1] ?? '';
  const before = words[limit - 2] ?? '';
  if (knownZip !== '' && limit > 3 && last === knownZip) return 1;
  if (before === '#' || /^(?:APT|STE|SUITE|UNIT|BOX|NO|ROOM|RM|HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD)$/.test(before))
    return 0;
  if (/^\d{5}(?:-?\d{4})?$/.test(last)) return 1;
  if (/^\d{4}$/.test(last) && /^\d{5}$/.test(before) && limit > 3) return 2;
  if (/^\d{4}$/.test(last) && limit > 4 && stateCode(before) !== undefined && before.length === 2) return 1;
  return 0;
}

/** A state at the end takes up to three words. Without a ZIP code behind it or a comma before it, a code may be a suffix (CT, LA). */
function stateLength(words: readonly string[], limit: number, zip: string, trusting: boolean): number {
  if (!endsStateName(words[limit - 1] ?? '')) return 0;
  const behindIsZip = zip !== '';
  for (const length of [3, 2, 1]) {
    const start = limit - length;
    if (start < 2) continue;
    const code = stateCode(words.slice(start, limit).join(' '));
    if (code === undefined) continue;
    // `12th Ave NE, 98125`: Nebraska is elsewhere.
    const elsewhere = behindIsZip && stateOfZip(zip) !== undefined && stateOfZip(zip) !== code;
    if (length === 1 && elsewhere && isStreetWord(words[start] ?? '')) continue;
    const comma = words[start - 1] === ',';
    const isSuffix = length === 1 && !behindIsZip && !comma && standardSuffix(words[start] ?? '') !== undefined;
    if (isSuffix && !words.slice(1, start).some(isStreetType)) continue;
    const isCode = length === 1 && (words[start] ?? '').length === 2;
    if (comma || (isCode && (behindIsZip || trusting)) || (behindIsZip && trusting) || (trusting && length > 1))
      return length;
  }
  return 0;
}

function isStreetWord(word: string): boolean {
  return standardDirection(word) !== undefined || standardSuffix(word) !== undefined;
}
