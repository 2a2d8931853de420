/** What it takes to try a test without the guard that it sees. */

/** A text of one source file, and what stands there instead. */
interface Change {
  /** As seen from `server/src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Removal {
  readonly guard: string;
  /** As seen from `server/test`. */
  readonly test: string;
  /** A part of the names of the tests that see it, where the whole file takes long. */
  readonly only?: string;
  readonly changes: readonly Change[];
}

export function removal(
  guard: string,
  test: string,
  file: string,
  [from, to]: readonly [string, string],
  only?: string,
): Removal {
  return { guard, test, changes: [{ file, from, to }], ...(only !== undefined && { only }) };
}
