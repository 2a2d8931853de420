/** Longer streets differ before this. */
const LONGEST_RAW = 40;
const PLAIN = /^[A-Z0-9]*$/;

/** A street's words without blanks and marks: it also compares where a street could not be taken apart. */
export function rawStreet(streetWords: readonly string[]): string {
  const joined = streetWords.join('');
  return (PLAIN.test(joined) ? joined : joined.replace(/[^A-Z0-9]/g, '')).slice(0, LONGEST_RAW);
}
