/** What lists, keyboards, scanners and web forms make of a text, and the plain words that it still says. */
import { describe, expect, test } from 'vitest';
import { MARKS, words } from '../../src/matching/read/text.ts';

const said = (text: string) => words(text).join(' ');

describe('a character says what it looks like:', () => {
  test.each([
    ['of HTML, by its number', '12&#32;Elm &#x4f;ak', '12 ELM OAK'],
    ['of HTML, by its name, in any case', '12&nbsp;Elm &AMP; Oak &ndash; &quot;B&quot;', '12 ELM & OAK - B'],
    ['of HTML that nobody knows', 'Elm &bogus; Oak', 'ELM & BOGUS , OAK'],
    ['of HTML that is half a character', '&#xD800;Elm&#xDFFF;Oak', 'ELM OAK'],
    ['of HTML, by any number', '&#79;ak &#x4F;ak &#xFF15;', 'OAK OAK 5'],
    ['of HTML that means nothing here', 'Elm&lt;Oak&gt;', 'ELM OAK'],
    ['of HTML that joins', 'O&rsquo;Brien &apos;x&lsquo; &quot;Elm&quot; 5&mdash;7', 'OBRIEN X ELM 5-7'],
    ['a number’s', '№ 5', 'NO 5'],
    ['of HTML that is none of Unicode', 'Elm&#1114112;', 'ELM & # 1114112 ,'],
    ['with an accent', 'José Ångström', 'JOSE ANGSTROM'],
    ['of two letters', 'Ælfred Œuvre ẞ Þ', 'AELFRED OEUVRE SS TH'],
    ['that no decomposition takes apart', 'Ø Ł Đ Ð', 'O L D D'],
    ['of Greek and Russian', 'ΑΒΕ МОТ', 'ABE MOT'],
    ['a fraction', '12½ Elm', '12 1/2 ELM'],
    ['in full width', 'ＭＡＩＮ ５', 'MAIN 5'],
    ['that nobody sees', 'M\u200ba\u00adi\ufeffn', 'MAIN'],
    ['a dash of print', '12–14 12−14', '12-14 12-14'],
    ['a quote of print', 'O’Brien ‘Elm’ ´x`', 'OBRIEN ELM X'],
    ['the end of a line', 'Elm\r\n\r\nOak\u2028Ash', 'ELM , OAK , ASH'],
    ['read in the wrong code', 'JosÃ© Oâ€™Brien Â½', 'JOSE OBRIEN 1/2'],
    ['read in the wrong code, on two lines', 'JosÃ©\nElm', 'JOSE , ELM'],
    ['read in the wrong code, in part', 'Ã©漢', 'A'],
    ['that only looks as if it were', 'Ã Elm Ãx', 'A ELM AX'],
    ['that is none here', '漢 Elm', 'ELM'],
  ])('%s', (_what, text, expected) => {
    expect(said(text)).toBe(expected);
  });
});

describe('a mark stands alone, joins or vanishes:', () => {
  test.each([
    ['commas and what is like them', 'a,b;c|d(e)[f]{g}', 'A , B , C , D , E , , F , , G ,'],
    ['a tab', 'Elm\tOak', 'ELM OAK'],
    ['a number sign, “and”, “at”', 'Elm#4 Oak&Ash 5@6 7+8', 'ELM # 4 OAK & ASH 5 @ 6 7 & 8'],
    ['quotes and others', '"Elm" $Oak* %Ash!', 'ELM OAK ASH'],
    ['a slash between numbers', '12/14 Elm', '12/14 ELM'],
    ['a slash between names', 'Elm/Oak 5/Elm', 'ELM & OAK 5 & ELM'],
    ['a hyphen between words', 'Winston-Salem', 'WINSTON SALEM'],
    ['a hyphen between number and name', '12-Elm', '12 - ELM'],
    ['a hyphen in a number or a unit', '12-14 12-A A-12', '12-14 12-A A-12'],
    ['a hyphen beside a blank', '12- 14 -16 - 18', '12 - 14 - 16 - 18'],
    ['two hyphens', 'Elm--Oak', 'ELM - OAK'],
    ['a full stop', '12 Elm.St.', '12 ELM ST'],
    ['full stops of initials', 'U.S. N. W. P.O.Box P. O. Box U. S. Elm', 'US NW PO BOX PO BOX US ELM'],
    ['a decimal without any', '12.0 Elm 14.00', '12 ELM 14'],
    ['halves and quarters', '12.50 Elm, 30.25 Oak, 7.75 Ash', '12 1/2 ELM , 30 1/4 OAK , 7 3/4 ASH'],
    ['other decimals', '30.4 Elm, 30.40 Elm, 30.36 Elm', '30 4/10 ELM , 30 4/10 ELM , 30 36/100 ELM'],
    ['decimals elsewhere', 'County Road 10.5', 'COUNTY ROAD 10-5'],
    [
      'joined fractions',
      '32-1/2 Elm, 32 - 1/2 Elm, 32 and 3/4 Elm, 88-12 Elm',
      '32 1/2 ELM , 32 1/2 ELM , 32 3/4 ELM , 88-12 ELM',
    ],
    [
      'abbreviations with a slash',
      'A/K/A a.k.a. a.k.a D/B/A f/k/a N/A W/Elm W/E c/o Jane',
      'AKA AKA AKA DBA DBA NA WITH ELM W & E C/O JANE',
    ],
    ['a unit without its blank', 'APT4B STE200 UNIT12A RM5', 'APT 4B STE 200 UNIT 12A RM 5'],
    ['the same beside marks', 'Elm, APT4B', 'ELM , APT 4B'],
    ['a telephone number', 'Elm 555-123-4567, (555) 123-4567 Oak (555)- 123.4567', 'ELM , , , OAK ,'],
  ])('%s', (_what, text, expected) => {
    expect(said(text)).toBe(expected);
  });

  test('each mark is a word', () => {
    for (const mark of MARKS) expect(words(`a ${mark} b`)).toEqual(['A', mark, 'B']);
  });
});

describe('a number at the beginning is what it was before a program changed it:', () => {
  test.each([
    ['a comma for thousands', '3,022 Elm Ave', '3022 ELM AVE'],
    ['a comma behind two digits', '12,022 Elm Ave', '12022 ELM AVE'],
    ['behind blanks', '  3,022 Elm Ave', '3022 ELM AVE'],
    ['not where a list goes on', '95,102', '95 , 102'],
    ['not where a mark follows', '3,022 #5', '3 , 022 # 5'],
    ['not with a blank', '95, 102 Elm', '95 , 102 ELM'],
    ['not of two digits', '3,02 Elm', '3 , 02 ELM'],
    ['not later in the line', 'Elm 3,022 Oak', 'ELM 3 , 022 OAK'],
    ['a date of this year', '2-Nov Elm', '11-02 ELM'],
    ['a date of a month', 'Jan-52 Elm', '1-52 ELM'],
    ['the last month', '15-Dec Elm', '12-15 ELM'],
    ['not without a street', '2-Nov', '2 - NOV'],
    ['not later in the line', 'Elm 2-Nov Oak', 'ELM 2 - NOV OAK'],
  ])('%s', (_what, text, expected) => {
    expect(said(text)).toBe(expected);
  });
});

describe('a line that a web form encoded is decoded:', () => {
  test.each([
    ['with plus signs', '2440+Western+Ave', '2440 WESTERN AVE'],
    ['with escapes', '2440%20Western%20Ave', '2440 WESTERN AVE'],
    ['with both', '2440+Western+Ave%2C+Elm', '2440 WESTERN AVE , ELM'],
    ['with an escape that is none', '2440+Western+Ave%ZZ', '2440 WESTERN AVE ZZ'],
    ['not without a number', 'C+Street', 'C & STREET'],
    ['with a number somewhere in its first word', 'B12+Elm+St', 'B12 ELM ST'],
    ['not with one in a later word', 'Elm+12', 'ELM & 12'],
    ['not before blanks', 'Western%20Ave 5', 'WESTERN 20AVE 5'],
    ['not with blanks', '2440 Western + Elm', '2440 WESTERN & ELM'],
    ['not with blanks beside escapes', '2440 Western%20Ave', '2440 WESTERN 20AVE'],
  ])('%s', (_what, text, expected) => {
    expect(said(text)).toBe(expected);
  });
});
