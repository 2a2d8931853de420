/** How a row's address agrees with one on file: what it costs, with the codes that say why. */
import { describe, expect, test } from 'vitest';
import { HIGHEST_COST } from '../../src/matching/codes.ts';
import { compareAddress, type KnownPlaces } from '../../src/matching/decide/compare.ts';
import { compareNames } from '../../src/matching/decide/compare-names.ts';
import { prepareRow, widenQuery } from '../../src/matching/decide/prepare.ts';
import { type IndexRow, indexEntries } from '../../src/matching/index/entries.ts';
import { RowReader } from '../../src/matching/read/row.ts';
import { row } from './town.ts';

const NOTHING_KNOWN: KnownPlaces = { isTown: () => false, hasOtherRoad: () => false };

type Place = readonly [city: string, state: string, zip: string];
const EASTON: Place = ['Easton', 'PA', '18042'];

function filedRow(address: string, [city, state, zip]: Place = EASTON): IndexRow {
  const property = { propertyId: 1, addresses: [address], city, state, zip, assetCategory: 'commercial' };
  const [entry] = indexEntries({ ...property, latitude: null, longitude: null }, new RowReader());
  if (entry === undefined) throw new Error(`${address} cannot be filed`);
  return entry.row;
}

interface Case {
  readonly at?: Place;
  readonly filedAt?: Place;
  /** Of the typed town: whether it is one of the index's own. */
  readonly isTown?: boolean;
  /** Whether a road of the same number and another class is known there. */
  readonly hasOtherRoad?: boolean;
  /** Of the readings: the likeliest is 0. */
  readonly reading?: number;
}

/** `cost codes…`, and what else is known; `another` for another address. */
function compared(
  typed: string,
  filed: string,
  { at = EASTON, filedAt = EASTON, isTown = false, hasOtherRoad = false, reading = 0 }: Case = {},
) {
  const query = widenQuery(prepareRow(row(typed, ...at), new RowReader())).readings[reading];
  if (query === undefined) throw new Error(`${typed} has no reading ${reading}`);
  const found = compareAddress(query, filedRow(filed, filedAt), {
    isTown: () => isTown,
    hasOtherRoad: () => hasOtherRoad,
  });
  if (found === undefined) return 'another';
  const more = [found.weak && 'weak', found.corrected && 'corrected', found.unitRank > 0 && `unit ${found.unitRank}`];
  return [found.cost, ...found.codes, ...more.filter(Boolean)].join(' ');
}

describe('house numbers', () => {
  test.each([
    ['12 Elm St', '12 Elm St', '0'],
    ['14 Elm St', '12 Elm St', 'another'],
    ['12 Elm St', '10-14 Elm St', '2 number_in_range'],
    ['8882 Elm St', '88-82 Elm St', '3 number_joined'],
    ['12A Elm St', '12 Elm St', '3 number_letter'],
    ['12 Elm St', '12A Elm St', '3 number_letter'],
    ['12A Elm St', '12A Elm St', '0'],
    ['12A Elm St', '12B Elm St', 'another'],
    // The letter is the street's direction.
    ['77W Elm St', '77 W Elm St', '4 direction_missing'],
    ['77E Elm St', '77 W Elm St', '7 number_letter direction_missing'],
    ['77W Elm St', '77A W Elm St', 'another'],
    ['30.4 Elm St', '30 Elm St', 'another'],
    ['30.4 Elm St', '30.40 Elm St', '0'],
    ['30.5 Elm St', '30 Elm St', '3 number_letter'],
  ])('%s and %s: %s', (typed, filed, expected) => {
    expect(compared(typed, filed)).toBe(expected);
  });
});

describe('units', () => {
  test.each([
    ['12 Elm St Apt 5', '12 Elm St Apt 5', '0'],
    ['12 Elm St', '12 Elm St Apt 5', '0 unit 1'],
    ['12 Elm St Apt 5', '12 Elm St', '0 unit_unknown unit 1'],
    ['12 Elm St Apt 5', '12 Elm St Apt 6', '0 unit_unknown unit 2'],
    // A letter is a unit or stands behind the number.
    ['12 Elm St #B', '12B Elm St', '1 letter_moved'],
    ['12-B Elm St', '12 Elm St Unit B', '1 letter_moved'],
    ['12 Elm St #B', '12A Elm St', 'another'],
    ['12A Elm St', '12 Elm St Unit B', 'another'],
    ['12A Elm St', '12 Elm St Unit 5', '3 number_letter unit 1'],
    ['12A Elm St #B', '12 Elm St Unit B', '3 number_letter'],
    ['12 Elm St #5', '12B Elm St', '3 number_letter unit_unknown unit 1'],
  ])('%s and %s: %s', (typed, filed, expected) => {
    expect(compared(typed, filed)).toBe(expected);
  });
});

describe('suffixes', () => {
  test.each([
    ['12 Elm', '12 Elm St', '4 suffix_missing'],
    ['12 Elm St', '12 Elm', '4 suffix_missing'],
    ['12 Elm St', '12 Elm Ave', 'another'],
    ['12 Hwy 50', '12 US Hwy 50', '4 suffix_missing'],
    ['12 US Hwy 50', '12 Hwy 50', '4 suffix_missing'],
    ['12 State Hwy 50', '12 US Hwy 50', 'another'],
    ['12 Elm Hwy', '12 Elm St', 'another'],
    ['12 Elm St', '12 Elm Hwy', 'another'],
    // One side's suffix is the other's name.
    ['12 Sand Point', '12 Sand Point Way', '4 suffix_missing'],
    ['12 Sand Point Way', '12 Sand Point', '4 suffix_missing'],
    ['12 Elm Hill', '12 Elm Hill Rd', '4 suffix_missing'],
    ['12 Elm St Ext', '12 Elm St', '0'],
    ['12 Elm St', '12 Elm St Ext', '0'],
    ['12 N Elm St Ext', '12 Elm St', '4 direction_missing'],
    // Cut off by a narrow column.
    ['12 Veterans Memorial Hi', '12 Veterans Memorial Highway', '4 suffix_cut'],
    ['12 Elmwood Heights Park', '12 Elmwood Heights Parkway', '4 suffix_cut'],
    ['12 Elm Park', '12 Elm Parkway', '9 name_cut corrected'],
    ['12 N Veterans Memorial Hi', '12 N Veterans Memorial Highway', '4 suffix_cut'],
    [
      '12 N Veterans Memorial Hi',
      '12 Veterans Memorial Highway',
      '18 suffix_missing direction_missing name_spelling corrected',
    ],
    [
      '12 Veterans Memorial Hi N',
      '12 Veterans Memorial Highway',
      '18 suffix_missing direction_missing name_spelling corrected',
    ],
    ['12 Veterans Memorial Hix', '12 Veterans Memorial Highway', 'another'],
    ['12 Oaks Memorial Hi', '12 Veterans Memorial Highway', 'another'],
    ['12 Veterans Memorial Highway', '12 Veterans Memorial Hi', '18 suffix_missing name_spelling corrected'],
  ])('%s and %s: %s', (typed, filed, expected) => {
    expect(compared(typed, filed)).toBe(expected);
  });
});

describe('directions', () => {
  test.each([
    ['12 N Elm St', '12 Elm St', '4 direction_missing'],
    ['12 Elm St', '12 Elm St N', '4 direction_missing'],
    ['12 N Elm St', '12 S Elm St', 'another'],
    ['12 N Elm St', '12 Elm St N', '1 direction_moved'],
    ['12 N Elm St', '12 Elm St S', 'another'],
    ['12 Elm N', '12 N Elm St', '4 suffix_missing direction_moved'],
    ['12 N Elm', '12 Elm St', '4 suffix_missing direction_missing'],
    ['12 N Elm St W', '12 N Elm St W', '0'],
    ['12 N Elm St W', '12 W Elm St N', '1 direction_moved'],
    ['12 N Elm St W', '12 N Elm St E', 'another'],
    ['12 N Elm St W', '12 S Elm St W', 'another'],
    ['12 N Elm St W', '12 E Elm St N', 'another'],
    ['12 N Elm St W', '12 W Elm St E', 'another'],
    // Of a grid both places mean something.
    ['12 N 5 St W', '12 W 5 St N', 'another'],
    ['12 N Elm5 St W', '12 W Elm5 St N', '1 direction_moved'],
    ['12 N Elm St', '12 N Elm St W', '4 direction_missing'],
    ['12 Elm St W', '12 N Elm St W', '4 direction_missing'],
    ['12 N Elm St W', '12 N Elm St', '4 direction_missing'],
    ['12 N Elm St W', '12 Elm St', '4 direction_missing'],
    ['12 Elm St E', '12 N Elm St W', 'another'],
    ['12 N Elm St W', '12 E Elm St', 'another'],
  ])('%s and %s: %s', (typed, filed, expected) => {
    expect(compared(typed, filed)).toBe(expected);
  });
});

describe('names of streets', () => {
  test.each([
    ['12 DeKalb Ave', '12 De Kalb Ave', '0'],
    ['12 James Polite Ave', '12 James A Polite Ave', '2 name_abbreviated'],
    ['12 James Polite St', '12 James A Polite Ave', 'another'],
    ['12 Wash Ave', '12 Washington Ave', '6 name_abbreviated corrected'],
    ['12 Wash St', '12 Washington Ave', 'another'],
    ['12 Wellingtn St', '12 Wellington St', '8 name_spelling corrected'],
    ['12 Wellinhtpn St', '12 Wellington St', '14 name_spelling corrected'],
    ['12 Wellinhtpn Ave', '12 Wellington St', 'another'],
    ['12 Martin Luther Blvd', '12 Martin Luther King Blvd', '9 name_cut corrected'],
    ['12 Martin Luther King Blvd', '12 Martin Luther Blvd', '9 name_cut corrected'],
    // Taken apart differently, the same words or the beginning of them.
    ['12 Old Mill', '12 Old Mill Creek Rd', '9 name_cut corrected'],
    ['12 Old Mill Creek Rd', '12 Old Mill', '9 name_cut corrected'],
    ['12 OldMi', '12 Old Mill Creek Rd', '13 suffix_missing name_cut corrected'],
    ['12 Ocean Beach', '12 Ocean Beach 43', 'another'],
    ['12 Ocean Beach 43', '12 Ocean Beach', 'another'],
    ['12 Beach 4', '12 Beach 43', 'another'],
  ])('%s and %s: %s', (typed, filed, expected) => {
    expect(compared(typed, filed)).toBe(expected);
  });
});

describe('places', () => {
  const [NONE, TOWN_ALONE, ZIP_ALONE]: readonly Place[] = [
    ['', 'PA', ''],
    ['Easton', 'PA', ''],
    ['', '', '18042'],
  ];
  test.each<readonly [what: string, expected: string, one: Case]>([
    ['the same', '0', {}],
    ['the ZIP code', '0', { at: ZIP_ALONE ?? EASTON }],
    ['town and state', '0 zip_missing', { at: TOWN_ALONE ?? EASTON }],
    ['the town', '0 zip_missing', { at: ['Easton', '', ''] }],
    ['the state', '3 zip_missing city_missing', { at: NONE ?? EASTON }],
    ['a misspelt town', '3 zip_missing city_spelling', { at: ['Eastno', 'PA', ''] }],
    ['a misspelt town beside the ZIP code', '0', { at: ['Eastno', 'PA', '18042'] }],
    ['another town beside the ZIP code', '0 city_wrong', { at: ['Oakdale', 'PA', '18042'], isTown: true }],
    ['another town', 'another', { at: ['Oakdale', 'PA', ''], isTown: true }],
    ['a town that nobody knows', '12 zip_missing city_wrong weak', { at: ['Oakdale', 'PA', ''] }],
    ['a town that nobody knows, without a state', 'another', { at: ['Oakdale', '', ''] }],
    ['another state beside the ZIP code', '10 state_wrong', { at: ['Easton', 'NJ', '18042'] }],
    ['another state and no town', '10 state_wrong weak', { at: ['', 'NJ', '18042'] }],
    ['another state and town', '10 city_wrong state_wrong weak', { at: ['Oakdale', 'NJ', '18042'] }],
    ['another state', 'another', { at: ['Easton', 'NJ', ''] }],
    ['another state and ZIP code', 'another', { at: ['Easton', 'NJ', '18099'] }],
    ['another ZIP code', '10 zip_wrong', { at: ['Easton', 'PA', '18099'] }],
    ['another ZIP code and a misspelt town', '13 zip_wrong city_spelling', { at: ['Eastno', 'PA', '18099'] }],
    ['another ZIP code and no town', 'another', { at: ['', 'PA', '18099'] }],
    ['another ZIP code and town', 'another', { at: ['Oakdale', 'PA', '18099'] }],
    ['no ZIP code on file', '0', { filedAt: ['Easton', 'PA', ''] }],
    ['none on either side', '0 zip_missing', { at: ['Easton', 'PA', ''], filedAt: ['Easton', 'PA', ''] }],
    [
      'another state where no ZIP code is on file',
      'another',
      { at: ['Easton', 'NJ', '18042'], filedAt: ['Easton', 'PA', ''] },
    ],
    ['no town on file', '0', { filedAt: ['', 'PA', '18042'] }],
    [
      'no town on file, no ZIP code typed',
      '3 zip_missing city_missing',
      { at: ['Easton', 'PA', ''], filedAt: ['', 'PA', '18042'] },
    ],
    ['nothing but the state on file', '3 city_missing', { filedAt: ['', 'PA', ''] }],
    ['no state on file', '0', { at: ['Easton', 'NJ', '18042'], filedAt: ['Easton', '', ''] }],
    ['no state on either side', 'another', { at: ['', '', ''], filedAt: ['', '', ''] }],
  ])('%s: %s', (_what, expected, one) => {
    expect(compared('12 Elm St', '12 Elm St', one)).toBe(expected);
  });

  test('a direction that is missing in another ZIP code is another street, where this one exists', () => {
    const at: Place = ['Easton', 'PA', '18099'];
    expect(compared('12 N Elm St', '12 Elm St', { at })).toBe('14 zip_wrong direction_missing corrected');
    expect(compared('12 Elm', '12 Elm St', { at })).toBe('14 zip_wrong suffix_missing');
  });
});

test('costs add up, to a limit', () => {
  const at: Place = ['Easton', 'PA', '18099'];
  expect(compared('12 Elmwod', '12 Elmwood St', { at })).toBe(
    `${HIGHEST_COST} zip_wrong suffix_missing name_spelling corrected`,
  );
  expect(compared('12 Elmwod', '12A Elmwood St', { at })).toBe('another');
});

test('another reading costs from the beginning, and what it guessed is a correction', () => {
  expect(compared('12 Elm Oak', '12 Elm Oak')).toBe('0');
  expect(compared('12 Elm Oak', '12 Elm', { reading: 1 })).toBe('3 other_reading');
  // Cut off where no suffix showed an end: it may be any street that begins so.
  expect(compared('12 Elm Oak', '12 Elm St', { reading: 1 })).toBe('7 other_reading suffix_missing weak');
  expect(compared('12 Thrid Ave', '12 Third Ave', { reading: 1 })).toBe('8 other_reading corrected');
});

test('a row without a house number is no address', () => {
  const [query] = prepareRow(row('12 Elm St', ...EASTON), new RowReader()).readings;
  if (query === undefined) throw new Error('not read');
  expect(compareAddress(query, { ...filedRow('12 Elm St'), number: '' }, NOTHING_KNOWN)).toBeUndefined();
});

describe('names', () => {
  test.each([
    ['of the same letters', 'ST MARKS', 'STMARKS', 'same'],
    ['that is a direction', 'N', 'NORTH', 'same'],
    ['that is a mistyped direction', 'S', 'SUTH', 'misspelt 1'],
    ['without its initial', 'JAMES A POLITE', 'JAMES POLITE', 'initials'],
    ['without two of them', 'A B JAMES POLITE', 'JAMES POLITE', 'initials'],
    ['that ends in a letter, without it', 'JAMES A', 'JAMES', 'different'],
    ['that ends in another letter', 'LAKE A', 'LAKE B', 'different'],
    ['that ends in a letter for a word', 'CALLE B', 'CALLE BONITA', 'different'],
    ['that ends in doubled letters', 'CALLE BB', 'CALLE B', 'different'],
    ['that ends in a Roman number', 'MARTIN II', 'MARTIN', 'different'],
    ['with another letter behind a number', '12A', '12B', 'different'],
    ['with another initial', 'JAMES A POLITE', 'JAMES B POLITE', 'different'],
    ['of initials alone', 'A B', 'A C', 'different'],
    ['with another number', 'HWY 5', 'HWY 6', 'different'],
    ['with the same number, misspelt', '5 ELM', '5 ELN', 'misspelt 1'],
    ['with another number, misspelt', '5 ELM', '6 ELM', 'different'],
  ])('%s: %s and %s are %s', (_what, typed, filed, expected) => {
    expect(named(typed, filed)).toBe(expected);
    expect(named(filed, typed)).toBe(expected);
  });

  test.each([
    ['its beginning', 'WASH', 'WASHINGTON', 'abbreviated'],
    ['three letters of it', 'WAS', 'WASHINGTON', 'abbreviated'],
    ['two letters of it', 'WA', 'WASHINGTON', 'different'],
    ['one letter of it', 'W', 'WASHINGTON', 'different'],
    ['without vowels', 'RVRSIDE', 'RIVERSIDE', 'abbreviated'],
    ['with half of its consonants', 'RVSD', 'RIVERSIDE', 'abbreviated'],
    ['with fewer', 'REIE', 'RIVERSIDE', 'different'],
    ['by one letter, which is a slip', 'MLT', 'MALT', 'misspelt 1'],
    ['by two letters', 'MLTN', 'MILTON', 'abbreviated'],
    ['with another first letter', 'XVRSIDE', 'RIVERSIDE', 'different'],
    ['without its first letter', 'VRSIDE', 'RIVERSIDE', 'different'],
    ['with a number within', 'WAS5', 'WAS5HINGTON', 'different'],
    ['in one word of two', 'GRD CONC', 'GRAND CONC', 'abbreviated'],
    ['to an initial beside the other word', 'G CONC', 'GRAND CONC', 'abbreviated'],
    ['to initials alone', 'G C', 'GRAND CONC', 'different'],
    ['to an initial beside two', 'ADAM C POWELL', 'ADAM CLAYTON POWELL', 'abbreviated'],
    ['to an initial beside a number', 'B 43', 'BEACH 43', 'abbreviated'],
    ['to an initial that is a direction', 'N 43', 'NORTHERN 43', 'different'],
    ['by a whole word', 'ADAM POWELL', 'ADAM CLAYTON POWELL', 'different'],
    ['behind its beginning', 'ELMWO', 'ELMWOOD', 'abbreviated'],
    ['behind several words', 'OLD MILL', 'OLD MILL CREEK', 'cut'],
    ['within a word', 'OLD MIL', 'OLDMILL CREEK', 'cut'],
    ['too early', 'MILL', 'MILL CREEK', 'different'],
    ['before its beginning', 'ELMWOOD', 'OAK ELMWOOD', 'different'],
  ])('shortened %s: %s and %s are %s', (_what, typed, filed, expected) => {
    expect(named(typed, filed)).toBe(expected);
    expect(named(filed, typed)).toBe(expected);
  });

  test.each([
    ['two letters', 'AB', 'AC', 'different'],
    ['three', 'ELM', 'ELN', 'misspelt 1'],
    ['three, with two errors', 'ELM', 'EKN', 'different'],
    ['four', 'ELMS', 'ELNS', 'misspelt 1'],
    ['seven', 'ELMWOOD', 'ELNWOOD', 'misspelt 1'],
    ['seven, with two errors', 'ELMWOOD', 'ELMWXYD', 'different'],
    ['eight, with two errors', 'ELMWOODS', 'ELMWXYDS', 'misspelt 2'],
    ['twelve, with three errors', 'ELMWOODLANDS', 'ELMXYZDLANDS', 'different'],
    ['thirteen, with three errors', 'ELMWOODSLANDS', 'ELMXYZDSLANDS', 'misspelt 3'],
  ])('of %s: %s and %s are %s', (_what, typed, filed, expected) => {
    expect(named(typed, filed)).toBe(expected);
  });

  test.each([
    ['PHILIP', 'FILIP'],
    ['STACIE', 'STACY'],
    ['SCHLEEPKIN', 'SCHLEPKIN'],
    ['KIETHLEY', 'KEITHLIE'],
    ['LIZZIE', 'LISSY'],
    ['PHIPPEE', 'FIPY'],
  ])('%s sounds like %s', (typed, filed) => {
    expect(named(typed, filed)).toBe(named(filed, typed));
    expect(named(typed, filed)).toMatch(/^misspelt [123]$/);
  });

  test.each([
    ['RNAIRN', 'MAIM'],
    ['VVALVV', 'WALW'],
    ['CLAYCLAN', 'DAYDAN'],
  ])('%s looks like %s', (typed, filed) => {
    expect(named(typed, filed)).toBe('misspelt 1');
  });

  test('among three letters neither sound nor looks count', () => {
    expect([named('CLAY', 'DAY'), named('PHIL', 'FIL')]).toEqual(['different', 'different']);
  });

  test('a saint is compared with its title written out', () => {
    expect(named('ST MARKS', 'SAINR MARKS')).toBe('misspelt 1');
    expect(named('SAINR MARKS', 'ST MARKS')).toBe('misspelt 1');
    expect(named('ST MARKS', 'SAINR JOHN')).toBe('different');
  });
});

function named(typed: string, filed: string): string {
  const agreement = compareNames(typed, filed);
  if (agreement === undefined) return 'different';
  return agreement.kind === 'misspelt' ? `misspelt ${agreement.errors}` : agreement.kind;
}
