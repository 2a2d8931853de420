/** What is looked up for a row, and in how many ways it is read. */
import { describe, expect, test } from 'vitest';
import { COST } from '../../src/matching/codes.ts';
import { type PreparedQuery, prepareRow, widenQuery } from '../../src/matching/decide/prepare.ts';
import { houseKey, knownStreetKey, placeKey, stateKey, streetKey, townKey } from '../../src/matching/index/keys.ts';
import { RowReader } from '../../src/matching/read/row.ts';
import { row } from './town.ts';

function prepared(address: string, city = '', state = '', zip = ''): PreparedQuery {
  return prepareRow(row(address, city, state, zip), new RowReader());
}

const sorted = (keys: Iterable<bigint>) => [...new Set(keys)].toSorted((left, right) => (left < right ? -1 : 1));
/** Of `12 Alder St`, with the suffix taken for a part of the name, too. */
const NAMES = ['ALDER', 'ALDERSTREET'];
const EASTON = 'EASTON';

describe('the first round asks for the street', () => {
  test('in its ZIP code, whatever else is known', () => {
    const keys = NAMES.map((name) => streetKey('12', name, '18042'));
    expect(prepared('12 Alder St', 'Easton', 'PA', '18042').keys).toEqual(keys);
    expect(prepared('12 Alder St', '', '', '18042').keys).toEqual(keys);
  });

  test('in its state, where there is no ZIP code', () => {
    const keys = NAMES.map((name) => stateKey('12', name, 'PA'));
    expect(prepared('12 Alder St', 'Easton', 'PA', '').keys).toEqual(keys);
    expect(prepared('12 Alder St', '', 'PA', '').keys).toEqual(keys);
  });

  test('in its town, where there is nothing else', () => {
    expect(prepared('12 Alder St', 'Easton', '', '').keys).toEqual([townKey('12', EASTON, 'ALDER')]);
    expect(prepared('12 Alder St').keys).toEqual([]);
  });

  test('for every house that the number may be', () => {
    const houses = ['12', '14', '16'];
    expect(sorted(prepared('12/16 Alder', '', '', '18042').keys)).toEqual(
      sorted(houses.map((house) => streetKey(house, 'ALDER', '18042'))),
    );
  });
});

describe('the second round asks for all that may be a misspelling, and for nothing again', () => {
  const widened = (city: string, state: string, zip: string) => widenQuery(prepared('12 Alder St', city, state, zip));
  const inState = NAMES.map((name) => stateKey('12', name, 'PA'));
  const inZip = NAMES.map((name) => streetKey('12', name, '18042'));
  const [house, town] = [houseKey('12', '18042'), townKey('12', EASTON, 'ALDER')];
  const [knownInZip, knownInTown, place] = [
    knownStreetKey('ALDER', '18042'),
    knownStreetKey('ALDER', EASTON),
    placeKey(EASTON, 'PA'),
  ];

  test.each([
    [
      'a town, a state and a ZIP code',
      'Easton',
      'PA',
      '18042',
      [house, town, ...inState],
      [knownInZip, knownInTown, place],
    ],
    ['a town and a state', 'Easton', 'PA', '', [town], [knownInTown, place]],
    ['a state', '', 'PA', '', [], []],
    ['a town', 'Easton', '', '', [], [knownInTown, placeKey(EASTON, '')]],
    ['nothing', '', '', '', [], []],
  ] as const)('of a row with %s', (_what, city, state, zip, keys, known) => {
    const query = widened(city, state, zip);
    expect(sorted(query.keys)).toEqual(sorted(keys));
    expect(sorted(query.known)).toEqual(sorted(known));
  });

  test('of a second reading, too', () => {
    const query = prepared('59 11 Alder', 'Easton', 'NY', '11354');
    expect(query.readings.map(({ address, penalty }) => [address.number.text, penalty])).toEqual([
      ['59', 0],
      ['59-11', COST.furtherReading],
    ]);
    const { keys, known } = widenQuery(query);
    for (const [number, name] of [
      ['59', '11ALDER'],
      ['5911', 'ALDER'],
    ] as const) {
      expect(query.keys).toContain(streetKey(number, name, '11354'));
      expect(keys).toContain(houseKey(number, '11354'));
      expect(keys).toContain(stateKey(number, name, 'NY'));
      expect(known).toContain(knownStreetKey(name, EASTON));
    }
  });

  test('a row whose ZIP code was asked for is asked for by its state', () => {
    const { keys } = widened('', 'PA', '18042');
    expect(sorted(keys)).toEqual(sorted([house, ...inState]));
    for (const key of inZip) expect(keys).not.toContain(key);
  });
});

describe('the second round reads a row in other ways', () => {
  test('without its last words', () => {
    const { readings, keys } = widenQuery(prepared('12 Alder Oak', 'Easton', 'PA', '18042'));
    const [whole, cut, ...others] = readings;
    expect(others).toEqual([]);
    expect([whole?.name, whole?.penalty, whole?.cut, whole?.guessed]).toEqual(['ALDEROAK', 0, false, false]);
    expect([cut?.name, cut?.raw, cut?.penalty, cut?.cut, cut?.guessed]).toEqual([
      'ALDER',
      'ALDER',
      COST.prefixReading,
      true,
      false,
    ]);
    expect(keys).toContain(streetKey('12', 'ALDER', '18042'));
    expect(keys).toContain(stateKey('12', 'ALDER', 'PA'));
  });

  test('with a mistyped word put right', () => {
    const { readings, keys } = widenQuery(prepared('12 Thrid Ave', 'Easton', 'PA', '18042'));
    const guess = readings.find(({ guessed }) => guessed);
    expect([guess?.name, guess?.penalty, guess?.cut]).toEqual(['3', COST.guessedReading, false]);
    expect(keys).toContain(streetKey('12', '3', '18042'));
  });

  test('but only the likeliest of its readings', () => {
    const query = prepared('12 Alder Oak, 14 Birch Fir, 16 Cedar Elm', 'Easton', 'PA', '18042');
    const numbers = new Set(query.readings.map(({ address }) => address.number.text));
    expect([...numbers]).toEqual(['12', '14', '16']);
    const varied = widenQuery(query).readings.slice(query.readings.length);
    expect(new Set(varied.map(({ address }) => address.number.text))).toEqual(new Set(['12', '14']));
  });
});

test('what is no address is not looked up', () => {
  const query = prepared('PO Box 7', 'Easton', 'PA', '18042');
  expect(query).toEqual({ readings: [], keys: [] });
  expect(widenQuery(query)).toEqual({ readings: [], keys: [], known: [] });
});
