/**
 * Roads that are named by a number or by letters. `US-50`, `U.S. Hwy 50`, `U S Highway No. 50` and `US50` are one name; the class of
 * the road is its suffix. The number is never a unit, and nothing about it is ever corrected.
 */
import { standardDirection } from './directionals.ts';
import { isOneEditApart } from './edit-distance.ts';
import { cardinalAt } from './number-words.ts';
import { ANY_ROAD, LETTERED_BY_STATE, ROAD_VARIANTS, shownClass } from './road-classes.ts';
import { type HeadNode, isRoadWord, ROAD_HEADS, type RoadHead } from './road-heads.ts';
import { isStreetType, standardSuffix } from './suffixes.ts';
import { looseDesignator, opensAside, strictDesignator } from './units.ts';
import type { Words } from './words.ts';

/** A numbered road in a line. */
export interface Road {
  /** `HWY 50`, `OLD HWY 50`, `HWY 17 92`, `HWY AA`, `HWY 31 BUS`: no other street's name begins so. */
  readonly name: string;
  readonly suffix: string;
  /** Behind number and variants. */
  readonly behind: Words;
  /** Where the number begins, if the words before it are the name of common streets too (`Park Road 5`), else undefined. */
  readonly unitAt: Words | undefined;
}

interface Numbered {
  readonly head: RoadHead;
  readonly number: string;
  readonly variant: string;
  readonly behind: Words;
  readonly unitAt: Words | undefined;
}

const NUMBER_MARKS = new Set(['NO', 'NUMBER', 'NUM', '#', '-']);
const PLAIN = /^0*(\d{1,5}[A-Z]?)$/;
/** `17-92`, `5/7`: two numbers; `9-A`: a number and its letter. */
const TWO_NUMBERS = /^0*(\d{1,5})[-/](\d{1,4}[A-Z]?)$/;
const HYPHENED_LETTER = /^0*(\d{1,5})-([A-Z])$/;
/** `E38`, `J-17`, `A1A`, `2N14`: letters of a grid, which long-distance roads don't have. */
const GRID = /^([A-Z]{1,2})-?(\d{1,4}[A-Z]?)$|^(\d{1,2}[NSEW])-?(\d{1,3}[A-Z]?)$/;
/** Roads that share their pavement, so that their two numbers are one name (`Highway 17 92`). */
const SHARING = new Set([ANY_ROAD, 'US HWY', 'STATE HWY']);
const WITHOUT_GRID = new Set(['INTERSTATE', 'US HWY']);
const FURTHER_NUMBER = /^\d{1,3}$/;
const GLUED = /^([A-Z]{1,7})(-?)(\d.*)$/;
/** Little words that are no letters of a road. */
const NO_LETTERS = new Set(['AT', 'OF', 'ON', 'BY', 'TO', 'IN', 'AND', 'THE', 'NO', 'PO', 'POB', 'BOX', 'OLD']);

/** Reads the numbered road that begins here, or undefined. A direction in front was taken away before, unless it is a state's. */
export function readRoad(start: Words, state: string): Road | undefined {
  const first = ROAD_HEADS.next.get(start.word);
  if (first === undefined && !mayBeGlued(start.word) && !isMistypedHighway(start)) return undefined;
  let at = start;
  let isOld = false;
  let leading = '';
  for (let prefix = first?.prefix; prefix; prefix = ROAD_HEADS.next.get(at.word)?.prefix) {
    if (prefix === 'OLD') isOld = true;
    else leading = prefix;
    at = at.skip(1);
  }
  const found = walk(ROAD_HEADS, at, state) ?? (leading === '' || isOld ? undefined : bare(at, state));
  if (found === undefined) return undefined;
  const { variant, behind } = behindVariants(found.behind);
  const kind = found.variant || leading || variant;
  const name = `${isOld ? 'OLD ' : ''}HWY ${found.number}${kind === '' ? '' : ` ${kind}`}`;
  return { name, suffix: found.head.suffix, behind, unitAt: found.unitAt };
}

/** True for the name of a numbered road. */
export function isRoadName(name: string): boolean {
  return name.startsWith('HWY ') || name.startsWith('OLD HWY ');
}

/** A numbered road as people write it, which is read as the same road again. */
export function roadLine(name: string, suffix: string): string {
  return name.replace('HWY', shownClass(suffix));
}

/** After the variants here and, behind a direction, those that follow it. */
export function behindVariants(start: Words): { readonly variant: string; readonly behind: Words } {
  let variant = '';
  let at = start;
  for (; !at.isOver; at = at.skip(1)) {
    const further = ROAD_VARIANTS.get(at.word);
    // `Business Loop`, `Business Route`
    if (further === undefined && (variant === '' || !isRoadWord(at.word) || at.has(2))) break;
    if (variant === '') variant = further ?? '';
  }
  return { variant, behind: at };
}

function mayBeGlued(word: string): boolean {
  return GLUED.test(word);
}

/** `HIGHWEY 7`: only in front of a number. */
function isMistypedHighway(at: Words): boolean {
  const { length } = at.word;
  return length > 5 && length < 9 && PLAIN.test(at.peek(1)) && isOneEditApart(at.word, 'HIGHWAY');
}

/** The longest spelling from here on that a number or letters follow. */
function walk(node: HeadNode, at: Words, state: string): Numbered | undefined {
  if (!at.isOver) {
    const { word } = at;
    const next = node.next.get(word) ?? (isMistypedHighway(at) ? node.next.get('HIGHWAY') : undefined);
    const deeper = next === undefined ? walkGlued(node, at, state) : walk(next, at.skip(1), state);
    if (deeper !== undefined) return deeper;
  }
  const head = headOf(node, state, false);
  if (head === undefined) return undefined;
  if (head.number !== '') return { head, number: head.number, variant: '', behind: at, unitAt: undefined };
  return numberAt(at, head, state);
}

/** `FM1960`, `I-35`, `STATE RT5` */
function walkGlued(node: HeadNode, at: Words, state: string): Numbered | undefined {
  const [, letters = '', hyphen = '', digits = ''] = GLUED.exec(at.word) ?? [];
  const next = node.next.get(letters);
  const head = next === undefined ? undefined : headOf(next, state, hyphen !== '');
  const number = head === undefined ? '' : numberOf(digits, head);
  return head === undefined || number === '' ? undefined : withFurther(number, at.skip(1), head, '');
}

function headOf({ heads }: HeadNode, state: string, hyphened: boolean): RoadHead | undefined {
  for (const head of heads) {
    const isThere = head.states === undefined || head.states.has(state) || (state === '' && head.stateless);
    if (isThere && (hyphened || !head.hyphened)) return head;
  }
  return undefined;
}

/** `BUSINESS 35`, where no class is told. */
function bare(at: Words, state: string): Numbered | undefined {
  const head = headOf(ROAD_HEADS.next.get('HWY') ?? ROAD_HEADS, state, false);
  return head !== undefined && PLAIN.test(at.word) ? numberAt(at, head, state) : undefined;
}

function numberAt(start: Words, head: RoadHead, state: string): Numbered | undefined {
  let at = start;
  let variant = '';
  while (!at.isOver) {
    const leading = ROAD_VARIANTS.get(at.word);
    if (leading !== undefined && leading !== 'EXT') variant = leading;
    else if (!(NUMBER_MARKS.has(at.word) && isMark(at, head)) && !isRoadWord(at.word)) break;
    at = at.skip(1);
  }
  if (at.isOver) return undefined;
  const number = numberOf(at.word, head);
  if (number !== '') {
    if (head.code && standardSuffix(at.peek(1)) !== undefined) return undefined;
    const found = withFurther(number, at.skip(1), head, variant);
    return head.alsoStreet ? { ...found, unitAt: at } : found;
  }
  const spelled = cardinalAt(at);
  if (spelled !== undefined) return withFurther(String(spelled.value), at.skip(spelled.words), head, variant);
  if (!head.letters || !isLetters(at, head, state)) return undefined;
  const letteredHead = head.suffix === ANY_ROAD ? { ...head, suffix: LETTERED_BY_STATE.get(state) ?? ANY_ROAD } : head;
  return { head: letteredHead, number: at.word, variant, behind: at.skip(1), unitAt: undefined };
}

/** `Highway # 7`; what is named `Frontage Road # 7` is a suite of a street. */
function isMark({ word }: Words, { letters, alsoStreet }: RoadHead): boolean {
  return word !== '#' || (letters && !alsoStreet);
}

/** A number in one spelling, or empty: `017` is 17, `17-92` is `17 92`. */
function numberOf(word: string, { suffix, letters }: RoadHead): string {
  const plain = PLAIN.exec(word);
  if (plain !== null) return plain[1] ?? '';
  const two = TWO_NUMBERS.exec(word);
  if (two !== null) return `${two[1]} ${two[2]}`;
  const lettered = HYPHENED_LETTER.exec(word);
  if (lettered !== null) return `${lettered[1]}${lettered[2]}`;
  const grid = WITHOUT_GRID.has(suffix) || !letters ? null : GRID.exec(word);
  return grid === null ? '' : `${grid[1] ?? grid[3]}${grid[2] ?? grid[4]}`;
}

/** What follows a number and belongs to it: `9 A`, `17 92`, `6 & 50`. */
function withFurther(first: string, behind: Words, head: RoadHead, variant: string): Numbered {
  let number = first;
  let at = behind;
  if (!at.isOver && /^\d+$/.test(number) && /^[A-Z]$/.test(at.word) && standardDirection(at.word) === undefined) {
    number += at.word;
    at = at.skip(1);
  }
  if (!number.includes(' ')) {
    const isMarked = /^(?:&|-|AND)$/.test(at.word);
    const further = isMarked ? at.skip(1) : at;
    if (
      (isMarked || SHARING.has(head.suffix)) &&
      further.has(1) &&
      FURTHER_NUMBER.test(further.word) &&
      standardSuffix(further.peek(1)) === undefined
    ) {
      number += ` ${further.word}`;
      at = further.skip(1);
    }
  }
  return { head, number, variant, behind: at, unitAt: undefined };
}

/** Letters that name a road. A direction is one where roads have letters, and behind a county's word, where every letter may be. */
function isLetters(at: Words, { suffix }: RoadHead, state: string): boolean {
  const { word } = at;
  const isCounty = suffix === 'COUNTY HWY';
  if (!/^[A-Z]{1,3}$/.test(word) || (word.length === 3 && !isCounty) || NO_LETTERS.has(word)) return false;
  if (word.length > 1 && (isSuffix(word, isCounty) || isDesignator(word))) return false;
  return isCounty || LETTERED_BY_STATE.has(state) || standardDirection(word) === undefined;
}

/** Of two letters many are rare suffixes (`County Road DV`). */
function isSuffix(word: string, isCounty: boolean): boolean {
  return isCounty && word.length === 2 ? isStreetType(word) : standardSuffix(word) !== undefined;
}

function isDesignator(word: string): boolean {
  return strictDesignator(word) !== undefined || looseDesignator(word) !== undefined || opensAside(word);
}
