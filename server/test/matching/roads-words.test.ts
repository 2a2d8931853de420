/** The words of a numbered road: its class, its number in one spelling, its variant, and where it ends. */
import { describe, expect, test } from 'vitest';
import { behindVariants, readRoad, roadLine } from '../../src/matching/roads.ts';
import { Words } from '../../src/matching/words.ts';

/** `name | class | what follows`, with the words from the number on where that may be a unit; `none` for no road. */
function road(text: string, state = 'GA'): string {
  const found = readRoad(new Words(text.split(' ')), state);
  if (found === undefined) return 'none';
  const { name, suffix, behind, unitAt } = found;
  const parts = [name, suffix, behind.rest.join(' ')];
  return (unitAt === undefined ? parts : [...parts, `unit ${unitAt.rest.join(' ')}`]).join(' | ');
}

describe('a number', () => {
  test.each([
    ['HWY 50', 'HWY 50 | HWY | '],
    ['HWY 00050', 'HWY 50 | HWY | '],
    ['HWY 12345', 'HWY 12345 | HWY | '],
    ['HWY 5A', 'HWY 5A | HWY | '],
    ['HWY 17-92', 'HWY 17 92 | HWY | '],
    ['HWY 017-92', 'HWY 17 92 | HWY | '],
    ['HWY 12345-1234', 'HWY 12345 1234 | HWY | '],
    ['HWY 5/7', 'HWY 5 7 | HWY | '],
    ['HWY 17-92A', 'HWY 17 92A | HWY | '],
    ['HWY 9-A', 'HWY 9A | HWY | '],
    ['HWY 009-A', 'HWY 9A | HWY | '],
    ['HWY 12345-A', 'HWY 12345A | HWY | '],
    ['CR E38', 'HWY E38 | COUNTY HWY | '],
    ['CR J-17', 'HWY J17 | COUNTY HWY | '],
    ['CR AB1234', 'HWY AB1234 | COUNTY HWY | '],
    ['CR E38B', 'HWY E38B | COUNTY HWY | '],
    ['FS RD 2N14', 'HWY 2N14 | FOREST RD | '],
    ['FS RD 22S-114', 'HWY 22S114 | FOREST RD | '],
    ['FS RD 2E14A', 'HWY 2E14A | FOREST RD | '],
    ['HWY ONE', 'HWY 1 | HWY | '],
    ['HWY TWENTY TWO ELM', 'HWY 22 | HWY | ELM'],
  ])('is read in one spelling: %s', (text, expected) => {
    expect(road(text)).toBe(expected);
  });

  test.each([
    ['of more than five digits', 'HWY 123456'],
    ['of more than five, before another', 'HWY 123456-1'],
    ['of more than five, with a letter', 'HWY 123456-A'],
    ['with more than a letter', 'HWY 5AB'],
    ['with more than a letter behind a hyphen', 'HWY 9-AB'],
    ['with a second one of five digits', 'HWY 17-12345'],
    ['with more than a letter behind the second', 'HWY 17-92AB'],
    ['with a word in front', 'HWY X17-92Y-1'],
    ['of a grid with three letters', 'CR ABC1'],
    ['of a grid with five digits', 'CR E12345'],
    ['of a grid with two letters behind', 'CR E38AB'],
    ['of a grid with no direction', 'FS RD 2A14'],
    ['of a grid with three digits in front', 'FS RD 222N14'],
    ['of a grid with four behind', 'FS RD 2N1234'],
    ['of a grid with two letters at its end', 'FS RD 2N14AB'],
    ['of a grid, where letters are no number', 'FS E38'],
    ['of a grid, for a long-distance road', 'US HWY E38'],
    ['of a grid, for an interstate', 'INTERSTATE HWY E38'],
    ['that is none', 'HWY ELM'],
    ['at the end of the line', 'HWY'],
  ])('is none %s: %s', (_what, text) => {
    expect(road(text)).toBe('none');
  });

  test.each(['NO', 'NUMBER', 'NUM', '#', '-'])('may have a mark in front: %s', (mark) => {
    expect(road(`HWY ${mark} 7`)).toBe('HWY 7 | HWY | ');
    expect(road(`HWY ${mark}`)).toBe('none');
  });

  test('has no number sign where a suite would have one, or where letters may not follow', () => {
    expect(road('PARK RD # 7')).toBe('none');
    expect(road('US # 7')).toBe('none');
    expect(road('US NO 7')).toBe('HWY 7 | US HWY | ');
    expect(road('PARK RD NO 7')).toBe('HWY 7 | PARK RD |  | unit 7');
  });
});

describe('what follows a number', () => {
  test.each([
    ['a letter is part of it', 'HWY 9 A', 'HWY 9A | HWY | '],
    ['a direction is not', 'HWY 9 N', 'HWY 9 | HWY | N'],
    ['a second letter is not', 'HWY 9A B', 'HWY 9A | HWY | B'],
    ['a word is not', 'HWY 9 AB', 'HWY 9 | HWY | AB'],
    ['a second number is, of a road that may share its pavement', 'HWY 17 92', 'HWY 17 92 | HWY | '],
    ['so it is of a federal one', 'US 6 50 ELM', 'HWY 6 50 | US HWY | ELM'],
    ['so it is of a state’s', 'SR 6 50', 'HWY 6 50 | STATE HWY | '],
    ['so it is behind a letter', 'HWY 9 A 10', 'HWY 9A 10 | HWY | '],
    ['it is not of others', 'CR 5 4', 'HWY 5 | COUNTY HWY | 4'],
    ['it is of others with a mark', 'CR 5 & 4', 'HWY 5 4 | COUNTY HWY | '],
    ['with a hyphen', 'CR 5 - 4', 'HWY 5 4 | COUNTY HWY | '],
    ['with a word', 'CR 5 AND 4', 'HWY 5 4 | COUNTY HWY | '],
    ['a mark alone is not', 'CR 5 &', 'HWY 5 | COUNTY HWY | &'],
    ['a word that ends like one is not', 'CR 5 LAND 4', 'HWY 5 | COUNTY HWY | LAND 4'],
    ['a word that begins like one is not', 'CR 5 ANDOVER 4', 'HWY 5 | COUNTY HWY | ANDOVER 4'],
    ['a mark before a name is not', 'US 6 & ELM', 'HWY 6 | US HWY | & ELM'],
    ['a number that is a unit’s is not', 'US 6 1234', 'HWY 6 | US HWY | 1234'],
    ['a street of its own is not', 'US 6 50 ST', 'HWY 6 | US HWY | 50 ST'],
    ['a third number is not', 'US 17-92 5', 'HWY 17 92 | US HWY | 5'],
    ['nor is it in three words', 'US 17 92 5', 'HWY 17 92 | US HWY | 5'],
    ['a letter behind a second number is not', 'US 17-92 A', 'HWY 17 92 | US HWY | A'],
    ['a number in words may have one', 'US SIX 50', 'HWY 6 50 | US HWY | '],
    ['a name is not', 'FM 1960 ELM', 'HWY 1960 | FM HWY | ELM'],
  ])('%s: %s', (_what, text, expected) => {
    expect(road(text)).toBe(expected);
  });

  test('nothing is looked for behind the end of what may be taken', () => {
    const line = new Words(['US', '6', 'A', '50']);
    const found = readRoad(line.until(line.skip(2)), 'GA');
    expect([found?.name, found?.behind.index]).toEqual(['HWY 6', 2]);
    const second = new Words(['US', '6', '50']);
    expect(readRoad(second.until(second.skip(2)), 'GA')?.name).toBe('HWY 6');
    // Nor is the number itself.
    const classAlone = new Words(['US', '6']);
    expect(readRoad(classAlone.until(classAlone.skip(1)), 'GA')).toBeUndefined();
  });
});

describe('a variant', () => {
  test.each([
    ['in front of all', 'BUS US 81', 'HWY 81 BUS | US HWY | '],
    ['in front of the number', 'US ALT 27', 'HWY 27 ALT | US HWY | '],
    ['behind it', 'US 31 BUSINESS ELM', 'HWY 31 BUS | US HWY | ELM'],
    ['the first of two behind it', 'US 31 BUSINESS LOOP', 'HWY 31 BUS | US HWY | '],
    ['with a word for a road at the end', 'US 31 BUS RT', 'HWY 31 BUS | US HWY | '],
    ['not with one that has a number', 'US 31 BUS RT 5', 'HWY 31 BUS | US HWY | RT 5'],
    ['not a word for a road alone', 'US 31 RT', 'HWY 31 | US HWY | RT'],
    ['not one that says nothing', 'US 31 SCENIC', 'HWY 31 | US HWY | '],
    ['the one behind such a one', 'US 31 TOLL BUS', 'HWY 31 BUS | US HWY | '],
    ['the one at the number before the one in front', 'BUS US ALT 31', 'HWY 31 ALT | US HWY | '],
    ['the one in front before the one behind', 'BUS US 31 ALT', 'HWY 31 BUS | US HWY | '],
    ['not an extension in front', 'US EXT 81', 'none'],
    ['an extension behind', 'US 81 EXT', 'HWY 81 EXT | US HWY | '],
    ['of a road without a class', 'BUSINESS 35', 'HWY 35 BUS | HWY | '],
    ['of such a road with a letter', 'ALT 35A', 'HWY 35A ALT | HWY | '],
    ['not of a name', 'BUSINESS ELM', 'none'],
    ['not of letters', 'BUSINESS AA', 'none'],
    ['not without a number', 'BUSINESS', 'none'],
    ['beside a road word, doubled', 'US HWY RTE 81', 'HWY 81 | US HWY | '],
  ])('is %s: %s', (_what, text, expected) => {
    expect(road(text)).toBe(expected);
  });

  test('is found behind a direction too', () => {
    const found = (text: string) => {
      const { variant, behind } = behindVariants(new Words(text.split(' ')));
      return `${variant} | ${behind.rest.join(' ')}`;
    };
    expect(['BUS ELM', 'ELM BUS', 'BYPASS RD', 'RD'].map(found)).toEqual([
      'BUS | ELM',
      ' | ELM BUS',
      'BYP | ',
      ' | RD',
    ]);
  });
});

describe('an old road', () => {
  test.each([
    ['OLD HWY 50', 'OLD HWY 50 | HWY | '],
    ['OLD BUS US 50', 'OLD HWY 50 BUS | US HWY | '],
    ['BUS OLD US 50', 'OLD HWY 50 BUS | US HWY | '],
    ['OLD BUSINESS 50', 'none'],
    ['OLD 50', 'none'],
    ['OLD ELM', 'none'],
  ])('%s', (text, expected) => {
    expect(road(text)).toBe(expected);
  });
});

describe('a class', () => {
  test.each([
    ['without a blank', 'FM1960', 'GA', 'HWY 1960 | FM HWY | '],
    ['with a hyphen', 'I-35', 'GA', 'HWY 35 | INTERSTATE | '],
    ['behind another word', 'STATE RT5', 'GA', 'HWY 5 | STATE HWY | '],
    ['of seven letters', 'HIGHWAY7', 'GA', 'HWY 7 | HWY | '],
    ['with a second number', 'US50 60', 'GA', 'HWY 50 60 | US HWY | '],
    ['with a letter apart', 'US50 A', 'GA', 'HWY 50A | US HWY | '],
    ['with two numbers', 'US17-92', 'GA', 'HWY 17 92 | US HWY | '],
    ['not before what is no number', 'FM1960AB', 'GA', 'none'],
    ['not of another word', 'ELM1960', 'GA', 'none'],
    ['not within a word', '5FM1960', 'GA', 'none'],
    ['only with a hyphen', 'N-5', 'NE', 'HWY 5 | STATE HWY | '],
    ['not with a blank in place of it', 'N 5', 'NE', 'none'],
    ['not with nothing in place of it', 'N5', 'NE', 'none'],
    ['mistyped', 'HIGHWEY 7', 'GA', 'HWY 7 | HWY | '],
    ['mistyped by a letter less', 'HIGHAY 7', 'GA', 'HWY 7 | HWY | '],
    ['mistyped by a letter more', 'HIGHWAAY 7', 'GA', 'HWY 7 | HWY | '],
    ['mistyped behind another word', 'STATE HIGHWEY 7', 'GA', 'HWY 7 | STATE HWY | '],
    ['mistyped, but not before a name', 'HIGHWEY ELM', 'GA', 'none'],
    ['not mistyped twice', 'HIGWEY 7', 'GA', 'none'],
    ['that is its own number', 'A1A ELM', 'FL', 'HWY A1A | STATE HWY | ELM'],
    ['that is its own number there only', 'A1A', 'GA', 'none'],
    ['that is not known where the state is not', 'A1A', '', 'none'],
    ['of a state at home', 'NJ 27', 'NJ', 'HWY 27 | STATE HWY | '],
    ['of another state', 'NJ 27', 'NY', 'HWY 27 | NJ HWY | '],
    ['of a state that is not known', 'NJ 27', '', 'HWY 27 | STATE HWY | '],
    ['of a code alone, not before a street’s type', 'NJ 27 ST', 'NY', 'none'],
    ['of a code and a word before it', 'NJ HWY 27 ST', 'NY', 'HWY 27 | NJ HWY | ST'],
    ['in the longest spelling', 'FARM TO MARKET ROAD 44', 'GA', 'HWY 44 | FM HWY | '],
    ['in a shorter one where the longer has no number', 'STATE LOOP 5', 'GA', 'HWY 5 | LOOP | '],
    ['of a street that may have a unit', 'PARK ROAD 5 ELM', 'GA', 'HWY 5 | PARK RD | ELM | unit 5 ELM'],
    ['of a street that may have none', 'TOLL ROAD 5', 'GA', 'HWY 5 | TOLL RD |  | unit 5'],
  ])('is read %s: %s in %s', (_what, text, state, expected) => {
    expect(road(text, state)).toBe(expected);
  });

  test('is shown in place of the word for all', () => {
    expect(roadLine('OLD HWY 50 BUS', 'COUNTY HWY')).toBe('OLD COUNTY RD 50 BUS');
    expect(roadLine('HWY 27', 'NJ HWY')).toBe('NJ HWY 27');
  });
});

describe('letters', () => {
  test.each([
    ['HWY DD', 'WI', 'HWY DD | COUNTY HWY | '],
    ['HWY DD ELM', 'MO', 'HWY DD | STATE HWY | ELM'],
    ['HWY DD', 'GA', 'HWY DD | HWY | '],
    ['STATE HWY DD', 'WI', 'HWY DD | STATE HWY | '],
    ['BUS HWY DD', 'GA', 'HWY DD BUS | HWY | '],
    ['HWY BUS DD', 'GA', 'HWY DD BUS | HWY | '],
    ['CR DDD', 'GA', 'HWY DDD | COUNTY HWY | '],
    ['CR E', 'GA', 'HWY E | COUNTY HWY | '],
    ['HWY E', 'WI', 'HWY E | COUNTY HWY | '],
    ['CR DV', 'WI', 'HWY DV | COUNTY HWY | '],
    ['PARK RD DD', 'GA', 'HWY DD | PARK RD | '],
  ])('are a name: %s in %s', (text, state, expected) => {
    expect(road(text, state)).toBe(expected);
  });

  test.each([
    ['three, of no county', 'HWY DDD', 'GA'],
    ['four', 'CR DDDD', 'GA'],
    ['a direction where roads have none', 'HWY E', 'GA'],
    ['a rare suffix', 'HWY DV', 'GA'],
    ['a street’s type', 'CR ST', 'WI'],
    ['a suffix of three letters', 'CR VLG', 'WI'],
    ['a unit’s word', 'CR APT', 'WI'],
    ['a unit’s word that is also a name', 'CR TOP', 'WI'],
    ['what opens an aside', 'CR AKA', 'WI'],
    ['where none may follow', 'US DD', 'GA'],
    ['with a digit between two and one', 'CR DD1DD', 'WI'],
  ])('are no name if they are %s: %s in %s', (_what, text, state) => {
    expect(road(text, state)).toBe('none');
  });

  test.each(['AT', 'OF', 'ON', 'BY', 'TO', 'IN', 'AND', 'THE', 'NO', 'PO', 'POB', 'BOX', 'OLD'])(
    'are no name if they are a little word: %s',
    (word) => {
      expect(road(`CR ${word}`, 'WI')).toBe('none');
      expect(road(`HWY ${word}`)).toBe('none');
    },
  );
});
