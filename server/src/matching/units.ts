/** Secondary units: Publication 28, appendix C2, and what lists of addresses write instead. */
import { isOneEditApart, SHORTEST_MISTYPED } from './edit-distance.ts';

/** Words that always begin a unit after a street. */
const DESIGNATORS: Readonly<Record<string, string>> = {
  APT: 'APT APARTMENT AP APMT APTS APRT APPT APARTMENTS APTMT',
  BLDG: 'BLDG BUILDING BLG BDG BUILD BLD BLDGS BUILDINGS',
  BSMT: 'BSMT BASEMENT BSMNT BASMT BSMENT',
  CONDO: 'CONDO CONDOMINIUM',
  DEPT: 'DEPT DEPARTMENT DEP',
  FL: 'FLR FLOOR FLOORS FLRS FLS',
  HNGR: 'HANGAR HNGR',
  PH: 'PENTHOUSE PH PNTHS PENT',
  RM: 'ROOM RM ROOMS RMS ROM',
  STE: 'STE SUITE SUIT STES SUITES SUTE SUIET',
  TRLR: 'TRLR TRAILER',
  UNIT: 'UNIT UNT UNITS',
};

/** Words that begin a unit only after a finished street, because they also are names or suffixes (Front St, Pier Ave). */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  FL: 'FL LEVEL LVL STORY',
  FRNT: 'FRONT FRNT',
  GRND: 'GROUND GRND',
  KEY: 'KEY',
  LBBY: 'LOBBY LBBY LOBY',
  LOT: 'LOT LOTS',
  LOWR: 'LOWER LOWR',
  MEZZ: 'MEZZ MEZZANINE',
  OFC: 'OFFICE OFC OFF OFFC OFFICES',
  PAD: 'PAD STALL',
  PIER: 'PIER',
  REAR: 'REAR',
  SHOP: 'SHOP STORE STORES RETAIL RET COMM COMMERCIAL',
  SIDE: 'SIDE LEFT RIGHT MIDDLE',
  SLIP: 'SLIP',
  SPC: 'SPACE SPC SP',
  STOP: 'STOP',
  STUDIO: 'STUDIO',
  TOP: 'TOP',
  TOWER: 'TOWER TWR',
  UN: 'UN SU',
  UPPR: 'UPPER UPPR',
  WING: 'WING',
};

/** Words after which nothing belongs to the address. */
const ASIDES = new Set(
  (
    'AKA DBA FKA ATTN ATTENTION ATT CARE C/O NEAR BEHIND OPPOSITE ACROSS BETWEEN BTWN BTW ADJACENT INCLUDING INCL PMB MSC ' +
    'LOCKBOX TEL PHONE FAX CELL EMAIL ENTRANCE DELIVER CONTACT'
  ).split(' '),
);

const STRICT = index(DESIGNATORS);
const LOOSE = index(AMBIGUOUS);

function index(spellings: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [standard, words] of Object.entries(spellings)) {
    for (const word of words.split(' ')) found.set(word, standard);
  }
  return found;
}

export function strictDesignator(word: string): string | undefined {
  return STRICT.get(word);
}

export function looseDesignator(word: string): string | undefined {
  return LOOSE.get(word);
}

const OFTEN_MISTYPED = ['UNIT', 'SUITE', 'FLOOR', 'APARTMENT'];

/** True for a designator with one wrong letter. */
export function isMistypedDesignator(word: string): boolean {
  return word.length >= SHORTEST_MISTYPED && OFTEN_MISTYPED.some((designator) => isOneEditApart(word, designator));
}

/** True for a word that tells a floor after its ordinal (`2ND FL`). */
export function isFloorWord(word: string): boolean {
  return (STRICT.get(word) ?? LOOSE.get(word)) === 'FL';
}

/** True for a word that opens an aside: another name, a person, a landmark. */
export function opensAside(word: string): boolean {
  return ASIDES.has(word);
}
