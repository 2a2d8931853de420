/** Country, ZIP code and state at the end of a line, and in cells of their own. */
import { describe, expect, test } from 'vitest';
import { readState, readZip, takePlaceTail } from '../../src/matching/read/place.ts';
import { words } from '../../src/matching/read/text.ts';
import { Words } from '../../src/matching/words.ts';

/** `what is left | state | ZIP code` */
function taken(text: string, trusting: boolean, knownZip?: string): string {
  const line = new Words(words(text));
  const { start, state, zip } = takePlaceTail(line, trusting, knownZip);
  return [line.until(start).rest.join(' '), state, zip].join(' | ');
}

describe('at the end of a line without columns', () => {
  test.each([
    ['code and ZIP code', '12 Elm St Easton PA 18042', '12 ELM ST EASTON | PA | 18042'],
    ['name and ZIP code', '12 Elm St New York 10001', '12 ELM ST | NY | 10001'],
    ['a name of three words', '12 Elm St District of Columbia 20001', '12 ELM ST | DC | 20001'],
    ['an abbreviation and ZIP code', '12 Elm St Easton Penn 18042', '12 ELM ST EASTON | PA | 18042'],
    ['a code alone', '12 Elm St Easton PA', '12 ELM ST EASTON | PA | '],
    ['a name of several words alone', '12 Elm St New York', '12 ELM ST | NY | '],
    ['a name of one word alone may be the town', '12 Elm St Washington', '12 ELM ST WASHINGTON |  | '],
    ['behind a comma it is the state', '12 Elm St, Virginia', '12 ELM ST | VA | '],
    ['a ZIP code alone', '12 Elm St 18042', '12 ELM ST |  | 18042'],
    ['with four more digits', '12 Elm St 18042-1234', '12 ELM ST |  | 18042'],
    ['with four more digits apart', '12 Elm St 18042 1234', '12 ELM ST |  | 18042'],
    ['without its zero, behind a code', '12 Elm St PA 8042', '12 ELM ST | PA | 08042'],
    ['four digits alone are none', '12 Elm St 8042', '12 ELM ST 8042 |  | '],
    ['four digits behind a name are none', '12 Elm St Penn 8042', '12 ELM ST PENN 8042 |  | '],
    ['zeros are none', '12 Elm St 00000', '12 ELM ST 00000 |  | '],
    ['the country behind them', '12 Elm St, Easton, PA 18042, USA', '12 ELM ST , EASTON | PA | 18042'],
    ['its whole name', '12 Elm St PA 18042 United States of America', '12 ELM ST | PA | 18042'],
    ['its initials', '12 Elm St PA 18042 U S A', '12 ELM ST | PA | 18042'],
    ['its initials with points', '12 Elm St, U.S.', '12 ELM ST |  | '],
    ['the half of its name is none', '12 Elm St States', '12 ELM ST STATES |  | '],
    ['marks around them', '12 Elm St - PA , 18042 &', '12 ELM ST | PA | 18042'],
    ['a code that is a suffix ends the street', '12 Elm Ct', '12 ELM CT |  | '],
    ['behind another suffix it is the state', '12 Elm St CT', '12 ELM ST | CT | '],
    ['behind a comma, too', '12 Elm, CT', '12 ELM | CT | '],
    ['behind a town that a comma parts from the street, too', '12 Broadway, Acme CT', '12 BROADWAY , ACME | CT | '],
    ['behind a street that is a number, too', '12 5th, Acme CT', '12 5TH , ACME | CT | '],
    ['not of a second street', '12 Broadway, 14 Acme Ct', '12 BROADWAY , 14 ACME CT |  | '],
    ['not behind a name in front', 'Acme Mill, 12 Elm Ct', 'ACME MILL , 12 ELM CT |  | '],
    ['not of a street behind a name alone', 'Acme Mill, Elm Ct', 'ACME MILL , ELM CT |  | '],
    ['not of a street whose number a comma parts', '12, Elm Ct', '12 , ELM CT |  | '],
    ['and before a ZIP code of its own', '12 Elm Ct 06001', '12 ELM | CT | 06001'],
    ['not before one of another state', '12 Elm Ct 98125', '12 ELM CT |  | 98125'],
    ['a code that is a direction, likewise', '12 Elm Ave NE 68001', '12 ELM AVE | NE | 68001'],
    ['before a ZIP code of another state', '12 Elm Ave NE 98125', '12 ELM AVE NE |  | 98125'],
    ['before a ZIP code of nobody knows where', '12 Elm Ct 71501', '12 ELM | CT | 71501'],
    ['a name that begins with a direction', '12 Elm St North Carolina 98125', '12 ELM ST | NC | 98125'],
    ['a plain code before one of another state', '12 Elm Ave PA 98125', '12 ELM AVE | PA | 98125'],
  ])('%s: %s', (_what, text, expected) => {
    expect(taken(text, true)).toBe(expected);
  });

  test.each([
    ['a unit', '12 Elm St Apt 18042'],
    ['a number sign', '12 Elm St # 18042'],
    ['a box', '12 Elm St Box 18042'],
    ['a road', '12 Elm County Road 18042'],
    ['a highway', '12 Old Highway 18042'],
  ])('the number of %s is no ZIP code', (_what, text) => {
    expect(taken(text, true)).toBe(`${words(text).join(' ')} |  | `);
  });

  test.each(['Elm USA', 'Elm 18042', 'PA 18042', 'Elm CT', '12 18042 1234', '12 Elm PA 8042', '12 PA'])(
    'a house number and a street come first: %s',
    (text) => {
      expect(taken(text, true)).toBe(`${words(text).join(' ')} |  | `);
    },
  );
});

describe('beside columns', () => {
  test.each([
    ['code and ZIP code', '12 Elm St PA 18042', '12 ELM ST | PA | 18042'],
    ['a code alone may be anything', '12 Elm St PA', '12 ELM ST PA |  | '],
    ['but behind a comma', '12 Elm St, PA', '12 ELM ST | PA | '],
    ['a name, too', '12 Elm St, New York', '12 ELM ST | NY | '],
    ['a name and a ZIP code', '12 Elm St New York 10001', '12 ELM ST NEW YORK 10001 |  | '],
    ['a ZIP code alone may be a unit', '12 Elm St 18042', '12 ELM ST 18042 |  | '],
    [
      'a name that begins with two letters',
      '12 Elm St US Virgin Islands 00801',
      '12 ELM ST US VIRGIN ISLANDS 00801 |  | ',
    ],
    ['but behind a comma', '12 Elm St, 18042', '12 ELM ST |  | 18042'],
    ['with four more digits', '12 Elm St, 18042 1234', '12 ELM ST |  | 18042'],
    ['the country says nothing else', '12 Elm St USA', '12 ELM ST |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(taken(text, false)).toBe(expected);
  });

  test.each([
    ['the row’s own ZIP code', '12 Elm St 18042', '12 ELM ST |  | 18042'],
    ['even behind a number sign', '12 Elm St # 18042', '12 ELM ST # |  | 18042'],
    ['not where it is the road’s number', '12 Highway 18042', '12 HIGHWAY 18042 |  | '],
    ['another one', '12 Elm St 18043', '12 ELM ST 18043 |  | '],
  ])('%s: %s', (_what, text, expected) => {
    expect(taken(text, false, '18042')).toBe(expected);
  });
});

test.each([
  ['six digits, of nine', '180421', '00018'],
  ['a dash alone behind it', '18042 - ', '18042'],
  ['too few digits', '12', ''],
  ['three', '213', '00213'],
  ['three, and four more', '213-1234', '00213'],
  ['part of the four', '02139-12', '02139'],
  ['four apart', '02139 1234', '02139'],
  ['a decimal fraction', '18042.5', ''],
  ['a decimal without any', '18042.00', '18042'],
  ['a decimal behind the four', '02139-1234.0', '02139'],
  ['two decimals behind the four', '02139-1234.00', '02139'],
  ['nothing', '', ''],
  ['too many digits behind a dash', '12139-12345', ''],
  ['a letter before it', 'X2139-1234', ''],
  ['a number as spreadsheets shorten it', '1.8042E+4', '18042'],
  ['another', '1E5', '00010'],
  ['letters behind it', '18042X', ''],
  ['letters alone', 'ABCDE', ''],
  ['a state before it', 'MA-02139', '02139'],
  ['a word before it', 'ZIP 02139', ''],
])('a cell with %s: %s', (_what, cell, zip) => {
  expect(readZip(cell)).toBe(zip);
});

test.each([
  ['T X', 'TX'],
  ['T.X', 'TX'],
  ['Ohio!', 'OH'],
  ['NewYork', ''],
  ['New York.', 'NY'],
  ['New-York', 'NY'],
  ['PA 18042', 'PA'],
  ['', ''],
  ['12', ''],
])('a state’s cell %j: %j', (cell, state) => {
  expect(readState(cell)).toBe(state);
});
