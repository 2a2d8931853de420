/**
 * Which files a table is stored in. A job's cost must follow what it returns, so most of the warehouse must stay unopened: day
 * tables have files by month, long ones are cut by ranges of properties, and rows are sorted by property, so that row groups prune.
 */

import { lastDayOfMonth, monthOf } from '../core/dates.ts';
import type { DataFile } from '../core/ports/database/warehouse.ts';

/** Files are read in parallel and rewritten whole: a million rows of eighty columns are about 100 MB and 3 s to rewrite. */
export const MAX_ROWS_PER_FILE = 1_000_000;

/**
 * Small groups prune better and make longer footers. Measured on a month of 310,000 rows of 65 columns, CPU time of reading three
 * properties and of reading all: 2,048 rows 73 and 1,686 ms · 4,096: 54, 1,254 · 8,192: 48, 972 · 16,384: 61, 921 ·
 * 32,768: 74, 828 · 122,880: 176, 872. All but the smallest are within 15 % of each other's size.
 */
export const ROWS_PER_GROUP = 8192;

/** The month of a day table's file; all of a table without days. */
export type Slot = string;
export const WHOLE_TABLE: Slot = 'all';

export function slotOf({ minDate }: Pick<DataFile, 'minDate'>): Slot {
  return minDate === null ? WHOLE_TABLE : monthOf(minDate);
}

/** The first and the last day that a slot can hold; null in tables without days. */
export function daysOf(slot: Slot): { readonly first: string; readonly last: string } | null {
  return slot === WHOLE_TABLE ? null : { first: `${slot}-01`, last: lastDayOfMonth(slot) };
}

/** Loaded rows of one slot. */
export interface SlotLoad {
  readonly slot: Slot;
  readonly rows: number;
  readonly minPropertyId: number;
  readonly maxPropertyId: number;
}

/** Stored files and loaded rows that become new files together. */
export interface Rewrite extends SlotLoad {
  readonly replaced: readonly DataFile[];
}

export interface RewritePlan {
  readonly kept: readonly DataFile[];
  readonly rewrites: readonly Rewrite[];
}

/** Only files whose month and properties overlap the loaded rows are rewritten; `rows` and the range then cover both. */
export function planRewrites(stored: readonly DataFile[], loads: readonly SlotLoad[]): RewritePlan {
  const rewrites = loads.map((load): Rewrite => {
    const replaced = stored.filter(
      (file) =>
        slotOf(file) === load.slot &&
        file.minPropertyId <= load.maxPropertyId &&
        file.maxPropertyId >= load.minPropertyId,
    );
    return {
      slot: load.slot,
      replaced,
      rows: replaced.reduce((sum, file) => sum + file.rows, load.rows),
      minPropertyId: Math.min(load.minPropertyId, ...replaced.map((file) => file.minPropertyId)),
      maxPropertyId: Math.max(load.maxPropertyId, ...replaced.map((file) => file.maxPropertyId)),
    };
  });
  const gone = new Set(rewrites.flatMap(({ replaced }) => replaced.map(({ key }) => key)));
  return { kept: stored.filter(({ key }) => !gone.has(key)), rewrites };
}

/** Inclusive. */
export interface PropertyRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts so that no range has more than `maxRows` rows, except one of a single property.
 * @param census rows of each property, by property id.
 */
export function cutRanges(
  census: Iterable<{ readonly propertyId: number; readonly rows: number }>,
  maxRows: number,
): readonly PropertyRange[] {
  const ranges: { from: number; to: number }[] = [];
  let held = 0;
  for (const { propertyId, rows } of census) {
    const open = ranges.at(-1);
    if (open !== undefined && held + rows <= maxRows) {
      open.to = propertyId;
      held += rows;
    } else {
      ranges.push({ from: propertyId, to: propertyId });
      held = rows;
    }
  }
  return ranges;
}

/** By slot, then by properties: the same files have the same order, whichever load wrote them. */
export function byPlace(left: DataFile, right: DataFile): number {
  const [a, b] = [slotOf(left), slotOf(right)];
  if (a !== b) return a < b ? -1 : 1;
  return left.minPropertyId - right.minPropertyId;
}
