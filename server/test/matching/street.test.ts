/** A street taken apart, and where it may end earlier. */
import { describe, expect, test } from 'vitest';
import type { LineReading } from '../../src/matching/read/line.ts';
import { prefixReadings } from '../../src/matching/read/prefix-readings.ts';
import { rawStreet } from '../../src/matching/read/raw-street.ts';
import { readStreet } from '../../src/matching/read/street.ts';

/** `direction | name | suffix | direction` */
function parts(text: string): string {
  const { predir, name, suffix, postdir } = readStreet(text.split(' '));
  return [predir, name, suffix, postdir].join(' | ');
}

describe('directions', () => {
  test.each([
    ['before a name', 'N ELM ST', 'N | ELM | ST | '],
    ['in full', 'NORTH ELM ST', 'N | ELM | ST | '],
    ['behind a suffix', 'ELM ST N', ' | ELM | ST | N'],
    ['behind a name without suffix', 'ELM N', ' | ELM |  | N'],
    ['on both sides', 'N ELM ST W', 'N | ELM | ST | W'],
    ['of two words before a name', 'N E ELM', 'NE | ELM |  | '],
    ['of two words behind a suffix', 'ELM ST N E', ' | ELM | ST | NE'],
    ['two that make none', 'E N ELM', 'E | N ELM |  | '],
    ['two that make none, behind', 'ELM ST E N', ' | ELM ST E |  | N'],
    ['before its suffix', 'ELM N ST', ' | ELM | ST | N'],
    ['before its suffix, beside one behind it', 'ELM N ST W', ' | ELM N | ST | W'],
    ['that is the whole street', 'N', ' | N |  | '],
    ['that is the name', 'N ST', ' | N | ST | '],
    ['that is the name, with another behind', 'N ST W', ' | N | ST | W'],
    ['before a name that begins like a suffix', 'N ST ELM', 'N | ST ELM |  | '],
    ['before a direction that is the name', 'N E ST', 'N | E | ST | '],
    ['before a direction that is all', 'N E', 'N | E |  | '],
    ['of two words before a lettered avenue', 'S W AVE B', 'SW | B | AVE | '],
    ['mistyped, before a number', 'WESR 5 ST', 'W | 5 | ST | '],
    ['mistyped, before a name, is a name', 'WESR ELM ST', ' | WESR ELM | ST | '],
    ['grown together with a number', 'EAST70 ST', 'E | 70 | ST | '],
    ['grown together with an ordinal', 'SE16TH ST', 'SE | 16 | ST | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(parts(text)).toBe(expected);
  });
});

describe('suffixes', () => {
  test.each([
    ['in any spelling', 'ELM STREET', ' | ELM | ST | '],
    ['that stands alone is the name', 'STREET', ' | ST |  | '],
    ['twice', 'ELM ST STREET', ' | ELM | ST | '],
    ['three times', 'ELM ST ST ST', ' | ELM | ST | '],
    ['twice and nothing else', 'ST ST', ' | ST | ST | '],
    ['two different ones', 'ELM CT ST', ' | ELM CT | ST | '],
    ['mistyped', 'ELM ROADD', ' | ELM | RD | '],
    ['cut off', 'ELM STREE', ' | ELM | ST | '],
    ['mistyped before a direction', 'ELM STREETT N', ' | ELM | ST | N'],
    ['broken in two', 'ELM STREE T', ' | ELM | ST | '],
    ['broken in two before another', 'ELM AVEN UE RD', ' | ELM AVENUE | RD | '],
    ['broken in two before a direction', 'ELM DRI VE N', ' | ELM | DR | N'],
    ['two words that are none together', 'ELM OAK ASH', ' | ELM OAK ASH |  | '],
    ['too short to be one that broke', 'ELM A VE', ' | ELM A VE |  | '],
    ['not the first word', 'STREE T ELM', ' | STREE T ELM |  | '],
    ['grown together with a number', '43STREET', ' | 43 | ST | '],
    ['grown together with an ordinal', '5THAVE', ' | 5 | AVE | '],
    ['grown together before a number', 'AVENUE5', ' | 5 | AVE | '],
    ['a name grown together with a number', 'BEACH43', ' | BEACH 43 |  | '],
    ['two letters are no name', 'AB5', ' | AB5 |  | '],
    ['an ordinal is none', '12TH', ' | 12 |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(parts(text)).toBe(expected);
  });
});

describe('type and name the other way round', () => {
  test.each([
    ['a letter', 'AVENUE B', ' | B | AVE | '],
    ['a number', 'AVE 416', ' | 416 | AVE | '],
    ['with a direction', 'AVE B W', ' | B | AVE | W'],
    ['with anything else it is a name', 'AVE B ELM', ' | AVENUE B ELM |  | '],
    ['with more it is a name', 'AVE B W N', ' | AVENUE B W |  | N'],
    ['two letters are a name', 'AVE BB', ' | AVENUE BB |  | '],
    ['a saint is no street', 'ST B', ' | ST B |  | '],
    ['but a street may have a number', 'ST 5', ' | 5 | ST | '],
    ['and in full a letter', 'STREET B', ' | B | ST | '],
    ['a road', 'RD 12', ' | 12 | RD | '],
    ['a court', 'CT B', ' | B | CT | '],
    ['a lane', 'LN B', ' | B | LN | '],
    ['a way', 'WAY B', ' | B | WAY | '],
    ['a loop', 'LOOP 5', ' | 5 | LOOP | '],
    ['a drive is never so', 'DR 5', ' | DR 5 |  | '],
    ['nor a hill', 'HILL B', ' | HILL B |  | '],
    ['mistyped before a letter', 'AVNEUE B', ' | B | AVE | '],
    ['mistyped before a number', 'AVNEUE 5', ' | AVNEUE 5 |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(parts(text)).toBe(expected);
  });
});

describe('an article in front', () => {
  test.each([
    ['is dropped', 'THE OLD ELM ST', ' | OLD ELM | ST | '],
    ['is part of a name of two words', 'THE ELM', ' | THE ELM |  | '],
    ['is a name', 'THE', ' | THE |  | '],
    ['is not dropped elsewhere', 'OVER THE ELM ST', ' | OVER THE ELM | ST | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(parts(text)).toBe(expected);
  });
});

describe('numbered roads', () => {
  test.each([
    ['a class and a word', 'US HWY 50', ' | HWY 50 | US HWY | '],
    ['a word', 'HWY 50', ' | HWY 50 | HWY | '],
    ['a class alone', 'FM 544', ' | HWY 544 | FM HWY | '],
    ['one word for both', 'CR 5', ' | HWY 5 | COUNTY HWY | '],
    ['another', 'I 95', ' | HWY 95 | INTERSTATE | '],
    ['a class and ROAD', 'COUNTY RD 12', ' | HWY 12 | COUNTY HWY | '],
    ['letters of a county', 'COUNTY ROAD VV', ' | HWY VV | COUNTY HWY | '],
    ['letters of a state', 'STATE ROAD VV', ' | HWY VV | STATE HWY | '],
    ['letters of a farm’s', 'FM ROAD VV', ' | HWY VV | FM HWY | '],
    ['four letters', 'COUNTY ROAD ELMS', ' | COUNTY ROAD ELMS |  | '],
    ['a state cut short', 'ST RD 5', ' | HWY 5 | STATE HWY | '],
    ['a state by its name', 'OHIO ROUTE 4A', ' | HWY 4A | STATE HWY | '],
    ['a state of two words', 'NEW YORK ROUTE 9', ' | HWY 9 | STATE HWY | '],
    ['the states', 'UNITED STATES HIGHWAY 6', ' | HWY 6 | US HWY | '],
    ['a farm’s', 'FARM TO MARKET 5', ' | HWY 5 | FM HWY | '],
    ['a farm’s road', 'FARM TO MARKET ROAD 5', ' | HWY 5 | FM HWY | '],
    ['a number’s mark', 'HWY NO 7', ' | HWY 7 | HWY | '],
    ['two marks', 'HWY NO # 7', ' | HWY 7 | HWY | '],
    ['an old one', 'OLD HWY 50', ' | OLD HWY 50 | HWY | '],
    ['mistyped', 'HIGHWEY 7', ' | HWY 7 | HWY | '],
    ['a direction in front', 'N US HWY 42', 'N | HWY 42 | US HWY | '],
    ['a direction behind', 'SR 5 N', ' | HWY 5 | STATE HWY | N'],
    ['a variant behind', 'HWY 5 BUSINESS', ' | HWY 5 BUS | HWY | '],
    ['both behind', 'HWY 5 BUS N', ' | HWY 5 BUS | HWY | N'],
    ['both behind, the other way round', 'HWY 5 N BUS', ' | HWY 5 BUS | HWY | N'],
    ['a variant that is none', 'HWY 5 SCENIC', ' | HWY 5 | HWY | '],
    ['two directions are a name', 'HWY 50 E W', ' | HIGHWAY 50 E |  | W'],
    ['a word behind is a name', 'HWY 50 ELM', ' | HIGHWAY 50 ELM |  | '],
    ['no number', 'HWY ELM', ' | HIGHWAY ELM |  | '],
    ['nothing', 'HWY', ' | HIGHWAY |  | '],
    ['six digits', 'HWY 123456', ' | HIGHWAY 123456 |  | '],
    ['a word that is none', 'OAK 5', ' | OAK 5 |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(parts(text)).toBe(expected);
  });
});

/** The words of the readings that end earlier, those that end in no suffix with a mark. */
function prefixes(text: string, streetLength: number): readonly string[] {
  const tail = text.split(' ');
  const streetWords = tail.slice(0, streetLength);
  const reading: Pick<LineReading, 'tail' | 'streetWords'> = { tail, streetWords };
  // Of a reading it looks at nothing else.
  return prefixReadings(reading as LineReading).map(
    ({ streetWords: words, cut }) => `${words.join(' ')}${cut ? '…' : ''}`,
  );
}

describe('a street that ends earlier', () => {
  test.each([
    ['before any word', 'ELM OAK ASH', 3, ['ELM…', 'ELM OAK…']],
    ['not where it was found to end', 'ELM OAK ASH', 2, ['ELM…', 'ELM OAK ASH']],
    ['not before its suffix', 'ELM ST OAK', 3, ['ELM ST']],
    ['not before its direction', 'ELM N OAK', 3, ['ELM N…']],
    ['not before its number', 'ELM 5 OAK', 3, ['ELM 5…']],
    ['not before a letter', 'ELM X OAK', 3, ['ELM X…']],
    ['not behind a mere direction', 'N OAK ELM', 3, ['N OAK…']],
    ['with all words', 'ELM OAK', 1, ['ELM OAK']],
    [
      'with no more than six',
      'ELM OAK ASH BIRCH FIR FIG YEW',
      7,
      [
        'ELM…',
        'ELM OAK…',
        'ELM OAK ASH…',
        'ELM OAK ASH BIRCH…',
        'ELM OAK ASH BIRCH FIR…',
        'ELM OAK ASH BIRCH FIR FIG…',
      ],
    ],
  ])('%s: %s', (_what, text, streetLength, expected) => {
    expect(prefixes(text, streetLength)).toEqual(expected);
  });
});

test('a street’s letters and digits are what is left of it, up to forty', () => {
  expect(rawStreet(['ST', 'JOHN-S', '&', 'C/O', '5TH'])).toBe('STJOHNSCO5TH');
  expect(rawStreet(Array(12).fill('ELMS'))).toBe('ELMS'.repeat(10));
  expect(rawStreet([])).toBe('');
});
