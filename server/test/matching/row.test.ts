/** A row's cells: what each says, what they say together, and which of them stand in the wrong column. */
import { describe, expect, test } from 'vitest';
import { RowReader } from '../../src/matching/read/row.ts';
import { streetLine } from '../../src/matching/read/street.ts';
import { row } from './town.ts';

type Cells = readonly [address: string, city: string, state: string, zip: string];

function read(cells: Cells) {
  return new RowReader().read(row(...cells));
}

/** `number | street | unit | city | state | ZIP code` of the likeliest reading. */
function likeliest(cells: Cells): string {
  const [first] = read(cells);
  if (first === undefined) return 'unreadable';
  const { number, street, unit, city, state, zip } = first;
  return [number.text, streetLine(street), unit, city, state, zip].join(' | ');
}

describe('the place is', () => {
  test.each<readonly [what: string, cells: Cells, place: string]>([
    ['in its cells', ['12 Elm St', 'Easton', 'PA', '18042'], 'EASTON | PA | 18042'],
    ['in swapped cells', ['12 Elm St', 'Easton', '18042', 'PA'], 'EASTON | PA | 18042'],
    ['in the state’s cell', ['12 Elm St', 'Easton', 'PA 18042', ''], 'EASTON | PA | 18042'],
    ['in the state’s cell, abbreviated', ['12 Elm St', 'Easton', 'Penn 18042', ''], 'EASTON | PA | 18042'],
    ['in the ZIP code’s cell', ['12 Elm St', 'Easton', '', 'PA 18042'], 'EASTON | PA | 18042'],
    ['in the town’s cell', ['12 Elm St', 'Easton PA 18042', '', ''], 'EASTON | PA | 18042'],
    ['in the town’s cell, with a comma', ['12 Elm St', 'Easton, PA', '', ''], 'EASTON | PA | '],
    [
      'not in the town’s cell where they have cells',
      ['12 Elm St', 'Easton PA 18042', 'NJ', '07001'],
      'EASTON | NJ | 07001',
    ],
    ['known by the ZIP code', ['12 Elm St', 'Easton', '', '18042'], 'EASTON | PA | 18042'],
    ['known by the ZIP code, beside nonsense', ['12 Elm St', 'Easton', 'X', '18042'], 'EASTON | PA | 18042'],
    ['less its ZIP code', ['12 Elm St', 'Easton', 'PA', 'X'], 'EASTON | PA | '],
    ['in the line', ['12 Elm St, Easton, PA 18042', '', '', ''], 'EASTON | PA | 18042'],
    ['in the line, in parts', ['12 Elm St, Easton PA, 18042', '', '', ''], 'EASTON | PA | 18042'],
    ['in the line, with an empty part', ['12 Elm St, Easton, , PA', '', '', ''], 'EASTON | PA | '],
    ['in the line, with nothing behind it', ['12 Elm St, Easton,', '', '', ''], 'EASTON |  | '],
    ['in the line, behind a unit', ['12 Elm St, Apt 5, Easton', '', '', ''], 'EASTON |  | '],
    ['not what is near', ['12 Elm St, Near Easton', '', '', ''], ' |  | '],
    ['not a box', ['12 Elm St, Box Easton', '', '', ''], ' |  | '],
    ['not a state', ['12 Elm St, PA', '', 'PA', ''], ' | PA | '],
  ])('%s: %j', (_what, cells, place) => {
    expect(likeliest(cells).split(' | ').slice(3).join(' | ')).toBe(place);
  });
});

describe('a town that stands in the line as well as in its cell is no part of the street:', () => {
  test.each<readonly [cells: Cells, street: string]>([
    [['12 Elm St Easton', 'Easton', 'PA', '18042'], 'ELM ST'],
    [['12 Elm St, Easton', 'Easton', 'PA', '18042'], 'ELM ST'],
    [['12 Elm Oak Easton', 'Easton', 'PA', '18042'], 'ELM OAK'],
    [['12 Elm Oak West Easton', 'West Easton', 'PA', '18042'], 'ELM OAK'],
    [['12 Elm Oak Easton Twp', 'Easton', 'PA', '18042'], 'ELM OAK'],
    // What is left would be no street.
    [['12 Elm Easton', 'Easton', 'PA', '18042'], 'ELM EASTON'],
    [['12 Easton', 'Easton', 'PA', '18042'], 'EASTON'],
    // Another town, and a street called after it.
    [['12 Elm Easton', 'West Easton', 'PA', '18042'], 'ELM EASTON'],
    [['12 Easton Ave', 'Easton', 'PA', '18042'], 'EASTON AVE'],
  ])('%j', (cells, street) => {
    expect(likeliest(cells).split(' | ')[1]).toBe(street);
  });
});

describe('a street goes on to the end of its line', () => {
  test.each<readonly [what: string, cells: Cells, readings: number]>([
    ['where the town has a cell', ['12 Elm Oak', 'Easton', '', ''], 1],
    ['where no place is known', ['12 Elm Oak', '', '', ''], 1],
    ['not where the line ends in a place', ['12 Elm Oak PA', '', '', ''], 2],
  ])('%s', (_what, cells, readings) => {
    expect(read(cells)).toHaveLength(readings);
  });
});

describe('cells in the wrong column', () => {
  test.each<readonly [what: string, cells: Cells, expected: string]>([
    ['one to the right', ['Suite 4', '12 Elm St', 'Easton', 'PA'], '12 | ELM ST |  | EASTON | PA | '],
    ['the street’s alone, before the state', ['Suite 4', '12 Elm St', 'PA', '18042'], '12 | ELM ST |  |  | PA | 18042'],
    [
      'the street’s alone, before the ZIP code',
      ['Suite 4', '12 Elm St', '18042', ''],
      '12 | ELM ST |  |  | PA | 18042',
    ],
    ['the street’s alone', ['Suite 4', '12 Elm St', '', ''], '12 | ELM ST |  |  |  | '],
    ['one to the left', ['Easton', 'PA', '18042', '12 Elm St'], '12 | ELM ST |  | EASTON | PA | 18042'],
    ['none with a number', ['Acme', 'Elm', 'PA', 'Oak'], 'unreadable'],
  ])('%s: %j', (_what, cells, expected) => {
    expect(likeliest(cells)).toBe(expected);
  });
});

test('a line of twenty letters may have been cut off, blanks aside', () => {
  const isCut = (address: string) => read([address, '', '', '']).map(({ mayBeCut }) => mayBeCut);
  expect(isCut('12 Elmwood St Apartm')).toEqual([true]);
  expect(isCut('12 Elmwood St Apart ')).toEqual([false]);
  expect(isCut(' 12 Elmwood St Apart')).toEqual([false]);
});
