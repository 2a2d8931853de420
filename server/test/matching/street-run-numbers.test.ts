/** Numbers in a street: of a road, which they name, and of a suite, which ends it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findStreetRun } from '../../src/matching/read/street-run.ts';
import { Words } from '../../src/matching/words.ts';
import { cut, cuts, ended } from './runs.ts';

describe('a numbered road', () => {
  const road = fc.constantFrom(
    'US HWY 50',
    'HWY 7',
    'COUNTY RD 312',
    'FM 544',
    'STATE ROUTE 9A',
    'N US HWY 50',
    'HWY NO 7',
    'I 95',
  );

  test('ends behind its number and a direction, with a town in the line and without one', () => {
    fc.assert(
      fc.property(
        road,
        fc.constantFrom('', ' E'),
        fc.constantFrom('', ' EASTON', ' APT 5', ' # 5', ' , EASTON'),
        (whole, side, more) => {
          expect(cuts(`${whole}${side}${more}`)).toBe(`${whole}${side} |${more || ' '}`);
        },
      ),
    );
  });

  test.each([
    ['ends before a direction that begins a town', 'US HWY 50 WEST PALM BEACH', 'US HWY 50 | WEST PALM BEACH'],
    ['is a name where a type comes last', 'HIGHWAY 7 ST', 'HIGHWAY 7 ST | '],
    [
      'goes on to its type in a line without a town',
      'HIGHWAY 7 ST LOUIS',
      'HIGHWAY 7 ST | LOUIS or HIGHWAY 7 | ST LOUIS',
    ],
    ['ends before another limit', 'HWY 7 , EASTON', 'HWY 7 | , EASTON'],
  ])('%s: %s', (_what, text, expected) => {
    expect(cuts(text)).toBe(expected);
  });

  test('is no road where its number is beyond what may be taken', () => {
    const line = new Words(['HWY', '7']);
    expect(findStreetRun(line.until(line.skip(1)), true)?.end.index).toBe(1);
  });

  test.each(['HIGHWAY', 'HWY', 'ROUTE', 'RTE', 'LOOP'])('with a name has its number behind %s', (word) => {
    for (const number of ['98', '98A', '5', '12345']) {
      expect(ended(`ELM ${word} ${number}`)).toBe(`ELM ${word} ${number} | `);
    }
    expect(ended(`ELM ${word} X98`)).toBe(`ELM ${word} | X98`);
    expect(ended(`ELM ${word} 98AB`)).toBe(`ELM ${word} | 98AB`);
  });

  test.each(['COUNTY', 'STATE', 'PRIVATE', 'RANCH', 'FARM', 'TOWNSHIP', 'SERVICE'])(
    'has it behind the road of a %s',
    (word) => {
      expect(ended(`ELM ${word} ROAD 312`)).toBe(`ELM ${word} ROAD 312 | `);
      expect(ended(`ELM ${word} RD 5`)).toBe(`ELM ${word} RD 5 | `);
    },
  );

  test.each(['ELM ROAD', 'ESTATE ROAD', 'RANCHO ROAD', 'FARMINGTON ROAD', 'ELM HWYS', 'ELM LOOPS'])(
    'is not %s',
    (text) => {
      expect(ended(`${text} 312`)).toBe(`${text} | 312`);
    },
  );
});

describe('three digits or more behind a name are a suite, which ends the street:', () => {
  test.each(['ELM', 'N ELM', 'ELM OAK', 'SUPERHIGHWAY', 'BROAD', 'COUNTY BROAD', 'COUNTY ROADHOUSE', 'N ELM OAK'])(
    '%s',
    (text) => {
      for (const suite of ['350', '3500', '35000', '1A', '123B', 'B12'])
        expect(cut(`${text} ${suite}`, true)).toBe(`${text} | ${suite}`);
      for (const other of ['43', '350000', '1234B', 'AB12'])
        expect(cut(`${text} ${other}`, true)).toContain(`${text} ${other} | `);
    },
  );

  test.each([
    ['what has numbers for names', 'BEACH 143'],
    ['and a type in front of its name', 'AVENUE 416'],
    ['a direction', 'NORTH 350'],
    ['a direction of one letter', 'N 350'],
    ['a letter', 'X 350'],
    ['nothing', '350'],
    ['the word of a numbered road within the name', 'OLD MILL US 350'],
  ])('but not behind %s: %s', (_what, text) => {
    expect(cut(text, true)).toMatch(new RegExp(`^${text} \\| \\??$`));
  });
});
