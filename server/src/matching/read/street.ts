/** A street taken apart into direction, name, suffix and direction, in one spelling for all that mean the same. */
import { joinedDirection, mistypedDirection, standardDirection } from '../directionals.ts';
import { behindVariants, isRoadName, readRoad, roadLine } from '../roads.ts';
import { standardName } from '../street-names.ts';
import { isStreetType, mistypedSuffix, standardSuffix } from '../suffixes.ts';
import { Words } from '../words.ts';

export interface Street {
  /** `N`, `SE` … or empty. */
  readonly predir: string;
  /** Words of the name in one spelling: `5`, `ST MARKS`, `MOUNT VERNON`, `HWY 50`. Never empty. */
  readonly name: string;
  /** Standard abbreviation (`AVE`), a class of numbered roads (`US HWY`), or empty. */
  readonly suffix: string;
  readonly postdir: string;
}

/** `EAST70`, `WEST16TH`: the blank between direction and number was lost. */
const FUSED_DIRECTION = /^(NORTH|SOUTH|EAST|WEST|N|S|E|W|NE|NW|SE|SW)(\d+(?:ST|ND|RD|TH)?)$/;
/** `BEACH43`, `AVENUE5`, `43STREET`. */
const FUSED_NUMBER = /^([A-Z]{3,})(\d+(?:ST|ND|RD|TH)?)$/;
const NUMBER_FUSED_TYPE = /^(\d+(?:ST|ND|RD|TH)?)(STREET|AVENUE|AVE|ROAD|DRIVE|PLACE|LANE|COURT|BLVD)$/;
const LETTER = /^[A-Z]$/;
/** Shorter joined words are suffixes by chance. */
const SHORTEST_BROKEN = 5;

/** Takes a street's words apart. `words` are upper case and not empty; `state` is the code of where it lies, or empty. */
export function readStreet(words: readonly string[], state = ''): Street {
  const fixed = joinBroken(new Words(separateFused(words)));
  // Before a direction is taken away: `North Carolina 54`.
  const road = wholeRoad('', fixed, state);
  if (road !== undefined) return road;
  const { predir, name } = takePredir(fixed.has(3) && fixed.word === 'THE' ? fixed.skip(1) : fixed);
  const directed = predir === '' ? undefined : wholeRoad(predir, name, state);
  if (directed !== undefined) return directed;
  const lettered = letteredAvenue(name);
  if (lettered !== undefined) return { predir, ...lettered };
  return withSlots(predir, name);
}

/** A numbered road that takes all words, with a direction behind it. */
function wholeRoad(predir: string, street: Words, state: string): Street | undefined {
  const road = readRoad(street, state);
  if (road === undefined) return undefined;
  let { name } = road;
  let at = road.behind;
  const postdir = at.isOver ? '' : standardDirection(at.word);
  if (postdir === undefined) return undefined;
  if (postdir !== '') {
    const { variant, behind } = behindVariants(at.skip(1));
    if (variant !== '') name += ` ${variant}`;
    at = behind;
  }
  return at.isOver ? { predir, name: ofLoop(name, road.suffix), suffix: road.suffix, postdir } : undefined;
}

/** A numbered loop is also written as any street is (`1604 Loop`). */
function ofLoop(name: string, suffix: string): string {
  return suffix === 'LOOP' ? name.replace(/^HWY /, '') : name;
}

function separateFused(words: readonly string[]): readonly string[] {
  if (!words.some((word) => /\d/.test(word) && /[A-Z]{2}/.test(word))) return words;
  return words.flatMap((word) => {
    const parts = FUSED_DIRECTION.exec(word) ?? NUMBER_FUSED_TYPE.exec(word) ?? FUSED_NUMBER.exec(word);
    return parts === null ? [word] : parts.slice(1);
  });
}

/** `AVEN UE`, `STREE T`: a blank fell into the suffix. */
function joinBroken(street: Words): Words {
  for (let at = street.skip(1); at.has(2); at = at.skip(1)) {
    const second = at.peek(1);
    const joined = at.word + second;
    if (joined.length < SHORTEST_BROKEN || !isStreetType(joined) || standardSuffix(second) || standardDirection(second))
      continue;
    return new Words([...street.until(at).rest, joined, ...at.skip(2).rest]);
  }
  return street;
}

/** A direction in front of a name. In front of a mere suffix it is the name itself (North Ave, E St SW). */
function takePredir(street: Words): { predir: string; name: Words } {
  const first = street.word;
  const second = street.peek(1);
  const joined = street.has(3) ? joinedDirection(first, second) : undefined;
  if (joined !== undefined && (street.has(4) || !isStreetType(street.peek(2)))) {
    return { predir: joined, name: street.skip(2) };
  }
  const predir = standardDirection(first) ?? (/^\d/.test(second) ? mistypedDirection(first) : undefined);
  if (predir === undefined || !street.has(2)) return { predir: '', name: street };
  const isName = isStreetType(second) && street.skip(2).rest.every((word) => standardDirection(word) !== undefined);
  return isName ? { predir: '', name: street } : { predir, name: street.skip(1) };
}

/** Avenue B, Avenue 416: type and name the other way round. */
function letteredAvenue(street: Words): Omit<Street, 'predir'> | undefined {
  if (!street.has(2) || street.has(4)) return undefined;
  const type = street.word;
  const name = street.peek(1);
  const suffix = standardSuffix(type) ?? (LETTER.test(name) ? mistypedSuffix(type) : undefined);
  if (
    suffix === undefined ||
    !/^(AVE|ST|RD|CT|LN|WAY|LOOP)$/.test(suffix) ||
    !(LETTER.test(name) || /^\d+$/.test(name))
  )
    return undefined;
  if (type === 'ST' && LETTER.test(name)) return undefined;
  const postdir = street.has(3) ? standardDirection(street.last) : '';
  return postdir === undefined ? undefined : { name, suffix, postdir };
}

function withSlots(predir: string, street: Words): Street {
  let rest = street;
  let postdir = '';
  const last = rest.has(2) ? standardDirection(rest.last) : undefined;
  if (last !== undefined) {
    const joined = rest.has(3) ? joinedDirection(rest.withoutLast(1).last, rest.last) : undefined;
    postdir = joined ?? last;
    rest = rest.withoutLast(joined === undefined ? 1 : 2);
  }
  let suffix = '';
  const type = rest.has(2) ? (standardSuffix(rest.last) ?? mistypedSuffix(rest.last)) : undefined;
  if (type !== undefined) {
    suffix = type;
    rest = rest.withoutLast(1);
    while (rest.has(2) && standardSuffix(rest.last) === suffix) rest = rest.withoutLast(1);
  }
  const inner = standardDirection(rest.last);
  if (suffix !== '' && postdir === '' && rest.has(2) && inner !== undefined) {
    postdir = inner;
    rest = rest.withoutLast(1);
  }
  return { predir, name: standardName(rest.rest), suffix, postdir };
}

/** A street on one line, as it is shown in a match's evidence. */
export function streetLine({ predir, name, suffix, postdir }: Street): string {
  if (isRoadName(name)) return [predir, roadLine(name, suffix), postdir].filter(Boolean).join(' ');
  return [predir, name, suffix, postdir].filter(Boolean).join(' ');
}
