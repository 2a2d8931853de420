/** One spelling of a house number may mean one house or several. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareNumbers, houseMembers, readAnyNumber } from '../../src/matching/read/house-number.ts';

function read(text: string) {
  const number = readAnyNumber(text);
  if (number === undefined) throw new Error(`${text} is no house number`);
  return number;
}

test.each([
  ['88-82', 'house', ['8882']],
  ['88-90', 'house', ['8890']],
  ['88-90', 'either', ['8890', '88', '90']],
  ['9321-9323', 'house', ['93219323', '9321', '9323']],
  ['94-307', 'house', ['94307']],
  ['8938-40', 'either', ['893840', '8938', '8940']],
  ['100-104', 'either', ['100104', '100', '102', '104']],
  ['100/104', 'either', ['100', '102', '104']],
  ['123-12/14', 'house', ['12312', '12314']],
  ['101-104', 'either', ['101104', '101', '102', '103', '104']],
  ['12A', 'either', ['12']],
  ['12 1/2', 'either', ['12']],
  ['N165W2123', 'either', ['N165W2123']],
] as const)('%s where a hyphen means %s stands for the houses %j', (text, style, houses) => {
  expect(houseMembers(read(text), style)).toEqual(houses);
});

test.each([
  ['100-104', '100-104', 'same'],
  ['100-104', '102', 'within'],
  ['100-104', '103', 'no'],
  ['100-104', '106', 'no'],
  ['100-110', '102-104', 'within'],
  ['100-104', '104-108', 'no'],
  ['8882', '88-82', 'joined'],
  ['12', '14', 'no'],
] as const)('%s and %s: %s', (left, right, agreement) => {
  expect(compareNumbers(read(left), read(right), 'either')).toBe(agreement);
  expect(compareNumbers(read(right), read(left), 'either')).toBe(agreement);
});

test('in Queens a hyphen may be left out, and joins no span', () => {
  expect(compareNumbers(read('8882'), read('88-82'), 'house')).toBe('same');
  expect(compareNumbers(read('14-44'), read('14-42'), 'house')).toBe('no');
});

test('a wide span is filed under its ends alone', () => {
  expect(houseMembers(read('100-299'), 'either')).toEqual(['100299', '100', '299']);
});

test('a number found inside a span is also filed under it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 50 }), (low, half) => {
      const span = read(`${low}/${low + 2 * half}`);
      for (const house of houseMembers(span, 'either')) {
        expect(compareNumbers(read(house), span, 'either')).not.toBe('no');
      }
    }),
  );
});
