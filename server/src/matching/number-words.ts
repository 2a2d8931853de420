/** Numbers written as words, and ordinals in either spelling. */
import { isOneEditApart, SHORTEST_MISTYPED } from './edit-distance.ts';
import type { Words } from './words.ts';

const UNITS =
  'ONE FIRST|TWO SECOND|THREE THIRD|FOUR FOURTH|FIVE FIFTH|SIX SIXTH|SEVEN SEVENTH|EIGHT EIGHTH|NINE NINTH|TEN TENTH|' +
  'ELEVEN ELEVENTH|TWELVE TWELFTH|THIRTEEN THIRTEENTH|FOURTEEN FOURTEENTH|FIFTEEN FIFTEENTH|SIXTEEN SIXTEENTH|' +
  'SEVENTEEN SEVENTEENTH|EIGHTEEN EIGHTEENTH|NINETEEN NINETEENTH';
const TENS =
  'TWENTY TWENTIETH|THIRTY THIRTIETH|FORTY FORTIETH|FIFTY FIFTIETH|SIXTY SIXTIETH|SEVENTY SEVENTIETH|EIGHTY EIGHTIETH|' +
  'NINETY NINETIETH';

const NUMBERS: readonly (readonly [cardinal: string, ordinal: string, value: number])[] = [
  ...UNITS.split('|').map((pair, index) => named(pair, index + 1)),
  ...TENS.split('|').map((pair, index) => named(pair, (index + 2) * 10)),
];
const CARDINALS: ReadonlyMap<string, number> = new Map(NUMBERS.map(([cardinal, , value]) => [cardinal, value]));
const ORDINALS: ReadonlyMap<string, number> = new Map([
  ...NUMBERS.map(([, ordinal, value]) => [ordinal, value] as const),
  ['NINETH', 9],
  ['EIGTH', 8],
  ['TWELVTH', 12],
  ['FOURTY', 40],
  ['HUNDREDTH', 100],
]);

function named(pair: string, value: number): readonly [string, string, number] {
  const [cardinal = '', ordinal = ''] = pair.split(' ');
  return [cardinal, ordinal, value];
}

/** `NCL` and `RCL` are what a scanner makes of ND and RD. */
const ORDINAL_DIGITS = /^(\d+)(ST|ND|RD|TH|RST|ERD|NT|NCL|RCL)$/;

/** Asked of every word, most of which don't: the expression alone took a fiftieth of a row's time. */
export function beginsWithDigit(word: string): boolean {
  const unit = word.charCodeAt(0);
  return unit >= 48 && unit <= 57;
}

/** What a number's words say and how many of them it takes. */
export interface SpelledNumber {
  readonly value: number;
  readonly words: number;
}

/** A number spelled with cardinals from here on (`ONE`, `TWENTY THREE`, `ONE HUNDRED`), or undefined. */
export function cardinalAt(at: Words): SpelledNumber | undefined {
  const first = CARDINALS.get(at.word);
  if (first === undefined) return undefined;
  if (at.peek(1) === 'HUNDRED' && first < 10) {
    const head = at.peek(2) === 'AND' ? 3 : 2;
    const rest = cardinalAt(at.skip(head));
    if (rest === undefined || rest.value >= 100) return { value: first * 100, words: 2 };
    return { value: first * 100 + rest.value, words: rest.words + head };
  }
  const second = CARDINALS.get(at.peek(1));
  if (first >= 20 && second !== undefined && second < 10) return { value: first + second, words: 2 };
  return { value: first, words: 1 };
}

/** A street's number spelled as an ordinal (`FIFTH`, `TWENTY THIRD`, `23RD`), or undefined. */
export function ordinalAt(at: Words): SpelledNumber | undefined {
  const { word } = at;
  if (beginsWithDigit(word)) {
    const digits = ORDINAL_DIGITS.exec(word);
    return digits === null ? undefined : { value: Number(digits[1]), words: 1 };
  }
  const ordinal = ORDINALS.get(word);
  if (ordinal !== undefined) return { value: ordinal, words: 1 };
  const tens = CARDINALS.get(word);
  const unit = ORDINALS.get(at.peek(1));
  if (tens !== undefined && tens >= 20 && unit !== undefined && unit < 10) return { value: tens + unit, words: 2 };
  return undefined;
}

/** The number whose ordinal one wrong letter hides (`SECONDD`), or undefined if none or more than one is meant. */
export function mistypedOrdinal(word: string): number | undefined {
  if (word.length < SHORTEST_MISTYPED || /\d/.test(word) || ORDINALS.has(word)) return undefined;
  const meant = new Set<number>();
  for (const [ordinal, value] of ORDINALS) {
    if (isOneEditApart(word, ordinal)) meant.add(value);
  }
  const [value] = meant;
  return meant.size === 1 ? value : undefined;
}
