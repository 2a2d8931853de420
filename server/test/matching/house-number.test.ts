/** One spelling of a house number may mean one house or several. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareNumbers,
  houseMembers,
  hyphenStyle,
  readAnyNumber,
  readGridNumber,
  readHouseNumber,
  spanOf,
} from '../../src/matching/read/house-number.ts';

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

/** `text · grid · houses · suffix` */
function told(text: string): string | undefined {
  const number = readAnyNumber(text);
  if (number === undefined) return undefined;
  const spans = number.spans.map(({ low, high }) => (low === high ? `${low}` : `${low} to ${high}`));
  return [number.text, number.grid, spans.join(', '), number.suffix].join(' · ');
}

test.each([
  ['a number', '12', '12 ·  · 12 · '],
  ['of nine digits', '123456789', '123456789 ·  · 123456789 · '],
  ['with zeros before it', '0012B', '12B ·  · 12 · B'],
  ['nothing but zeros', '000', '0 ·  · 0 · '],
  ['with a letter', '12A', '12A ·  · 12 · A'],
  ['with a letter behind a hyphen', '12-A', '12-A ·  · 12 · A'],
  ['with a letter or a fraction of its own', '12 1/2', '12 1/2 ·  · 12 · 1/2'],
  ['two of a length: one house or a span', '100-104', '100-104 ·  · 100104, 100 to 104 · '],
  ['the widest span', '100-300', '100-300 ·  · 100300, 100 to 300 · '],
  ['a span that is too wide', '100-301', '100-301 ·  · 100301 · '],
  ['a span that falls', '104-100', '104-100 ·  · 104100 · '],
  ['a span of nothing', '100-100', '100-100 ·  · 100100 · '],
  ['a shortened end', '8938-40', '8938-40 ·  · 893840, 8938 to 8940 · '],
  ['the widest shortened end', '8938-58', '8938-58 ·  · 893858, 8938 to 8958 · '],
  ['a shortened end that is too far', '8938-59', '8938-59 ·  · 893859 · '],
  ['a zero that was left out', '88-8', '88-8 ·  · 888, 8808 · '],
  ['a letter behind a span', '12-14-A', '12-14A ·  · 1214, 12 to 14 · A'],
  ['nothing before the hyphen', '0-12B', '12B ·  · 12 · B'],
  ['a span with a slash', '12/14', '12/14 ·  · 12 to 14 · '],
  ['with a shortened end', '112/14', '112/14 ·  · 112 to 114 · '],
  ['with a letter', '12A/14', '12A/14 ·  · 12 to 14 · A'],
  ['of one house', '12/12', '12/12 ·  · 12 · '],
  ['of the widest span', '100/300', '100/300 ·  · 100 to 300 · '],
  ['in one block', '88-12/14', '88-12/14 ·  · 8812 to 8814 · '],
  ['in one block that is named twice', '88-12/88-14', '88-12/88-14 ·  · 8812 to 8814 · '],
  ['over two blocks', '88-12/91-14', '88-12 ·  · 8812 · '],
  ['with a slash, too wide', '100B/301', '100 ·  · 100 · B'],
  ['with a slash, falling', '14/12', '14 ·  · 14 · '],
  ['of a grid', 'N165W2123', 'N165W2123 · N165W · 2123 · '],
  ['of a grid, with a letter', 'W12NE-345B', 'W12NE-345B · W12NE · 345 · B'],
  ['with a letter before it', 'T703', 'T703 · T · 703 · '],
  ['two of Queens', '88-82-88-86', '88-82-88-86 ·  · 8882 to 8886 · '],
  ['two with letters', '12A-14A', '12A-14A ·  · 12 to 14 · A'],
  ['an ordinal', '5TH', undefined],
  ['a word', 'ELM', undefined],
  ['two letters before it', 'NW5', undefined],
  ['letters before all', 'X12-A', undefined],
  ['letters before a slash', 'X12/14', undefined],
  ['letters behind a slash', '12/14AB', undefined],
  ['letters behind a grid', 'N1W5XY', undefined],
  ['three of them', '12A-14A-16A', undefined],
  ['ten digits', '1234567890', undefined],
  ['a word behind a word', 'ELM 5', undefined],
  ['a number and a word', '88-ELM', undefined],
])('a house number that is %s: %s', (_what, text, expected) => {
  expect(told(text)).toBe(expected);
});

test('one letter makes a house number only of a first word', () => {
  expect(readHouseNumber('T703')).toBeUndefined();
  expect(readGridNumber('T703')?.grid).toBe('T');
  expect(readGridNumber('T703B')?.suffix).toBe('B');
  expect(readGridNumber('703')).toBeUndefined();
});

test.each([
  ['100', '104', '&', [[100, 104]]],
  [
    '100',
    '104',
    '-',
    [
      [100104, 100104],
      [100, 104],
    ],
  ],
  ['100', '100', '&', [[100, 100]]],
  ['104', '100', '-', [[104100, 104100]]],
  ['104', '100', '&', undefined],
  ['100', '300', '&', [[100, 300]]],
  ['100', '301', '&', undefined],
  ['12A', '14', '-', [[12, 14]]],
  ['12', '14A', '-', [[12, 14]]],
  ['88-82', '8886', '-', [[8882, 8886]]],
  ['8882', '88-86', '-', [[8882, 8886]]],
  ['123456', '7890', '-', undefined],
  ['12345', '1235', '-', [[123451235, 123451235]]],
  ['88-82', '88-86', '-', [[8882, 8886]]],
  ['N12W5', '7', '&', undefined],
  ['7', 'N12W5', '&', undefined],
] as const)('%s and %s joined by %s stand for %j', (first, last, mark, expected) => {
  const span = spanOf(read(first), read(last), mark);
  expect(span?.spans.map(({ low, high }) => [low, high])).toEqual(expected);
  if (span !== undefined) expect(span.text).toBe(`${first}-${last}`);
});

test('a span has the letter of its first house where there is no doubt what it is', () => {
  expect(spanOf(read('12A'), read('14'), '&')?.suffix).toBe('A');
  expect(spanOf(read('12'), read('14'), '-')?.suffix).toBe('');
});

test.each([
  ['11001', '', 'house'],
  ['11004', '', 'house'],
  ['11005', '', 'house'],
  ['11002', '', 'either'],
  ['11040', '', 'house'],
  ['11041', '', 'either'],
  ['11101', '', 'house'],
  ['11201', '', 'either'],
  ['11377', '', 'house'],
  ['11432', '', 'house'],
  ['11691', '', 'house'],
  ['20114', '', 'either'],
  ['96701', '', 'house'],
  ['96813', '', 'house'],
  ['96601', '', 'either'],
  ['19671', '', 'either'],
  ['', 'HI', 'house'],
  ['', 'NY', 'either'],
] as const)('in %j, %j a hyphen means %s', (zip, state, style) => {
  expect(hyphenStyle(zip, state)).toBe(style);
});

test.each([
  ['100-218', 'either', 61],
  ['100-220', 'either', 1 + 2],
  ['101-160', 'either', 61],
  ['88-100', 'house', 1],
  ['8888-100', 'house', 1],
  ['888-100', 'house', 1],
  ['12-14A', 'house', 1],
  ['12-14-A', 'house', 1],
] as const)('%s where a hyphen means %s is filed under %i houses', (text, style, count) => {
  expect(houseMembers(read(text), style)).toHaveLength(count);
});

test.each([
  ['N1W5', 'N2W5', 'either', 'no'],
  ['N1W5', 'N1W5', 'either', 'same'],
  ['5', 'N1W5', 'either', 'no'],
  ['100104', '100-104', 'either', 'joined'],
  ['100-104', '100/104', 'either', 'same'],
  ['100-110', '108-114', 'either', 'no'],
  ['101-110', '104-106', 'either', 'within'],
  ['101-104', '102', 'either', 'within'],
  ['100-104', '100', 'either', 'within'],
  ['100-104', '104', 'either', 'within'],
  ['100-104', '98', 'either', 'no'],
  ['12A', '12B', 'either', 'same'],
] as const)('%s and %s where a hyphen means %s: %s', (left, right, style, agreement) => {
  expect(compareNumbers(read(left), read(right), style)).toBe(agreement);
  expect(compareNumbers(read(right), read(left), style)).toBe(agreement);
});
