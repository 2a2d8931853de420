/** Cells of a customer's file may be long and may be made to cost: each is read in one pass, else these tests outlast their time. */
import { expect, test } from 'vitest';
import { preparePoint } from '../../src/matching/decide/point.ts';
import { readZip } from '../../src/matching/read/place.ts';
import { words } from '../../src/matching/read/text.ts';

const LONG = 1_600_000;
const letters = 'A'.repeat(LONG);
const digits = '1'.repeat(LONG);

test.each([
  ['one word of letters', letters, 1],
  ['one word of letters and a hyphen far off', `${letters} B-2`, 2],
  ['digits that are not encoded', `${digits} MAIN`, 2],
  ['digits that end like something encoded', `${digits}+`, 2],
  ['escapes that are none', `${'%20'.repeat(LONG / 4)} MAIN`, 1 + LONG / 4],
])('an address of %s', (_what, line, count) => {
  expect(words(line)).toHaveLength(count);
});

test('a ZIP code of hyphens', () => {
  expect(readZip(`1${'-'.repeat(LONG)}1`)).toBe('');
});

test('a latitude of degree signs', () => {
  expect(preparePoint({ latitude: `1${'°'.repeat(LONG)}1`, longitude: '1' }, 75).point).toBeUndefined();
});

test.each([
  ['2440+Western+Ave', '2440 WESTERN AVE'],
  ['2440%20Western%20Ave', '2440 WESTERN AVE'],
  ['Western+Ave+1', 'WESTERN & AVE & 1'],
  ['2440++Ave', '2440 & & AVE'],
  ['2440+Ave+', '2440 & AVE &'],
  ['1 A%20B', '1 A 20B'],
  ['%20A', '20A'],
  ['A%20', 'A 20'],
  ['Winston-Salem-AB-C-1-D', 'WINSTON SALEM AB C-1-D'],
])('%s is %s', (line, expected) => {
  expect(words(line).join(' ')).toBe(expected);
});
