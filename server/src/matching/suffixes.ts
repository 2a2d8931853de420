/** Street suffixes: what a word means at the end of a street, and inside a name. */
import { isOneEditApart, SHORTEST_MISTYPED } from './edit-distance.ts';
import { SUFFIX_SPELLINGS } from './suffix-spellings.ts';

/**
 * Suffixes that end a street. The others (Park, Hill, Lake …) are as often part of its name, so that they count as the suffix
 * only in the last place.
 */
const STREET_TYPES = new Set(
  (
    'ALY AVE BLVD BYP CIR CONC CRES CSWY CT CV DR ESPL EXPY EXT FWY HWY LN LOOP MEWS PATH PIKE PKWY PL PLZ ' +
    'RD ROW RTE SKWY SQ ST TER TPKE TRCE TRFY TRL WALK WAY XING'
  ).split(' '),
);

/** Of those, the ones that end a street also where another stood before (Palm Beach Lakes Blvd, Court Street Dr). */
const CLOSING_TYPES = new Set(
  'ALY AVE BLVD CIR CT DR EXPY EXT FWY HWY LN LOOP PIKE PKWY PL RD ST TER TPKE TRL WAY'.split(' '),
);

/** Spellings that mean something else inside a name: Dr. Martin Luther King, La Brea, El Camino, Via Dolorosa, St. Marks. */
const NOT_IN_NAMES = new Set('LA LAS IS UN EST DR CT PR CP CR EXP ST STR FT MT CI BL PY CEN CENT HT'.split(' '));

/** First letters of a suffix that a cut-off column still shows; shorter stumps say nothing. */
const SHORTEST_STUMP = 3;

const SUFFIXES = Object.entries(SUFFIX_SPELLINGS).map(
  ([standard, spellings]) => [standard, spellings.split(' ')] as const,
);
/** A camino or a via leads a name in Spanish, a rue in French; as the last word they are no suffix either. */
const LEADING = new Set(['VIA', 'RUE']);
const STANDARD: ReadonlyMap<string, string> = new Map(
  SUFFIXES.flatMap(([standard, spellings]) => [standard, ...spellings].map((word) => [word, standard] as const)).filter(
    ([word]) => !LEADING.has(word),
  ),
);
const IN_FULL: ReadonlyMap<string, string> = new Map(SUFFIXES.map(([standard, [full = standard]]) => [standard, full]));
const TYPES_IN_FULL = Array.from(STREET_TYPES, (standard) => [standard, inFull(standard)] as const);

/** The standard abbreviation of a suffix (`STREET` and `STR` are `ST`), or undefined for any other word. */
export function standardSuffix(word: string): string | undefined {
  return STANDARD.get(word);
}

/** True for a word that ends a street wherever it stands after a name. */
export function isStreetType(word: string): boolean {
  const standard = STANDARD.get(word);
  return standard !== undefined && STREET_TYPES.has(standard);
}

/** True for a word that ends a street even where another street type stands before it. */
export function isClosingType(word: string): boolean {
  const standard = STANDARD.get(word);
  return standard !== undefined && CLOSING_TYPES.has(standard);
}

/** A standard abbreviation written out. */
export function inFull(standard: string): string {
  return IN_FULL.get(standard) ?? standard;
}

/**
 * The suffix that a mistyped or cut-off last word meant (`STREE`, `AVEUNE`), or undefined. Only words that end a street are
 * guessed, and only where one alone is meant.
 */
export function mistypedSuffix(word: string): string | undefined {
  if (word.length < SHORTEST_STUMP || /\d/.test(word)) return undefined;
  let found: string | undefined;
  for (const [standard, full] of TYPES_IN_FULL) {
    const meant = full.startsWith(word) || (word.length >= SHORTEST_MISTYPED && isOneEditApart(word, full));
    if (!meant) continue;
    if (found !== undefined) return undefined;
    found = standard;
  }
  return found;
}

/** A suffix word inside a name, written out (`BCH` is `BEACH`), so that both spellings of the name are the same. */
export function spellOutInName(word: string): string {
  if (NOT_IN_NAMES.has(word)) return word;
  const standard = STANDARD.get(word);
  return standard === undefined ? word : (IN_FULL.get(standard) ?? word);
}
