/** Words that may be one thing or another, by what stands beside them. */
import { describe, expect, test } from 'vitest';
import { likeliest, plainly } from './lines.ts';

/** Of the same line: what it says where a town may follow the street, and where none can. */
function twice(text: string): readonly string[] {
  return [likeliest(text, false), likeliest(text, true)];
}

describe('a number that is another thing’s is no house number:', () => {
  test.each([
    ['Lockbox 12 Elm St', 'unreadable', 'unreadable'],
    ['Acme Lot 12 Elm St', 'unreadable', 'unreadable'],
    ['Acme of 12 Elm St', 'unreadable', 'unreadable'],
    ['Acme # 12 Elm St', 'unreadable', 'unreadable'],
    ['Acme No 12 Elm St', 'unreadable', 'unreadable'],
    ['Acme 12 - Elm', 'unreadable', 'unreadable'],
    ['Acme 12 # 5', 'unreadable', 'unreadable'],
    ['Acme 12 near Elm', 'unreadable', 'unreadable'],
    ['Acme 12 Apt Elm', 'unreadable', 'unreadable'],
    ['12 # Elm', 'unreadable', 'unreadable'],
    ['12 #', 'unreadable', 'unreadable'],
    ['100 & 104', 'unreadable', 'unreadable'],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('a number before a number:', () => {
  test.each([
    ['Acme 12 5 Elm', '5 | ELM |  | ', '5 | ELM |  | '],
    ['Acme 12 5TH Elm', '12 | 5 |  | ELM', '12 | 5 ELM |  | '],
    ['# 12 5 Elm', '5 | ELM |  | ', '5 | ELM |  | '],
    ['# 12 5 St', '12 | 5 ST |  | ', '12 | 5 ST |  | '],
    ['No 12 5 St', '12 | 5 ST |  | ', '12 | 5 ST |  | '],
    ['12 5', '12 | 5 |  | ', '12 | 5 |  | '],
    ['12 55', '12 | 55 |  | ', '12 | 55 |  | '],
    ['12 1/2A Elm', '12 | 1/2A |  | ELM', '12 | 1/2A ELM |  | '],
    ['N12 5 Elm', '5 | ELM |  | ', '5 | ELM |  | '],
    ['A12 5 Elm', '5 | ELM |  | ', '5 | ELM |  | '],
    ['A12 B Elm', 'unreadable', 'unreadable'],
    ['N12 Elm St', 'N12 | ELM ST |  | ', 'N12 | ELM ST |  | '],
    ['N12 W5 Elm', 'N12W5 | ELM |  | ', 'N12W5 | ELM |  | '],
    ['2nd Fl 12 Elm St', '12 | ELM ST |  | ', '12 | ELM ST |  | '],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('numbers that belong together:', () => {
  test.each([
    ['100 through 104 Elm', '100-104 | ELM |  | ', '100-104 | ELM |  | '],
    ['100 - 104 - 108 Elm', '100-108 | ELM |  | ', '100-108 | ELM |  | '],
    ['100 - 104 & 106 Elm', '100-106 | ELM |  | ', '100-106 | ELM |  | '],
    ['100 - 104', '100 | 104 |  | ', '100 | 104 |  | '],
    ['100 - Elm', '100 | ELM |  | ', '100 | ELM |  | '],
    ['100 - 104 St M Ave', '100 | 104 ST | M | AVE', '100 | 104 ST M AVE |  | '],
    ['100 - 104 St Marks', '100 | 104 ST |  | MARKS', '100 | 104 ST |  | MARKS'],
    ['100 - 104 Ave BB', '100 | 104 AVE |  | BB', '100 | 104 AVE |  | BB'],
    ['100 - 104 Rd I', '100 | 104 RD | I | ', '100 | 104 RD | I | '],
    ['100, 102A Elm', '100 | 102A |  | ELM', '100 | 102A ELM |  | '],
    ['100, 100 Elm', '100 | 100 |  | ELM', '100 | 100 ELM |  | '],
    ['809 811 81 Elm', '809 | 811 81 |  | ELM', '809 | 811 81 ELM |  | '],
    ['59 11 , Elm', '59 | 11 |  | ELM', '59 | 11 |  | ELM'],
    ['59 11 St B', '59 | 11 ST | B | ', '59 | 11 ST | B | '],
    ['59 11 St Elm', '59 | 11 ST |  | ELM', '59 | 11 ST |  | ELM'],
    ['59 11 St BB', '59 | 11 ST |  | BB', '59 | 11 ST |  | BB'],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('a letter behind a number:', () => {
  test.each([
    ['214 B AND Elm', '214 | B AND |  | ELM', '214 | B AND ELM |  | '],
    ['214 B E', '214 B | E |  | ', '214 B | E |  | '],
    ['214 B 5 Elm', '214 | B 5 |  | ELM', '214 | B 5 ELM |  | '],
    ['214 B APT 5', '214 | B | 5 | ', '214 | B | 5 | '],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('a type that may be a name:', () => {
  test.each([
    ['12 Ave near Elm', 'unreadable', 'unreadable'],
    ['12 Ave nearby Elm', '12 | AVENUE NEARBY |  | ELM', '12 | AVENUE NEARBY ELM |  | '],
    ['12 Ave corner 5', 'unreadable', 'unreadable'],
    ['12 Ave , Elm', 'unreadable', 'unreadable'],
    ['12 St N Elm', '12 | ST N |  | ELM', '12 | ST N ELM |  | '],
    ['12 St Unit 5', '12 | ST | 5 | ', '12 | ST | 5 | '],
    ['12 Court N', '12 | CT | N | ', '12 | N CT |  | '],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('what may be a unit:', () => {
  test.each([
    ['12 Elm 1234567', '12 | ELM | 1234567 | ', '12 | ELM 1234567 |  | '],
    ['12 Elm X123Y', '12 | ELM | X123Y | ', '12 | ELM X123Y |  | '],
    ['12 Elm St 12ABC', '12 | ELM ST | 12ABC | ', '12 | ELM ST | 12ABC | '],
    ['12 Elm St 1-A1', '12 | ELM ST | 1A1 | ', '12 | ELM ST | 1A1 | '],
    ['12 Elm Hwy 98', '12 | ELM HWY | 98 | ', '12 | ELM HIGHWAY 98 |  | '],
    ['12 Elm Hwys 98', '12 | ELM HWY | 98 | ', '12 | ELM HWY | 98 | '],
    ['12 County Rd 5A', '12 | HWY 5A COUNTY HWY |  | ', '12 | HWY 5A COUNTY HWY |  | '],
    ['12 Elm Road X', '12 | ELM RD | X | ', '12 | ELM RD | X | '],
    ['12 Elm Num 5 Oak', '12 | ELM NUM 5 |  | OAK', '12 | ELM NUM 5 OAK |  | '],
    ['12 Elm Number 5', '12 | ELM NUMBER | 5 | ', '12 | ELM NUMBER 5 |  | '],
    ['12 Elm St Num 5', '12 | ELM ST | 5 | ', '12 | ELM ST | 5 | '],
    ['12 Elm St Number X', '12 | ELM ST | X | ', '12 | ELM ST | X | '],
    ['12 Lower 5 Elm', '12 | LOWER 5 |  | ELM', '12 | LOWER 5 ELM |  | '],
    ['12 Lower 55A', '12 | LOWER | 55A | ', '12 | LOWER | 55A | '],
    ['12 Pier 5A', '12 | PIER | 5A | ', '12 | PIER | 5A | '],
    ['12 Pier 55', '12 | PIER | 55 | ', '12 | PIER 55 |  | '],
    ['12 Pier 5 St', '12 | PIER 5 ST |  | ', '12 | PIER 5 ST |  | '],
    ['12 Pier X St', '12 | PIER X ST |  | ', '12 | PIER X ST |  | '],
    ['12 Elm Ave 350', '12 | ELM AVE | 350 | ', '12 | ELM AVE | 350 | '],
    ['12 Elm Bay 350', '12 | ELM BAY | 350 | ', '12 | ELM BAY 350 |  | '],
    ['12 Elm Bays 350', '12 | ELM |  | BAYS 350', '12 | ELM BAYS | 350 | '],
    ['12 N 350 Easton', '12 | N 350 |  | EASTON', '12 | N 350 EASTON |  | '],
    ['12 Elm N 4', '12 | ELM N | 4 | ', '12 | ELM N 4 |  | '],
    ['12 Elm Oak 4', '12 | ELM OAK | 4 | ', '12 | ELM OAK 4 |  | '],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('what ends a street or goes on:', () => {
  test.each([
    ['12 Elm P O Box 5', '12 | ELM | P | O BOX 5', '12 | ELM | P | O BOX 5'],
    ['12 Elm , NWX', '12 | ELM |  | NWX', '12 | ELM |  | NWX'],
    ['12 Elm , XNW', '12 | ELM |  | XNW', '12 | ELM |  | XNW'],
    ['12 Elm St , NW , Oak', '12 | ELM ST NW |  | OAK', '12 | ELM ST NW |  | OAK'],
    ['12 Elm St AND', '12 | ELM ST |  | AND', '12 | ELM ST |  | AND'],
    ['12 5th AND Oak', '12 | 5 |  | AND OAK', '12 | 5 |  | AND OAK'],
    ['12 Elm St North', '12 | ELM ST N |  | ', '12 | ELM ST N |  | '],
    ['12 Elm Park', '12 | ELM PARK |  | ', '12 | ELM PARK |  | '],
    ['12 Elm Park N', '12 | ELM PARK N |  | ', '12 | ELM PARK N |  | '],
  ])('%s', (text, open, closed) => {
    expect(twice(text)).toEqual([open, closed]);
  });
});

describe('a number that grew together, stands twice, or stands behind its street:', () => {
  test.each([
    ['1234567MAIN St', 'unreadable'],
    ['X12MAIN St', 'unreadable'],
    ['95-10 95-10 Elm St', '95-10 | ELM ST'],
    ['95A 95A Elm St', '95A | ELM ST'],
    ['95 95 NDS St', '95 | NDS ST'],
    ['95 95 A St', '95 | 95 A ST'],
    ['Elm St 1234567', 'unreadable'],
    ['Elm St 123X', '123X | ELM ST'],
    ['Elm St 123XY', 'unreadable'],
    ['Elm St X123', 'unreadable'],
    ['St 123', 'unreadable'],
    ['N St 123', 'unreadable'],
    ['Elm Ct St 123', '123 | ELM CT ST'],
    ['A B St 123', 'unreadable'],
    ['123rd St 45', '45 | 123 ST'],
    ['Elm Highways 5', '5 | ELM HWY'],
    ['Interstate Elm Highway 5', '5 | INTERSTATE ELM HWY'],
    ['Estate Rd 5', '5 | ESTATE RD'],
  ])('%s', (text, expected) => {
    expect(plainly(text)).toBe(expected);
  });
});
