/** Streets that end earlier than the reader thought: a town without a comma, a remark, a unit without a designator. */
import { standardDirection } from '../directionals.ts';
import { standardSuffix } from '../suffixes.ts';
import { Words } from '../words.ts';
import type { LineReading } from './line.ts';
import { readStreet, type Street } from './street.ts';

export interface PrefixReading {
  readonly street: Street;
  readonly streetWords: readonly string[];
  /** True if the words end with no suffix. */
  readonly cut: boolean;
}

const MOST_WORDS = 6;

/** Readings of the first words of a line's tail that are not the reading's own street. */
export function prefixReadings({ tail, streetWords }: LineReading): PrefixReading[] {
  const found: PrefixReading[] = [];
  const start = new Words(tail);
  for (let end = start.skip(1); start.has(end.index) && end.index <= MOST_WORDS; end = end.skip(1)) {
    if (end.index === streetWords.length || !mayEnd(end)) continue;
    const words = start.until(end).rest;
    const street = readStreet(words);
    if (standardDirection(street.name) !== undefined) continue;
    found.push({ street, streetWords: words, cut: street.suffix === '' && !end.isOver });
  }
  return found;
}

/** A street ends in front of a plain word, not in front of its own suffix, direction or number. */
function mayEnd({ isOver, word }: Words): boolean {
  if (isOver) return true;
  return standardSuffix(word) === undefined && standardDirection(word) === undefined && /^[A-Z]{2}/.test(word);
}
