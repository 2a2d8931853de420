/** Names of towns in one spelling, and how two of them agree. */
import { editDistance } from './edit-distance.ts';
import { wordMap } from './word-map.ts';

const WORDS = wordMap({
  ST: 'SAINT',
  STE: 'SAINTE',
  FT: 'FORT',
  MT: 'MOUNT',
  N: 'NORTH',
  NO: 'NORTH',
  S: 'SOUTH',
  SO: 'SOUTH',
  E: 'EAST',
  W: 'WEST',
  PT: 'POINT',
  HTS: 'HEIGHTS',
  HGTS: 'HEIGHTS',
  SPGS: 'SPRINGS',
  SPG: 'SPRING',
  SPRGS: 'SPRINGS',
  BCH: 'BEACH',
  CTR: 'CENTER',
  CNTR: 'CENTER',
  CENTRE: 'CENTER',
  JCT: 'JUNCTION',
  LK: 'LAKE',
  VLY: 'VALLEY',
  VLG: 'VILLAGE',
  VILL: 'VILLAGE',
  PK: 'PARK',
  GDNS: 'GARDENS',
  HLS: 'HILLS',
  HL: 'HILL',
  FLS: 'FALLS',
  IS: 'ISLAND',
  ISL: 'ISLAND',
  CY: 'CITY',
});
/** What stands for a town where none is known, and what a town's kind adds to its name. */
const NO_TOWN =
  /^(?:DOWNTOWN|UNINCORPORATED|UNKNOWN|NA|N A|NONE|NULL|TBD|VARIOUS|CITY|RURAL|OTHER|SAME|UNSPECIFIED|NOT AVAILABLE)$/;
const KIND_BEFORE =
  /^(?:THE )?(?:CITY|TOWN|TWP|TOWNSHIP|VILLAGE|BOROUGH|BORO|VLG|CHARTER TOWNSHIP|VILL)(?: OF)? (?=[A-Z]{3})/;
const KIND_BEHIND = / (?:TWP|TOWNSHIP|BOROUGH|BORO)$/;

/** Other names of New York's boroughs. */
const BOROUGHS = wordMap({
  MANHATTAN: 'NEW YORK',
  NYC: 'NEW YORK',
  'NEW YORK CITY': 'NEW YORK',
  'N Y C': 'NEW YORK',
  NY: 'NEW YORK',
  BKLYN: 'BROOKLYN',
  BKLN: 'BROOKLYN',
  BK: 'BROOKLYN',
  BROOKLN: 'BROOKLYN',
  BX: 'BRONX',
  'THE BRONX': 'BRONX',
  SI: 'STATEN ISLAND',
  'STATEN IS': 'STATEN ISLAND',
  'STATEN ISL': 'STATEN ISLAND',
  LIC: 'LONG ISLAND CITY',
  'L I C': 'LONG ISLAND CITY',
  'LI CITY': 'LONG ISLAND CITY',
  LA: 'LOS ANGELES',
  SF: 'SAN FRANCISCO',
  PHILA: 'PHILADELPHIA',
  'WASHINGTON DC': 'WASHINGTON',
  'WASHINGTON D C': 'WASHINGTON',
});

/** Mail in the borough of Queens goes to some 60 town names. These prefixes of ZIP codes are Queens alone. */
const QUEENS_ALONE_ZIP = /^11[1346]/;
/** Town names under which every part of Queens is also written. */
const QUEENS_WIDE = new Set(['QUEENS', 'QUEENS NEW YORK', 'FLUSHING', 'JAMAICA', 'LONG ISLAND CITY', 'NEW YORK']);
/** Boroughs by the ZIP prefixes that are theirs alone. */
const BOROUGH_ZIPS: readonly (readonly [RegExp, string])[] = [
  [/^10[0-2]/, 'NEW YORK'],
  [/^103/, 'STATEN ISLAND'],
  [/^104/, 'BRONX'],
  [/^112/, 'BROOKLYN'],
];

/** A town's name in one spelling, or empty if the cell names none. `words` are upper case. */
export function readCity(words: readonly string[]): string {
  const letters = words.filter((word) => /[A-Z]/.test(word) && !/^[,&@-]$/.test(word) && !/\d/.test(word));
  let name = letters.map((word) => word.replace(/-/g, ' ')).join(' ');
  name = name.replace(KIND_BEFORE, '').replace(KIND_BEHIND, '');
  const borough = BOROUGHS.get(name);
  if (borough !== undefined) return borough;
  if (NO_TOWN.test(name)) return '';
  return name
    .split(' ')
    .map((word, _, all) => (all.length === 1 ? word : (WORDS.get(word) ?? word)))
    .join(' ');
}

const BOROUGH_NAMES = new Set(BOROUGHS.values());
const PLAIN_WORD = /^[A-Z]+$/;

/** False if `readCity` of words that end with this one cannot be the town: most lines end with a street's suffix. */
export function mayEndTown(word: string, city: string): boolean {
  if (!PLAIN_WORD.test(word) || BOROUGH_NAMES.has(city) || KIND_BEHIND.test(` ${word}`)) return true;
  return city.endsWith(word) || city.endsWith(WORDS.get(word) ?? word);
}

/** How two town names agree. `spelled`: one is a misspelling or a stump of the other. */
export type CityAgreement = 'same' | 'spelled' | 'no';

export function compareCities(typed: string, filed: string, filedZip: string): CityAgreement {
  if (typed === filed) return 'same';
  const left = typed.replaceAll(' ', '');
  const right = filed.replaceAll(' ', '');
  if (left === right) return 'same';
  if (QUEENS_ALONE_ZIP.test(filedZip) && QUEENS_WIDE.has(typed)) return typed === 'NEW YORK' ? 'spelled' : 'same';
  for (const [zips, borough] of BOROUGH_ZIPS) {
    if (typed === borough && zips.test(filedZip)) return 'same';
  }
  const shorter = Math.min(left.length, right.length);
  const budget = shorter >= 9 ? 2 : shorter >= 4 ? 1 : 0;
  if (budget > 0 && editDistance(left, right, budget) <= budget) return 'spelled';
  if (shorter >= 4 && (left.startsWith(right) || right.startsWith(left)))
    return left.length < right.length ? 'spelled' : 'no';
  return isAbbreviated(typed, filed) ? 'spelled' : 'no';
}

/** `RCHO CORDOVA`, `N HOLLYWD`: every word is its counterpart or an abbreviation of it that keeps the first letter. */
function isAbbreviated(typed: string, filed: string): boolean {
  const left = typed.split(' ');
  const right = filed.split(' ');
  if (left.length !== right.length) return false;
  return left.every((word, index) => {
    const whole = right[index] ?? '';
    return word === whole || (word.length >= 3 && word[0] === whole[0] && isSubsequence(word, whole));
  });
}

export function isSubsequence(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) {
    if (letter === short[at]) at++;
  }
  return at === short.length;
}
