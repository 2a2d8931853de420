/** Directions, in every spelling that Publication 28 and lists of addresses know, including those cut off by a narrow column. */
import { isOneEditApart } from './edit-distance.ts';

const SPELLINGS: Readonly<Record<string, string>> = {
  N: 'N NORTH NO NTH NRTH NOTH NORHT NORT',
  S: 'S SOUTH SO STH SOTH SUOTH SOUHT SOUT',
  E: 'E EAST EST EAS',
  W: 'W WEST WST WES',
  NE: 'NE NORTHEAST NORTHEAS NORTHEA NORTHE NNE ENE',
  NW: 'NW NORTHWEST NORTHWES NORTHWE NORTHW NNW WNW',
  SE: 'SE SOUTHEAST SOUTHEAS SOUTHEA SOUTHE SSE ESE',
  SW: 'SW SOUTHWEST SOUTHWES SOUTHWE SOUTHW SSW WSW',
};

const FULL_WORDS = ['NORTH', 'SOUTH', 'EAST', 'WEST'];
const SHORTEST_MISTYPED_DIRECTION = 3;

const STANDARD: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([standard, spellings]) =>
    spellings.split(' ').map((spelling) => [spelling, standard] as const),
  ),
);
const POINTS = new Set(['N', 'S', 'E', 'W']);
const EAST_WEST = new Set(['E', 'W']);

/** `N`, `SE` … for a word that means a direction, else undefined. */
export function standardDirection(word: string): string | undefined {
  return STANDARD.get(word);
}

/** The one direction that two words make (`NORTH EAST`, `S W`), else undefined. */
export function joinedDirection(first: string, second: string): string | undefined {
  const left = STANDARD.get(first);
  const right = STANDARD.get(second);
  if (left === undefined || right === undefined || !POINTS.has(left) || EAST_WEST.has(left)) return undefined;
  return EAST_WEST.has(right) ? left + right : undefined;
}

/** The direction that one wrong letter hides (`WESR`), or undefined if none or more than one is meant. */
export function mistypedDirection(word: string): string | undefined {
  if (word.length < SHORTEST_MISTYPED_DIRECTION || /\d/.test(word)) return undefined;
  const meant = FULL_WORDS.filter((full) => isOneEditApart(word, full));
  return meant.length === 1 ? STANDARD.get(meant[0] ?? '') : undefined;
}
