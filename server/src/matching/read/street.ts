/** A street taken apart into direction, name, suffix and direction, in one spelling for all that mean the same. */
import { joinedDirection, mistypedDirection, standardDirection } from '../directionals.ts';
import { readHighway } from '../highways.ts';
import { standardName } from '../street-names.ts';
import { isStreetType, mistypedSuffix, standardSuffix } from '../suffixes.ts';

export interface Street {
  /** `N`, `SE` … or empty. */
  readonly predir: string;
  /** Words of the name in one spelling: `5`, `ST MARKS`, `MOUNT VERNON`, `HWY 50`. Never empty. */
  readonly name: string;
  /** Standard abbreviation (`AVE`), a class of highway (`US HWY`), or empty. */
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

/** Takes a street's words apart. `words` are upper case and not empty. */
export function readStreet(words: readonly string[]): Street {
  const fixed = joinBroken(separateFused(words));
  const plain = fixed.length > 2 && fixed[0] === 'THE' ? fixed.slice(1) : fixed;
  const { predir, rest } = takePredir(plain);
  const highway = readHighway(rest);
  if (highway !== undefined) return { predir, ...highway };
  const lettered = letteredAvenue(rest);
  if (lettered !== undefined) return { predir, ...lettered };
  return withSlots(predir, rest);
}

function separateFused(words: readonly string[]): readonly string[] {
  if (!words.some((word) => /\d/.test(word) && /[A-Z]{2}/.test(word))) return words;
  return words.flatMap((word) => {
    const parts = FUSED_DIRECTION.exec(word) ?? NUMBER_FUSED_TYPE.exec(word) ?? FUSED_NUMBER.exec(word);
    return parts === null ? [word] : parts.slice(1);
  });
}

/** `AVEN UE`, `STREE T`: a blank fell into the suffix. */
function joinBroken(words: readonly string[]): readonly string[] {
  if (words.length < 3) return words;
  for (let index = 1; index < words.length - 1; index++) {
    const first = words[index] ?? '';
    const joined = first + (words[index + 1] ?? '');
    const second = words[index + 1] ?? '';
    if (joined.length < SHORTEST_BROKEN || !isStreetType(joined) || standardSuffix(second) || standardDirection(second))
      continue;
    return [...words.slice(0, index), joined, ...words.slice(index + 2)];
  }
  return words;
}

/** A direction in front of a name. In front of a mere suffix it is the name itself (North Ave, E St SW). */
function takePredir(words: readonly string[]): { predir: string; rest: readonly string[] } {
  const [first = '', second = '', third] = words;
  const joined = third === undefined ? undefined : joinedDirection(first, second);
  if (joined !== undefined && !(isStreetType(third ?? '') && words.length === 3)) {
    return { predir: joined, rest: words.slice(2) };
  }
  const predir = standardDirection(first) ?? (/^\d/.test(second) ? mistypedDirection(first) : undefined);
  if (predir === undefined || words.length < 2) return { predir: '', rest: words };
  const isName = isStreetType(second) && words.slice(2).every((word) => standardDirection(word) !== undefined);
  return isName ? { predir: '', rest: words } : { predir, rest: words.slice(1) };
}

/** Avenue B, Avenue 416: type and name the other way round. */
function letteredAvenue(words: readonly string[]): Omit<Street, 'predir'> | undefined {
  const [type = '', name = '', direction] = words;
  if (words.length < 2 || words.length > 3) return undefined;
  const suffix = standardSuffix(type) ?? (LETTER.test(name) ? mistypedSuffix(type) : undefined);
  if (
    suffix === undefined ||
    !/^(AVE|ST|RD|CT|LN|WAY|LOOP)$/.test(suffix) ||
    !(LETTER.test(name) || /^\d+$/.test(name))
  )
    return undefined;
  if (type === 'ST' && LETTER.test(name)) return undefined;
  const postdir = direction === undefined ? '' : standardDirection(direction);
  return postdir === undefined ? undefined : { name, suffix, postdir };
}

function withSlots(predir: string, words: readonly string[]): Street {
  let rest = words;
  let postdir = '';
  const last = rest.at(-1) ?? '';
  const joined = rest.length > 2 ? joinedDirection(rest.at(-2) ?? '', last) : undefined;
  if (joined !== undefined) {
    postdir = joined;
    rest = rest.slice(0, -2);
  } else if (rest.length > 1 && standardDirection(last) !== undefined) {
    postdir = standardDirection(last) ?? '';
    rest = rest.slice(0, -1);
  }
  let suffix = '';
  const type = rest.length > 1 ? (standardSuffix(rest.at(-1) ?? '') ?? mistypedSuffix(rest.at(-1) ?? '')) : undefined;
  if (type !== undefined) {
    suffix = type;
    rest = rest.slice(0, -1);
    while (rest.length > 1 && standardSuffix(rest.at(-1) ?? '') === suffix) rest = rest.slice(0, -1);
  }
  const inner = standardDirection(rest.at(-1) ?? '');
  if (suffix !== '' && postdir === '' && rest.length > 1 && inner !== undefined) {
    postdir = inner;
    rest = rest.slice(0, -1);
  }
  return { predir, name: standardName(rest), suffix, postdir };
}

/** A street on one line, as it is shown in a match's evidence. */
export function streetLine({ predir, name, suffix, postdir }: Street): string {
  return [predir, name, suffix, postdir].filter(Boolean).join(' ');
}
