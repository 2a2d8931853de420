/** From what somebody typed to plain upper-case ASCII words. */
import { wordMap } from '../word-map.ts';

/** Cyrillic and Greek letters that look like a Latin one, each before it: lists have them from other keyboards and from scanners. */
const LOOKALIKES = 'АAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX';
/** Letters that no decomposition takes apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from(LOOKALIKES.matchAll(/(.)(.)/gu), ([, letter, latin]) => [letter, latin])),
  Æ: 'AE',
  Œ: 'OE',
  Ø: 'O',
  Ł: 'L',
  Đ: 'D',
  Ð: 'D',
  Þ: 'TH',
  ẞ: 'SS',
  '⁄': '/',
};

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  nbsp: ' ',
  quot: '"',
  apos: "'",
  lt: ' ',
  gt: ' ',
  ndash: '-',
  mdash: '-',
  rsquo: "'",
  lsquo: "'",
};
const ENTITY = /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,6}));/gi;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** What UTF-8 looks like when it was read as Windows-1252: a lead byte as Ã, Â or â and a continuation byte after it. */
const MISREAD_UTF8 =
  /[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/;
/** The characters that Windows-1252 has where Latin-1 has control codes, in the order of their bytes from 0x80. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const FIRST_WINDOWS_BYTE = 0x80;

/** Upper-case printable ASCII that says what the text said: no accents, entities, exotic dashes, quotes or invisible characters. */
export function fold(text: string): string {
  const plain = text.includes('&') ? text.replace(ENTITY, decodeEntity) : text;
  if (PRINTABLE_ASCII.test(plain)) return plain.toUpperCase();
  return repairMisread(plain)
    .replace(/[\u00bc-\u00be\u2150-\u215e]/g, ' $&')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u200b-\u200f\u00ad\ufeff\u2060]/g, '')
    .replace(/[\u2010-\u2015\u2212\u02d7]/g, '-')
    .replace(/[\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u0060\u00b4]/g, "'")
    .replace(/[\r\n\u2028\u2029]+/g, ', ')
    .toUpperCase()
    .replace(/[^\x20-\x7e]/g, (character) => LETTERS[character] ?? ' ');
}

function decodeEntity(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
  // No number of so few digits lies beyond Unicode.
  return String.fromCodePoint(decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal));
}

/** Reads text as UTF-8 again that a program had read as Windows-1252 (`JosÃ©` is `José`); anything else stays as it is. */
function repairMisread(text: string): string {
  if (!MISREAD_UTF8.test(text)) return text;
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const windows = WINDOWS_1252.indexOf(character);
    const byte = windows < 0 ? code : windows + FIRST_WINDOWS_BYTE;
    if (byte > 0xff) return text;
    escaped += `%${byte.toString(16).padStart(2, '0')}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return text;
  }
}

/** They stand as words of their own. */
export const MARKS: ReadonlySet<string> = new Set([',', '-', '#', '&', '@']);

/** Words of a line in order, marks among them; a hyphen inside a number or a unit stays. */
export function words(line: string): string[] {
  return spaced(fold(ENCODED.test(line) ? decoded(line) : line))
    .split(' ')
    .filter(Boolean);
}

/** `2440+Western+Ave`, `2440%20Western%20Ave`: as web forms send it. */
const ENCODED = /^(?=[^\d +]*\d)[^ +]*(?:\+[^ +]+)+$|^(?=[^ ]+$)[^ ]+%20[^ ]/;

function decoded(line: string): string {
  const plain = line.replaceAll('+', ' ');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** `APT4B`: a designator and its number without a blank. */
const JOINED_UNIT = /\b(SUITE|STE|APT|UNIT|FLOOR|RM|ROOM|BLDG)(\d+[A-Z]?)\b/g;
/** Most lines have no marks at all, and the replacements of marks took a twelfth of a row's time. */
const UNMARKED = /^[A-Z0-9 ]*$/;

/** `3,022 Paulding Ave`, but not the houses `95, 102`. */
const THOUSANDS = /^(\d{1,2}),(\d{3})(?= [A-Z\d])/;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** A spreadsheet took the houses 11-02 and 11-52 for dates, `2-Nov` and `Nov-52`. */
const DATE = new RegExp(`^(?:(\\d{1,2})-(${MONTHS.join('|')})|(${MONTHS.join('|')})-(\\d\\d))(?= [A-Z\\d])`);

function houseOfDate(_date: string, day: string | undefined, month: string, other: string, year: string): string {
  return `${MONTHS.indexOf(month ?? other) + 1}-${(day ?? year).padStart(2, '0')}`;
}

const PHONE = /\(?\b\d{3}\)?[-. ]{1,2}\d{3}[-.]\d{4}\b/g;

function spaced(folded: string): string {
  if (UNMARKED.test(folded)) return folded.replace(JOINED_UNIT, '$1 $2');
  const numbered = folded.replace(PHONE, ' , ').trimStart().replace(THOUSANDS, '$1$2').replace(DATE, houseOfDate);
  const text = /[.'"/]/.test(numbered) ? withoutDots(withFractions(numbered)) : numbered;
  return text
    .replace(/[,;|()[\]{}\t]/g, ' , ')
    .replace(/[#&+@]/g, separateWord)
    .replace(/[^A-Z0-9 ,#&@/-]/g, ' ')
    .replace(/C\/O\b|\//g, separateSlash)
    .replace(JOINED_UNIT, '$1 $2')
    .replace(/-{2,}/g, ' - ')
    .replace(/(?<=[A-Z]{2})-(?=[A-Z0-9])/g, ' ')
    .replace(/(\d)-(?=[A-Z]{2,})/g, '$1 - ')
    .replace(/(?<=[A-Z0-9])-(?![A-Z0-9])|(?<![A-Z0-9])-/g, ' - ');
}

function separateWord(mark: string): string {
  return mark === '+' ? ' & ' : ` ${mark} `;
}

/** `C/O` stays a word; a slash between numbers is a range or a fraction; any other parts two names. */
function separateSlash(mark: string, at: number, whole: string): string {
  if (mark.length > 1) return ` ${mark} `;
  return /\d/.test(whole[at - 1] ?? '') && /\d/.test(whole[at + 1] ?? '') ? mark : ' & ';
}

/** A house number with decimals, at the beginning of a part. `1.5` miles elsewhere are no house. */
const DECIMAL = /(^|, *)(\d{1,6})\.(\d{1,2})(?= +[A-Z\d])/g;
/** `32-1/2`, `32 & 1/2` */
const JOINED_FRACTION = /(\d) ?(?:-|&| AND) ?(?=[1-7]\/[2-8](?!\d))/g;
const FRACTIONS = wordMap({ '': '', '5': ' 1/2', '25': ' 1/4', '75': ' 3/4' });

/** Halves and quarters as people write them, other decimals as tenths or hundredths. */
function withFractions(text: string): string {
  return text.replace(DECIMAL, fractionOf).replace(JOINED_FRACTION, '$1 ');
}

function fractionOf(_whole: string, before: string, house: string, digits: string): string {
  const decimals = digits.replace(/^0+$|(?<=\d)0$/, '');
  return `${before}${house}${FRACTIONS.get(decimals) ?? ` ${Number(decimals)}/${10 ** decimals.length}`}`;
}

/** Dots end abbreviations and part words. Dotted initials are one word: `U.S.`, `N. W.`, `P.O.Box`. */
function withoutDots(text: string): string {
  return text
    .replace(/["']/g, '')
    .replace(/\bA\/K\/A\b|\bA\.K\.A\b\.?/g, ' AKA ')
    .replace(/\b[DF]\/[BK]\/A\b/g, ' DBA ')
    .replace(/\bN\/A\b/g, ' NA ')
    .replace(/\bW\/(?=[A-Z]{2})/g, ' WITH ')
    .replace(/\b([A-Z])\.(?=[A-Z]\.)/g, '$1')
    .replace(/\b([NS])\. (?=[EW]\.)|\b(P)\. (?=O\.)|\b(U)\. (?=S\.)/g, '$1$2$3')
    .replace(/\b(\d+)\.0+\b/g, '$1')
    .replace(/(\d)\.(?=\d)/g, '$1-')
    .replace(/\./g, ' ');
}
