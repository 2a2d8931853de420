import { isOneEditApart } from './edit-distance.ts';

/**
 * Street suffixes and their spellings: USPS Publication 28, appendix C1, plus misspellings that lists of addresses repeat and
 * three that New York's use (Concourse, Esplanade, Promenade). The key is the standard abbreviation, the first spelling the
 * word in full.
 */
const SPELLINGS: Readonly<Record<string, string>> = {
  ALY: 'ALLEY ALLEE ALLY',
  ANX: 'ANEX ANNEX ANNX',
  ARC: 'ARCADE',
  AVE: 'AVENUE AV AVEN AVENU AVN AVNUE AVNE AVENE AVEUE AVNU',
  BCH: 'BEACH',
  BG: 'BURG',
  BGS: 'BURGS',
  BLF: 'BLUFF BLUF',
  BLFS: 'BLUFFS',
  BLVD: 'BOULEVARD BOUL BOULV BL BLV BVD BLVDE BOULEVRD BOULAVARD BULEVARD',
  BND: 'BEND',
  BR: 'BRANCH BRNCH',
  BRG: 'BRIDGE BRDGE',
  BRK: 'BROOK',
  BRKS: 'BROOKS',
  BTM: 'BOTTOM BOT BOTTM',
  BYP: 'BYPASS BYPA BYPAS BYPS',
  BYU: 'BAYOU BAYOO',
  CIR: 'CIRCLE CIRC CIRCL CRCL CRCLE CI',
  CIRS: 'CIRCLES',
  CLB: 'CLUB',
  CLF: 'CLIFF',
  CLFS: 'CLIFFS',
  CMN: 'COMMON',
  CMNS: 'COMMONS',
  CONC: 'CONCOURSE CONCRSE',
  COR: 'CORNER',
  CORS: 'CORNERS',
  CP: 'CAMP CMP',
  CPE: 'CAPE',
  CRES: 'CRESCENT CRECENT CRESENT CRSCNT CRSENT CRSNT CRESC',
  CRK: 'CREEK CK CR',
  CRSE: 'COURSE',
  CRST: 'CREST',
  CSWY: 'CAUSEWAY CAUSWA CAUSWAY',
  CT: 'COURT CRT',
  CTR: 'CENTER CEN CENT CENTR CENTRE CNTER CNTR CTER',
  CTRS: 'CENTERS',
  CTS: 'COURTS',
  CURV: 'CURVE',
  CV: 'COVE',
  CVS: 'COVES',
  CYN: 'CANYON CANYN CNYN',
  DL: 'DALE',
  DM: 'DAM',
  DR: 'DRIVE DRIV DRV DRVE',
  DRS: 'DRIVES',
  DV: 'DIVIDE DIV DVD',
  ESPL: 'ESPLANADE',
  EST: 'ESTATE',
  ESTS: 'ESTATES',
  EXPY: 'EXPRESSWAY EXP EXPR EXPRESS EXPW EXPWY EXPWAY EXPRESSWY',
  EXT: 'EXTENSION EXTN EXTNSN',
  EXTS: 'EXTENSIONS',
  FALL: 'FALL',
  FLD: 'FIELD',
  FLDS: 'FIELDS',
  FLS: 'FALLS',
  FLT: 'FLAT',
  FLTS: 'FLATS',
  FRD: 'FORD',
  FRDS: 'FORDS',
  FRG: 'FORGE FORG',
  FRGS: 'FORGES',
  FRK: 'FORK',
  FRKS: 'FORKS',
  FRST: 'FOREST FORESTS',
  FRY: 'FERRY FRRY',
  FT: 'FORT FRT',
  FWY: 'FREEWAY FREEWY FRWAY FRWY',
  GDN: 'GARDEN GARDN GRDEN GRDN',
  GDNS: 'GARDENS GRDNS',
  GLN: 'GLEN',
  GLNS: 'GLENS',
  GRN: 'GREEN',
  GRNS: 'GREENS',
  GRV: 'GROVE GROV',
  GRVS: 'GROVES',
  GTWY: 'GATEWAY GATEWY GATWAY GTWAY',
  HBR: 'HARBOR HARB HARBR HRBOR',
  HBRS: 'HARBORS',
  HL: 'HILL',
  HLS: 'HILLS',
  HOLW: 'HOLLOW HOLLOWS HLLW HOLWS',
  HTS: 'HEIGHTS HEIGHT HGTS HT',
  HVN: 'HAVEN HAVN',
  HWY: 'HIGHWAY HIGHWY HIWAY HIWY HWAY HGWY HGHWY HWYS HIGHWAYS',
  INLT: 'INLET',
  IS: 'ISLAND ISLND',
  ISLE: 'ISLE ISLES',
  ISS: 'ISLANDS ISLNDS',
  JCT: 'JUNCTION JCTION JCTN JUNCTN JUNCTON',
  JCTS: 'JUNCTIONS JCTNS',
  KNL: 'KNOLL KNOL',
  KNLS: 'KNOLLS',
  KY: 'KEY',
  KYS: 'KEYS',
  LAND: 'LAND',
  LCK: 'LOCK',
  LCKS: 'LOCKS',
  LDG: 'LODGE LDGE LODG',
  LF: 'LOAF',
  LGT: 'LIGHT',
  LGTS: 'LIGHTS',
  LK: 'LAKE',
  LKS: 'LAKES',
  LN: 'LANE LA LANES LNE',
  LNDG: 'LANDING LNDNG',
  LOOP: 'LOOP LOOPS',
  MALL: 'MALL',
  MDW: 'MEADOW',
  MDWS: 'MEADOWS MEDOWS',
  MEWS: 'MEWS',
  ML: 'MILL',
  MLS: 'MILLS',
  MNR: 'MANOR',
  MNRS: 'MANORS',
  MSN: 'MISSION MISSN MSSN',
  MT: 'MOUNT MNT',
  MTN: 'MOUNTAIN MNTAIN MNTN MOUNTIN MTIN',
  MTNS: 'MOUNTAINS MNTNS',
  MTWY: 'MOTORWAY',
  NCK: 'NECK',
  OPAS: 'OVERPASS',
  ORCH: 'ORCHARD ORCHRD',
  OVAL: 'OVAL OVL',
  PARK: 'PARK PARKS PK PRK',
  PASS: 'PASS',
  PATH: 'PATH PATHS',
  PIKE: 'PIKE PIKES',
  PKWY: 'PARKWAY PARKWAYS PARKWY PKWAY PKWYS PKY PKWAYS PY PWY PRKWY',
  PL: 'PLACE',
  PLN: 'PLAIN',
  PLNS: 'PLAINS PLAINES',
  PLZ: 'PLAZA PLZA PLAZ',
  PNE: 'PINE',
  PNES: 'PINES',
  PR: 'PRAIRIE PRARIE PRR',
  PROM: 'PROMENADE',
  PRT: 'PORT',
  PRTS: 'PORTS',
  PSGE: 'PASSAGE',
  PT: 'POINT',
  PTS: 'POINTS',
  RADL: 'RADIAL RAD RADIEL',
  RAMP: 'RAMP',
  RD: 'ROAD',
  RDG: 'RIDGE RDGE',
  RDGS: 'RIDGES',
  RDS: 'ROADS',
  RIV: 'RIVER RIVR RVR',
  RNCH: 'RANCH RANCHES RNCHS',
  ROW: 'ROW',
  RPD: 'RAPID',
  RPDS: 'RAPIDS',
  RST: 'REST',
  RTE: 'ROUTE',
  RUE: 'RUE',
  RUN: 'RUN',
  SHL: 'SHOAL',
  SHLS: 'SHOALS',
  SHR: 'SHORE SHOAR',
  SHRS: 'SHORES SHOARS',
  SKWY: 'SKYWAY',
  SMT: 'SUMMIT SUMIT SUMITT',
  SPG: 'SPRING SPNG SPRNG',
  SPGS: 'SPRINGS SPNGS SPRNGS',
  SPUR: 'SPUR SPURS',
  SQ: 'SQUARE SQR SQRE SQU SQUAR',
  SQS: 'SQUARES SQRS',
  ST: 'STREET STR STRT STRET STEET STRRET SREET STREEET',
  STA: 'STATION STATN STN',
  STRA: 'STRAVENUE STRAV STRAVE STRAVEN STRAVN STRVN STRVNUE',
  STRM: 'STREAM STREME',
  STS: 'STREETS',
  TER: 'TERRACE TERR TERACE',
  TPKE: 'TURNPIKE TPK TRNPK TRPK TURNPK TRPKE TNPK',
  TRAK: 'TRACK TRACKS TRK TRKS',
  TRCE: 'TRACE TRACES',
  TRFY: 'TRAFFICWAY',
  TRL: 'TRAIL TR TRAILS TRLS',
  TRWY: 'THROUGHWAY',
  TUNL: 'TUNNEL TUNEL TUNLS TUNNELS TUNNL',
  UN: 'UNION',
  UNS: 'UNIONS',
  UPAS: 'UNDERPASS',
  VIA: 'VIADUCT VDCT VIADCT',
  VIS: 'VISTA VIST VST VSTA',
  VL: 'VILLE',
  VLG: 'VILLAGE VILL VILLAG VILLG VILLIAGE',
  VLGS: 'VILLAGES',
  VLY: 'VALLEY VALLY VLLY',
  VLYS: 'VALLEYS',
  VW: 'VIEW',
  VWS: 'VIEWS',
  WALK: 'WALK WALKS',
  WALL: 'WALL',
  WAY: 'WAY WY',
  WAYS: 'WAYS',
  WL: 'WELL',
  WLS: 'WELLS',
  XING: 'CROSSING CRSSING CRSSNG',
  XRD: 'CROSSROAD',
  XRDS: 'CROSSROADS',
};

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
const NOT_IN_NAMES = new Set(
  'LA LAS IS UN EST DR CT PR CP CR EXP ST STR FT MT CI BL PY CEN CENT HT'.split(' '),
);

/** First letters of a suffix that a cut-off column still shows; shorter stumps say nothing. */
const SHORTEST_STUMP = 3;
/** In shorter words one other letter makes another word. */
const SHORTEST_MISTYPED = 4;

const STANDARD = new Map<string, string>();
const IN_FULL = new Map<string, string>();
for (const [standard, spellings] of Object.entries(SPELLINGS)) {
  const [full = standard, ...others] = spellings.split(' ');
  STANDARD.set(standard, standard).set(full, standard);
  IN_FULL.set(standard, full);
  for (const other of others) STANDARD.set(other, standard);
}
/** A camino or a via leads a name in Spanish, a rue in French; as the last word they are no suffix either. */
for (const word of ['VIA', 'RUE']) STANDARD.delete(word);

/** The standard abbreviation of a suffix (`STREET` and `STR` are `ST`), or undefined for any other word. */
export function standardSuffix(word: string): string | undefined {
  return STANDARD.get(word);
}

/** True for a word that ends a street wherever it stands behind a name. */
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
  if (MISTYPED.has(word)) return MISTYPED.get(word);
  const found = guessSuffix(word);
  if (MISTYPED.size < MOST_REMEMBERED) MISTYPED.set(word, found);
  return found;
}

/** Guesses by word: a file repeats its street names, and each guess compares with every street type. */
const MISTYPED = new Map<string, string | undefined>();
const MOST_REMEMBERED = 50_000;

function guessSuffix(word: string): string | undefined {
  if (word.length < SHORTEST_STUMP || /\d/.test(word)) return undefined;
  let found: string | undefined;
  for (const standard of STREET_TYPES) {
    const full = IN_FULL.get(standard) ?? standard;
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
