/** Longer streets differ before this. */
const LONGEST_RAW = 40;

/** A street's words without blanks and marks: it also compares where a street could not be taken apart. */
export function rawStreet(streetWords: readonly string[]): string {
  return streetWords
    .join('')
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, LONGEST_RAW);
}
