/** Lists of what is wrong with a request, however many faults there are: they are counted before any is put in words. */

/** A function if the words are expensive, as the nearest known name is: only those shown are called. */
export type Fault = string | (() => string);

/** Nobody reads more of them; a body may hold a hundred thousand. */
export const MOST_FAULTS_SHOWN = 20;

export function wordsOf(fault: Fault): string {
  return typeof fault === 'string' ? fault : fault();
}

/** The first faults in words, and how many more there are. */
export function shownFaults(faults: readonly Fault[]): readonly string[] {
  const shown = faults.slice(0, MOST_FAULTS_SHOWN).map(wordsOf);
  const more = faults.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more ${more === 1 ? 'fault' : 'faults'}`];
}
