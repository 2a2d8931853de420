/** What a property is filed under is what its own address looks up. Keys are stored with the data and may never change. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareRow, widenQuery } from '../../src/matching/decide/prepare.ts';
import { cellsAround, distanceMeters } from '../../src/matching/index/cells.ts';
import { indexEntries } from '../../src/matching/index/entries.ts';
import { hashKey } from '../../src/matching/index/key-hash.ts';
import { RowReader } from '../../src/matching/read/row.ts';
import { PROPERTIES, row } from './town.ts';

const READER = new RowReader();

test('keys are the ones that earlier data versions hold', () => {
  expect(['', 'S|120|WELLINGTON|44999', 'ü'].map(hashKey)).toEqual(KEYS);
});

test('different texts have different keys', () => {
  const keys = new Set<bigint>();
  for (let house = 1; house <= 50_000; house++) keys.add(hashKey(`H|${house}|99999`)).add(hashKey(`H|99999|${house}`));
  expect(keys.size).toBe(100_000);
});

test('every property is filed under the keys that its own address asks for', () => {
  for (const property of PROPERTIES) {
    const filed = new Set(indexEntries(property, READER).flatMap(({ keys }) => keys));
    for (const address of property.addresses) {
      const query = prepareRow(row(address, property.city, property.state, property.zip), READER);
      expect(query.keys.some((key) => filed.has(key))).toBe(true);
      expect(widenQuery(query).keys.some((key) => filed.has(key))).toBe(true);
      expect(widenQuery(query).keys.filter((key) => query.keys.includes(key))).toEqual([]);
    }
  }
});

test('a property has one row for each of its addresses, and its point once', () => {
  const [like] = PROPERTIES;
  if (like === undefined) throw new Error('the town is empty');
  const addresses = ['1 Alder St', '3 Alder St', 'no address'];
  const entries = indexEntries({ ...like, addresses, latitude: 40.1, longitude: -75.2 }, READER);
  expect(entries.map(({ row: { number } }) => number)).toEqual(['1', '3']);
  const unread = indexEntries({ ...like, addresses: ['no address'], latitude: 40.1, longitude: -75.2 }, READER);
  expect(unread.map(({ row: { raw }, keys }) => [raw, keys.length])).toEqual([['', 1]]);
  expect(indexEntries({ ...like, addresses: ['no address'] }, READER)).toEqual([]);
});

test('whatever is within a radius is in one of the cells around it', () => {
  const degrees = fc.double({ min: -0.002, max: 0.002, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: -80, max: 80 }),
      fc.integer({ min: -179, max: 179 }),
      degrees,
      degrees,
      (y, x, north, east) => {
        if (distanceMeters(y, x, y + north, x + east) > 75) return;
        const cell = JSON.stringify([Math.floor((y + north) * 500), Math.floor((x + east) * 500)]);
        expect(cellsAround(y, x, 75).map((around) => JSON.stringify(around))).toContain(cell);
      },
    ),
    { numRuns: 1_000 },
  );
});

/** Written down when the first index was made. */
const KEYS = [-6107307654026706392n, 465941647635147950n, 577794259919995733n];
