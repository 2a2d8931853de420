/** Numbered roads. `US-50`, `U.S. Hwy 50`, `Highway No. 50` and `HWY 50` are one name; the class of the road is its suffix. */

import { stateCode } from '../core/input/states.ts';
import { standardDirection } from './directionals.ts';
import { isOneEditApart } from './edit-distance.ts';
import { wordMap } from './word-map.ts';
import type { Words } from './words.ts';

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
/** After the number these words tell a variant of the road; they are dropped, because house numbers tell the two apart. */
const VARIANTS = new Set(['BUSINESS', 'BUS', 'BYPASS', 'BYP', 'ALT', 'ALTERNATE', 'TRUCK', 'SPUR', 'SCENIC']);
const NUMBER = /^\d{1,5}[A-Z]?$/;
const LETTERS = /^[A-Z]{1,3}$/;

/** Reads a numbered road, or undefined. A direction in front was taken away before. */
export function readHighway(street: Words): Highway | undefined {
  if (!street.has(2)) return undefined;
  const road = readNumberedRoad(street);
  if (road === undefined) return undefined;
  let postdir = '';
  for (let at = road.behind; !at.isOver; at = at.skip(1)) {
    const direction = standardDirection(at.word);
    if (direction !== undefined && postdir === '') postdir = direction;
    else if (!VARIANTS.has(at.word)) return undefined;
  }
  return { name: road.name, suffix: road.suffix, postdir };
}

/** After the head, the number and the variant of a numbered road, or undefined if none begins: where a street's end is searched. */
export function behindHighway(start: Words): Words | undefined {
  let at = readNumberedRoad(start)?.behind;
  while (at !== undefined && VARIANTS.has(at.word)) at = at.skip(1);
  return at;
}

interface NumberedRoad {
  readonly name: string;
  readonly suffix: string;
  readonly behind: Words;
}

function readNumberedRoad(start: Words): NumberedRoad | undefined {
  const isOld = start.word === 'OLD';
  const head = readHead(isOld ? start.skip(1) : start);
  if (head === undefined) return undefined;
  let at = head.behind;
  while (NUMBER_MARKS.has(at.word)) at = at.skip(1);
  if (!NUMBER.test(at.word) && !(head.suffix === 'COUNTY HWY' && LETTERS.test(at.word))) return undefined;
  return { name: `${isOld ? 'OLD ' : ''}HWY ${at.word}`, suffix: head.suffix, behind: at.skip(1) };
}

interface RoadHead {
  readonly suffix: string;
  readonly behind: Words;
}

function readHead(at: Words): RoadHead | undefined {
  const first = at.word;
  const second = at.peek(1);
  if (isRoadWord(first, second)) return { suffix: HIGHWAY, behind: at.skip(1) };
  if (isRoadWord(at.peek(2), at.peek(3))) {
    if (first === 'UNITED' && second === 'STATES') return { suffix: 'US HWY', behind: at.skip(3) };
    if (stateCode(`${first} ${second}`) !== undefined) return { suffix: 'STATE HWY', behind: at.skip(3) };
  }
  if (first === 'FARM' && second === 'TO' && at.peek(2) === 'MARKET') {
    return { suffix: 'FM HWY', behind: at.skip(isRoad(at.peek(3)) ? 4 : 3) };
  }
  const kind = CLASSES.get(first);
  if (kind !== undefined && first !== 'ST' && isRoad(second)) return { suffix: kind, behind: at.skip(2) };
  if (isRoadWord(second, at.peek(2))) {
    const road = kind ?? (stateCode(first) === undefined ? undefined : 'STATE HWY');
    if (road !== undefined) return { suffix: road, behind: at.skip(2) };
  }
  const whole = WHOLE.get(first);
  return whole !== undefined && NUMBER.test(second) ? { suffix: whole, behind: at.skip(1) } : undefined;
}

/** In front of a number also with one wrong letter. */
function isRoadWord(word: string, next: string): boolean {
  return ROAD_WORDS.has(word) || (NUMBER.test(next) && isOneEditApart(word, 'HIGHWAY'));
}

function isRoad(word: string): boolean {
  return word === 'ROAD' || word === 'RD';
}
