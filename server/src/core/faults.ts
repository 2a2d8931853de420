/** Lists of what is wrong with a request, however many faults there are: they are counted before any is put in words. */

/** A function if the words are expensive, as the nearest known name is: only those shown are called. */
export type Fault = string | (() => string);

/** Nobody reads more of them; a body may hold a hundred thousand. */
export const MOST_FAULTS_SHOWN = 20;

/** A name, or a word that is none of those known, may be as long as the body that it came in; no sentence of ours is half as long. */
const MOST_CHARACTERS = 2_000;

/** What is told of a fault, however much of the request it repeats. */
export function shortened(words: string): string {
  return words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS)}…`;
}

export function wordsOf(fault: Fault): string {
  return shortened(typeof fault === 'string' ? fault : fault());
}

/** The first faults in words, and how many more there are. */
export function shownFaults(faults: readonly Fault[]): readonly string[] {
  const shown = faults.slice(0, MOST_FAULTS_SHOWN).map(wordsOf);
  const more = faults.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more ${more === 1 ? 'fault' : 'faults'}`];
}
