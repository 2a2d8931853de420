/** What a summary must say of rows, computed without the engine. */
import { expect } from 'vitest';
import type { z } from 'zod';
import { isScalar } from '../../src/core/column-types.ts';
import type { Column } from '../../src/core/columns.ts';
import type { summarySchema } from '../../src/wire/summary.ts';

export type Summary = z.infer<typeof summarySchema>;
export type SummaryColumn = Summary['columns'][number];
/** As the readers of the formats give them: absent values are null, days and numbers of CSV are texts. */
export type ReadRow = Readonly<Record<string, unknown>>;

const BINS = 20;
const MOST_VALUES = 8;
const MS_PER_DAY = 86_400_000;

type Comparable = number | string;

/** What is compared of a value; null where nothing is. */
function comparable(value: unknown, { type }: Pick<Column, 'type'>, isText: boolean): Comparable | null {
  if (value === null || value === undefined) return null;
  if (!isScalar(type)) return isText ? String(value) : Array.isArray(value) ? value.length : null;
  if (type === 'date') return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  if (type === 'text' || type === 'boolean') return String(value);
  return Number(value);
}

function countsOf(values: readonly Comparable[]): ReadonlyMap<Comparable, number> {
  const counts = new Map<Comparable, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function ascending(left: Comparable, right: Comparable): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function asNumber(value: Comparable): number {
  return typeof value === 'number' ? value : Date.parse(`${value}T00:00:00Z`) / MS_PER_DAY;
}

/** Rows in equal steps between the least and the greatest; whole steps for what is counted. */
function binCounts(values: readonly Comparable[], isWhole: boolean): readonly number[] {
  const numbers = values.map(asNumber);
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const width = isWhole ? Math.ceil((high - low + 1) / BINS) : high > low ? (high - low) / BINS : 1;
  const steps = isWhole ? Math.ceil((high - low + 1) / width) : high > low ? BINS : 1;
  const counts = Array.from({ length: steps }, () => 0);
  for (const number of numbers) {
    const step = Math.min(steps - 1, Math.max(0, Math.floor((number - low) / width)));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

function isBinned({ type }: Pick<Column, 'type'>): boolean {
  return !isScalar(type) || ['count', 'number', 'money', 'fraction', 'date'].includes(type);
}

/** @param isText of CSV, where a nested value is a text */
export function checkColumn(
  told: SummaryColumn,
  column: Pick<Column, 'name' | 'type' | 'unit'>,
  rows: readonly ReadRow[],
  isText: boolean,
) {
  const all = rows.map((row) => row[column.name]);
  const values = all.flatMap((value) => comparable(value, column, isText) ?? []);
  const sorted = values.toSorted(ascending);
  const counts = countsOf(values);
  const where = column.name;
  expect([where, told.name, told.unit]).toEqual([where, column.name, column.unit]);
  expect([where, told.nulls]).toEqual([where, all.filter((value) => value === null || value === undefined).length]);
  if (!isScalar(column.type) && !('list' in column.type)) return;
  const isId = column.type === 'id';
  const end = (at: number) => (sorted.length === 0 ? null : String(sorted.at(at)).slice(0, 200));
  expect([where, told.least, told.greatest]).toEqual([where, end(0), end(-1)]);
  // Estimated are those with more than 10,000: here there are none.
  const isCounted = values.length > 0;
  expect([where, told.distinct_is_estimate, told.distinct]).toEqual([where, !isCounted, counts.size]);
  if (values.length === 0 || isId) {
    expect([where, told.distribution]).toEqual([where, null]);
  } else if (isBinned(column) && !(isText && !isScalar(column.type))) {
    const isWhole = !isScalar(column.type) || column.type === 'count' || column.type === 'date';
    expect([where, told.distribution?.bins?.map(({ rows: count }) => count)]).toEqual([
      where,
      binCounts(values, isWhole),
    ]);
  } else {
    const frequent = [...counts].sort(([a, m], [b, n]) => n - m || ascending(a, b)).slice(0, MOST_VALUES);
    const shown = frequent.map(([value, count]) => ({ value: String(value).slice(0, 200), rows: count }));
    expect([where, told.distribution?.values]).toEqual([where, shown]);
  }
}

export function mean(values: readonly unknown[]): number | null {
  const numbers = values.flatMap((value) =>
    value === null || value === undefined || value === '' ? [] : Number(value),
  );
  return numbers.length === 0 ? null : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

export function grouped(
  rows: readonly ReadRow[],
  keyOf: (row: ReadRow) => string,
): ReadonlyMap<string, readonly ReadRow[]> {
  const groups = new Map<string, ReadRow[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
