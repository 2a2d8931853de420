/** A line: where its house number stands, where its street ends, and what is left. */
import { describe, expect, test } from 'vitest';
import { repairNumbers } from '../../src/matching/read/number-repair.ts';
import { likeliest, plainly, readings } from './lines.ts';

describe('a house number', () => {
  test.each([
    ['opens the line', '12 Elm St', '12 | ELM ST |  | '],
    ['stands behind a comma', 'Acme, 12 Elm St', '12 | ELM ST |  | '],
    ['stands behind a hyphen', 'Acme - 12 Elm St', '12 | ELM ST |  | '],
    ['stands behind a name', 'Acme 12 Elm St', '12 | ELM ST |  | '],
    ['stands behind a number sign', '# 12 Elm St', '12 | ELM ST |  | '],
    ['stands behind “number”', 'No 12 Elm St', '12 | ELM ST |  | '],
    ['has a comma behind it', '12, Elm St', '12 | ELM ST |  | '],
    ['has a hyphen behind it', '12 - Elm St', '12 | ELM ST |  | '],
    ['has a fraction behind it', '12 1/2 Elm St', '12 1/2 | ELM ST |  | '],
    ['has a letter behind it', '214 B Elm St', '214 B | ELM ST |  | '],
    ['has a letter and a direction behind it', '214 B S Elm St', '214 B | S ELM ST |  | '],
    ['has a letter that is the street', '214 B St', '214 | B ST |  | '],
    ['has a letter that is a direction', '214 N Elm St', '214 | N ELM ST |  | '],
    ['has a letter of a pair of streets', '214 A and B Elm', '214 | A AND B ELM |  | '],
    ['has a letter and a unit behind it', '214 B Apt 5', '214 | B | 5 | '],
    ['has nothing but a letter behind it', '214 B', '214 | B |  | '],
    ['is spelled', 'One Elm St', '1 | ELM ST |  | '],
    ['is spelled in several words', 'One Hundred and Five Elm St', '105 | ELM ST |  | '],
    ['is spelled behind a comma', 'Acme, Twenty Two Elm St', '22 | ELM ST |  | '],
    ['is spelled behind a hyphen', 'Acme - Two Elm St', '2 | ELM ST |  | '],
    ['stands before a unit’s word, not before a street', 'Acme 12 Suite St', 'unreadable'],
    ['is followed by a unit’s word', '12 Suite Elm', 'unreadable'],
    ['is not spelled elsewhere', 'Acme Two Elm St', 'unreadable'],
    ['is of a grid', 'N165W2123 Elm Ct', 'N165W2123 | ELM CT |  | '],
    ['is of a grid, in two words', 'N165 W2123 Elm Ct', 'N165W2123 | ELM CT |  | '],
    ['has a letter before it', 'T703 Elm St', 'T703 | ELM ST |  | '],
    ['is not the box’s', 'Box 12 Elm St', 'unreadable'],
    ['is not the road’s', 'Mile 12 Elm Rd', 'unreadable'],
    ['is not the unit’s', 'Unit 5 Main St', 'unreadable'],
    ['is not the room’s', 'Acme Room 5 Elm St', 'unreadable'],
    ['is not the floor’s', '12 Floor', 'unreadable'],
    ['is not a box’s that follows', '12 Box 5', 'unreadable'],
    ['is not alone', '12', 'unreadable'],
    ['stands before a street, not before its type', '5 Ave & 42 St', 'unreadable'],
    ['stands before a lettered avenue', '5 Ave B', '5 | B AVE |  | '],
    ['stands before a mark, not before a street', '12 & Elm', 'unreadable'],
    ['is followed by a number that is a street', 'Acme 12 5 St', '12 | 5 ST |  | '],
    ['is the last of two', 'Acme 12 34 Elm', '34 | ELM |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(likeliest(text)).toBe(expected);
  });
});

describe('several house numbers', () => {
  test.each([
    ['with “and”', '886 and 888 Elm', '886-888 | ELM |  | '],
    ['with “to”', '100 to 104 Elm', '100-104 | ELM |  | '],
    ['with “thru”', '100 thru 104 Elm', '100-104 | ELM |  | '],
    ['with another name of the second', '100 aka 104 Elm', '100-104 | ELM |  | '],
    ['with a hyphen', '100 - 104 Elm', '100-104 | ELM |  | '],
    ['in a list', '100, 102 & 104 Elm', '100-104 | ELM |  | '],
    ['in a list without marks', '809 811 841 Elm Rd', '809-841 | ELM RD |  | '],
    ['not where they fall', '104 to 100 Elm', '104 | TO 100 ELM |  | '],
    ['not where the second is none', '100 thru Elm', '100 | THRU ELM |  | '],
    ['not of another length', '809 81 Elm Rd', '809 | 81 ELM RD |  | '],
    ['not of two digits', '80 81 Elm Rd', '80 | 81 ELM RD |  | '],
    ['before a saint', '100 - 104 St Marks Ave', '100-104 | ST MARKS AVE |  | '],
    ['before a lettered avenue', '100 - 104 Avenue I', '100-104 | I AVE |  | '],
    ['not before an avenue and a direction', '100 - 104 Avenue N', '100 | 104 AVE N |  | '],
    ['before a type that is a name', '100 - 104 Court Street', '100-104 | CT ST |  | '],
    ['not before a mere type', '100 & 102 St', 'unreadable'],
  ])('%s: %s', (_what, text, expected) => {
    expect(likeliest(text)).toBe(expected);
  });

  test('of Queens are one, where a numbered street follows', () => {
    expect(readings('59 11 161st St', true)).toEqual(['59-11 | 161 ST |  | ', '59 | 11 161 ST |  | ']);
    expect(readings('59 11 Elm St', true)).toEqual(['59 | 11 ELM ST |  | ', '59-11 | ELM ST |  | ']);
    expect(readings('59 11 N 161st St', true)[0]).toBe('59-11 | N 161 ST |  | ');
    expect(readings('59 11 St', true)).toEqual(['59 | 11 ST |  | ']);
    expect(readings('59 11 Ave B', true)[0]).toBe('59 | 11 AVE | B | ');
    expect(readings('5900 11 Elm', true)).toEqual(['5900 | 11 ELM |  | ']);
    expect(readings('59 111 Elm', true)).toEqual(['59 | 111 ELM |  | ']);
  });
});

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
    ['not at a road’s number', '12 County Rd 312', '12 | HWY 312 COUNTY HWY |  | '],
    ['behind a numbered road', '12 US Hwy 50 Easton', '12 | HWY 50 US HWY |  | EASTON'],
    ['behind a numbered road’s direction', '12 US Hwy 50 E Easton', '12 | HWY 50 US HWY E |  | EASTON'],
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

describe('with a town or without one, a street ends the same at', () => {
  test.each([
    ['a letter behind digits is a suite', '12 Elm 123B', '12 | ELM | 123B | '],
    ['a letter before digits is one', '12 Elm B12', '12 | ELM | B12 | '],
    ['an identifier with a hyphen', '12 Elm St B-12', '12 | ELM ST | B12 | '],
    ['one with two hyphens is none', '12 Elm St 4-B-12', '12 | ELM ST |  | 4-B-12'],
    ['an identifier of two letters', '12 Elm St AB12', '12 | ELM ST | AB12 | '],
    ['an identifier behind a road’s number', '12 County Rd 5 4', '12 | HWY 5 COUNTY HWY | 4 | '],
    ['a number behind a road with a name', '12 Elm Rd 5', '12 | ELM RD | 5 | '],
    ['a letter of an old road', '12 Old Hwy 5A Easton', '12 | OLD HWY 5A HWY |  | EASTON'],
    ['a box in one word', '12 Elm POB 5', '12 | ELM |  | POB 5'],
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
    ['of a whole floor', '4th Floor 300 East Elm', '300 | E ELM |  | '],
    ['by its number', 'Floor 4 300 Elm', '300 | ELM | 4 | '],
    ['between number and street', '12 # 4 Elm St', '12 | ELM ST | 4 | '],
    ['between them with a comma', '12 # 4, Elm St', '12 | ELM ST | 4 | '],
    ['less than one behind the street', 'Suite 4, 12 Elm St Apt 5', '12 | ELM ST | 5 | '],
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

describe('what lists do to numbers', () => {
  test.each([
    ['grown together with the name', '123MAIN St', '123 | MAIN ST'],
    ['letters for digits', '1O2 Elm', '102 | ELM'],
    ['letters for digits before a hyphen', '1O2-1O4 Elm', '102-104 | ELM'],
    ['a letter of its own stays', 'l27A Elm', '127A | ELM'],
    ['letters alone are none', 'OI Elm', 'unreadable'],
    ['not the last word', 'Acme, 1O2', 'unreadable'],
    ['not an ordinal', '5TH Elm', 'unreadable'],
    ['not inside a part', 'Acme 1O2X Elm', 'unreadable'],
    ['behind a comma', 'Acme, 1O2 Elm', '102 | ELM'],
    ['twice', '95 95 Mechanic St', '95 | MECHANIC ST'],
    ['twice, with a direction', '95 95 N Elm St', '95 | N ELM ST'],
    ['not twice where the second is the street', '95 95 St', '95 | 95 ST'],
    ['nor with a direction', '95 95 N St', '95 | 95 ST N'],
    ['twice before a type that is a name', '95 95 Court St', '95 | CT ST'],
    ['twice before a number', '95 95 5 St', '95 | 5 ST'],
    ['not before an ordinal’s end', '95 95 th St', '95 | 95 TH ST'],
    ['the whole line twice', '12 Elm St 12 Elm St', '12 | ELM ST'],
    ['a short line twice', '12 Elm 12 Elm', '12 | ELM'],
    ['not a line that only begins so', '12 Elm St 12 Elm Ct', '12 | ELM ST'],
    ['behind the street', 'Elm Street 123', '123 | ELM ST'],
    ['behind its direction', 'Elm Street N 123', '123 | ELM ST N'],
    ['behind a numbered street', '5th Street 123', '123 | 5 ST'],
    ['of Queens behind the street', 'Elm Street 88-82', '88-82 | ELM ST'],
    ['behind a comma', 'Elm Street, 123', '123 | ELM ST'],
    ['not behind a road that it names', 'State Road 5', 'unreadable'],
    ['nor behind another', 'Old Elm Highway 5', 'unreadable'],
    ['nor behind an avenue', 'Avenue 12', 'unreadable'],
    ['but behind a road with a name', 'Elm Rd 5', '5 | ELM RD'],
    ['not behind a name without type', 'Elm Oak 12', 'unreadable'],
    ['not behind two streets', 'Elm & Oak St 12', 'unreadable'],
    ['behind five words', 'Acme Elm Oak Ash St 12', '12 | ACME ELM OAK ASH ST'],
    ['twice before a name that begins like an ordinal’s end', '95 95 Thorn St', '95 | THORN ST'],
    ['not behind six words', 'Acme Elm Oak Ash Fir St 12', 'unreadable'],
  ])('%s: %s', (_what, text, expected) => {
    expect(plainly(text)).toBe(expected);
  });
});

test('a line in which nothing is garbled stays as it is', () => {
  for (const line of [['12', 'ELM', 'ST'], ['ELM'], ['12', 'ELM', '12', 'OAK']]) {
    expect(repairNumbers(line)).toBe(line);
  }
  expect(repairNumbers(['123MAIN', 'ST', ',', '1O2', 'ELM'])).toEqual(['123', 'MAIN', 'ST', ',', '102', 'ELM']);
  expect(repairNumbers(['ELM', '1O2X'])).toEqual(['ELM', '1O2X']);
});
