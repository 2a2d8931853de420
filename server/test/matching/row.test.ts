/** A row's cells: what each says, what they say together, and which of them stand in the wrong column. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowReader } from '../../src/matching/read/row.ts';
import { streetLine } from '../../src/matching/read/street.ts';
import { ROAD_CLASSES } from '../../src/matching/road-classes.ts';
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
    ['in the state’s cell, before the country', ['12 Elm St', 'Easton', 'CT USA', ''], 'EASTON | CT | '],
    ['in the town’s cell, without one', ['12 Elm St', 'Acme LA', '', ''], 'ACME | LA | '],
    ['in the town’s cell, and the same in the line', ['12 Elm St, LA', 'Acme LA', '', ''], 'ACME | LA | '],
    ['not in the end of a town’s name', ['12 Elm St', 'Rocky Mt', 'NC', ''], 'ROCKY MOUNT | NC | '],
    [
      'not in the end of a town’s name, by the line',
      ['12 Elm St, NC 27801', 'Rocky Mt', '', ''],
      'ROCKY MOUNT | NC | 27801',
    ],
    [
      'one column to the right, state and ZIP code in one',
      ['', '12 Elm St', 'Easton', 'PA 18042'],
      'EASTON | PA | 18042',
    ],
    [
      'in its cells, where only the town’s repeats the address',
      ['12 Elm St, Easton, PA 18042', '12 Elm St, Easton, PA 18042', 'NJ', '07001'],
      'EASTON | NJ | 07001',
    ],
    ['in the line', ['12 Elm St, Easton, PA 18042', '', '', ''], 'EASTON | PA | 18042'],
    ['in the line, in parts', ['12 Elm St, Easton PA, 18042', '', '', ''], 'EASTON | PA | 18042'],
    ['in the line, with an empty part', ['12 Elm St, Easton, , PA', '', '', ''], 'EASTON | PA | '],
    ['in the line, before a state that is also a suffix', ['12 Elm St, Acme, LA', '', '', ''], 'ACME | LA | '],
    ['in the line, the same without a suffix before it', ['12 Broadway, Acme LA', '', '', ''], 'ACME | LA | '],
    ['in the line, with nothing behind it', ['12 Elm St, Easton,', '', '', ''], 'EASTON |  | '],
    ['in the line, behind a unit', ['12 Elm St, Apt 5, Easton', '', '', ''], 'EASTON |  | '],
    ['not what is near', ['12 Elm St, Near Easton', '', '', ''], ' |  | '],
    ['not a box', ['12 Elm St, Box Easton', '', '', ''], ' |  | '],
    ['not a state', ['12 Elm St, PA', '', 'PA', ''], ' | PA | '],
    ['not a second street', ['12 Elm St, 14 Oak Ave', '', '', ''], ' |  | '],
    ['behind the last comma', ['12 Elm St Acme, Easton', '', '', ''], 'EASTON |  | '],
    ['behind the last of several', ['12 Elm St Acme, Rear, Easton', '', '', ''], 'EASTON |  | '],
    ['behind a state', ['12 Elm St, PA Easton', '', '', ''], 'EASTON |  | '],
    ['a town that is called like a box', ['12 Elm St, Boxford', '', '', ''], 'BOXFORD |  | '],
    ['a town that is called like two', ['12 Elm St, Saltbox', '', '', ''], 'SALTBOX |  | '],
    ['a town that is called like a state', ['12 Elm St, LA, CA 90012', '', '', ''], 'LOS ANGELES | CA | 90012'],
    ['a town that ends like a state', ['12 Elm St', 'Port Washington', '', '11050'], 'PORT WASHINGTON | NY | 11050'],
    [
      'a state as it is typed, whatever the ZIP code says',
      ['12 Elm St', 'Easton', '', 'NJ 18042'],
      'EASTON | NJ | 18042',
    ],
    ['a ZIP code in its own cell', ['12 Elm St', 'Easton', '10001', '18042'], 'EASTON | PA | 18042'],
    ['a ZIP code without its nought', ['12 Elm St', 'Cambridge', '', '2139'], 'CAMBRIDGE | MA | 02139'],
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
    // Behind it the line goes on with the place.
    [['12 Elm Oak Easton, PA', 'Easton', 'PA', '18042'], 'ELM OAK'],
    [['12 Elm Oak Acme', 'Acme LA', '', ''], 'ELM OAK'],
    // What is left would be no street.
    [['12 Elm Easton', 'Easton', 'PA', '18042'], 'ELM EASTON'],
    [['12 Easton', 'Easton', 'PA', '18042'], 'EASTON'],
    // Another town, and a street called after it.
    [['12 Elm Easton', 'West Easton', 'PA', '18042'], 'ELM EASTON'],
    [['12 Easton Ave', 'Easton', 'PA', '18042'], 'EASTON AVE'],
    // Without a town nothing is taken away.
    [['12 Elm Oak Downtown', '', '', ''], 'ELM OAK DOWNTOWN'],
    // A comma parts them, whatever is left.
    [['12 Elm, Easton', 'Easton', 'PA', '18042'], 'ELM'],
  ])('%j', (cells, street) => {
    expect(likeliest(cells).split(' | ')[1]).toBe(street);
  });
});

test('without a town nothing is taken away: a number that is none stays the unit', () => {
  expect(likeliest(['12 Elm St 5', '', 'PA', '18042'])).toBe('12 | ELM ST | 5 |  | PA | 18042');
});

test('nothing but a number before the town’s comma is no street', () => {
  expect(likeliest(['12, Easton', 'Easton', 'PA', '18042'])).toBe('unreadable');
});

describe('a street goes on to the end of its line', () => {
  test.each<readonly [what: string, cells: Cells, readings: number]>([
    ['where the town has a cell', ['12 Elm Oak', 'Easton', '', ''], 1],
    ['where the town has a cell, and the line a state', ['12 Elm Oak, PA', 'Easton', '', ''], 1],
    ['where no place is known', ['12 Elm Oak', '', '', ''], 1],
    ['not where the line ends in a state', ['12 Elm Oak PA', '', '', ''], 2],
    ['not where the line ends in a ZIP code', ['12 Elm Oak 18042', '', '', ''], 2],
  ])('%s', (_what, cells, readings) => {
    expect(read(cells)).toHaveLength(readings);
  });
});

describe('a state without a comma is one', () => {
  test.each<readonly [what: string, cells: Cells, expected: string]>([
    ['where no other cell says anything', ['12 Elm Oak PA', '', '', ''], '12 | ELM |  | OAK | PA | '],
    ['not beside a town', ['12 Elm Oak PA', 'Easton', '', ''], '12 | ELM OAK PA |  | EASTON |  | '],
    ['not beside a state', ['12 Elm Oak PA', '', 'NJ', ''], '12 | ELM OAK PA |  |  | NJ | '],
    ['not beside a ZIP code', ['12 Elm Oak PA', '', '', '07001'], '12 | ELM OAK PA |  |  | NJ | 07001'],
  ])('%s: %j', (_what, cells, expected) => {
    expect(likeliest(cells)).toBe(expected);
  });
});

test('a column of whole addresses may be named for every part', () => {
  const line = '12 Elm St, Easton, PA 18042';
  const street = fc.constantFrom('Elm St', 'N Larkspur Ln', '5th Ave');
  expect(likeliest([line, line, line, line])).toBe('12 | ELM ST |  | EASTON | PA | 18042');
  fc.assert(
    fc.property(street, fc.constantFrom('', ', Easton', ', Easton, PA', ', PA 18042'), (called, place) => {
      const whole = `12 ${called}${place}`;
      expect(read([whole, whole, whole, whole])).toEqual(read([whole, '', '', '']));
    }),
  );
});

describe('what a place’s cells say does not depend on the rows before', () => {
  const cell = fc.constantFrom('', 'Easton', 'PA', '18042', 'NJ 07001', 'Easton, PA');
  const cells = fc.tuple(fc.constantFrom('12 Elm St', '12 Elm Oak PA', 'Easton'), cell, cell, cell);

  test('nor on those of another column', () => {
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 12 }), (rows) => {
        const reader = new RowReader();
        for (const one of rows) expect(reader.read(row(...one))).toEqual(read(one));
      }),
    );
  });
});

describe('of a cell no more than 400 letters are read', () => {
  const filler = 'xyz '.repeat(100);
  test.each<readonly [cells: Cells, expected: string]>([
    [[`12 Elm St, ${filler}, Easton, PA 18042`, '', '', ''], '12 | ELM ST |  | XYZ'],
    [['12 Elm St', `Easton, ${filler}, PA 18042`, '', ''], '12 | ELM ST |  | EASTON'],
    [['12 Elm St', 'Easton', `${filler} 18042`, ''], '12 | ELM ST |  | EASTON |  | '],
  ])('%j', (cells, expected) => {
    expect(likeliest(cells).slice(0, expected.length)).toBe(expected);
    expect(likeliest(cells)).not.toMatch(/PA|18042/);
  });

  test('and a shorter one is read whole', () => {
    const short = filler.slice(0, 300);
    expect(likeliest([`12 Elm St, ${short}, Easton, PA 18042`, '', '', ''])).toMatch(/\| EASTON \| PA \| 18042$/);
    expect(likeliest(['12 Elm St', 'Easton', `${short} 18042`, ''])).toMatch(/\| PA \| 18042$/);
  });
});

test.each<readonly [cells: Cells, expected: string]>([
  [['Elm Street 123', 'Easton', 'PA', '18042'], '123 | ELM ST |  | EASTON | PA | 18042'],
  [['Elm Rd Oak Ave 5', 'Easton', 'PA', '18042'], '5 | ELM ROAD OAK AVE |  | EASTON | PA | 18042'],
  [['Elm St Apt 5', '', '', ''], 'unreadable'],
  [['12 Elm St 14', 'Easton', 'PA', '18042'], '12 | ELM ST | 14 | EASTON | PA | 18042'],
])('a number may stand behind its street, which then is all of the line: %j', (cells, expected) => {
  expect(likeliest(cells)).toBe(expected);
});

test('the number behind a numbered road is its own, not a house’s', () => {
  const spellings = ROAD_CLASSES.flatMap(({ heads }) => heads.split('|')).filter((each) => /^[A-Z ]+ =\??$/.test(each));
  expect(spellings.length).toBeGreaterThan(5);
  for (const spelling of spellings) {
    const road = spelling.replace(/=.*/, 'Road 5');
    expect(likeliest([road, 'Easton', 'PA', '18042']), road).toBe('unreadable');
    // Control: with a house's number it is one.
    expect(likeliest([`12 ${road}`, 'Easton', 'PA', '18042']), road).toMatch(/^12 \| .*5/);
  }
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
    ['none but a town that is called by one', ['Acme', 'Two Elm Rivers', 'PA', '18042'], 'unreadable'],
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
