/** The cells of a place: what each says, and when the last word of a town's cell is its state. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATE_SPELLINGS } from '../../src/core/input/states.ts';
import type { Place } from '../../src/matching/read/place.ts';
import { LONGEST_CELL, readPlaceCells, settlePlace } from '../../src/matching/read/place-cells.ts';

const NOTHING = { state: '', zip: '' } as const;
/** A ZIP code of each of some states, those whose codes also are a street's, a direction's and a town's among them. */
const ZIPS: Readonly<Record<string, string>> = {
  CT: '06001',
  CO: '80201',
  LA: '70001',
  MT: '59101',
  NC: '27801',
  NE: '68001',
  PA: '18042',
};
const CODES = [...new Set(STATE_SPELLINGS.values())];

const code = fc.constantFrom(...CODES);
const known = fc.constantFrom(...Object.keys(ZIPS));
const town = fc.constantFrom('Acme', 'Two Rivers', 'West Acme', 'Rocky', 'LA', 'Winston-Salem', 'Acme Beach');
const spaces = fc.constantFrom(' ', '  ', '. ');

/** What the row has for its place, with the end of its line. */
function placeOf(city: string, state: string, zip: string, tail: Pick<Place, 'state' | 'zip'> = NOTHING): Place {
  const { city: name, state: told, zip: read } = settlePlace(readPlaceCells(city, state, zip), tail);
  return { city: name, state: told, zip: read };
}

function zipOf(state: string): string {
  return ZIPS[state] ?? '';
}

describe('a state’s code behind a town, in its cell, is the town’s state', () => {
  test('where nothing else tells one, whatever else the code may mean', () => {
    fc.assert(
      fc.property(town, spaces, code, (name, space, state) => {
        const bare = placeOf(name, '', '');
        expect(placeOf(`${name}${space}${state}`, '', '')).toEqual({ ...bare, state });
        expect(placeOf(`${name}, ${state}`, '', '')).toEqual({ ...bare, state });
        expect(placeOf(`${name} ${state} USA`, '', '')).toEqual({ ...bare, state });
      }),
    );
  });

  test('where the state’s cell, the ZIP code’s or the line tells the same', () => {
    fc.assert(
      fc.property(town, known, (name, state) => {
        const [typed, zip] = [`${name} ${state}`, zipOf(state)];
        const bare = placeOf(name, '', '');
        expect(placeOf(typed, state, '')).toEqual({ ...bare, state });
        expect(placeOf(typed, '', zip)).toEqual({ ...bare, state, zip });
        expect(placeOf(typed, state, zip)).toEqual({ ...bare, state, zip });
        expect(placeOf(typed, '', '', { state, zip: '' })).toEqual({ ...bare, state });
        expect(placeOf(typed, '', '', { state: '', zip })).toEqual({ ...bare, state });
        expect(placeOf(typed, '', '', { state, zip })).toEqual({ ...bare, state });
      }),
    );
  });

  test('not where another one is told: it is a part of the name then', () => {
    fc.assert(
      fc.property(town, known, known, (name, state, other) => {
        fc.pre(state !== other);
        const [typed, zip] = [`${name} ${state}`, zipOf(other)];
        // Letters that no state has behind the name, for what it is read as.
        const { city } = placeOf(`${name} XX`, '', '');
        const inName = expect.stringMatching(new RegExp(`^${city.replace(/ XX$/, '')} .`));
        expect(placeOf(typed, other, '')).toEqual({ city: inName, state: other, zip: '' });
        expect(placeOf(typed, other, zip)).toEqual({ city: inName, state: other, zip });
        // The line and the ZIP code say the state themselves.
        expect(placeOf(typed, '', zip)).toEqual({ city: inName, state: '', zip });
        expect(placeOf(typed, '', '', { state: other, zip: '' })).toEqual({ city: inName, state: '', zip: '' });
        expect(placeOf(typed, '', '', { state: '', zip })).toEqual({ city: inName, state: '', zip: '' });
        // A cell is before the line.
        expect(placeOf(typed, state, '', { state: other, zip })).toEqual(placeOf(typed, state, ''));
      }),
    );
    expect(placeOf('Rocky Mt', 'NC', '')).toEqual({ city: 'ROCKY MOUNT', state: 'NC', zip: '' });
  });

  test('nor where a ZIP code in a state that is not known stands beside another', () => {
    expect(placeOf('Acme LA', '', '71501')).toEqual({ city: 'ACME', state: 'LA', zip: '71501' });
  });

  test('in letters apart only where they are written so', () => {
    expect(placeOf('Acme N J', '', '')).toEqual({ city: 'ACME', state: 'NJ', zip: '' });
    expect(placeOf('Acme D.C.', '', '')).toEqual({ city: 'ACME', state: 'DC', zip: '' });
    expect(placeOf('Acme L A', '', '').state).toBe('');
  });

  test('not in longer letters: they are the name of many towns', () => {
    const longer = [...STATE_SPELLINGS.keys()].filter((spelling) => spelling.replaceAll(' ', '').length > 2);
    fc.assert(
      fc.property(fc.constantFrom(...longer), (spelling) => {
        // The last word of a spelling may be a code: none but these two are.
        fc.pre(!spelling.endsWith(' DC') && !spelling.endsWith(' VA'));
        expect(placeOf(`East ${spelling}`, '', '').state).toBe('');
        expect(placeOf(`Acme ${spelling}`, '', '').state).toBe('');
      }),
    );
  });

  test.each(['LA', 'N J', 'East LA', 'S. LA', 'NE NE', 'Downtown LA', '5 LA', 'X LA', ', LA'])(
    'not without a town in front: %s',
    (cell) => {
      expect(readPlaceCells(cell, '', '').ending).toBeUndefined();
    },
  );

  test('in a cell that has a ZIP code too, by the end of a line', () => {
    fc.assert(
      fc.property(town, known, (name, state) => {
        const zip = zipOf(state);
        expect(placeOf(`${name} ${state} ${zip}`, '', '')).toEqual({ ...placeOf(name, '', ''), state, zip });
      }),
    );
    expect(readPlaceCells('Acme LA 70001', '', '').ending).toBeUndefined();
    expect(placeOf('Acme NJ, LA', '', '')).toEqual({ city: 'ACME NJ', state: 'LA', zip: '' });
    // The state's own cell is before it.
    expect(placeOf('Acme LA 70001', 'TX', '')).toEqual({ city: 'ACME', state: 'TX', zip: '70001' });
  });
});

describe('the other cells', () => {
  test.each<readonly [what: string, cells: readonly [string, string, string], place: string]>([
    ['each its own', ['Easton', 'PA', '18042'], 'EASTON | PA | 18042'],
    ['swapped', ['Easton', '18042', 'PA'], 'EASTON | PA | 18042'],
    ['both in the state’s', ['Easton', 'PA 18042', ''], 'EASTON | PA | 18042'],
    ['both in the ZIP code’s', ['Easton', '', 'PA 18042'], 'EASTON | PA | 18042'],
    ['both in the ZIP code’s, beside nonsense', ['Easton', 'X', 'PA 18042'], 'EASTON | PA | 18042'],
    ['a ZIP code alone, beside nonsense', ['Easton', 'X', '18042'], 'EASTON |  | 18042'],
    ['a state alone, beside nonsense', ['Easton', 'PA', 'X'], 'EASTON | PA | '],
    ['a ZIP code in each', ['Easton', '10001', '18042'], 'EASTON |  | 18042'],
    ['a state in each', ['Easton', 'PA', 'NJ'], 'EASTON | PA | '],
    ['a name in full, before the country', ['Easton', 'Connecticut USA', ''], 'EASTON | CT | '],
    ['a code that also is a street’s', ['Easton', 'CT USA', ''], 'EASTON | CT | '],
    ['nothing', ['', '', ''], ' |  | '],
  ])('%s: %j', (_what, [city, state, zip], place) => {
    expect(Object.values(placeOf(city, state, zip)).join(' | ')).toBe(place);
  });
});

test('of each cell so many letters are read', () => {
  const filler = (letters: number) => 'xyz '.repeat(LONGEST_CELL / 4).slice(0, letters);
  const fits = LONGEST_CELL - ' PA 18042'.length;
  expect(readPlaceCells(`${filler(fits)} PA 18042`, '', '')).toMatchObject({ state: 'PA', zip: '18042' });
  expect(readPlaceCells(`${filler(fits + 4)} PA 18042`, '', '')).toMatchObject({ state: '', zip: '' });
  expect(readPlaceCells('', `${filler(fits)} PA 18042`, '')).toMatchObject({ state: 'PA', zip: '18042' });
  expect(readPlaceCells('', `${filler(fits + 4)} PA 18042`, '')).toMatchObject({ zip: '' });
});
