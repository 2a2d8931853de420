/** What counts as the same name: of a street, of a town, and of a place in a cell. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCities, mayEndTown, readCity } from '../../src/matching/city.ts';
import { compareNames } from '../../src/matching/decide/compare-names.ts';
import { editDistance } from '../../src/matching/edit-distance.ts';
import { readState, readZip } from '../../src/matching/read/place.ts';
import { words } from '../../src/matching/read/text.ts';

test.each([
  ['DE KALB', 'DEKALB', 'same'],
  ['WASH', 'WASHINGTON', 'abbreviated'],
  ['RVRSIDE', 'RIVERSIDE', 'abbreviated'],
  ['GRD CONC', 'GRAND CONC', 'abbreviated'],
  ['B 43', 'BEACH 43', 'abbreviated'],
  ['JAMES A ALDER', 'JAMES ALDER', 'initials'],
  ['MERTEL', 'MYRTLE', undefined],
  ['MYRTEL', 'MYRTLE', 'misspelt'],
  ['TUNBULP', 'TURNBULL', 'misspelt'],
  ['HENRIE', 'HENRY', 'misspelt'],
  ['SQINT MARKS', 'ST MARKS', 'misspelt'],
  ['SUTH', 'S', 'misspelt'],
  ['RNYRTLE', 'MYRTLE', 'misspelt'],
  ['BROACL', 'BROAD', 'misspelt'],
  ['COMMONWEAL', 'COMMONWEALTH', 'abbreviated'],
  ['BEACH 43', 'BEACH 44', undefined],
  ['5', '6', undefined],
  ['MAIN', 'MADISON', undefined],
  ['OAK', 'ELM', undefined],
  ['E', 'W', undefined],
] as const)('street %s and %s: %s', (typed, filed, kind) => {
  expect(compareNames(typed, filed)?.kind).toBe(kind);
});

test.each([
  ['Saint Paul', 'St. Paul', '', 'same'],
  ['N. Ridgeville', 'North Ridgeville', '', 'same'],
  ['City of Easton', 'Easton', '', 'same'],
  ['Eastno', 'Easton', '', 'spelled'],
  ['Rncho Cordova', 'Rancho Cordova', '', 'spelled'],
  ['Eas', 'Easton', '', 'spelled'],
  ['Ea', 'Easton', '', 'no'],
  ['Queens', 'Jackson Heights', '11372', 'same'],
  ['Jamaica', 'Jackson Heights', '11372', 'same'],
  ['Queens', 'Jackson', '39201', 'no'],
  ['Manhattan', 'New York', '10001', 'same'],
  ['Weston', 'Easton', '', 'no'],
] as const)('town %s and %s in %s: %s', (typed, filed, zip, agreement) => {
  expect(compareCities(readCity(words(typed)), readCity(words(filed)), zip)).toBe(agreement);
});

test.each([
  ['02139', '02139'],
  ['2139', '02139'],
  ['2139.0', '02139'],
  ['021391234', '02139'],
  ['21391234', '02139'],
  ['02139-1234', '02139'],
  ['2139-1234', '02139'],
  ["'02139", '02139'],
  [' 02139- ', '02139'],
  ['MA 02139', '02139'],
  ['1.1201E4', '11201'],
  ['00000', ''],
  ['n/a', ''],
  ['', ''],
  ['12', ''],
])('ZIP code %j is %j', (cell, zip) => {
  expect(readZip(cell)).toBe(zip);
});

test.each([
  ['ny', 'NY'],
  ['N.Y.', 'NY'],
  ['New  York', 'NY'],
  ['Calif.', 'CA'],
  ['District of Columbia', 'DC'],
  ['US-NY', ''],
  ['New Amsterdam', ''],
])('state %j is %j', (cell, state) => {
  expect(readState(cell)).toBe(state);
});

test('the distance of words is that of typing errors', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'ABCD'), maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, fc.nat(8), (left, right, cut) => {
      const distance = editDistance(left, right, 3);
      expect(editDistance(right, left, 3)).toBe(distance);
      expect(distance === 0).toBe(left === right);
      expect(editDistance(left, left.slice(0, cut) + left.slice(cut + 1), 3)).toBeLessThanOrEqual(1);
    }),
  );
  expect(editDistance('ABCD', 'ACBD', 2)).toBe(1);
  expect(editDistance('ABCD', 'DCBA', 2)).toBe(3);
  expect(editDistance('A'.repeat(65), 'A'.repeat(64), 2)).toBe(3);
});

const TOWN_WORDS =
  'ST STE N NO PT PARK PK TWP TOWNSHIP BORO CITY TOWN OF THE NEW YORK NY NYC BX BK L I C LIC SAINT PAUL EAST E BCH WINSTON-SALEM 12TH , - 5';
const townWords = fc.array(fc.oneof(fc.constantFrom(...TOWN_WORDS.split(' ')), fc.stringMatching(/^[A-Z]{1,6}$/)), {
  minLength: 1,
  maxLength: 4,
});

test('the last word of a town is never ruled out', () => {
  let ruledOut = 0;
  fc.assert(
    fc.property(townWords, townWords, (typed, other) => {
      const last = typed.at(-1) ?? '';
      const town = readCity(typed);
      if (town !== '') expect(mayEndTown(last, town)).toBe(true);
      if (!mayEndTown(last, readCity(other))) ruledOut++;
    }),
    { numRuns: 5000 },
  );
  // Else it would be of no use.
  expect(ruledOut).toBeGreaterThan(1000);
});
