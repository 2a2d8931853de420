/** Headers in plain words. */
import { AMBIGUOUS, FILLERS, SPELLINGS } from './spellings.ts';

/** A header with more doubtful words is read with the first meaning of the others. */
const MOST_READINGS = 8;
/** Of a part of a word, or of a shortened one. */
const LEAST_LETTERS = 3;

/** Of several words, one thing. */
const CONCEPTS: readonly (readonly [RegExp, string])[] = [
  [/\bper square foot\b/g, 'psf'],
  [/\bsquare (?:foot|footage)\b/g, 'sqft'],
  [/\b(?:year over year|y o y)\b/g, 'yoy'],
];

function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is|as)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.endsWith('s') ? word.replace(/(?<=ss|x|sh|ch)es$|s$/, '') : word;
}

/** The word and what it is written for: `bldgs` are `building`. */
function meanings(word: string): readonly (readonly string[])[] {
  for (const form of [word, singular(word)]) {
    const several = Object.hasOwn(AMBIGUOUS, form) ? AMBIGUOUS[form] : undefined;
    if (several !== undefined) return several.map((words) => words.split(' '));
    const one = SPELLINGS.get(form);
    if (one !== undefined) return [one];
  }
  return [[singular(word)]];
}

/** `livingarea`, of words that are known, as two. */
function parted(word: string, isKnown: (word: string) => boolean): readonly string[] {
  const is = (part: string) => SPELLINGS.has(part) || SPELLINGS.has(singular(part)) || isKnown(singular(part));
  if (is(word)) return [word];
  for (let at = LEAST_LETTERS; at <= word.length - LEAST_LETTERS; at++) {
    const [first, second] = [word.slice(0, at), word.slice(at)];
    if (is(first) && is(second)) return [first, second];
  }
  return [word];
}

/** In lower case: `Yr_Blt`, `yrBlt` and `YR BLT` are the same words. */
function split(header: string): readonly string[] {
  return header
    .normalize('NFKD')
    .replace(/ß/g, 'ss')
    .replace(/\p{M}/gu, '')
    .replace(/\/ ?(?=\$|sf\b|sq|unit|door)/gi, ' per ')
    .replace(/%/g, ' percent ')
    .replace(/#/g, ' number ')
    .replace(/\$/g, ' usd ')
    .replace(/['’](?=[ds]\b)/g, '')
    .replace(/Yo[Yy]/g, '_yoy_')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .replace(/(\d)([A-Za-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function tidy(words: readonly string[]): readonly string[] {
  const text = CONCEPTS.reduce((text, [form, word]) => text.replace(form, word), words.join(' '));
  return [...new Set(text.split(' '))].filter((word) => word !== '' && !FILLERS.has(word));
}

/**
 * A header in plain words, in each way in which it can be read: `Yr_Blt` is `year built`. The likeliest first.
 *
 * @param isKnown whether it is a word of ours; by default each is.
 */
export function headerReadings(
  header: string,
  isKnown: (word: string) => boolean = () => true,
): readonly (readonly string[])[] {
  let readings: readonly (readonly string[])[] = [[]];
  for (const word of split(header).flatMap((each) => parted(each, isKnown))) {
    const meant = meanings(word);
    const [first = [word]] = meant;
    const taken = readings.length * meant.length > MOST_READINGS ? [first] : meant;
    readings = taken.flatMap((words) => readings.map((reading) => [...reading, ...words]));
  }
  return readings.map(tidy);
}

/** A phrase of ours, which has no doubtful words or is meant by their first meaning. */
export function phraseWords(phrase: string): readonly string[] {
  return headerReadings(phrase)[0] ?? [];
}

/** Whether the letters stand in the word, in this order. */
function isWithin(letters: string, word: string): boolean {
  let at = 0;
  for (const letter of word) if (letter === letters[at]) at++;
  return at === letters.length;
}

/** Whether the one is a usual way to shorten the other: its beginning, or some of its letters from the first to the last. */
export function isShortFor(short: string, word: string): boolean {
  if (short.length < LEAST_LETTERS || short.length >= word.length || short[0] !== word[0]) return false;
  if (word.startsWith(short)) return true;
  return short.length * 2 >= word.length && short.at(-1) === word.at(-1) && isWithin(short, word);
}
