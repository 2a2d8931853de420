/** Streets that end earlier than the reader thought: a town without a comma, a remark, a unit without a designator. */
import { standardDirection } from '../directionals.ts';
import { standardSuffix } from '../suffixes.ts';
import type { LineReading } from './line.ts';
import { readStreet, type Street } from './street.ts';

export interface PrefixReading {
  readonly street: Street;
  readonly streetWords: readonly string[];
  /** True where the words end with no suffix. */
  readonly cut: boolean;
}

const MOST_WORDS = 6;

/** Readings of the first words of a line's tail that are not the reading's own street. */
export function prefixReadings({ tail, streetWords }: LineReading): PrefixReading[] {
  const found: PrefixReading[] = [];
  const longest = Math.min(MOST_WORDS, tail.length);
  for (let length = 1; length <= longest; length++) {
    if (length === streetWords.length || !mayEnd(tail, length)) continue;
    const words = tail.slice(0, length);
    const street = readStreet(words);
    if (standardDirection(street.name) !== undefined) continue;
    found.push({ street, streetWords: words, cut: street.suffix === '' && length < tail.length });
  }
  return found;
}

/** A street ends in front of a plain word, not in front of its own suffix, direction or number. */
function mayEnd(tail: readonly string[], length: number): boolean {
  const next = tail[length];
  if (next === undefined) return true;
  return standardSuffix(next) === undefined && standardDirection(next) === undefined && /^[A-Z]{2}/.test(next);
}
