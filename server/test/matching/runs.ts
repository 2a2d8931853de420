/** Where streets end, in words for tests. */
import { findStreetRun } from '../../src/matching/read/street-run.ts';
import { Words } from '../../src/matching/words.ts';

/** A line that holds no town, and one that may. */
const BOTH = [true, false] as const;

/** `street | what follows`, with a question mark where the end is a guess. */
export function cut(text: string, closed: boolean): string {
  const run = findStreetRun(new Words(text.split(' ')), closed);
  if (run === undefined) return 'none';
  const street = run.start.until(run.end).rest.join(' ');
  return `${street} | ${run.end.until(run.start.end).rest.join(' ')}${run.open ? '?' : ''}`;
}

/** The same with a town in the line and without one. */
export function cuts(text: string): string {
  const [closed, open] = BOTH.map((closed) => cut(text, closed));
  return closed === open ? (closed ?? '') : `${closed} or ${open}`;
}

/** The same, whether it is a guess or not. */
export function ended(text: string): string {
  return cuts(text).replaceAll('?', '');
}
