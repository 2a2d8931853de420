/** States and territories: names and old abbreviations from Publication 28, appendix B. */
const NAMES: Readonly<Record<string, string>> = {
  AL: 'ALABAMA|ALA',
  AK: 'ALASKA|ALAS',
  AZ: 'ARIZONA|ARIZ',
  AR: 'ARKANSAS|ARK',
  CA: 'CALIFORNIA|CALIF|CAL',
  CO: 'COLORADO|COLO|COL',
  CT: 'CONNECTICUT|CONN',
  DE: 'DELAWARE|DEL',
  DC: 'DISTRICT OF COLUMBIA|DIST OF COLUMBIA|WASHINGTON DC|D C',
  FL: 'FLORIDA|FLA|FLOR',
  GA: 'GEORGIA',
  HI: 'HAWAII',
  ID: 'IDAHO|IDA',
  IL: 'ILLINOIS|ILL|ILLS',
  IN: 'INDIANA|IND',
  IA: 'IOWA',
  KS: 'KANSAS|KAN|KANS',
  KY: 'KENTUCKY|KEN|KENT',
  LA: 'LOUISIANA',
  ME: 'MAINE',
  MD: 'MARYLAND',
  MA: 'MASSACHUSETTS|MASS|MASSACHUSETS|MASSACHUSSETTS',
  MI: 'MICHIGAN|MICH',
  MN: 'MINNESOTA|MINN',
  MS: 'MISSISSIPPI|MISS',
  MO: 'MISSOURI',
  MT: 'MONTANA|MONT',
  NC: 'NORTH CAROLINA|N CAROLINA|N CAR',
  ND: 'NORTH DAKOTA|N DAKOTA|N DAK',
  NE: 'NEBRASKA|NEB|NEBR',
  NH: 'NEW HAMPSHIRE|N H',
  NJ: 'NEW JERSEY|N J',
  NM: 'NEW MEXICO|N MEX|NEW M|N M',
  NV: 'NEVADA|NEV',
  NY: 'NEW YORK|N Y|NEW YORK STATE',
  OH: 'OHIO',
  OK: 'OKLAHOMA|OKLA',
  OR: 'OREGON|ORE|OREG',
  PA: 'PENNSYLVANIA|PENN|PENNA|PENNSLYVANIA|PENNSYLVANNIA',
  PR: 'PUERTO RICO',
  RI: 'RHODE ISLAND|R I',
  SC: 'SOUTH CAROLINA|S CAROLINA|S CAR',
  SD: 'SOUTH DAKOTA|S DAKOTA|S DAK',
  TN: 'TENNESSEE|TENN|TENNESSE',
  TX: 'TEXAS|TEX',
  UT: 'UTAH',
  VA: 'VIRGINIA|VIRG',
  VI: 'VIRGIN ISLANDS|US VIRGIN ISLANDS',
  VT: 'VERMONT',
  WA: 'WASHINGTON|WASH|WASHINGTON STATE',
  WI: 'WISCONSIN|WIS|WISC',
  WV: 'WEST VIRGINIA|W VIRGINIA|W VA',
  WY: 'WYOMING|WYO',
  AS: 'AMERICAN SAMOA',
  GU: 'GUAM',
  MP: 'NORTHERN MARIANA ISLANDS',
};

/** Every spelling in upper case, to the two-letter code. */
export const STATE_SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([code, names]) => [code, ...names.split('|')].map((name) => [name, code] as const)),
);

/** The two-letter code of a state given by code, name or old abbreviation in upper case, else undefined. */
export function stateCode(words: string): string | undefined {
  return STATE_SPELLINGS.get(words);
}

/** True for a two-letter code itself. */
export function isStateCode(word: string): boolean {
  return Object.hasOwn(NAMES, word);
}

/** Of the armed forces and the freely associated states: letters go there by ZIP code too. */
export const OTHER_POSTAL_STATES = ['AA', 'AE', 'AP', 'FM', 'MH', 'PW'] as const;

/** What the state of an address can be. */
export const POSTAL_STATES: readonly string[] = [...Object.keys(NAMES), ...OTHER_POSTAL_STATES].sort();

const POSTAL_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...STATE_SPELLINGS,
  ...OTHER_POSTAL_STATES.map((code) => [code, code] as const),
]);

/** The two-letter code of a state as people write it: by code or name, in any case, with or without dots. Null if it is none. */
export function parsePostalState(text: string): string | null {
  const words = text.replaceAll('.', ' ').replaceAll(/\s+/g, ' ').trim().toUpperCase();
  return POSTAL_SPELLINGS.get(words) ?? null;
}

/** Words of names that a person may have meant, for hints. */
export const STATE_NAMES: readonly string[] = Object.values(NAMES).map((names) =>
  (names.split('|')[0] ?? '').toLowerCase().replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
);
