/**
 * The classes of roads that are named by a number or by letters, and every way to write them: Publication 28, appendix F, the names
 * of roads in TIGER/Line, and the designations that states, counties, forests and reservations publish. One table; nothing else
 * knows a class.
 */

/** Suffix of a road whose class is not told: `Highway 27`, `Route 9`. */
export const ANY_ROAD = 'HWY';

export interface RoadClass {
  /** A street's suffix. */
  readonly suffix: string;
  /** What stands before the number when it is shown; it is read as this class again. */
  readonly shown: string;
  /**
   * What may stand before the number, separated by `|`. `^` is a word for highway, `%` for route, `=` for road, `*` for any of them,
   * which may be doubled. Marks behind a spelling:
   * - `@MI,OH` only in these states; before a spelling that has none
   * - `+` letters may follow too (`CTH DD`), as they may behind any of the words for a road
   * - `?` also the name of common streets: what follows may be a unit
   * - `-` only with a hyphen
   */
  readonly heads: string;
}

export const ROAD_CLASSES: readonly RoadClass[] = [
  { suffix: ANY_ROAD, shown: 'HWY', heads: '^|%' },
  {
    suffix: 'INTERSTATE',
    shown: 'INTERSTATE',
    heads: 'I|IH|I H|I HWY|I HIGHWAY|IR@OH|INTERSTATE|INTERSTATE *|^ INTERSTATE|^ IH',
  },
  {
    suffix: 'US HWY',
    shown: 'US HWY',
    heads: 'US|US *|U S|U S *|USH|USR|USRTE|USRT|USHWY|UNITED STATES *|FEDERAL %|FEDERAL AID *|^ US|% US',
  },
  {
    suffix: 'STATE HWY',
    shown: 'STATE HWY',
    heads:
      'STATE|STATE *|ST *|STATE TRUNK|STATE TRUNK *|SR|SR *|S R|S R *|SRT|SRTE|STRTE|STRT|STHWY|SH|SH *|' +
      'S H|S H *|STH|STH *|SHWY|^ SR|% SR|^ SH|NYS|NYS *|TH@MN|MN TH@MN|TRUNK ^@MN|M@MI|K@KS|U@UT|N@NE-|A1A@FL#|' +
      'CARR@PR|CARRETERA@PR|CARRETERA ESTATAL@PR|CARR ESTATAL@PR',
  },
  {
    suffix: 'COUNTY HWY',
    shown: 'COUNTY RD',
    heads:
      'COUNTY+|COUNTY *|COUNTRY *?|CNTY+|CNTY *|CTY+|CTY *|CO|CO *|CR+|CR *|C R+|CRD+|CORD+|CORTE+|COHWY+|CNTYRD+|CTYRD+|CTYHWY+|CTH+|' +
      'CTH *|CH|C H|CSAH|CSAH *|CSA *|COUNTY TRUNK+|COUNTY TRUNK *|CNTY TRUNK+|CNTY TRUNK *|CTY TRUNK+|CTY TRUNK *|CO TRUNK+|CO TRUNK *|' +
      'COUNTY TRK+|COUNTY TRK *|CTY TRK+|CTY TRK *|CNTY TRK+|CNTY TRK *|CO TRK+|CO TRK *|CTY TK *|' +
      'COUNTY STATE AID|COUNTY STATE AID *|CNTY STATE AID *|CTY STATE AID *|CO STATE AID *|COUNTY ST AID *|CNTY ST AID *|CTY ST AID *|' +
      'CO ST AID *|COUNTY AID *|CO AID *|STATE AID *',
  },
  {
    suffix: 'FM HWY',
    shown: 'FM',
    heads:
      'FM|FM *|F M|F M *|FARM =?|FARM ^|FARM %|FARM TO MARKET|FARM TO MARKET *|FARM TO MKT|FARM TO MKT *|FARM MARKET|FARM MARKET *|' +
      'FARM MKT *|FMR',
  },
  {
    suffix: 'RM HWY',
    shown: 'RM',
    heads:
      'RM|RM *|R M|R M *|RR|RR *|R R|RANCH =?|RANCH ^|RANCH %|RANCH TO MARKET|RANCH TO MARKET *|RANCH TO MKT|RANCH TO MKT *|RANCH MARKET|' +
      'RANCH MARKET *|RANCH MKT *',
  },
  {
    suffix: 'FOREST RD',
    shown: 'FOREST RD',
    heads:
      'FOREST =?|FOREST %|FOREST SERVICE|FOREST SERVICE *|FOREST SVC|FOREST SVC *|FOREST SRVC *|FOREST SERV *|FOREST SER *|FOREST DEVELOPMENT *|' +
      'FOREST DEV *|FOREST SYSTEM *|NATIONAL FOREST|NATIONAL FOREST =|NATIONAL FOREST %|NATIONAL FOREST SERVICE *|NATIONAL FOREST SYSTEM *|' +
      'NATIONAL FOREST DEVELOPMENT *|NATIONAL FOREST DEV *|NATL FOREST *|NATL FOREST SERVICE *|NAT FOREST *|NATL FOREST SYSTEM *|' +
      'NATL FOREST DEVELOPMENT *|US FOREST *|US FOREST SERVICE|US FOREST SERVICE *|U S FOREST SERVICE *|U S FOREST *|USFS|USFS *|USFSR|USNF *|' +
      'FS|FS *|F S|F S *|F S R|FSR|FSRD|FRD|NF|NF *|N F *|NFR|NFS|NFS *|NFSR|NFSR *|NFD *|NFDR|NFRD|FDR|FD *|FR',
  },
  // Greene County and its neighbours write so what is a forest's road elsewhere.
  { suffix: 'FR', shown: 'FR', heads: 'FR@MO' },
  {
    suffix: 'FOREST HWY',
    shown: 'FOREST HWY',
    heads: 'FOREST ^|FH|FFH|F H|FEDERAL FOREST ^|NATIONAL FOREST ^',
  },
  {
    suffix: 'BIA RD',
    shown: 'BIA RD',
    heads:
      'BIA|BIA *|B I A|B I A *|BIA INDIAN *|INDIAN ^|INDIAN %|INDIAN SERVICE|INDIAN SERVICE *|INDIAN SVC *|INDIAN RESERVATION *|IR|ISR|IRR|NAVAJO ^|' +
      'NAVAJO %|NAVAJO SERVICE *|NAVAJO INDIAN *|BUREAU OF INDIAN AFFAIRS|BUREAU OF INDIAN AFFAIRS *|BUREAU INDIAN AFFAIRS *',
  },
  { suffix: 'TRIBAL RD', shown: 'TRIBAL RD', heads: 'TRIBAL *|RESERVATION *?' },
  {
    suffix: 'BLM RD',
    shown: 'BLM RD',
    heads: 'BLM|BLM *|B L M|B L M *|BUREAU OF LAND MANAGEMENT|BUREAU OF LAND MANAGEMENT *|BUREAU LAND MANAGEMENT *',
  },
  { suffix: 'PARISH HWY', shown: 'PARISH RD', heads: 'PARISH =?|PARISH ^|PARISH %|PAR *|PSH *' },
  {
    suffix: 'TOWNSHIP HWY',
    shown: 'TOWNSHIP RD',
    heads:
      'TOWNSHIP|TOWNSHIP *|TWP|TWP *|TWSP|TWSP *|TWNSHP|TWNSHP *|TWNSP *|TWNP *|TWPRD|TOWNSHIP TRUNK *|TR|T R|TR *|' +
      'T@PA,OH,IL,KS,MI,MN,ND,SD',
  },
  { suffix: 'TOWN HWY', shown: 'TOWN RD', heads: 'TOWN =?|TOWN ^|TOWN %|TWN *|TH@VT' },
  {
    suffix: 'PRIVATE HWY',
    shown: 'PRIVATE RD',
    heads: 'PRIVATE|PRIVATE *|PVT|PVT *|PVTRD|PRVT *|PRIV *|PRV *|PR|PR *|P R',
  },
  {
    suffix: 'PRIVATE DR',
    shown: 'PRIVATE DR',
    heads: 'PRIVATE DR+|PRIVATE DRIVE+|PVT DR+|PVT DRIVE+|PRVT DR+|PRVT DRIVE+|PRIV DR+|PRIV DRIVE+|PR DR+|PR DRIVE+',
  },
  {
    suffix: 'PRIVATE LN',
    shown: 'PRIVATE LN',
    heads: 'PRIVATE LN+|PRIVATE LANE+|PVT LN+|PVT LANE+|PRVT LN+|PRVT LANE+|PRIV LN+|PRIV LANE+|PR LN+|PR LANE+',
  },
  { suffix: 'TOLL RD', shown: 'TOLL RD', heads: 'TOLL =?|TOLL ^|TOLL %|STATE TOLL *|TOLLWAY|TOLLROAD|TOLL WAY' },
  {
    suffix: 'PARK RD',
    shown: 'PARK RD',
    heads: 'PARK =?|PARK ^|PARK %|STATE PARK *|NATIONAL PARK *|NATIONAL PARK SERVICE *|NPS *|NPS',
  },
  { suffix: 'FIRE RD', shown: 'FIRE RD', heads: 'FIRE =?|FIRE ^|FIRE %' },
  { suffix: 'FIRE LN', shown: 'FIRE LN', heads: 'FIRE LN+?|FIRE LANE+?' },
  { suffix: 'STATE FOREST RD', shown: 'STATE FOREST RD', heads: 'STATE FOREST *' },
  {
    suffix: 'SECONDARY RD',
    shown: 'SECONDARY RD',
    heads: 'SECONDARY|SECONDARY *|STATE SECONDARY|STATE SECONDARY *|SECONDARY STATE *',
  },
  { suffix: 'SERVICE RD', shown: 'SERVICE RD', heads: 'SERVICE *?|ACCESS *?' },
  { suffix: 'FRONTAGE RD', shown: 'FRONTAGE RD', heads: 'FRONTAGE *?' },
  {
    suffix: 'SPUR',
    shown: 'SPUR',
    heads: 'SPUR|SPUR *|STATE SPUR|STATE SPUR *|STATE ^ SPUR|SH SPUR|S H SPUR|TEXAS SPUR|TX SPUR|SS@TX|SPUR ^',
  },
  {
    suffix: 'LOOP',
    shown: 'LOOP',
    heads: 'STATE LOOP|STATE ^ LOOP|SH LOOP|S H LOOP|TEXAS LOOP|TX LOOP|SL@TX|LP@TX|LOOP ^|LOOP %',
  },
];

/** What a road of unknown class may be. */
export const OPEN_CLASSES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [ANY_ROAD, new Set(['US HWY', 'STATE HWY', 'COUNTY HWY', 'FM HWY', 'RM HWY'])],
  ['FR', new Set(['FOREST RD', 'FM HWY'])],
]);

/** Texas numbers both in one series, so that people write one for the other. Two roads have the number 1. */
export const MISTAKEN_CLASSES: ReadonlySet<string> = new Set(['FM HWY', 'RM HWY']);

/** Where the letters of a road without a class (`Highway DD`) are of one class. */
export const LETTERED_BY_STATE: ReadonlyMap<string, string> = new Map([
  ['WI', 'COUNTY HWY'],
  ['MO', 'STATE HWY'],
]);

/** Variants of a road, before or behind its number; those with an empty value are dropped. */
export const ROAD_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['BUSINESS', 'BUS'],
  ['BUSN', 'BUS'],
  ['BUS', 'BUS'],
  ['BYPASS', 'BYP'],
  ['BYPAS', 'BYP'],
  ['BYPS', 'BYP'],
  ['BYP', 'BYP'],
  ['ALTERNATE', 'ALT'],
  ['ALTERNATIVE', 'ALT'],
  ['ALTN', 'ALT'],
  ['ALT', 'ALT'],
  ['TRUCK', 'TRUCK'],
  ['TRK', 'TRUCK'],
  ['SPUR', 'SPUR'],
  ['LOOP', 'LOOP'],
  ['CONNECTOR', 'CONN'],
  ['CONN', 'CONN'],
  ['EXTENSION', 'EXT'],
  ['EXT', 'EXT'],
  ['SCENIC', ''],
  ['TOLL', ''],
]);

/** Of those the ones that may stand in front of class and number. */
export const LEADING_VARIANTS: readonly string[] = [
  'BUSINESS',
  'BUSN',
  'BUS',
  'BYPASS',
  'BYP',
  'ALTERNATE',
  'ALT',
  'TRUCK',
];

/** A class of another state than the row's: `NJ HWY` in New York. */
export function foreignClass(state: string): string {
  return `${state} HWY`;
}

const SHOWN: ReadonlyMap<string, string> = new Map(ROAD_CLASSES.map(({ suffix, shown }) => [suffix, shown]));

/** What stands before a road's number when it is shown. */
export function shownClass(suffix: string): string {
  return SHOWN.get(suffix) ?? suffix;
}
