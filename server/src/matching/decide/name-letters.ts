/** Parts of a name that are never corrected: what is numbered or lettered has near neighbours, and each is another street. */

/** `LAKE A`, `CALLE BB`, `MARTIN II`: what the last word counts or letters. */
const LAST_LETTERS = / (?:[A-Z]|([A-Z])\1|[IVX]{2,4})$/;

/** True if the last word of a name is its letter or its Roman number. */
export function endsInLetters(name: string): boolean {
  return LAST_LETTERS.test(name);
}

/** True if two names have the same numbers (`12A` is not 12B), end in the same letters, and contradict each other in no initial. */
export function sameLetters(typed: string, filed: string): boolean {
  if (LAST_LETTERS.exec(typed)?.[0] !== LAST_LETTERS.exec(filed)?.[0]) return false;
  if (wordsOf(typed, isNumbered) !== wordsOf(filed, isNumbered)) return false;
  const [left, right] = [wordsOf(typed, isInitial), wordsOf(filed, isInitial)];
  return left === right || left === '' || right === '';
}

function wordsOf(name: string, isMeant: (word: string) => boolean): string {
  return name.split(' ').filter(isMeant).join(' ');
}

function isNumbered(word: string): boolean {
  return /\d/.test(word);
}

function isInitial(word: string): boolean {
  return word.length === 1;
}
