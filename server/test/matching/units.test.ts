/** Units: what names one, which word is its identifier, and where it ends. */
import { expect, test } from 'vitest';
import { readUnit, unitId } from '../../src/matching/read/unit.ts';
import { Words } from '../../src/matching/words.ts';

/** `identifier | what stands behind` */
function unit(text: string, limit?: number): string {
  const { id, behind } = readUnit(new Words(text.split(' '), 0, limit));
  return `${id} | ${behind.rest.join(' ')}`;
}

test.each([
  ['a word and an identifier', 'APT 4', '4 | '],
  ['a number sign', '# 4', '4 | '],
  ['both', 'APT # 4', '4 | '],
  ['a comma between', 'APT , 4', '4 | '],
  ['an identifier alone', '4B', '4B | '],
  ['a hyphen within it', 'A-5', 'A5 | '],
  ['two parts of it', 'STE A-B', 'AB | '],
  ['zeros before it', 'APT 007', '7 | '],
  ['nothing but zeros', 'APT 000', '0 | '],
  ['a letter apart', 'APT 4 B', '4B | '],
  ['one letter apart and no more', 'APT 4 B C', '4B | C'],
  ['no letter behind a letter', 'APT B C', 'B | C'],
  ['a letter', 'UNIT B', 'B | '],
  ['letters and digits', 'AB12C', 'AB12C | '],
  ['up to three letters before digits', 'ABCD5', ' | ABCD5'],
  ['up to four behind them', '12ABCD', '12ABCD | '],
  ['no more', '12ABCDE', ' | 12ABCDE'],
  ['a word behind one that names units', 'APT ELM', 'ELM | '],
  ['a long word is none', 'UNIT ELMWOOD', ' | ELMWOOD'],
  ['a word behind one that does not', 'BLDG ELM', ' | ELM'],
  ['a place in the house', 'REAR', ' | '],
  ['a place that is the unit’s name', 'UNIT REAR', 'REAR | '],
  ['and its number', 'UNIT STORE 3', 'STORE3 | '],
  ['a word that only names units', 'UNIT APT 3', '3 | '],
  ['letters before digits', 'B12', 'B12 | '],
  ['letters before a hyphen', 'AB-12C', 'AB12C | '],
  ['letters on both sides of it', 'A-B', 'AB | '],
  ['an aside that might be one', 'UNIT AKA 5', ' | AKA 5'],
  ['digits and a letter apart', '12 B', '12B | '],
  ['an abbreviation of “number”', 'NO 5', '5 | '],
  ['the word', 'NUMBER 5', '5 | '],
  ['another abbreviation', 'NUM 5', '5 | '],
  ['a mistyped word', 'SUTE 5', '5 | '],
  ['a penthouse', 'PH 2', '2 | '],
  ['an ordinal without a floor', '2ND', '2ND | '],
  ['a hyphen as a word', '- 5', '5 | '],
  ['nothing', 'ELM', ' | ELM'],
])('%s: %s', (_what, text, expected) => {
  expect(unit(text)).toBe(expected);
});

test.each([
  ['by its ordinal', '2ND FL', '2 | '],
  ['by its ordinal in words', 'SECOND FLOOR', '2 | '],
  ['by an ordinal of two words', 'TWENTY SECOND FLOOR', '22 | '],
  ['by its number', 'FLOOR 2', '2 | '],
  ['before a unit, which comes second', '2ND FL APT 3', '2 | 3'],
  ['behind a unit, which came first', 'APT 3 2ND FL', '3 | '],
  ['without its number', 'FL', ' | '],
])('a floor %s: %s', (_what, text, expected) => {
  expect(unit(text)).toBe(expected);
});

test.each([
  ['a second identifier', 'APT 4 UNIT 5', '4 | 5'],
  ['another without a word', '4 5', '4 | 5'],
  ['a comma before anything else', 'APT 4 , ELM', '4 | , ELM'],
  ['not a comma before another unit', 'APT 4 , UNIT 5', '4 | 5'],
  ['nor before a number sign', '# 4 , # 5', '4 | 5'],
  ['a place behind a comma', '4 , REAR', '4 | '],
  ['what may be a place behind a comma, at the end', '4 , MIDDLE', '4 | '],
  ['and before an identifier', '4 , MIDDLE 5', '4 | 5'],
  ['and before a mark', '4 , MIDDLE , 5', '4 | , 5'],
  ['but before a word it begins a town', '4 , MIDDLE VILLAGE', '4 | MIDDLE VILLAGE'],
  ['a word that always names units', '4 , SUITE VILLAGE', '4 | VILLAGE'],
  ['what opens an aside', '4 AKA 5', '4 | AKA 5'],
  ['an aside at once', 'NEAR 5', ' | NEAR 5'],
  ['a mark between', '4 - B', '4 | B'],
  ['a letter behind a letter', '4B C', '4B | C'],
  ['a place behind another word than a comma', '4 MIDDLE VILLAGE', '4 | VILLAGE'],
  ['a place behind a second word', 'APT 4 UNIT REAR', '4 | '],
  ['a box', 'APT 4 P O BOX 5', '4 | P O BOX 5'],
  ['a box at once', 'P O BOX 5', ' | P O BOX 5'],
  ['a further address', 'APT 4 , 14 OAK AVE', '4 | , 14 OAK AVE'],
  ['a further address at once', ', 14 OAK AVE', ' | 14 OAK AVE'],
  ['not a number in another part than a street', ', 14 , OAK AVE', '14 | , OAK AVE'],
  ['not a number before a mere type', ', 14 AVE', '14 | AVE'],
  ['not a number behind its sign', '# 14 OAK AVE', '14 | OAK AVE'],
])('a unit ends at %s: %s', (_what, text, expected) => {
  expect(unit(text)).toBe(expected);
});

test('what stands before the unit does not count', () => {
  const from = (text: string, index: number) => readUnit(new Words(text.split(' '), index)).id;
  expect([from('APT ELM', 1), from('APT ELM', 0)]).toEqual(['', 'ELM']);
});

test('nothing is taken from behind the limit', () => {
  expect(unit('APT 4 B', 2)).toBe('4 | ');
  expect(unit('APT 4', 1)).toBe(' | ');
  expect(unit('4 , MIDDLE VILLAGE', 3)).toBe('4 | ');
  expect(unit(', 14 OAK AVE', 3)).toBe('14 | OAK');
});

test('an identifier is its letters and digits', () => {
  expect(['13-B', '# 13', '0013B', '0', '-'].map(unitId)).toEqual(['13B', '13', '13B', '0', '']);
});
