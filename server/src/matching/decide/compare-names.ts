/** How a street's typed name agrees with one of the index. */
import { isSubsequence } from '../city.ts';
import { standardDirection } from '../directionals.ts';
import { editDistance } from '../edit-distance.ts';
import { sameLetters } from './name-letters.ts';

export type NameAgreement =
  | { readonly kind: 'same' }
  | { readonly kind: 'initials' }
  | { readonly kind: 'abbreviated' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'misspelt'; readonly errors: number };

const SAME: NameAgreement = { kind: 'same' };
const INITIALS: NameAgreement = { kind: 'initials' };
const ABBREVIATED: NameAgreement = { kind: 'abbreviated' };
const CUT: NameAgreement = { kind: 'cut' };

/** Errors that a name of so many letters may have and still be recognised. Among short names every error makes another name. */
function budgetOf(letters: number): number {
  if (letters <= 3) return letters === 3 ? 1 : 0;
  if (letters <= 7) return 1;
  return letters <= 12 ? 2 : 3;
}

/** Shorter names sound alike by chance. */
const SHORTEST_SOUND = 4;
/** Spellings of one sound, in the order in which they are folded. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/PH/g, 'F'],
  [/CK/g, 'K'],
  [/(?:IE|EY|EE|I)$/, 'Y'],
  [/EI/g, 'IE'],
  [/Z/g, 'S'],
  [/C(?=[EIY])/g, 'S'],
  [/(.)\1/g, '$1'],
  [/E$/, ''],
];

function soundOf(name: string): string {
  return SOUNDS.reduce((sound, [spelling, folded]) => sound.replace(spelling, folded), name);
}

/** Letters that a scanner takes for one another. */
const SCANS: readonly (readonly [RegExp, string])[] = [
  [/RN/g, 'M'],
  [/CL/g, 'D'],
  [/VV/g, 'W'],
];

function scanOf(name: string): string {
  return SCANS.reduce((scan, [read, meant]) => scan.replace(read, meant), name);
}

/** Fewer letters cut a name off too early to know it. */
const SHORTEST_CUT = 5;
const SHORTEST_ABBREVIATION = 2;

/** Compares names in their standard spelling; undefined if they are different names. Digits, and letters that stand for one, are never corrected. */
export function compareNames(typed: string, filed: string): NameAgreement | undefined {
  if (typed === filed) return SAME;
  const left = plain(typed);
  const right = plain(filed);
  if (left === right) return SAME;
  if (digitsOf(left) !== digitsOf(right) || !sameLetters(typed, filed)) return undefined;
  if (withoutInitials(typed) === withoutInitials(filed)) return INITIALS;
  if (isAbbreviation(typed.split(' '), filed.split(' '))) return ABBREVIATED;
  const letters = Math.min(left.length, right.length);
  const budget = budgetOf(Math.max(left.length, right.length));
  const errors =
    budget === 0
      ? 1
      : Math.min(editDistance(left, right, budget), editDistance(sainted(typed), sainted(filed), budget));
  if (errors <= budget) return { kind: 'misspelt', errors };
  if (letters >= SHORTEST_SOUND && (soundOf(left) === soundOf(right) || scanOf(left) === scanOf(right)))
    return { kind: 'misspelt', errors: 1 };
  if (letters >= SHORTEST_CUT && (left.startsWith(right) || right.startsWith(left))) return CUT;
  return undefined;
}

const DIRECTIONS: Readonly<Record<string, string>> = { N: 'NORTH', S: 'SOUTH', E: 'EAST', W: 'WEST' };

/** Letters to compare: a direction that is the whole name (South St) written out. */
function plain(name: string): string {
  return DIRECTIONS[name] ?? name.replaceAll(' ', '');
}

/** A saint's name with the saint written out: only then does a mistyped SAINT resemble it. */
function sainted(name: string): string {
  return name.startsWith('ST ') ? plain(`SAINT ${name.slice(3)}`) : plain(name);
}

function digitsOf(name: string): string {
  return /\d/.test(name) ? name.replace(/[^\d]+/g, ' ').trim() : '';
}

/** `JAMES A POLITE` without its middle initial. A name that is left with no more than one word stays as it is. */
function withoutInitials(name: string): string {
  const kept = name.split(' ').filter((word) => word.length > 1);
  return kept.length > 1 ? kept.join('') : name;
}

/** Every word is its counterpart or shortens it: the beginning (`WASH`, `AMST`), or letters left out (`RVRSIDE`, `GRD CONC`). */
function isAbbreviation(typed: readonly string[], filed: readonly string[]): boolean {
  if (typed.length !== filed.length) return false;
  const anchored = typed.some((word, index) => word === filed[index] && word.length > 1);
  let shortened = false;
  for (const [index, word] of typed.entries()) {
    const whole = filed[index] ?? '';
    if (word === whole) continue;
    if (!shortens(word, whole, anchored) && !shortens(whole, word, anchored)) return false;
    shortened = true;
  }
  return shortened;
}

/** An initial alone (`ADAM C POWELL`, `B 43`) shortens a word only beside one that both names have. */
function shortens(short: string, whole: string, anchored: boolean): boolean {
  if (short.length >= whole.length || short[0] !== whole[0] || /\d/.test(short)) return false;
  if (short.length < SHORTEST_ABBREVIATION) return anchored && standardDirection(short) === undefined;
  if (whole.startsWith(short)) return short.length >= 3;
  if (whole.length - short.length < 2) return false;
  return isSubsequence(short, whole) && keepsConsonants(short, whole);
}

/** Letters left out are mostly vowels; a sequence that skips consonants at will is another word. */
function keepsConsonants(short: string, whole: string): boolean {
  const consonants = whole.slice(1).replace(/[AEIOUY]/g, '').length;
  const kept = short.slice(1).replace(/[AEIOUY]/g, '').length;
  return kept * 2 >= consonants;
}
