/** Roads named by numbers and letters: every spelling of the table of classes, and what tells one road from another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchAddresses } from '../../src/matching/decide/match.ts';
import type { PropertyAddresses } from '../../src/matching/index/entries.ts';
import { RowReader } from '../../src/matching/read/row.ts';
import { readStreet, streetLine } from '../../src/matching/read/street.ts';
import { ANY_ROAD, MISTAKEN_CLASSES, OPEN_CLASSES, ROAD_CLASSES } from '../../src/matching/road-classes.ts';
import { isRoadName } from '../../src/matching/roads.ts';
import { createMemoryIndex } from './memory-index.ts';

interface Spelling {
  readonly suffix: string;
  readonly head: string;
  readonly state: string;
  readonly letters: boolean;
  readonly hyphened: boolean;
}

/** A state in which no spelling of the table is special. */
const ELSEWHERE = 'GA';
const ZIPS: Readonly<Record<string, string>> = { GA: '30350', TX: '78701', MO: '65001', WI: '54001' };
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '*': ['HIGHWAY', 'RTE', 'ROAD'],
  '^': ['HWY', 'HIGHWAY'],
  '%': ['RT', 'ROUTE'],
  '=': ['RD', 'ROAD'],
};

/** Every spelling of every class, with a word for each group of words. */
const SPELLINGS: readonly Spelling[] = ROAD_CLASSES.flatMap(({ suffix, heads }) =>
  heads.split('|').flatMap((each) => {
    const [, spelling = '', states = ELSEWHERE, marks = ''] = /^([^@+?#-]+)(?:@([A-Z,]+))?([+?#-]*)$/.exec(each) ?? [];
    if (marks.includes('#')) return [];
    const state = states.split(',')[0] ?? ELSEWHERE;
    const group = /[*^%=]/.exec(spelling)?.[0];
    const written =
      group === undefined ? [spelling] : (WORDS[group] ?? []).map((word) => spelling.replace(group, word));
    const letters = marks.includes('+') || /[*^%=]$/.test(spelling);
    return written.map((head) => ({ suffix, head, state, letters, hyphened: marks.includes('-') }));
  }),
);

function reading(address: string, state = ELSEWHERE): string {
  const [first] = new RowReader().read({ address, city: 'Easton', state, zip: '' });
  if (first === undefined) return 'unreadable';
  const { name, suffix, postdir } = first.street;
  return [name, suffix, postdir, first.unit].filter(Boolean).join(' | ');
}

/** A loop is named as any other street is, so that `1604 Loop` is the same. */
function nameOf(suffix: string, number: string): string {
  return suffix === 'LOOP' ? number : `HWY ${number}`;
}

describe('every spelling of the table', () => {
  test('is there: the table is not empty, and no class is without one', () => {
    expect(SPELLINGS.length).toBeGreaterThan(350);
    expect(new Set(SPELLINGS.map(({ suffix }) => suffix))).toEqual(new Set(ROAD_CLASSES.map(({ suffix }) => suffix)));
  });

  test('is read as its class with a number, in front of a direction, a unit and a town', () => {
    for (const { suffix, head, state, hyphened } of SPELLINGS) {
      const name = nameOf(suffix, '44');
      const line = `12 ${head}${hyphened ? '-' : ' '}44`;
      expect(reading(line, state), line).toBe(`${name} | ${suffix}`);
      expect(reading(`${line} W`, state), line).toBe(`${name} | ${suffix} | W`);
      expect(reading(`12 W ${line.slice(3)}`, state), line).toBe(`${name} | ${suffix}`);
      expect(reading(`${line} Apt 79`, state), line).toBe(`${name} | ${suffix} | 79`);
      expect(reading(`${line}, #79`, state), line).toBe(`${name} | ${suffix} | 79`);
      expect(reading(`${line}, Easton`, state), line).toBe(`${name} | ${suffix}`);
    }
  });

  test('of letters is read without a blank too, with or without a hyphen', () => {
    const short = SPELLINGS.filter(({ head, hyphened }) => /^[A-Z]{1,5}$/.test(head) && !hyphened);
    expect(short.length).toBeGreaterThan(60);
    for (const { suffix, head, state } of short) {
      // Four letters and a number without a blank are read as words anyway, one letter and a number in front as a grid's house.
      for (const line of [`12 ${head}1960`, `12 ${head}-1960`]) {
        expect(reading(line, state), line).toBe(`${nameOf(suffix, '1960')} | ${suffix}`);
      }
    }
  });

  test('takes letters for the name where roads of its kind have them', () => {
    for (const { suffix, head, state } of SPELLINGS.filter(({ letters, suffix }) => letters && suffix !== 'LOOP')) {
      const line = `12 ${head} ZZ`;
      expect(reading(line, state), line).toBe(`HWY ZZ | ${suffix}`);
    }
  });
});

describe('what is shown is read as the same road', () => {
  const SHARING = new Set([ANY_ROAD, 'US HWY', 'STATE HWY']);
  const WITHOUT_LETTERS = new Set(['INTERSTATE', 'US HWY', 'FM HWY', 'RM HWY', 'SPUR', 'LOOP', 'FR']);
  const numbers = ['5', '35E', '17 92', 'A1A', 'AA', '1960', '9A'];
  const cases = ROAD_CLASSES.flatMap(({ suffix }) => numbers.map((number) => [suffix, number] as const));
  const states: Readonly<Record<string, string>> = { FR: 'MO' };

  test.each(cases)('%s %s', (suffix, number) => {
    const isNumber = /^\d+[A-Z]?$/.test(number) || (number.includes(' ') && SHARING.has(suffix));
    if (!isNumber && WITHOUT_LETTERS.has(suffix)) return;
    if (!isNumber && number.includes(' ')) return;
    for (const variant of ['', ' BUS', ' ALT']) {
      for (const old of ['', 'OLD ']) {
        if (suffix === 'LOOP' && (variant !== '' || old !== '')) continue;
        const street = { predir: 'N', name: `${old}${nameOf(suffix, number)}${variant}`, suffix, postdir: '' };
        const shown = streetLine(street);
        expect(readStreet(shown.split(' '), states[suffix] ?? ELSEWHERE), shown).toEqual(street);
      }
    }
  });

  test('a road of another state', () => {
    const street = readStreet(['NJ', '27'], 'NY');
    expect(streetLine(street)).toBe('NJ HWY 27');
    expect(readStreet(['NJ', 'HWY', '27'], 'NY')).toEqual(street);
    expect(streetLine(readStreet(['NJ', '27'], 'NJ'))).toBe('STATE HWY 27');
  });
});

describe('a name', () => {
  test.each([
    ['12 Highway 17 92', 'GA', 'HWY 17 92 | HWY'],
    ['12 US 17-92', 'FL', 'HWY 17 92 | US HWY'],
    ['12 US 6 & 50', 'CO', 'HWY 6 50 | US HWY'],
    ['12 County Route 5/7', 'WV', 'HWY 5 7 | COUNTY HWY'],
    ['12 County Road 10.5', 'CO', 'HWY 10 5 | COUNTY HWY'],
    ['12 County Rd 5 4', 'GA', 'HWY 5 | COUNTY HWY | 4'],
    ['12 SR 9-A', 'FL', 'HWY 9A | STATE HWY'],
    ['12 SR 9 A', 'FL', 'HWY 9A | STATE HWY'],
    ['12 A1A S', 'FL', 'HWY A1A | STATE HWY | S'],
    ['12 State Road A1A', 'FL', 'HWY A1A | STATE HWY'],
    ['12 CR E38', 'IA', 'HWY E38 | COUNTY HWY'],
    ['12 FS Rd 2N14', 'CA', 'HWY 2N14 | FOREST RD'],
    ['12 FR 0104', 'AZ', 'HWY 104 | FOREST RD'],
    ['12 Highway One', 'CA', 'HWY 1 | HWY'],
    ['12 Business 35', 'TX', 'HWY 35 BUS | HWY'],
    ['12 Bus US 81', 'OK', 'HWY 81 BUS | US HWY'],
    ['12 US Alt 27', 'FL', 'HWY 27 ALT | US HWY'],
    ['12 US 31 Business Loop', 'MI', 'HWY 31 BUS | US HWY'],
    ['12 Old US 50', 'MO', 'OLD HWY 50 | US HWY'],
    ['12 North Carolina Hwy 54', 'NC', 'HWY 54 | STATE HWY'],
    ['12 N. Carolina 54', 'NC', 'HWY 54 | STATE HWY'],
    ['12 U. S. Hwy 50', 'GA', 'HWY 50 | US HWY'],
    ['12 FL State Road 7', 'FL', 'HWY 7 | STATE HWY'],
    ['12 I - 35', 'TX', 'HWY 35 | INTERSTATE'],
    ['12 IR 71', 'OH', 'HWY 71 | INTERSTATE'],
    ['12 IR 71', 'AZ', 'HWY 71 | BIA RD'],
    ['12 CO 93', 'CO', 'HWY 93 | STATE HWY'],
    ['12 Co Rd 93', 'CO', 'HWY 93 | COUNTY HWY'],
    ['12 Co Hwy 93', 'MN', 'HWY 93 | COUNTY HWY'],
    ['12 Hwy DD', 'WI', 'HWY DD | COUNTY HWY'],
    ['12 Hwy DD', 'MO', 'HWY DD | STATE HWY'],
    ['12 Hwy DD', 'GA', 'HWY DD | HWY'],
    ['12 County Road E', 'WI', 'HWY E | COUNTY HWY'],
    ['12 County Road DV', 'WI', 'HWY DV | COUNTY HWY'],
  ])('%s in %s: %s', (line, state, expected) => {
    expect(reading(line, state)).toBe(expected);
  });

  test.each([
    ['12 Oak Rd 5', 'OAK | RD | 5'],
    ['12 I Street', 'I | ST'],
    ['12 K St 10', 'K | ST | 10'],
    ['12 M 37', 'M 37'],
    ['12 Texas Ave', 'TEXAS | AVE'],
    ['12 Washington 5', 'WASHINGTON 5'],
    ['12 NE 145 St Rm C3', '145 | ST | C3'],
    ['12 Ct 5', '5 | CT'],
    ['12 County Line Rd', 'COUNTY LINE | RD'],
    ['12 State St', 'STATE | ST'],
    ['12 State Rd N', 'STATE | RD | N'],
    ['12 Highway Ave', 'HIGHWAY | AVE'],
    ['12 Park Road Ext', 'PARK ROAD | EXT'],
    ['12 Frontage Rd # 7', 'FRONTAGE | RD | 7'],
    ['12 County Rd Apt 5', 'COUNTY | RD | 5'],
    ['12 Route 5 Ave', 'ROUTE 5 | AVE'],
  ])('that only looks like one: %s', (line, expected) => {
    expect(reading(line)).toBe(expected);
  });

  test('a line that is a road alone has no house number', () => {
    for (const line of ['Ranch Road 620', 'County Road 44', 'State Highway 71', 'FM Road 44']) {
      expect(reading(line), line).toBe('unreadable');
    }
  });
});

function property(propertyId: number, address: string, state = 'GA'): PropertyAddresses {
  const place = { city: 'Easton', state, zip: ZIPS[state] ?? '', latitude: null, longitude: null };
  return { propertyId, addresses: [address], assetCategory: 'commercial', ...place };
}

async function answer(typed: string, filed: readonly PropertyAddresses[], state = 'GA'): Promise<string> {
  const query = { address: typed, city: 'Easton', state, zip: ZIPS[state] ?? '' };
  const [verdict] = await matchAddresses([query], createMemoryIndex(filed));
  return `${verdict?.status} ${verdict?.reason ?? verdict?.propertyId}`;
}

const HERE = SPELLINGS.filter(({ state, hyphened }) => state === ELSEWHERE && !hyphened);
const SPELLED = fc.constantFrom(...HERE);
const NUMBER = fc.integer({ min: 1, max: 9999 });

describe('between two roads', () => {
  test('any spelling of a class finds any other, and no number or class but its own', async () => {
    await fc.assert(
      fc.asyncProperty(SPELLED, SPELLED, SPELLED, NUMBER, NUMBER, async (filed, same, other, number, further) => {
        const properties = [property(1, `12 ${filed.head} ${number}`)];
        const own = HERE.filter(({ suffix }) => suffix === filed.suffix);
        const alike = own[HERE.indexOf(same) % own.length] ?? filed;
        expect(await answer(`12 ${alike.head} ${number}`, properties)).toBe('OK 1');
        if (further !== number) expect(await answer(`12 ${alike.head} ${further}`, properties)).toBe('MISS MISSING');
        expect(await answer(`12 ${alike.head} ${number}K`, properties)).toBe('MISS MISSING');
        if (other.suffix === filed.suffix || isOpen(other.suffix, filed.suffix)) return;
        expect(await answer(`12 ${other.head} ${number}`, properties)).toBe('MISS MISSING');
      }),
      { numRuns: 300 },
    );
  });

  /** Classes that may be one: what is not told, and what Texans write for one another. */
  function isOpen(left: string, right: string): boolean {
    if (MISTAKEN_CLASSES.has(left) && MISTAKEN_CLASSES.has(right)) return true;
    return Boolean(OPEN_CLASSES.get(left)?.has(right) || OPEN_CLASSES.get(right)?.has(left));
  }

  test('letters that are a name are never others', async () => {
    const LETTERS = fc.constantFrom('A', 'B', 'D', 'AA', 'BB', 'DD', 'DE', 'HH', 'ZZ');
    const lettered = HERE.filter(({ suffix, letters }) => letters && suffix === 'COUNTY HWY');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lettered), LETTERS, LETTERS, async ({ head }, filed, typed) => {
        const expected = filed === typed ? 'OK 1' : 'MISS MISSING';
        expect(await answer(`12 ${head} ${typed}`, [property(1, `12 County Road ${filed}`, 'WI')], 'WI')).toBe(
          expected,
        );
      }),
    );
  });

  test.each([
    ['12 I-35E', '12 I-35W', 'MISS MISSING'],
    ['12 I-35E', '12 I-35', 'MISS MISSING'],
    ['12 I-35 E', '12 I-35E', 'OK 1'],
    ['12 E I-35', '12 I-35E', 'OK 1'],
    ['12 I-35 W', '12 I-35E', 'MISS MISSING'],
    ['12 FM 620', '12 RM 620', 'PARTIAL 1'],
    ['12 FM 621', '12 RM 620', 'MISS MISSING'],
    ['12 US 31 Business', '12 US Hwy 31', 'PARTIAL 1'],
    ['12 US 31', '12 Bus US Hwy 31', 'PARTIAL 1'],
    ['12 US 31 Bypass', '12 Bus US Hwy 31', 'MISS MISSING'],
    ['12 US 31 Alt', '12 Alternate US 31', 'OK 1'],
    ['12 Business 35', '12 I-35 Business', 'OK 1'],
    ['12 Old Hwy 50', '12 Hwy 50', 'MISS MISSING'],
    ['12 Park Rd 4', '12 Park Rd 37', 'MISS MISSING'],
    ['12 Park Rd 4', '12 Park Rd', 'OK 1'],
    ['12 Park Rd 4', '12 Park Rd Unit 4', 'OK 1'],
    ['12 FM 44 Apt 79', '12 FM 44', 'OK 1'],
    ['12 FM 44, Ste 79', '12 Farm to Market Rd 44', 'OK 1'],
    ['12 State Hwy', '12 State Hwy 5', 'MISS MISSING'],
  ])('%s, where %s is: %s', async (typed, filed, expected) => {
    expect(await answer(typed, [property(1, filed, 'TX')], 'TX')).toBe(expected);
  });

  test('a variant of its own is preferred to the road', async () => {
    const both = [property(1, '12 US 31'), property(2, '12 US 31 Business')];
    expect(await answer('12 US Highway 31', both)).toBe('OK 1');
    expect(await answer('12 Business US 31', both)).toBe('OK 2');
  });
});

describe('a road without a class', () => {
  const us = property(1, '12 US Hwy 27');

  test.each(['12 Highway 27', '12 Hwy 27', '12 Route 27', '12 Rt. 27'])(
    '%s is the only one of its number',
    async (line) => {
      expect(await answer(line, [us])).toBe('OK 1');
      expect(await answer('12 US 27', [property(1, line)])).toBe('OK 1');
    },
  );

  test('is one of two where another class of the number is near', async () => {
    const state = property(2, '900 State Route 27');
    expect(await answer('12 Highway 27', [us, state])).toBe('PARTIAL 1');
    expect(await answer('12 US 27', [property(1, '12 Highway 27'), state])).toBe('PARTIAL 1');
    expect(await answer('12 US 27', [us, state])).toBe('OK 1');
    // Another number, or a class that nobody calls a highway, says nothing.
    expect(await answer('12 Highway 27', [us, property(2, '900 State Route 28')])).toBe('OK 1');
    expect(await answer('12 Highway 27', [us, property(2, '900 Private Road 27')])).toBe('OK 1');
  });

  test('is the one that is filed so', async () => {
    expect(await answer('12 Highway 27', [us, property(2, '12 Highway 27')])).toBe('OK 2');
    expect(await answer('12 Highway 27', [us, property(2, '12 State Hwy 27')])).toBe('PARTIAL 1');
  });

  test('is no interstate, no private and no township road', async () => {
    for (const filed of ['12 I-27', '12 Private Road 27', '12 Township Road 27']) {
      expect(await answer('12 Highway 27', [property(1, filed)]), filed).toBe('MISS MISSING');
    }
  });

  test('FR is a forest’s road or a farm’s where both are written so', async () => {
    expect(await answer('12 FR 104', [property(1, '12 Farm Road 104', 'MO')], 'MO')).toBe('OK 1');
    expect(await answer('12 FR 104', [property(1, '12 Forest Road 104', 'MO')], 'MO')).toBe('OK 1');
    const both = [property(1, '12 Farm Road 104', 'MO'), property(2, '900 Forest Road 104', 'MO')];
    expect(await answer('12 FR 104', both, 'MO')).toBe('PARTIAL 1');
    expect(await answer('12 FR 104', [property(1, '12 Farm Road 104')])).toBe('MISS MISSING');
  });
});

test('a name begins like a numbered road’s only if it is one', () => {
  expect(['HWY 5', 'OLD HWY 5'].map(isRoadName)).toEqual([true, true]);
  expect(['HIGHWAY 5', 'HWY', 'ELM', 'OLD ELM'].map(isRoadName)).toEqual([false, false, false, false]);
});
