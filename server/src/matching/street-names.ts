/** Names of streets in one spelling. */
import { standardDirection } from './directionals.ts';
import { cardinalAt, ordinalAt } from './number-words.ts';
import { spellOutInName } from './suffixes.ts';
import { wordMap } from './word-map.ts';
import { Words } from './words.ts';

/** Spellings of one word of a name. What several words abbreviate alike (WASH, IND) is left to the comparison. */
const WORDS = wordMap({
  SAINT: 'ST',
  SAINTS: 'ST',
  SNT: 'ST',
  STREET: 'ST',
  STR: 'ST',
  SAINTE: 'STE',
  MT: 'MOUNT',
  MTN: 'MOUNTAIN',
  FT: 'FORT',
  ARPT: 'AIRPORT',
  AIRPT: 'AIRPORT',
  INTL: 'INTERNATIONAL',
  INTERNATL: 'INTERNATIONAL',
  BWAY: 'BROADWAY',
  BDWY: 'BROADWAY',
  BDWAY: 'BROADWAY',
  BRDWAY: 'BROADWAY',
  UNIV: 'UNIVERSITY',
  NATL: 'NATIONAL',
  GOVT: 'GOVERNMENT',
  MEM: 'MEMORIAL',
  MEML: 'MEMORIAL',
  HOSP: 'HOSPITAL',
  EXEC: 'EXECUTIVE',
  CORP: 'CORPORATE',
  CENTRE: 'CENTER',
  AVE: 'AVENUE',
  AV: 'AVENUE',
  AVN: 'AVENUE',
  DRIVE: 'DR',
  COURT: 'CT',
  '&': 'AND',
});

/** Titles in front of a name. Alone they are the name: General St, Colonel Dr. */
const TITLES = wordMap({
  DOCTOR: 'DR',
  REVEREND: 'REV',
  GENERAL: 'GEN',
  COLONEL: 'COL',
  CAPTAIN: 'CAPT',
  SERGEANT: 'SGT',
  LIEUTENANT: 'LT',
  MONSIGNOR: 'MSGR',
  CORPORAL: 'CPL',
  FATHER: 'FR',
});

/** `M.L. King`: as one word the initials are short for a mill. */
const KING =
  /^(?:DR |REV )*(?:MLK|M L K|M L KING|MILL KING|MARTIN L KING|M LUTHER KING|MARTIN LUTHER KING|MARTIN L K)$/;
const GENERATION = new Set(['JR', 'JUNIOR', 'SR', 'SENIOR']);
/** Digits that a scanner or a tired typist put for letters, inside a word of letters. */
const MISREAD_LETTERS: Readonly<Record<string, string>> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' };
const MISREAD_WORD = /^[A-Z]+[0158]{1,2}[A-Z]+$/;

/** A name in one spelling: numbers as digits, saints as ST, suffix words in full, directions as letters. */
export function standardName(words: readonly string[]): string {
  const [only = ''] = words;
  if (words.length === 1 && only !== 'MLK') {
    return standardDirection(only) ?? standardNumber(only) ?? standardWord(only, false);
  }
  let name = '';
  let at = new Words(words);
  while (!at.isOver) {
    const number = ordinalAt(at) ?? cardinalAt(at);
    const { word, isFirst } = at;
    at = at.skip(number?.words ?? 1);
    if (number === undefined && !isFirst && at.isOver && GENERATION.has(word)) break;
    const titled = isFirst ? TITLES.get(word) : undefined;
    const standard = number === undefined ? (titled ?? standardWord(word, !isFirst)) : String(number.value);
    name = name === '' ? standard : `${name} ${standard}`;
  }
  return KING.test(name) ? 'MARTIN LUTHER KING' : name;
}

function standardNumber(word: string): string | undefined {
  const number = ordinalAt(new Words([word]));
  return number === undefined ? undefined : String(number.value);
}

function standardWord(word: string, behindFirst: boolean): string {
  const spelled = WORDS.get(word);
  if (spelled !== undefined) return spelled;
  if (behindFirst && word.length > 1) {
    const direction = standardDirection(word);
    if (direction !== undefined && word.length > 3) return direction;
  }
  if (MISREAD_WORD.test(word))
    return spellOutInName(word.replace(/[0158]/g, (digit) => MISREAD_LETTERS[digit] ?? digit));
  return spellOutInName(word.replaceAll('-', ''));
}

/** The name without blanks: `DE KALB` and `DEKALB` are one street. */
export function compactName(name: string): string {
  return name.includes(' ') ? name.replaceAll(' ', '') : name;
}
