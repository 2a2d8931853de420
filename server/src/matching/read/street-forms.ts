/** Other ways to take a street apart, for what the first way does not find. */
import { mistypedDirection, standardDirection } from '../directionals.ts';
import { mistypedOrdinal } from '../number-words.ts';
import { isRoadName } from '../roads.ts';
import { inFull, spellOutInName, standardSuffix } from '../suffixes.ts';
import type { Street } from './street.ts';

/** `GRAND ST` of Grand Street Extension. */
const EXTENDED = /^(.+) (ST|AVENUE|ROAD|LANE|BOULEVARD)$/;

/** A street, and the same with its suffix taken as part of the name: `Sand Point` may be short for Sand Point Way. */
export function streetForms(street: Street): readonly Street[] {
  if (standardSuffix(street.suffix) === undefined || isRoadName(street.name)) return [street];
  const extended = EXTENDED.exec(street.name);
  if (street.suffix === 'EXT' && extended !== null) {
    return [street, { ...street, name: extended[1] ?? '', suffix: standardSuffix(extended[2] ?? '') ?? '' }];
  }
  return [street, { ...street, name: `${street.name} ${spellOutInName(inFull(street.suffix))}`, suffix: '' }];
}

/** Readings of a name whose first word may be a mistyped direction (`WESR END AVE`) or whose only word a mistyped ordinal (`SECONDD`). */
export function respellings(street: Street): readonly Street[] {
  const found: Street[] = [];
  const [first = '', ...others] = street.name.split(' ');
  const direction = street.predir === '' && others.length > 0 ? mistypedDirection(first) : undefined;
  if (direction !== undefined && standardDirection(first) === undefined) {
    found.push({ ...street, predir: direction, name: others.join(' ') });
  }
  const ordinal = others.length === 0 ? mistypedOrdinal(first) : undefined;
  if (ordinal !== undefined) found.push({ ...street, name: String(ordinal) });
  return found;
}
