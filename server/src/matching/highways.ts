/** Numbered roads. `US-50`, `U.S. Hwy 50`, `Highway No. 50` and `HWY 50` are one name; the class of the road is its suffix. */
import { standardDirection } from './directionals.ts';
import { isOneEditApart } from './edit-distance.ts';
import { stateCode } from './states.ts';
import { wordMap } from './word-map.ts';

export interface Highway {
  readonly name: string;
  readonly suffix: string;
  readonly postdir: string;
}

/** Suffixes of highways end in this; a bare one tells no class. */
export const HIGHWAY = 'HWY';

const ROAD_WORDS = new Set(
  'HIGHWAY HIGHWY HIWAY HIWY HWAY HWY HGWY HGHWY HWYS ROUTE RTE RT RTES RTS ROUT RUTE ROTUE RUOTE'.split(' '),
);
const NUMBER_MARKS = new Set(['NO', 'NUMBER', 'NUM', '#']);
/** Words that tell the class of a numbered road when a road word or a number follows. */
const CLASSES = wordMap({
  US: 'US HWY',
  STATE: 'STATE HWY',
  ST: 'STATE HWY',
  COUNTY: 'COUNTY HWY',
  COUNTRY: 'COUNTY HWY',
  CNTY: 'COUNTY HWY',
  CTY: 'COUNTY HWY',
  CO: 'COUNTY HWY',
  FARM: 'FM HWY',
  RANCH: 'RM HWY',
  PRIVATE: 'PRIVATE HWY',
  TOWNSHIP: 'TOWNSHIP HWY',
  TWP: 'TOWNSHIP HWY',
});
/** Abbreviations that hold class and road word in one. */
const WHOLE = wordMap({
  US: 'US HWY',
  SR: 'STATE HWY',
  SH: 'STATE HWY',
  STATE: 'STATE HWY',
  CR: 'COUNTY HWY',
  FM: 'FM HWY',
  RM: 'RM HWY',
  RR: 'RM HWY',
  PR: 'PRIVATE HWY',
  I: 'INTERSTATE',
  IH: 'INTERSTATE',
  INTERSTATE: 'INTERSTATE',
  BUSINESS: HIGHWAY,
  SPUR: HIGHWAY,
});
/** Behind the number these words tell a variant of the road; they are dropped, because house numbers tell the two apart. */
const VARIANTS = new Set(['BUSINESS', 'BUS', 'BYPASS', 'BYP', 'ALT', 'ALTERNATE', 'TRUCK', 'SPUR', 'SCENIC']);
const NUMBER = /^\d{1,5}[A-Z]?$/;
const LETTERS = /^[A-Z]{1,3}$/;

/** Reads a numbered road, or undefined. A direction in front was taken away before. */
export function readHighway(words: readonly string[]): Highway | undefined {
  if (words.length < 2) return undefined;
  const old = words[0] === 'OLD' ? 1 : 0;
  const head = readHead(words, old);
  if (head === undefined) return undefined;
  let index = head.next;
  while (NUMBER_MARKS.has(words[index] ?? '')) index++;
  const number = words[index] ?? '';
  const isNumber = NUMBER.test(number) || (head.suffix === 'COUNTY HWY' && LETTERS.test(number));
  if (!isNumber || (LETTERS.test(number) && standardDirection(number) !== undefined && words.length === index))
    return undefined;
  index++;
  let postdir = '';
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    const direction = standardDirection(word);
    if (direction !== undefined && postdir === '') postdir = direction;
    else if (!VARIANTS.has(word)) return undefined;
  }
  return { name: `${old === 1 ? 'OLD ' : ''}HWY ${number}`, suffix: head.suffix, postdir };
}

/** How many words from `start` on are a numbered road's head and number, 0 for none: where a street's end is searched. */
export function highwayLength(words: readonly string[], start: number): number {
  const head = readHead(words, words[start] === 'OLD' ? start + 1 : start);
  if (head === undefined) return 0;
  let index = head.next;
  while (NUMBER_MARKS.has(words[index] ?? '')) index++;
  const number = words[index] ?? '';
  if (!NUMBER.test(number) && !(head.suffix === 'COUNTY HWY' && LETTERS.test(number))) return 0;
  index++;
  while (VARIANTS.has(words[index] ?? '')) index++;
  return index - start;
}

function readHead(words: readonly string[], start: number): { suffix: string; next: number } | undefined {
  const first = words[start] ?? '';
  const second = words[start + 1] ?? '';
  if (isRoadWord(words, start)) return { suffix: HIGHWAY, next: start + 1 };
  if (isRoadWord(words, start + 2)) {
    if (first === 'UNITED' && second === 'STATES') return { suffix: 'US HWY', next: start + 3 };
    if (stateCode(`${first} ${second}`) !== undefined) return { suffix: 'STATE HWY', next: start + 3 };
  }
  if (first === 'FARM' && second === 'TO' && words[start + 2] === 'MARKET') {
    return { suffix: 'FM HWY', next: isRoad(words[start + 3]) ? start + 4 : start + 3 };
  }
  const kind = CLASSES.get(first);
  if (kind !== undefined && first !== 'ST' && isRoad(second)) return { suffix: kind, next: start + 2 };
  if (isRoadWord(words, start + 1)) {
    const road = kind ?? (stateCode(first) === undefined ? undefined : 'STATE HWY');
    if (road !== undefined) return { suffix: road, next: start + 2 };
  }
  const whole = WHOLE.get(first);
  return whole !== undefined && NUMBER.test(second) ? { suffix: whole, next: start + 1 } : undefined;
}

/** In front of a number also with one wrong letter. */
function isRoadWord(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  return ROAD_WORDS.has(word) || (NUMBER.test(words[index + 1] ?? '') && isOneEditApart(word, 'HIGHWAY'));
}

function isRoad(word: string | undefined): boolean {
  return word === 'ROAD' || word === 'RD';
}
