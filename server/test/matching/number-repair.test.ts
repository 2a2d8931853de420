/** House numbers that lists garble: what is mended, and what only looks garbled. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberInFront, repairNumbers } from '../../src/matching/read/number-repair.ts';
import { Words } from '../../src/matching/words.ts';

const repaired = (text: string) => repairNumbers(text.split(' ')).join(' ');
const turned = (text: string) => numberInFront(new Words(text.split(' ')))?.rest.join(' ') ?? 'as it is';

const number = fc.oneof(
  fc.integer({ min: 1, max: 999_999 }).map(String),
  fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 10, max: 99 })).map((parts) => parts.join('-')),
);
const name = fc.constantFrom('ELM', 'STONE MILL', 'N ELM', 'LARKSPUR HILL', 'E ELM');
const type = fc.constantFrom('ST', 'AVENUE', 'BLVD', 'LANE');

describe('a number that has grown together with the street', () => {
  test('is parted from it at the beginning of the line and behind a comma', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999 }),
        fc.stringMatching(/^[A-KP-Z]{3,8}$/),
        type,
        (digits, word, kind) => {
          expect(repaired(`${digits}${word} ${kind}`)).toBe(`${digits} ${word} ${kind}`);
          expect(repaired(`ACME , ${digits}${word} ${kind}`)).toBe(`ACME , ${digits} ${word} ${kind}`);
          expect(repaired(`ACME ${digits}${word} ${kind}`)).toBe(`ACME ${digits}${word} ${kind}`);
        },
      ),
    );
  });

  test.each([
    ['an ordinal', '5TH ST'],
    ['a scanned ordinal', '2NCL ST'],
    ['a number and its letter', '12A ELM ST'],
    ['more than six digits', '1234567MAIN ST'],
    ['what has a letter in front', 'X12MAIN ST'],
    ['what has a digit behind', '12MAIN5 ST'],
  ])('is not parted: %s: %s', (_what, text) => {
    expect(repaired(text)).toBe(text);
  });
});

describe('digits that a scanner took for letters', () => {
  test('are O for nought, and I and L for one between digits', () => {
    const digits = fc.stringMatching(/^[2-9]?[01][2-9]{1,2}$/);
    fc.assert(
      fc.property(digits, fc.constantFrom('I', 'L'), fc.constantFrom('', 'A', 'C'), (right, one, letter) => {
        const misread = right.replace('0', 'O').replaceAll('1', one);
        expect(repaired(`${misread}${letter} ELM ST`)).toBe(`${right}${letter} ELM ST`);
        expect(repaired(`ACME , ${misread}${letter} ELM`)).toBe(`ACME , ${right}${letter} ELM`);
        expect(repaired(`88-${misread} ELM ST`)).toBe(`88-${right} ELM ST`);
      }),
    );
  });

  test.each([
    ['a word without a digit', 'OIL ST'],
    ['a number with another letter', '1O2X4 ELM'],
    ['a word of its own', '1O2'],
    ['elsewhere in the line', 'ELM 1O2X'],
  ])('are not %s: %s', (_what, text) => {
    expect(repaired(text)).toBe(text);
  });
});

describe('a number that stands twice', () => {
  test('is one', () => {
    fc.assert(
      fc.property(number, fc.constantFrom('', 'A'), name, type, (digits, letter, word, kind) => {
        const whole = `${digits}${letter}`;
        expect(repaired(`${whole} ${whole} ${word} ${kind}`)).toBe(`${whole} ${word} ${kind}`);
      }),
    );
  });

  test('with all of its line is one line', () => {
    fc.assert(
      fc.property(number, name, (digits, word) => {
        const line = `${digits} ${word} ST`;
        expect(repaired(`${line} ${line}`)).toBe(line);
        expect(repaired(`${line} ${line} ${line}`)).toBe(`${line} ${line} ${line}`);
      }),
    );
  });

  test.each([
    ['the second is the street’s', '95 95 ST'],
    ['the second is the street’s, behind a direction', '95 N 95 ST'],
    ['the second is the street’s, before a direction', '95 95 N ST'],
    ['the second is an ordinal', '95 95 TH ST'],
    ['the second is an ordinal of two', '2 2 ND ST'],
    ['a letter is the name', '95 95 A ST'],
    ['nothing follows', '95 95'],
    ['they are ordinals', '95TH 95TH ELM ST'],
    ['they are no house numbers', 'B12 B12 ELM ST'],
    ['they differ', '95 96 ELM ST'],
    ['the lines only begin alike', '12 ELM ST 12 ELM CT'],
    ['the same words are one word', 'ELM ELM'],
  ])('stays where %s: %s', (_what, text) => {
    expect(repaired(text)).toBe(text);
  });

  test.each([
    ['a type that is a name', '95 95 COURT ST', '95 COURT ST'],
    ['a name that begins like an ordinal’s end', '95 95 THORN ST', '95 THORN ST'],
    ['another', '95 95 NDS ST', '95 NDS ST'],
    ['a number that is a street', '95 95 5TH ST', '95 5TH ST'],
  ])('is one before %s: %s', (_what, text, expected) => {
    expect(repaired(text)).toBe(expected);
  });
});

test('a line in which nothing is garbled stays as it is', () => {
  for (const line of [['12', 'ELM', 'ST'], ['ELM'], ['12', 'ELM', '12', 'OAK'], []]) {
    expect(repairNumbers(line)).toBe(line);
  }
});

describe('a number behind its street', () => {
  test('comes in front, where a whole street stands there and nothing else', () => {
    const side = fc.constantFrom('', ' N', ' SW');
    fc.assert(
      fc.property(
        number,
        fc.constantFrom('', 'B'),
        name,
        type,
        side,
        fc.boolean(),
        (digits, letter, word, kind, last, comma) => {
          const street = `${word} ${kind}${last}`;
          expect(turned(`${street}${comma ? ' ,' : ''} ${digits}${letter}`)).toBe(`${digits}${letter} ${street}`);
        },
      ),
    );
  });

  test.each([
    ['an ordinal’s', '5TH STREET 123', '123 5TH STREET'],
    ['an ordinal’s of two digits', '23RD ST 123', '123 23RD ST'],
    ['one of five words', 'ACME ELM OAK ASH ST 12', '12 ACME ELM OAK ASH ST'],
    ['a type’s that is named after a type', 'ELM CT ST 123', '123 ELM CT ST'],
    ['a road’s that is named', 'ELM RD 5', '5 ELM RD'],
    ['a road’s whose name only begins like a class', 'FARMINGTON RD 5', '5 FARMINGTON RD'],
    ['a road’s whose name only ends like one', 'ESTATE RD 5', '5 ESTATE RD'],
    ['a street’s that a state is named in', 'STATE ELM ST 5', '5 STATE ELM ST'],
    ['a boulevard’s that ends like a road', 'OLD ELM BOULEVARD 5', '5 OLD ELM BOULEVARD'],
    ['several roads’', 'OLD ELM HIGHWAYS 5', '5 OLD ELM HIGHWAYS'],
  ])('is %s: %s', (_what, text, expected) => {
    expect(turned(text)).toBe(expected);
  });

  test.each([
    ['a road’s own number', 'OLD ELM HIGHWAY 5'],
    ['a state’s', 'STATE ELM ROAD 5'],
    ['what is no number', 'ELM ST 123XY'],
    ['what has a letter in front', 'ELM ST X123'],
    ['more than six digits', 'ELM ST 1234567'],
    ['three digits and five', 'ELM ST 123-45678'],
    ['behind a name without type', 'ELM OAK 12'],
    ['behind a mere type', 'ST ST 123'],
    ['behind a direction and a type', 'N ST 123'],
    ['behind letters', 'A B ST 123'],
    ['behind what only ends like an ordinal', 'A5TH ST 123'],
    ['behind what only begins like one', '5TH5 ST 123'],
    ['behind two streets', 'ELM & OAK ST 12'],
    ['behind a unit', '# ELM ST 12'],
    ['behind a hyphen', 'ELM - OAK ST 12'],
    ['behind an “at”', 'ELM @ OAK ST 12'],
    ['behind six words', 'ACME ELM OAK ASH FIR ST 12'],
    ['in a line of two words', 'ELM 12'],
  ])('is not %s: %s', (_what, text) => {
    expect(turned(text)).toBe('as it is');
  });
});
