/**
 * The table of road classes, by how roads are written: in full, abbreviated, by initials, and as one state alone writes them. Every class
 * can be told, shown and read again.
 */
import { describe, expect, test } from 'vitest';
import { isSubsequence } from '../../src/matching/city.ts';
import {
  ANY_ROAD,
  foreignClass,
  LEADING_VARIANTS,
  LETTERED_BY_STATE,
  MISTAKEN_CLASSES,
  OPEN_CLASSES,
  ROAD_CLASSES,
  ROAD_VARIANTS,
  shownClass,
} from '../../src/matching/road-classes.ts';
import { type Road, readRoad } from '../../src/matching/roads.ts';
import { Words } from '../../src/matching/words.ts';

function read(line: string, state = 'GA'): Road | undefined {
  return readRoad(new Words(line.split(' ')), state);
}

/** Its class, if the line is the road with the number 5 and nothing else. */
function classOf(designation: string, state = 'GA'): string {
  const road = read(`${designation} 5`, state);
  return road?.name === 'HWY 5' && road.behind.isOver ? road.suffix : 'none';
}

/** Every way to take one of each: `['A|B', 'C|D']` is A C, A D, B C, B D; an empty one is left out. */
function everyWay(parts: readonly string[]): readonly string[] {
  let ways: readonly string[] = [''];
  for (const part of parts) ways = ways.flatMap((way) => part.split('|').map((word) => `${way} ${word}`.trim()));
  return ways;
}

const HIGHWAY = 'HIGHWAY|HWY';
const ROUTE = 'ROUTE|RTE|RT';
const ROAD = 'ROAD|RD';
const ANY = `${HIGHWAY}|${ROUTE}|${ROAD}`;
const COUNTY = 'COUNTY|CNTY|CTY|CO';
const SERVICE = 'SERVICE|SYSTEM|DEVELOPMENT';
const PRIVATE = 'PRIVATE|PVT|PRVT|PRIV|PR';

describe('a class is told', () => {
  test.each<[suffix: string, ...ways: (readonly string[])[]]>([
    [ANY_ROAD, [HIGHWAY], [ROUTE]],
    ['INTERSTATE', ['INTERSTATE', `|${ANY}`], ['HIGHWAY', 'INTERSTATE']],
    ['US HWY', ['UNITED STATES', ANY], ['FEDERAL', ROUTE], ['FEDERAL AID', ANY], ['US', `|${ANY}`], [HIGHWAY, 'US']],
    ['STATE HWY', ['STATE', `|${ANY}`], ['STATE TRUNK', `|${ANY}`], ['ST', HIGHWAY]],
    ['COUNTY HWY', [COUNTY, `|${ANY}`], [COUNTY, 'TRUNK|TRK', ANY], [COUNTY, 'STATE AID|ST AID', ANY]],
    ['COUNTY HWY', ['COUNTY|CO', 'AID', ANY], ['STATE AID', ANY], ['CTY TK', ANY]],
    ['FM HWY', ['FARM', 'TO MARKET|TO MKT|MARKET|MKT', ANY], ['FARM', '|TO MARKET|TO MKT|MARKET', 'ROAD']],
    ['RM HWY', ['RANCH', 'TO MARKET|TO MKT|MARKET|MKT', ANY], ['RANCH', '|TO MARKET|TO MKT|MARKET', 'ROAD']],
    ['FOREST RD', ['|NATIONAL', 'FOREST', ROAD], ['|NATIONAL|NATL|US|U S', 'FOREST SERVICE', ANY]],
    [
      'FOREST RD',
      ['|NATIONAL', 'FOREST', SERVICE, ANY],
      ['FOREST', 'SVC|SRVC|SERV|SER|DEV', ANY],
      ['NATL|NAT', 'FOREST', ANY],
    ],
    ['FOREST HWY', ['|NATIONAL|FEDERAL', 'FOREST', HIGHWAY]],
    ['BIA RD', ['INDIAN', '|SERVICE|SVC|RESERVATION', ROUTE], ['NAVAJO', '|SERVICE|INDIAN', ROUTE]],
    ['BIA RD', ['BUREAU OF INDIAN AFFAIRS', `|${ANY}`], ['BUREAU INDIAN AFFAIRS', ANY]],
    ['TRIBAL RD', ['TRIBAL|RESERVATION', ANY]],
    ['BLM RD', ['BUREAU OF LAND MANAGEMENT', `|${ANY}`], ['BUREAU LAND MANAGEMENT', ANY]],
    ['PARISH HWY', ['PARISH|PAR', ANY]],
    ['TOWNSHIP HWY', ['TOWNSHIP|TWP|TWSP|TWNSHP|TWNSP|TWNP', ANY], ['TOWNSHIP TRUNK', ANY]],
    ['TOWN HWY', ['TOWN|TWN', ANY]],
    ['PRIVATE HWY', [`${PRIVATE}|PRV`, ANY]],
    ['PRIVATE DR', [PRIVATE, 'DRIVE|DR']],
    ['PRIVATE LN', [PRIVATE, 'LANE|LN']],
    ['TOLL RD', ['|STATE', 'TOLL', ANY], ['TOLLWAY|TOLLROAD|TOLL WAY']],
    ['PARK RD', ['|STATE|NATIONAL', 'PARK', ANY], ['NATIONAL PARK SERVICE', ANY]],
    ['FIRE RD', ['FIRE', ANY]],
    ['FIRE LN', ['FIRE', 'LANE|LN']],
    ['STATE FOREST RD', ['STATE FOREST', ANY]],
    ['SECONDARY RD', ['|STATE', 'SECONDARY', `|${ANY}`], ['SECONDARY STATE', ANY]],
    ['SERVICE RD', ['SERVICE|ACCESS', ANY]],
    ['FRONTAGE RD', ['FRONTAGE', ANY]],
    ['SPUR', ['|STATE', 'SPUR', `|${ANY}`], ['STATE HIGHWAY SPUR'], ['TEXAS|TX', 'SPUR']],
    ['LOOP', ['STATE', '|HIGHWAY', 'LOOP'], ['LOOP', `${HIGHWAY}|${ROUTE}`], ['TEXAS|TX', 'LOOP']],
  ])('in words: %s', (suffix, ...ways) => {
    for (const way of ways.flatMap(everyWay).filter(Boolean)) expect(classOf(way), way).toBe(suffix);
  });

  /** Letters are written together, apart, and with their word for a road or without. */
  test.each<[suffix: string, ...initials: string[]]>([
    ['INTERSTATE', 'I', 'IH'],
    ['US HWY', 'US'],
    ['STATE HWY', 'SR', 'SH'],
    ['COUNTY HWY', 'CR', 'CH'],
    ['FM HWY', 'FM'],
    ['RM HWY', 'RM', 'RR'],
    ['FOREST RD', 'FS', 'FSR'],
    ['FOREST HWY', 'FH'],
    ['BIA RD', 'BIA'],
    ['BLM RD', 'BLM'],
    ['TOWNSHIP HWY', 'TR'],
    ['PRIVATE HWY', 'PR'],
  ])('by initials: %s', (suffix, ...initials) => {
    for (const letters of initials) {
      expect(classOf(letters), letters).toBe(suffix);
      expect(classOf([...letters].join(' ')), letters).toBe(suffix);
      expect(read(`${letters}5`)?.suffix, letters).toBe(suffix);
      expect(read(`${letters}-5`)?.suffix, letters).toBe(suffix);
    }
  });

  test.each<readonly [suffix: string, initials: string]>([
    ['US HWY', 'USH USR USRTE USRT USHWY'],
    ['STATE HWY', 'SRT SRTE STRTE STRT STHWY STH SHWY NYS'],
    ['COUNTY HWY', 'CRD CORD CORTE COHWY CNTYRD CTYRD CTYHWY CTH CSAH'],
    ['FM HWY', 'FMR'],
    ['FOREST RD', 'USFS USFSR FSRD FRD NF NFR NFS NFSR NFDR NFRD FDR FR'],
    ['FOREST HWY', 'FFH'],
    ['BIA RD', 'IR ISR IRR'],
    ['PARK RD', 'NPS'],
    ['TOWNSHIP HWY', 'TWPRD'],
    ['PRIVATE HWY', 'PVTRD'],
  ])('by letters that are written together alone: %s', (suffix, initials) => {
    for (const letters of initials.split(' ')) expect(classOf(letters), letters).toBe(suffix);
  });

  test.each<readonly [suffix: string, letters: string]>([
    ['US HWY', 'US|U S'],
    ['STATE HWY', 'SR|S R|SH|S H|STH|NYS'],
    ['COUNTY HWY', 'CR|CTH|CSAH|CSA'],
    ['FM HWY', 'FM|F M'],
    ['RM HWY', 'RM|R M|RR'],
    ['FOREST RD', 'FS|F S|USFS|USNF|NF|N F|NFS|NFSR|NFD|FD'],
    ['BIA RD', 'BIA|B I A|BIA INDIAN'],
    ['BLM RD', 'BLM|B L M'],
    ['PARISH HWY', 'PSH'],
    ['TOWNSHIP HWY', 'TR'],
    ['PRIVATE HWY', 'PR'],
    ['PARK RD', 'NPS'],
  ])('by initials before a word for a road: %s', (suffix, letters) => {
    for (const way of everyWay([letters, ANY])) expect(classOf(way), way).toBe(suffix);
  });

  test.each<readonly [designation: string, states: string, there: string, elsewhere: string]>([
    ['M', 'MI', 'STATE HWY', 'none'],
    ['K', 'KS', 'STATE HWY', 'none'],
    ['U', 'UT', 'STATE HWY', 'none'],
    ['TH', 'MN', 'STATE HWY', 'none'],
    ['TRUNK HWY', 'MN', 'STATE HWY', 'none'],
    ['CARR', 'PR', 'STATE HWY', 'none'],
    ['CARRETERA', 'PR', 'STATE HWY', 'none'],
    ['CARRETERA ESTATAL', 'PR', 'STATE HWY', 'none'],
    ['TH', 'VT', 'TOWN HWY', 'none'],
    ['T', 'PA OH IL KS MI MN ND SD', 'TOWNSHIP HWY', 'none'],
    ['IR', 'OH', 'INTERSTATE', 'BIA RD'],
    ['FR', 'MO', 'FR', 'FOREST RD'],
    ['SS', 'TX', 'SPUR', 'none'],
    ['SL', 'TX', 'LOOP', 'none'],
    ['LP', 'TX', 'LOOP', 'none'],
  ])('as one state writes it: %s in %s', (designation, states, there, elsewhere) => {
    for (const state of states.split(' ')) expect(classOf(designation, state), state).toBe(there);
    expect(classOf(designation, 'GA')).toBe(elsewhere);
  });

  test('as it is shown', () => {
    for (const { suffix, shown } of ROAD_CLASSES) {
      expect(shownClass(suffix)).toBe(shown);
      expect(shown).toMatch(/^[A-Z ]+$/);
      // `LOOP 5` is as common a street.
      expect(classOf(shown, suffix === 'FR' ? 'MO' : 'GA'), suffix).toBe(suffix === 'LOOP' ? 'none' : suffix);
    }
    const suffixes = ROAD_CLASSES.map(({ suffix }) => suffix);
    expect(suffixes.filter((suffix) => !/^[A-Z ]+$/.test(suffix))).toEqual([]);
    expect(new Set(suffixes).size).toBe(suffixes.length);
  });

  test('of another state by that state', () => {
    expect(foreignClass('NJ')).toBe(classOf('NJ ROUTE', 'NY'));
    expect(shownClass(foreignClass('NJ'))).toBe(foreignClass('NJ'));
    expect(classOf(shownClass(foreignClass('NJ')), 'NY')).toBe(foreignClass('NJ'));
    expect(foreignClass('NJ')).not.toBe(foreignClass('NY'));
  });
});

describe('a road whose class is not told', () => {
  test('may be any that people call a highway, and no other', () => {
    const open = OPEN_CLASSES.get(classOf('HIGHWAY'));
    const may = (designation: string) => open?.has(classOf(designation));
    for (const designation of ['US', 'STATE ROUTE', 'COUNTY ROAD', 'FM', 'RANCH TO MARKET']) {
      expect(may(designation), designation).toBe(true);
    }
    for (const { suffix } of ROAD_CLASSES) {
      if (/^(?:US|STATE|COUNTY|FM|RM) HWY$/.test(suffix)) continue;
      expect(open?.has(suffix), suffix).toBe(false);
    }
    expect(open?.size).toBe(5);
  });

  test('is a forest’s or a farm’s where both are FR', () => {
    const open = OPEN_CLASSES.get(classOf('FR', 'MO'));
    expect([...(open ?? [])].toSorted()).toEqual([classOf('FARM ROAD'), classOf('FOREST ROAD')].toSorted());
    expect(OPEN_CLASSES.size).toBe(2);
  });

  test('but lettered is of one class in two states', () => {
    expect(LETTERED_BY_STATE.get('WI')).toBe(read('COUNTY HWY DD', 'WI')?.suffix);
    expect(LETTERED_BY_STATE.get('MO')).toBe(read('STATE HWY DD', 'MO')?.suffix);
    expect(read('HWY DD', 'WI')?.suffix).toBe('COUNTY HWY');
    expect(read('HWY DD', 'MO')?.suffix).toBe('STATE HWY');
    expect(LETTERED_BY_STATE.size).toBe(2);
  });
});

test('Texas’s two series of one numbering are taken one for the other', () => {
  expect([...MISTAKEN_CLASSES].toSorted()).toEqual([classOf('FARM TO MARKET ROAD'), classOf('RANCH TO MARKET ROAD')]);
});

describe('a variant', () => {
  const WHOLE: Readonly<Record<string, string>> = {
    BUS: 'BUSINESS',
    BYP: 'BYPASS',
    ALT: 'ALTERNATE',
    TRUCK: 'TRUCK',
    SPUR: 'SPUR',
    LOOP: 'LOOP',
    CONN: 'CONNECTOR',
    EXT: 'EXTENSION',
  };
  const telling = [...ROAD_VARIANTS].filter(([, standard]) => standard !== '');

  test('is its word in full, or an abbreviation of that, in one spelling', () => {
    expect(new Set(telling.map(([, standard]) => standard))).toEqual(new Set(Object.keys(WHOLE)));
    for (const [spelling, standard] of telling) {
      const whole = spelling === 'ALTERNATIVE' ? spelling : (WHOLE[standard] ?? '');
      expect(spelling.length).toBeGreaterThan(2);
      expect(isSubsequence(spelling, whole), spelling).toBe(true);
      expect(read(`US 5 ${spelling}`)?.name, spelling).toBe(`HWY 5 ${standard}`);
    }
    for (const spelling of Object.entries(WHOLE).flat()) expect(ROAD_VARIANTS.has(spelling), spelling).toBe(true);
    for (const spelling of 'BUSN BYPAS BYPS ALTERNATIVE ALTN TRK'.split(' ')) {
      expect(ROAD_VARIANTS.has(spelling), spelling).toBe(true);
    }
  });

  test.each(['SCENIC', 'TOLL'])('that tells no road from another is dropped: %s', (spelling) => {
    expect(ROAD_VARIANTS.get(spelling)).toBe('');
    expect(read(`US 5 ${spelling} BUS`)?.name).toBe('HWY 5 BUS');
    expect(ROAD_VARIANTS.size).toBe(telling.length + 2);
  });

  test('of some may stand in front of class and number', () => {
    for (const spelling of LEADING_VARIANTS) {
      const standard = ROAD_VARIANTS.get(spelling);
      expect(standard, spelling).toBeTruthy();
      expect(read(`${spelling} US 5`)?.name, spelling).toBe(`HWY 5 ${standard}`);
    }
    const leading = 'BUSINESS BUSN BUS BYPASS BYP ALTERNATE ALT TRUCK'.split(' ');
    expect(LEADING_VARIANTS).toEqual(expect.arrayContaining(leading));
    // In front, a spur or a loop is a road of its own; the others are no words for one there.
    for (const spelling of ['SPUR', 'LOOP', 'EXT', 'CONN', 'SCENIC']) expect(LEADING_VARIANTS).not.toContain(spelling);
  });
});
