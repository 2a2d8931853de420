/** A line: where its house number stands, and what belongs to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHouseNumber } from '../../src/matching/read/house-number.ts';
import { readLine } from '../../src/matching/read/line.ts';
import { Words } from '../../src/matching/words.ts';
import { likeliest, readings } from './lines.ts';

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
    ['is the first before an ordinal', 'Acme 12 5th Elm', '12 | 5 ELM |  | '],
    ['stands in the fourth part, behind three without one', 'Acme, Jane Doe, Dept, 12 Elm St', '12 | ELM ST |  | '],
    ['stands before a direction between', 'Acme 12 N Elm St', '12 | N ELM ST |  | '],
    ['stands before a numbered road in one word', 'Acme 12 US50', '12 | US HWY 50 |  | '],
    ['stands behind a number sign before a name', '# 12 Elm Oak St', '12 | ELM OAK ST |  | '],
    ['stands behind the sign’s number', '# 12 5A Elm St', '5A | ELM ST | 12 | '],
    ['is the sign’s where a type follows the second', '# 12 5 St', '12 | 5 ST |  | '],
    ['is not the sign’s within the line', 'Acme # 12 Elm St', 'unreadable'],
    ['is not “number’s” within the line', 'Acme No 12 Elm St', 'unreadable'],
    ['is not a lot’s', 'Acme Lot 12 Elm St', 'unreadable'],
    ['is not one of several', 'Acme of 12 Elm St', 'unreadable'],
    ['stands behind a name that ends like a box', 'Saltbox 12 Elm St', '12 | ELM ST |  | '],
    ['stands behind a name that begins like one', 'Boxwood 12 Elm St', '12 | ELM ST |  | '],
    ['is not a floor’s that has no ordinal', 'Floor 4 Elm St', 'unreadable'],
    ['stands behind a floor with one', '2nd Fl 12 Elm St', '12 | ELM ST |  | '],
    ['has letter and digits only as a first word', 'Acme T703 Elm St', 'unreadable'],
    ['is not one letter and digits before a number, which is a unit', 'A12 5 Elm', '5 | ELM |  | '],
    ['is not one letter and digits before a letter', 'A12 B Elm', 'unreadable'],
    ['is of a grid with two directions', 'N12E W5 Elm Ct', 'N12EW5 | ELM CT |  | '],
    ['is of a grid, unless it is too long', 'N123456 W5 Elm', 'unreadable'],
    ['is one word of a grid', 'N12 Elm St', 'N12 | ELM ST |  | '],
    ['is no word of a grid before a number', 'N12 5 Elm', '5 | ELM |  | '],
    ['has no fraction with a letter', '12 1/2A Elm', '12 | 1/2A ELM |  | '],
    ['has no fraction of more digits', '12 11/2 Elm St', '12 | 11/2 ELM ST |  | '],
    ['has no letter before a letter', '214 B C Elm St', '214 | B C ELM ST |  | '],
    ['has no letter before a place in the house', '214 B Rear', '214 | B REAR |  | '],
    ['has no letter before a number', '214 B 5 Elm', '214 | B 5 ELM |  | '],
    ['stands before a street, not before a number alone', '12 5-7', 'unreadable'],
    ['stands before a numbered street without a type', '12 55', '12 | 55 |  | '],
    ['stands before a type that is a name', '12 Avenue Strand', '12 | AVENUE STRAND |  | '],
    ['does not stand before a crossing', '12 Ave near Elm', 'unreadable'],
    ['does not stand before a corner', '12 Ave corner 5', 'unreadable'],
    ['does not stand before an aside', 'Acme 12 near Elm', 'unreadable'],
    ['does not stand before a unit alone', 'Acme 12 # 5', 'unreadable'],
    ['does not stand before a hyphen within the line', 'Acme 12 - Elm', 'unreadable'],
    ['is not alone with another', '100 & 104', 'unreadable'],
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
    ['before a lettered avenue, abbreviated', '100 - 104 Ave B', '100-104 | B AVE |  | '],
    ['with a hyphen and “and”', '100 - 104 & 106 Elm', '100-106 | ELM |  | '],
    ['with two hyphens', '100 - 104 - 108 Elm', '100-108 | ELM |  | '],
    ['not before a saint without a type', '100 - 104 St Marks', '100 | 104 ST |  | MARKS'],
    ['not before a saint of one letter', '100 - 104 St M Ave', '100 | 104 ST M AVE |  | '],
    ['not before an avenue of two letters', '100 - 104 Ave BB', '100 | 104 AVE |  | BB'],
    ['not before a lettered road, which there is none', '100 - 104 Rd I', '100 | 104 RD | I | '],
    ['with “through”', '100 through 104 Elm', '100-104 | ELM |  | '],
    ['before a name that else joins them', '100 & 104 Through St N', '100-104 | THROUGH ST N |  | '],
    ['not of a letter and digits', '100, 102A Elm', '100 | 102A ELM |  | '],
    ['not twice the same', '100, 100 Elm', '100 | 100 ELM |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(likeliest(text)).toBe(expected);
  });

  test('of Queens are one, where a numbered street follows', () => {
    expect(readings('59 11 161st St', true)).toEqual(['59-11 | 161 ST |  | ', '59 | 11 161 ST |  | ']);
    expect(readings('59 11 Elm St', true)).toEqual(['59 | 11 ELM ST |  | ', '59-11 | ELM ST |  | ']);
    expect(readings('59 11 N 161st St', true)[0]).toBe('59-11 | N 161 ST |  | ');
    expect(readings('59 11 161 St', true)[0]).toBe('59-11 | 161 ST |  | ');
    expect(readings('59 11 Ave B', true)).toEqual(['59 | 11 AVE | B | ', '59-11 | B AVE |  | ']);
    for (const behind of ['St', 'St Elm', 'St BB', ', Elm']) expect(readings(`59 11 ${behind}`, true)).toHaveLength(1);
    // Of three numbers the first two may be one.
    expect(readings('59 11 5A', true)).toEqual(['59 | 11 5A |  | ', '59-11 | 5A |  | ']);
    expect(readings('5900 11 Elm', true)).toEqual(['5900 | 11 ELM |  | ']);
    expect(readings('59 111 Elm', true)).toEqual(['59 | 111 ELM |  | ']);
  });
});

test('a hyphen joins two numbers alike with blanks beside it and without', () => {
  const digits = fc.integer({ min: 1, max: 999 });
  fc.assert(
    fc.property(digits, digits, (first, second) => {
      const [apart] = readLine(new Words([`${first}`, '-', `${second}`, 'ELM', 'ST']), true);
      expect(apart?.number).toEqual(readHouseNumber(`${first}-${second}`));
      expect(apart?.street.name).toBe('ELM');
    }),
  );
});
