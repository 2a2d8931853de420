/** Where a street ends in the words after a house number. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startsUnit } from '../../src/matching/read/street-run.ts';
import { Words } from '../../src/matching/words.ts';
import { cut, cuts } from './runs.ts';

// So long as it has none of the words below: whatever comes behind a whole street cannot make it longer.
const MORE = 'OAK RD';

const name = fc.constantFrom('ELM', 'OLD MILL', 'N ELM', 'ST AGNES', 'LARKSPUR', 'JOHN DOE', '5TH', 'LAKE');
const type = fc.constantFrom('ST', 'AVENUE', 'BLVD', 'LN', 'DR');
const direction = fc.constantFrom('', ' N', ' SOUTH', ' SW');
const street = fc.tuple(name, type, direction).map(([first, second, third]) => `${first} ${second}${third}`);

describe('a whole street ends', () => {
  const identifier = fc.constantFrom(...'5 12 123 5A 12AB A5 AB12 A-12 AB-12 A12B AB12C 5-B 12-1234 A1-2B'.split(' '));
  const designator = fc.constantFrom(
    'APT',
    'SUITE',
    'FLOOR',
    'UNIT',
    'REAR',
    'LOT',
    'FL',
    'SUITT',
    'NO',
    'NUM',
    'NUMBER',
  );
  const aside = fc.constantFrom('NEAR', 'AKA', 'C/O', 'ATTN');
  const box = fc.constantFrom('PO BOX', 'P O BOX', 'POB', 'BOX', 'BOX #', 'RR', 'PO');

  test('before the identifier of a unit, a designator with one, an aside and a box', () => {
    const unit = fc.oneof(
      identifier,
      fc
        .tuple(
          designator,
          identifier.filter((id) => /^\d/.test(id)),
        )
        .map((words) => words.join(' ')),
      aside,
      box.map((words) => `${words} 9`),
      fc.constantFrom('# 5', '2ND FLOOR', '2ND FL', 'SECOND FLOOR', 'REAR', 'APT', 'AND', '& ELM', '- ELM', '@ ELM'),
    );
    fc.assert(
      fc.property(street, unit, fc.constantFrom('', ` ${MORE}`), fc.boolean(), (whole, other, more, closed) => {
        expect(cut(`${whole} ${other}${more}`, closed)).toBe(`${whole} | ${other}${more}`);
      }),
    );
  });

  test('at its type where a town may follow, and at the end of the line where none can', () => {
    fc.assert(
      fc.property(street, fc.constantFrom('WESTON', 'NEW HOPE', 'PAULSBORO'), (whole, town) => {
        expect(cut(`${whole} ${town}`, false)).toBe(`${whole} | ${town}`);
      }),
    );
    fc.assert(
      fc.property(street, (whole) => {
        expect(cuts(whole)).toBe(`${whole} | `);
        expect(cut(`${whole} ${MORE}`, true)).toBe(`${whole} ${MORE} | `);
      }),
    );
  });

  test.each('5 12 123 5A 12AB A5 AB12 A-12 AB-12 A12B 5-B 12-1234 A1-2B'.split(' '))('before %s', (id) => {
    expect(cut(`ELM ST ${id} ${MORE}`, true)).toBe(`ELM ST | ${id} ${MORE}`);
  });

  test.each(['AND', '&', 'REAR', 'NEAR'])('before “%s”', (word) => {
    expect(cut(`ELM ST ${word} ${MORE}`, true)).toBe(`ELM ST | ${word} ${MORE}`);
  });

  test('before a comma', () => {
    fc.assert(
      fc.property(street, fc.constantFrom('EASTON', 'N EASTON', 'APT 5'), (whole, other) => {
        expect(cuts(`${whole} , ${other}`)).toBe(`${whole} | , ${other}`);
      }),
    );
  });
});

describe('it does not end before', () => {
  test.each([
    ['what is too long for a unit', 'ELM ST 12ABC'],
    ['a word that only begins with one', 'ELM ST A-12-34567'],
    ['three letters and a number', 'ELM ST ABC12'],
    ['an ordinal', 'ELM ST 5TH'],
    ['a number behind a plain word', 'ELM ST OAK 5 FIR'],
    ['“no” without a number', 'ELM ST NO'],
    ['a mistyped designator without a number', 'ELM ST SUITT'],
    ['PO and a word', 'ELM ST PO'],
    ['a box and a word', 'ELM ST BOX'],
    ['P and O without a box', 'ELM ST P O'],
    ['P and a word', 'ELM ST P ALLEN BOX'],
    ['a box that a letter begins', 'ELM ST BOX A5'],
  ])('%s: %s', (_what, text) => {
    expect(cut(`${text} ${MORE}`, true)).toBe(`${text} ${MORE} | `);
  });

  test.each([
    ['“and”', 'ELM AND OAK'],
    ['“&”', 'ELM & OAK'],
    ['a unit’s word that a type makes a name', 'ELM SUITE ST'],
    ['a unit’s word that a number and a type make a name', 'ELM LOT 5 OAK ST'],
    ['such a word without a number', 'ELM LOWER MILL'],
    ['such a word with a letter', 'ELM LOT X MILL'],
    ['such a word before more than a letter behind a number', 'ELM LOT 5AB MILL'],
    ['such a word before a letter and a number', 'ELM LOT A5 MILL'],
    ['“no” before its type', 'ELM NO 5 MILL'],
    ['a number before its type', 'ELM 5 MILL'],
  ])('its type is come, at %s: %s', (_what, text) => {
    expect(cut(text, true)).toMatch(new RegExp(`^${text} \\| \\??$`));
  });
});

test.each([
  ['a designator', 'ELM APT 5', 'ELM | APT 5'],
  ['a designator at the end', 'ELM SUITE', 'ELM | SUITE'],
  ['a word that may be one, with a number', 'ELM LOT 5', 'ELM | LOT 5'],
  ['with a longer one', 'ELM LOT 12', 'ELM | LOT 12'],
  ['with a letter behind it', 'ELM LOT 5A', 'ELM | LOT 5A'],
  ['with a type in another part of the line', 'ELM LOT 5 , OAK ST', 'ELM | LOT 5 , OAK ST'],
  ['a floor', 'ELM 2ND FLOOR', 'ELM | 2ND FLOOR'],
  ['a mark', 'ELM # 5', 'ELM | # 5'],
  ['a hyphen', 'ELM - 5', 'ELM | - 5'],
  ['an aside', 'ELM NEAR OAK', 'ELM | NEAR OAK'],
  ['a box', 'ELM P O BOX 5', 'ELM | P O BOX 5'],
  ['a box of two words', 'ELM PO BOX 5', 'ELM | PO BOX 5'],
  ['a box in one word', 'ELM POB 5', 'ELM | POB 5'],
  ['a box without its word', 'ELM PO 5', 'ELM | PO 5'],
  ['a box alone', 'ELM BOX 5', 'ELM | BOX 5'],
  ['a box with a mark', 'ELM BOX # 5', 'ELM | BOX # 5'],
  ['a rural route', 'ELM RR 5', 'ELM | RR 5'],
  ['what may be a unit, behind an ordinal', '23RD REAR', '23RD | REAR'],
])('before its type is come, a street ends before %s: %s', (_what, text, expected) => {
  expect(cuts(text)).toBe(expected);
});

test('FL before a number is Florida where no type has come', () => {
  expect(cuts('ELM FL 33401')).toBe('ELM FL | 33401');
  expect(cuts('ELM ST FL 2')).toBe('ELM ST | FL 2');
});

describe('a type that is not the end', () => {
  test.each([
    ['a saint behind a direction', 'N ST MARKS PL EASTON', 'N ST MARKS PL | EASTON'],
    ['a lettered avenue', 'AVENUE B EASTON', 'AVENUE B | EASTON'],
  ])('%s: %s', (_what, text, expected) => {
    expect(cut(text, false)).toBe(expected.replace('AVENUE B | EASTON', 'AVENUE B EASTON | ?'));
  });

  test.each([
    ['behind it stands a direction', 'N AVE E REAR', 'N AVE E | REAR'],
    ['behind it stands a unit’s word', 'N AVE REAR', 'N AVE | REAR'],
    ['behind it stands a mark', 'N AVE & OAK RD', 'N AVE | & OAK RD'],
    ['behind it stands a comma', 'N AVE , EASTON', 'N AVE | , EASTON'],
    ['nothing stands behind it', 'N AVE', 'N AVE | '],
  ])('but a name that is a direction has a type: %s: %s', (_what, text, expected) => {
    expect(cuts(text)).toBe(expected);
  });
});

describe('where a town may follow, a street ends', () => {
  test.each([
    ['behind an ordinal', '23RD EASTON', '23RD | EASTON'],
    ['not between an ordinal and a direction', '23RD NW EASTON', '23RD NW EASTON | ?'],
    ['not behind what only ends like an ordinal', 'B23RD EASTON', 'B23RD EASTON | ?'],
    ['not behind what only begins like one', '23RDS EASTON', '23RDS EASTON | ?'],
    ['not between an ordinal and a word that is a type and a unit', '5TH KEY', '5TH KEY | '],
    ['before a saint whom a town is called after', 'ELM ST LOUIS', 'ELM | ST LOUIS'],
    ['behind the type before a town that begins like a saint', 'ELM ST GEORGETOWN', 'ELM ST | GEORGETOWN'],
    ['behind the type before a town that ends like one', 'ELM ST SINCLAIR', 'ELM ST | SINCLAIR'],
    ['behind another type before the name of one', 'ELM RD PAUL', 'ELM RD | PAUL'],
    ['behind the first of two streets', 'ELM RD OAK AVE', 'ELM RD | OAK AVE'],
    ['not behind LA, which begins towns', 'ELM LA SALLE', 'ELM LA SALLE | ?'],
    ['behind LA at the end', 'ELM LA', 'ELM LA | '],
    ['behind two types', 'ELM CT RD EASTON', 'ELM CT RD | EASTON'],
    ['before a direction that begins a town', 'ELM RD WEST PALM BEACH', 'ELM RD | WEST PALM BEACH'],
    ['before a town that begins with a saint', 'ELM RD ST LOUIS', 'ELM RD | ST LOUIS'],
    ['before LA, which begins towns', 'ELM RD LA SALLE', 'ELM RD | LA SALLE'],
    ['behind a road’s number', 'ELM HWY 98 EASTON', 'ELM HWY 98 | EASTON'],
    ['behind a road without one', 'ELM HWY EASTON', 'ELM HWY | EASTON'],
  ])('%s: %s', (_what, text, expected) => {
    expect(cut(text, false)).toBe(expected);
  });

  test('it is a guess where neither type nor comma nor unit showed it', () => {
    const guessed = (text: string) => cut(text, false).endsWith('?');
    expect(
      ['ELM', 'ELM EASTON', 'PARK', 'PARK N', 'ELM N', 'N', 'ELM AND OAK'].filter((text) => !guessed(text)),
    ).toEqual([]);
    const shown = [
      'ELM ST',
      'ELM ST N',
      'ELM PARK',
      'ELM PARK N',
      'ELM , EASTON',
      'ELM APT 5',
      '23RD EASTON',
      'ELM STREET EASTON',
    ];
    expect(shown.filter(guessed)).toEqual([]);
  });
});

describe('where no town can follow, a type at the end of the line shows that the street goes on to there:', () => {
  test.each([
    ['ELM RD OAK AVE', 'ELM RD OAK AVE | '],
    ['ELM RD OAK AVE N', 'ELM RD OAK AVE N | '],
    ['ELM RD OAK AVENU', 'ELM RD OAK AVENU | '],
    ['ELM RD OAK PLAZA', 'ELM RD | OAK PLAZA'],
    ['ELM RD OAK', 'ELM RD | OAK'],
    ['ELM RD LA', 'ELM RD LA | '],
    ['ELM PLAZA LA SALLE', 'ELM PLAZA | LA SALLE'],
    ['ELM ST LOUIS', 'ELM ST | LOUIS'],
    ['5TH OAK AVE', '5TH OAK AVE | '],
  ])('%s', (text, expected) => {
    expect(cut(text, true)).toBe(expected);
  });
});

describe('a direction alone behind a comma', () => {
  test.each([
    ['at the end', 'ELM ST , N', 'ELM ST , N | '],
    ['before a comma', 'ELM ST , N , EASTON', 'ELM ST , N | , EASTON'],
    ['before a number sign', 'ELM ST , N # 5', 'ELM ST , N | # 5'],
    ['before a designator', 'ELM ST , N APT 5', 'ELM ST , N | APT 5'],
    ['before a word that may be one', 'ELM ST , N REAR', 'ELM ST , N | REAR'],
    ['of two letters, before anything', 'ELM ST , NW EASTON', 'ELM ST , NW | EASTON'],
  ])('belongs to the street, %s: %s', (_what, text, expected) => {
    expect(cuts(text)).toBe(expected);
  });

  test.each([
    ['with a name behind it', 'ELM ST , NORTH EASTON', 'ELM ST | , NORTH EASTON'],
    ['of two words in one, which begin towns', 'ELM ST , NORTHWEST EASTON', 'ELM ST | , NORTHWEST EASTON'],
    ['that is none', 'ELM ST , EASTON', 'ELM ST | , EASTON'],
    ['that is nothing', 'ELM ST ,', 'ELM ST | ,'],
    ['behind another mark', 'ELM ST # N', 'ELM ST | # N'],
  ])('does not, %s: %s', (_what, text, expected) => {
    expect(cuts(text)).toBe(expected);
  });
});

test('the first word is the street’s, whatever else it may mean', () => {
  for (const street of ['NEAR ST', 'COURT LOWER RD', 'REAR ST', 'SUITE ST']) expect(cuts(street)).toBe(`${street} | `);
});

test('no street begins at a mark', () => {
  for (const mark of [',', '-', '#', '@']) expect(cuts(`${mark} ELM ST`)).toBe('none');
});

describe('a unit begins with', () => {
  const starts = (text: string, finished: boolean) => startsUnit(new Words(text.split(' ')), finished);

  test.each([
    ['APT', true, true],
    ['APT 5', true, true],
    ['SUITE ST', false, true],
    ['REAR', false, true],
    ['LOT 5', true, true],
    ['SUITT 5', false, true],
    ['SUITT ELM', false, false],
    ['NO 5', false, true],
    ['NO ELM', false, false],
    ['NUM 5', false, true],
    ['NUMBER X', false, true],
    ['ELM', false, false],
    ['5', false, false],
  ])('%s: before a whole street %s, behind one %s', (text, before, behind) => {
    expect([starts(text, false), starts(text, true)]).toEqual([before, behind]);
  });
});
