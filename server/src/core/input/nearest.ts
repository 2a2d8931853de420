/** The known word that a mistyped one most likely meant, for error messages. */

/** Longer words are not misspelt names, and comparing them costs their length squared. */
const LONGEST_COMPARED = 64;
/** Each costs some 10 µs. What is known is a table of ours, or the columns of one file. */
const MOST_COMPARED = 1_000;
/** Fewer letters than this begin, or are part of, half of all words. */
const SHORTEST_PART = 3;
const MOST_SLIPS = 2;
/** Shares of a word. `property` is a slip for `properties` rather than the beginning of `property_days`; `Zip` is not a slip for `City`. */
const SLIP = 1 / 3;
const FARTHEST = 1 / 2;

/**
 * Optimal string alignment: letters that were added, left out, replaced, or swapped with their neighbour. A distance beyond `most` is
 * infinite: with a small `most`, unlike words are told apart by their first letters.
 */
function editDistance(left: string, right: string, most = Number.POSITIVE_INFINITY): number {
  if (Math.abs(left.length - right.length) > most) return Number.POSITIVE_INFINITY;
  let leastBefore = 0;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= right.length; j++) {
      const isSame = left[i - 1] === right[j - 1];
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const edited = Math.min((row[j - 1] ?? 0) + (isSame ? 0 : 1), (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const cost = isSwap ? Math.min(edited, (before[j - 2] ?? 0) + 1) : edited;
      next.push(cost);
      least = Math.min(least, cost);
    }
    // A swap reaches back two rows.
    if (least > most && leastBefore > most) return Number.POSITIVE_INFINITY;
    leastBefore = least;
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}

function comparable(word: string): string {
  // Cut first: a word may have a million letters.
  return word.slice(0, LONGEST_COMPARED).toLowerCase().slice(0, LONGEST_COMPARED);
}

/** Length in letters of the whole words that both begin with: `address_` for `address_zip` and `address_city`. */
function sharedWordsLength(left: string, right: string): number {
  let shared = 0;
  for (let index = 0; index < left.length && left[index] === right[index]; index++) {
    if (/[^\p{L}\p{N}]/u.test(left[index] ?? '')) shared = index + 1;
  }
  return shared;
}

/** How much of the longer word differs, 0 to 1, apart from the whole words that both begin with, which say nothing about the rest. */
function difference(left: string, right: string, distance: number): number {
  const length = Math.max(left.length, right.length) - sharedWordsLength(left, right);
  return distance === 0 ? 0 : distance / Math.max(1, length);
}

function beginsWith(word: string, start: string): boolean {
  return start.length >= SHORTEST_PART && word.startsWith(start);
}

/** Words of this kind are not alike. */
const UNLIKE = 4;

/** Lower is better: first the kind of likeness, then the distance. */
function likeness(typed: string, known: string): readonly [kind: number, distance: number] {
  const distance = editDistance(typed, known);
  const differs = difference(typed, known, distance);
  if (differs <= SLIP) return [0, distance];
  // Of several that begin with it, the first: the order of the known words means more than length.
  if (beginsWith(known, typed)) return [1, 0];
  if (beginsWith(typed, known) || (typed.length >= SHORTEST_PART && known.includes(typed))) return [2, distance];
  return [differs <= FARTHEST ? 3 : UNLIKE, distance];
}

interface Best {
  readonly word: string;
  readonly kind: number;
  readonly distance: number;
}

function bestOf(word: string, known: Iterable<string>): Best | null {
  const typed = comparable(word);
  let best: Best | null = null;
  let compared = 0;
  for (const candidate of known) {
    if (compared++ === MOST_COMPARED) break;
    const [kind, distance] = likeness(typed, comparable(candidate));
    const isBetter = best === null || kind < best.kind || (kind === best.kind && distance < best.distance);
    if (isBetter) best = { word: candidate, kind, distance };
  }
  return best;
}

/** Null if nothing known resembles the word: a far-fetched hint misleads. */
export function likely(word: string, known: Iterable<string>): string | null {
  const best = bestOf(word, known);
  return best === null || best.kind === UNLIKE ? null : best.word;
}

/** Of pairs of a typed word and a known one, the place of the pair that is most alike; -1 if none is. */
export function mostAlike(pairs: readonly (readonly [typed: string, known: string])[]): number {
  let best = -1;
  let bestKind = UNLIKE;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [at, [typed, known]] of pairs.entries()) {
    const [kind, distance] = likeness(comparable(typed), comparable(known));
    if (kind > bestKind || kind === UNLIKE || (kind === bestKind && distance >= bestDistance)) continue;
    [best, bestKind, bestDistance] = [at, kind, distance];
  }
  return best;
}

/** ` (nearest: …)` to follow an unknown word; empty if nothing resembles it. */
export function likelyHint(word: string, known: Iterable<string>): string {
  const found = likely(word, known);
  return found === null ? '' : ` (nearest: ${found})`;
}

/** True if the word is so close to a known one that this one must be meant: a slip or two, or one begins with the other. */
export function isMisspelling(word: string, known: readonly string[]): boolean {
  const typed = comparable(word);
  return known.map(comparable).some((each) => {
    const slips = Math.min(MOST_SLIPS, Math.floor(Math.max(typed.length, each.length) / 3));
    return beginsWith(each, typed) || beginsWith(typed, each) || editDistance(typed, each, slips) <= slips;
  });
}
