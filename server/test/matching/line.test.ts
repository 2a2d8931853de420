/** A line: where its street ends, and what is left. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLine } from '../../src/matching/read/line.ts';
import { Words } from '../../src/matching/words.ts';
import { likeliest, readings } from './lines.ts';

describe('a street ends', () => {
  test.each([
    ['at its suffix', '12 Elm St Easton', '12 | ELM ST |  | EASTON'],
    ['at the direction behind it', '12 Elm St SW Easton', '12 | ELM ST SW |  | EASTON'],
    ['before a direction that begins a town', '12 Elm Rd West Palm Beach', '12 | ELM RD |  | WEST PALM BEACH'],
    ['at a second suffix', '12 4th St Ter', '12 | 4 ST TER |  | '],
    ['behind a suffix inside its name', '12 Palm Beach Lakes Blvd', '12 | PALM BEACH LAKES BLVD |  | '],
    ['behind a park inside its name', '12 Alder Lake Park Dr', '12 | ALDER LAKE PARK DR |  | '],
    ['not at a saint', '12 St Agnes Pl Easton', '12 | ST AGNES PL |  | EASTON'],
    ['not at a saint behind a direction', '12 N St Agnes Pl', '12 | N ST AGNES PL |  | '],
    ['not at a lettered avenue’s type', '12 Avenue B Easton', '12 | B AVE |  | EASTON'],
    ['at a comma', '12 Elm, Easton', '12 | ELM |  | EASTON'],
    ['at a hyphen', '12 Elm - Easton', '12 | ELM |  | EASTON'],
    ['at “at”', '12 Elm @ Oak', '12 | ELM |  | OAK'],
    ['at a number sign', '12 Elm # 5', '12 | ELM | 5 | '],
    ['at “and” behind its suffix', '12 Elm St and Oak St', '12 | ELM ST |  | AND OAK ST'],
    ['at another street', '12 Elm St & Oak St', '12 | ELM ST |  | OAK ST'],
    ['at an aside', '12 Elm near Oak', '12 | ELM |  | NEAR OAK'],
    ['at a box', '12 Elm PO Box 5', '12 | ELM |  | PO BOX 5'],
    ['at a floor', '12 Elm 2nd Fl', '12 | ELM | 2 | '],
    ['not at an ordinal', '12 23rd St', '12 | 23 ST |  | '],
    ['behind an ordinal without suffix', '12 23rd Easton', '12 | 23 |  | EASTON'],
    ['at a unit', '12 Elm Apt 5', '12 | ELM | 5 | '],
    ['at a word that may be a unit, with a number', '12 Elm Lot 5', '12 | ELM | 5 | '],
    ['not at such a word alone', '12 Lower Elm Rd', '12 | LOWER ELM RD |  | '],
    ['not at such a word that is its name', '12 Front St', '12 | FRONT ST |  | '],
    ['not where a suffix comes later', '12 Lot 5 Elm St', '12 | LOT 5 ELM ST |  | '],
    ['at such a word behind its suffix', '12 Elm St Front', '12 | ELM ST |  | '],
    ['at an identifier behind its suffix', '12 Elm St 4B', '12 | ELM ST | 4B | '],
    ['at an identifier behind its direction', '12 Elm St N 4', '12 | ELM ST N | 4 | '],
    ['not at a road’s number', '12 County Rd 312', '12 | COUNTY RD 312 |  | '],
    ['behind a numbered road', '12 US Hwy 50 Easton', '12 | US HWY 50 |  | EASTON'],
    ['behind a road’s number that has a mark', '12 Highway # 7 Easton', '12 | HWY 7 |  | EASTON'],
    ['behind a numbered road’s direction', '12 US Hwy 50 E Easton', '12 | US HWY 50 E |  | EASTON'],
    ['behind a suite of three digits', '12 Elm 350', '12 | ELM | 350 | '],
    ['behind a direction between commas', '12 Elm St, NW, Easton', '12 | ELM ST NW |  | EASTON'],
    ['behind a diagonal direction', '12 Elm St, NW Easton', '12 | ELM ST NW |  | EASTON'],
    ['behind a plain one before a unit', '12 Elm St, N, Apt 4', '12 | ELM ST N | 4 | '],
    ['behind a plain one at the end', '12 Elm St, N', '12 | ELM ST N |  | '],
    ['not behind a plain one that begins a town', '12 Elm St, North Easton', '12 | ELM ST |  | NORTH EASTON'],
  ])('%s: %s', (_what, text, expected) => {
    expect(likeliest(text, false)).toBe(expected);
  });

  test.each([
    ['not at “and” inside its name', '12 Elm and Oak', '12 | ELM AND OAK |  | '],
    ['not at the number of a road with a name', '12 Scenic Hwy 98', '12 | SCENIC HIGHWAY 98 |  | '],
    ['not before two digits, which may be its name', '12 Beach 43', '12 | BEACH 43 |  | '],
    ['nor behind what has numbers for names', '12 Beach 143', '12 | BEACH 143 |  | '],
    ['nor before the number of a road', '12 Avenue 416', '12 | 416 AVE |  | '],
  ])('where the line holds no town, %s: %s', (_what, text, expected) => {
    expect(likeliest(text, true)).toBe(expected);
  });

  test.each([
    ['a saint that is a town', '12 Elm St Louis', '12 | ELM |  | ST LOUIS', '12 | ELM ST |  | LOUIS'],
    ['a plain last word', '12 Alder Easton', '12 | ALDER |  | EASTON', '12 | ALDER EASTON |  | '],
    ['LA', '12 Alder La Salle', '12 | ALDER LN |  | SALLE', '12 | ALDER LA SALLE |  | '],
  ])('at %s where a town may follow, and else goes on: %s', (_what, text, open, closed) => {
    expect(likeliest(text, false)).toBe(open);
    expect(likeliest(text, true)).toBe(closed);
  });

  test('nobody knows where: so it is read with one word less, with two, and with all', () => {
    expect(readings('12 Alder Oak Easton', false)).toEqual([
      '12 | ALDER OAK |  | EASTON',
      '12 | ALDER |  | OAK EASTON',
      '12 | ALDER OAK EASTON |  | ',
    ]);
    expect(readings('12 N Alder Easton', false)).toEqual(['12 | N ALDER |  | EASTON', '12 | N ALDER EASTON |  | ']);
    expect(readings('12 Alder', false)).toEqual(['12 | ALDER |  | ']);
  });
});

test('marks are no words of a street, nor of what is compared in its place', () => {
  const [reading] = readLine(new Words(['12', 'US', 'HWY', '#', '7', ',', 'EASTON', '-', 'OAK', '&', 'FIR']), false);
  expect(reading?.streetWords).toEqual(['US', 'HWY', '7']);
  expect(reading?.tail).toEqual(['US', 'HWY', '7', 'EASTON', 'OAK', 'FIR']);
});

describe('with a town or without one, a street ends the same at', () => {
  test.each([
    ['a letter behind digits is a suite', '12 Elm 123B', '12 | ELM | 123B | '],
    ['a letter before digits is one', '12 Elm B12', '12 | ELM | B12 | '],
    ['an identifier with a hyphen', '12 Elm St B-12', '12 | ELM ST | B12 | '],
    ['one with two hyphens is none', '12 Elm St 4-B-12', '12 | ELM ST |  | 4-B-12'],
    ['an identifier of two letters', '12 Elm St AB12', '12 | ELM ST | AB12 | '],
    ['an identifier behind a road’s number', '12 County Rd 5 4', '12 | COUNTY RD 5 | 4 | '],
    ['a number behind a road with a name', '12 Elm Rd 5', '12 | ELM RD | 5 | '],
    ['a letter of an old road', '12 Old Hwy 5A Easton', '12 | OLD HWY 5A |  | EASTON'],
    ['a box in one word', '12 Elm POB 5', '12 | ELM |  | POB 5'],
    ['a box in letters', '12 Elm P O Box 5', '12 | ELM |  | P O BOX 5'],
    ['a box in letters behind a type', '12 Elm St P.O. Box 5', '12 | ELM ST |  | PO BOX 5'],
    ['a box behind a comma', '12 Elm St, P O Box 5', '12 | ELM ST |  | P O BOX 5'],
    ['a box behind a unit', '12 Elm St Apt 4 P O Box 5', '12 | ELM ST | 4 | P O BOX 5'],
    ['a box without its word', '12 Elm PO 5', '12 | ELM |  | PO 5'],
    ['a box alone', '12 Elm Box 5', '12 | ELM |  | BOX 5'],
    ['a box with a mark', '12 Elm Box # 5', '12 | ELM |  | BOX # 5'],
    ['a rural route', '12 Elm RR 5', '12 | ELM |  | RR 5'],
    ['a unit without its number', '12 Elm Suite', '12 | ELM |  | '],
    ['a unit’s word that is the name', '12 Elm Suite St', '12 | ELM SUITE ST |  | '],
    ['a unit’s word that is the whole name', '12 Suite St', '12 | SUITE ST |  | '],
    ['a unit before a type', '12 Elm Unit 5 St', '12 | ELM | 5 | ST'],
    ['a mistyped unit’s word', '12 Elm St Sute 5', '12 | ELM ST | 5 | '],
    ['a word that may be a unit’s, in the middle', '12 Elm Lot 5 Oak', '12 | ELM | 5 | OAK'],
    ['“no” before a number', '12 Elm St No 5', '12 | ELM ST | 5 | '],
    ['a mere type', '12 St', 'unreadable'],
    ['a type before a comma', '12 St , Elm', 'unreadable'],
    ['a type before a unit', '12 St Apt 5', '12 | ST | 5 | '],
    ['a direction alone behind a comma', '12 Elm , SW', '12 | ELM SW |  | '],
    ['a plain one behind a comma', '12 Elm St , E', '12 | ELM ST E |  | '],
    ['a plain one before a number sign', '12 Elm St , E # 5', '12 | ELM ST E | 5 | '],
    ['a second “and”', '12 Elm & Oak St & Fir', '12 | ELM AND OAK ST |  | FIR'],
    ['a numbered road’s mark', '12 Elm Hwy # 5', '12 | ELM HWY | 5 | '],
    ['a numbered street with a type', '12 Highway 7 St', '12 | HIGHWAY 7 ST |  | '],
    ['a town behind a suffix', '12 Elm Ave La Salle', '12 | ELM AVE |  | LA SALLE'],
    ['a direction before a suite’s digits', '12 N 350', '12 | N 350 |  | '],
    ['two suffixes', '12 Elm Ct St', '12 | ELM CT ST |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect([likeliest(text, false), likeliest(text, true)]).toEqual([expected, expected]);
  });
});

describe('where a town may follow, a street ends before', () => {
  test.each([
    ['PO is no box', '12 Elm PO Easton', '12 | ELM PO |  | EASTON', '12 | ELM PO EASTON |  | '],
    ['a box without a number', '12 Elm Box Oak', '12 | ELM BOX |  | OAK', '12 | ELM BOX OAK |  | '],
    ['a route without a number', '12 Elm RR Oak', '12 | ELM RR |  | OAK', '12 | ELM RR OAK |  | '],
    ['a second type', '12 Elm Rd Oak Dr', '12 | ELM RD |  | OAK DR', '12 | ELM ROAD OAK DR |  | '],
    ['LA behind a suffix', '12 Elm St La', '12 | ELM ST |  | LA', '12 | ELM ST LN |  | '],
    ['a saint behind a suffix', '12 Elm Ave St Louis', '12 | ELM AVE |  | ST LOUIS', '12 | ELM AVENUE ST |  | LOUIS'],
    ['an ordinal', '12 2nd Oak Ave', '12 | 2 |  | OAK AVE', '12 | 2 OAK AVE |  | '],
    ['a saint behind a direction', '12 N St Marks', '12 | N ST |  | MARKS', '12 | N ST MARKS |  | '],
    ['a lettered avenue behind a direction', '12 N Ave B', '12 | N AVE | B | ', '12 | N B AVE |  | '],
    ['a loop’s number', '12 Elm Loop 5', '12 | ELM LOOP | 5 | ', '12 | ELM LOOP 5 |  | '],
    ['a number behind another type', '12 Elm Dr 4 Ave', '12 | ELM DR | 4 | AVE', '12 | ELM DR 4 AVE |  | '],
  ])('%s, and else goes on: %s', (_what, text, open, closed) => {
    expect([likeliest(text, false), likeliest(text, true)]).toEqual([open, closed]);
  });
});

describe('a unit in front', () => {
  test.each([
    ['with a word', 'Apt 1B 626 E Elm Ave', '626 | E ELM AVE | 1B | '],
    ['and a comma', 'Suite 4, 12 Elm St', '12 | ELM ST | 4 | '],
    ['by the sign alone, and a comma', '# 12, 5 Elm St', '5 | ELM ST | 12 | '],
    ['by the sign alone, with a letter', '# 12A, 5 Elm St', '5 | ELM ST | 12A | '],
    ['by the sign alone, without a comma', '# 12 5 Elm St', '5 | ELM ST | 12 | '],
    ['of a whole floor', '4th Floor 300 East Elm', '300 | E ELM |  | '],
    ['by its number', 'Floor 4 300 Elm', '300 | ELM | 4 | '],
    ['between number and street', '12 # 4 Elm St', '12 | ELM ST | 4 | '],
    ['between them with a comma', '12 # 4, Elm St', '12 | ELM ST | 4 | '],
    ['less than one behind the street', 'Suite 4, 12 Elm St Apt 5', '12 | ELM ST | 5 | '],
    ['by a word that may be one', 'Lot 4, 12 Elm St', '12 | ELM ST | 4 | '],
    ['by such a word without a comma', 'Rear 4 12 Elm St', '12 | ELM ST | 4 | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(likeliest(text)).toBe(expected);
  });
});

test('two addresses in a line are two readings, and what one has taken the other has not', () => {
  const numbers = (text: string) => readings(text, true).map((reading) => reading.split(' |', 2).join());
  expect(numbers('12 Elm St, 14 Oak Ave')).toEqual(['12, ELM ST', '14, OAK AVE']);
  expect(numbers('12 Elm St, 14 Oak Ave, 16 Ash Rd, 18 Fir Ln')).toEqual(['12, ELM ST', '14, OAK AVE', '16, ASH RD']);
  expect(readings('12 Elm 14 Oak St', true)).toEqual(['12 | ELM 14 OAK ST |  | ']);
});

test('a further address is no unit', () => {
  const further = fc.constantFrom('14 Oak Ave', '14A N Oak Ave', '14-16 Oak Hill Rd', '5 23rd St');
  const joined = fc.constantFrom(', ', ' - ', ' & ', '/', ' @ ');
  fc.assert(
    fc.property(further, joined, fc.constantFrom('', ', Easton'), fc.boolean(), (address, mark, town, closed) => {
      const line = `12 Elm St${mark}${address}${town}`;
      expect(readings(line, closed).map((reading) => reading.split(' | ')[2])).toEqual(['', '']);
    }),
  );
  // Control: what is no whole address may be one.
  expect(likeliest('12 Elm St, 14, Oak Ave')).toBe('12 | ELM ST | 14 | , OAK AVE');
  expect(likeliest('12 Elm St, 14 Easton')).toBe('12 | ELM ST | 14 | EASTON');
  expect(likeliest('12 Elm St # 14 Oak Ave')).toBe('12 | ELM ST | 14 | OAK AVE');
});
