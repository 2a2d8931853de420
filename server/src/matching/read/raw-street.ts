/** A street as one run of letters and digits, for comparisons that don't trust how it was taken apart. */

/** Longer streets differ before this. */
const LONGEST_RAW = 40;

/** A street's words without blanks and marks. */
export function rawStreet(streetWords: readonly string[]): string {
  return streetWords
    .join('')
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, LONGEST_RAW);
}
