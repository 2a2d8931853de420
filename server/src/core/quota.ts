/**
 * What an account has used of its quota: a number of distinct properties in a calendar month (UTC), over all of its jobs.
 *
 * Sets of properties are kept in blocks of 65,536 ids, so that a million ids are some dozens of rows and not a million. A block's
 * members have one encoding for one set: up to 4,095 of them are a sorted list of 16-bit numbers, more are a bitmap. Their length
 * tells the two apart. (This is how Roaring bitmaps keep theirs; property ids of one region lie close together, those of a
 * portfolio far apart.)
 */
import { addMonths, lastDayOfMonth, monthOf, utcDay } from './dates.ts';
import { ConveyanceError } from './errors.ts';

export interface QuotaUsage {
  /** Distinct properties per month; null if there is no limit. */
  readonly limit: number | null;
  /** Distinct properties that count in the month. */
  readonly usage: number;
}

export interface MonthUsage extends QuotaUsage {
  /** Calendar days of UTC, both included. */
  readonly period: { readonly start: string; readonly end: string };
}

/** What a request would mean for the quota. */
export interface QuotaPreview extends QuotaUsage {
  /** Properties of the request that do not count yet. */
  readonly added: number;
}

/** The month, as `YYYY-MM`, that a job counts in: that of its creation, even if it ends in another. */
export function quotaMonth(now: Date): string {
  return monthOf(utcDay(now));
}

/** The first and the last day of the month. */
export function quotaPeriod(month: string): { readonly start: string; readonly end: string } {
  return { start: `${month}-01`, end: lastDayOfMonth(month) };
}

/** Throws `quota_exceeded` if there are more new properties than are left. What already counts is free. */
export function requireQuota({ limit, usage, added }: QuotaPreview, month: string): void {
  if (limit === null || added === 0 || usage + added <= limit) return;
  const left = Math.max(0, limit - usage);
  const resetsOn = quotaPeriod(addMonths(month, 1)).start;
  throw new ConveyanceError(
    'quota_exceeded',
    `This job has ${added} properties that do not count yet in ${month}, and ${left} of ${limit} are left; ` +
      `ask for fewer, or for properties that were exported this month; the quota starts again on ${resetsOn} (UTC)`,
    { quota: { limit, usage, resetsOn } },
  );
}

const BLOCK_SIZE = 65_536;
const BYTES_PER_MEMBER = 2;
const BITMAP_BYTES = BLOCK_SIZE / 8;
/** From here on a bitmap is no longer than the list. */
const BITMAP_FROM = BITMAP_BYTES / BYTES_PER_MEMBER;

/** The members of one block, encoded as told above. */
export type Members = Uint8Array;
/** A set of property ids by block: `id / 65,536`, whole. Beyond 32 bits, as ids may be any safe integer. */
export type QuotaSet = ReadonlyMap<number, Members>;

export const NO_MEMBERS: Members = new Uint8Array();

/** @param ids any safe integers from 0, in any order. */
export function quotaSet(ids: Iterable<number>): QuotaSet {
  // Sorted, a block's ids are a run: a million of them are held once, whatever blocks they are in.
  const sorted = Float64Array.from(ids).sort();
  const blocks = new Map<number, Members>();
  for (let start = 0; start < sorted.length; ) {
    const block = Math.floor((sorted[start] ?? 0) / BLOCK_SIZE);
    const end = firstAtLeast(sorted, (block + 1) * BLOCK_SIZE, start);
    blocks.set(block, encodeRun(sorted.subarray(start, end), block * BLOCK_SIZE));
    start = end;
  }
  return blocks;
}

function firstAtLeast(sorted: Float64Array, least: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encodeRun(sortedIds: Float64Array, base: number): Members {
  const list = new Uint16Array(sortedIds.length);
  let count = 0;
  for (const id of sortedIds) {
    const member = id - base;
    if (list[count - 1] !== member) list[count++] = member;
  }
  return encodeMembers(list.subarray(0, count));
}

function encodeMembers(sorted: Uint16Array): Members {
  if (sorted.length >= BITMAP_FROM) {
    const bitmap = new Uint8Array(BITMAP_BYTES);
    setBits(bitmap, sorted);
    return bitmap;
  }
  const bytes = new Uint8Array(sorted.length * BYTES_PER_MEMBER);
  for (const [index, member] of sorted.entries()) {
    bytes[2 * index] = member & 0xff;
    bytes[2 * index + 1] = member >>> 8;
  }
  return bytes;
}

function setBits(bitmap: Uint8Array, members: Uint16Array): void {
  for (const member of members) bitmap[member >>> 3] = (bitmap[member >>> 3] ?? 0) | (1 << (member & 7));
}

function isBitmap(members: Members): boolean {
  return members.length === BITMAP_BYTES;
}

/** The members of a list, sorted. Not for bitmaps. */
function decodeList(members: Members): Uint16Array {
  const list = new Uint16Array(members.length / BYTES_PER_MEMBER);
  for (let index = 0; index < list.length; index++) {
    list[index] = (members[2 * index] ?? 0) | ((members[2 * index + 1] ?? 0) << 8);
  }
  return list;
}

function decodeBitmap(bitmap: Members): Uint16Array {
  const list = new Uint16Array(countMembers(bitmap));
  let count = 0;
  for (const [index, byte] of bitmap.entries()) {
    for (let bits = byte; bits !== 0; bits &= bits - 1) list[count++] = index * 8 + (31 - Math.clz32(bits & -bits));
  }
  return list;
}

const BITS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) bits++;
  return bits;
});

export function countMembers(members: Members): number {
  if (!isBitmap(members)) return members.length / BYTES_PER_MEMBER;
  let count = 0;
  for (const byte of members) count += BITS_OF_BYTE[byte] ?? 0;
  return count;
}

/** Members of either. */
export function joinMembers(left: Members, right: Members): Members {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  if (!isBitmap(left) && !isBitmap(right)) return joinLists(decodeList(left), decodeList(right));
  const bitmap = new Uint8Array(BITMAP_BYTES);
  for (const members of [left, right]) {
    if (isBitmap(members)) for (const [index, byte] of members.entries()) bitmap[index] = (bitmap[index] ?? 0) | byte;
    else setBits(bitmap, decodeList(members));
  }
  return bitmap;
}

function joinLists(left: Uint16Array, right: Uint16Array): Members {
  const joined = new Uint16Array(left.length + right.length);
  let count = 0;
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const a = left[l] ?? BLOCK_SIZE;
    const b = right[r] ?? BLOCK_SIZE;
    joined[count++] = Math.min(a, b);
    if (a <= b) l++;
    if (b <= a) r++;
  }
  return encodeMembers(joined.subarray(0, count));
}

/** The ids of the set in ascending order. */
export function* quotaIds(set: QuotaSet): Generator<number, void, undefined> {
  for (const [block, members] of [...set].sort(([left], [right]) => left - right)) {
    for (const member of isBitmap(members) ? decodeBitmap(members) : decodeList(members)) {
      yield block * BLOCK_SIZE + member;
    }
  }
}

/** @internal for tests */
export function countIds(set: QuotaSet): number {
  let count = 0;
  for (const members of set.values()) count += countMembers(members);
  return count;
}

/** What `counted` becomes in the blocks of `own`, and how many ids that adds. Unchanged blocks are left out. */
export function addToCounted(counted: QuotaSet, own: QuotaSet): { readonly changed: QuotaSet; readonly added: number } {
  const changed = new Map<number, Members>();
  let added = 0;
  for (const [block, members] of own) {
    const before = counted.get(block) ?? NO_MEMBERS;
    const after = joinMembers(before, members);
    const growth = countMembers(after) - countMembers(before);
    if (growth === 0) continue;
    changed.set(block, after);
    added += growth;
  }
  return { changed, added };
}
