/** Other ways to take a street apart. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Street } from '../../src/matching/read/street.ts';
import { respellings, streetForms } from '../../src/matching/read/street-forms.ts';

const PLAIN: Street = { predir: '', name: 'SAND POINT', suffix: '', postdir: '' };
const side = fc.constantFrom('', 'N', 'SW');
const name = fc.constantFrom('ELM', 'SAND POINT', '5', 'ST AGNES', 'ELM AVENUE');

describe('a suffix may be part of the name', () => {
  test('which then is written out, and all else stays', () => {
    const suffix = fc.constantFrom(['ST', 'STREET'], ['AVE', 'AVENUE'], ['WAY', 'WAY'], ['PT', 'POINT']);
    fc.assert(
      fc.property(side, name, suffix, side, (predir, called, [short = '', full = ''], postdir) => {
        const street = { predir, name: called, suffix: short, postdir };
        expect(streetForms(street)).toEqual([street, { ...street, name: `${called} ${full}`, suffix: '' }]);
      }),
    );
  });

  test('but not where there is none, nor where it is the class of a numbered road', () => {
    for (const suffix of ['', 'US HWY', 'STATE HWY', 'INTERSTATE']) {
      const street = { ...PLAIN, suffix };
      expect(streetForms(street)).toEqual([street]);
    }
  });
});

describe('an extension is also called after the street that it extends', () => {
  test.each([
    ['ST', 'ST'],
    ['AVENUE', 'AVE'],
    ['ROAD', 'RD'],
    ['LANE', 'LN'],
    ['BOULEVARD', 'BLVD'],
  ])('whose type in the name is %s', (inName, suffix) => {
    const extension = { predir: 'N', name: `PROSPECT HILL ${inName}`, suffix: 'EXT', postdir: 'W' };
    expect(streetForms(extension)).toEqual([extension, { ...extension, name: 'PROSPECT HILL', suffix }]);
  });

  test.each([
    ['has no type', 'PROSPECT', 'PROSPECT EXTENSION'],
    ['is nothing but a type', 'ST', 'ST EXTENSION'],
    ['has its type in the middle', 'PARK LANE OAK', 'PARK LANE OAK EXTENSION'],
    ['has a name that ends like a type', 'BROAD', 'BROAD EXTENSION'],
  ])('unless that %s: %s', (_what, called, whole) => {
    const extension = { ...PLAIN, name: called, suffix: 'EXT' };
    expect(streetForms(extension)).toEqual([extension, { ...extension, name: whole, suffix: '' }]);
  });

  test('another suffix behind a type stays a suffix', () => {
    const [, other] = streetForms({ ...PLAIN, name: 'ELM AVENUE', suffix: 'RD' });
    expect(other).toEqual({ ...PLAIN, name: 'ELM AVENUE ROAD' });
  });
});

describe('a first word may be a mistyped direction', () => {
  test('before any name, where no direction stands in front', () => {
    const mistyped = fc.constantFrom(['WESR', 'W'], ['NORHT', ''], ['EASR', 'E'], ['SOUTJ', 'S']);
    fc.assert(
      fc.property(
        mistyped,
        name,
        side,
        fc.constantFrom('', 'ST'),
        ([word = '', predir = ''], called, postdir, suffix) => {
          const street = { predir: '', name: `${word} ${called}`, suffix, postdir };
          const expected = predir === '' ? [] : [{ predir, name: called, suffix, postdir }];
          expect(respellings(street)).toEqual(expected);
          expect(respellings({ ...street, predir: 'N' })).toEqual([]);
          expect(respellings({ ...street, name: word })).toEqual([]);
        },
      ),
    );
  });

  test.each(['NORTH ELM', 'SUOTH ELM', 'EAS ELM', 'N ELM', 'ELM WESR', 'ELM'])('but not in %s', (called) => {
    expect(respellings({ ...PLAIN, name: called })).toEqual([]);
  });
});

describe('an only word may be a mistyped ordinal', () => {
  test.each([
    ['SECONDD', '2'],
    ['THRID', '3'],
    ['FOURTHH', '4'],
  ])('%s, which is %s', (called, expected) => {
    for (const predir of ['', 'N']) {
      const street = { predir, name: called, suffix: 'AVE', postdir: 'W' };
      expect(respellings(street)).toEqual([{ ...street, name: expected }]);
    }
    expect(respellings({ ...PLAIN, name: `${called} ELM` })).toEqual([]);
  });

  test.each(['SECOND', '2', 'ELM', ''])('but not “%s”', (called) => {
    expect(respellings({ ...PLAIN, name: called })).toEqual([]);
  });
});
