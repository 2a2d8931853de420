/** How a street's typed name agrees with one of the index. */
import { isSubsequence } from './city.ts';
import { editDistance } from './edit-distance.ts';

export type NameAgreement =
  | { readonly kind: 'same' }
  | { readonly kind: 'abbreviated' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'misspelt'; readonly errors: number };

const SAME: NameAgreement = { kind: 'same' };
const ABBREVIATED: NameAgreement = { kind: 'abbreviated' };
const CUT: NameAgreement = { kind: 'cut' };

/** Errors that a name of so many letters may have and still be recognised. Among short names every error makes another name. */
function budgetOf(letters: number): number {
  if (letters <= 3) return letters === 3 ? 1 : 0;
  if (letters <= 7) return 1;
  return letters <= 12 ? 2 : 3;
}

/** Fewer letters cut a name off too early to know it. */
const SHORTEST_CUT = 5;
const SHORTEST_ABBREVIATION = 2;

/** Compares names in their standard spelling; undefined where they are different names. Digits are never corrected. */
export function compareNames(typed: string, filed: string): NameAgreement | undefined {
  if (typed === filed) return SAME;
  const left = typed.replaceAll(' ', '');
  const right = filed.replaceAll(' ', '');
  if (left === right) return SAME;
  if (digitsOf(left) !== digitsOf(right)) return undefined;
  if (isAbbreviation(typed.split(' '), filed.split(' '))) return ABBREVIATED;
  const letters = Math.min(left.length, right.length);
  const budget = budgetOf(Math.max(left.length, right.length));
  const errors = budget === 0 ? 1 : editDistance(left, right, budget);
  if (errors <= budget) return { kind: 'misspelt', errors };
  if (letters >= SHORTEST_CUT && (left.startsWith(right) || right.startsWith(left))) return CUT;
  return undefined;
}

function digitsOf(name: string): string {
  return /\d/.test(name) ? name.replace(/[^\d]+/g, ' ').trim() : '';
}

/** Every word is its counterpart or shortens it: the beginning (`WASH`, `AMST`), or letters left out (`RVRSIDE`, `GRD CONC`). */
function isAbbreviation(typed: readonly string[], filed: readonly string[]): boolean {
  if (typed.length !== filed.length) return false;
  let shortened = false;
  for (const [index, word] of typed.entries()) {
    const whole = filed[index] ?? '';
    if (word === whole) continue;
    if (!shortens(word, whole) && !shortens(whole, word)) return false;
    shortened = true;
  }
  return shortened;
}

function shortens(short: string, whole: string): boolean {
  if (short.length < SHORTEST_ABBREVIATION || short.length >= whole.length || short[0] !== whole[0] || /\d/.test(short))
    return false;
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
