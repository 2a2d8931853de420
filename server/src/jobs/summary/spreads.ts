/** From facts about a file’s columns to how their values spread, and what is told of both. Pure. */
import { isScalar } from '../../core/column-types.ts';
import type { Column } from '../../core/columns.ts';
import { addDays, toDayNumber } from '../../core/dates.ts';
import type { Spread } from '../../core/plan/summary.ts';
import { listOf, type ResultRow, textOf, type Value } from '../../core/rows.ts';
import type { Bin, ColumnSummary, Distribution } from '../../reports/charts/summary.ts';

/** What is said about a column, besides its values. */
export type ToldColumn = Pick<Column, 'name' | 'type' | 'unit'>;

const EPOCH = '1970-01-01';
const STEPS = 20;
const MOST_VALUES = 8;
/** By estimate. Of more, one could not say which are frequent without keeping them all, and hardly any would be. */
const MOST_COUNTED = 10_000;

export interface Facts {
  readonly nulls: number;
  readonly least: string | null;
  readonly greatest: string | null;
  readonly distinct: number;
}

function fieldOf(value: Value | undefined, name: string): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return (value as { readonly [field: string]: Value })[name] ?? null;
}

/** For each column, in the order of the question. */
export function factsOf(row: ResultRow | undefined): readonly Facts[] {
  return listOf(row?.['columns']).map((each) => ({
    nulls: Number(fieldOf(each, 'nulls')),
    least: textOf(fieldOf(each, 'least')),
    greatest: textOf(fieldOf(each, 'greatest')),
    distinct: Number(fieldOf(each, 'distinct')),
  }));
}

type Way = 'steps' | 'whole-steps' | 'days' | 'values' | null;

/** Numbers and days fall into steps, the rest is counted. The names of things, and what has no order, are neither. */
function wayOf({ type }: ToldColumn): Way {
  if (!isScalar(type)) return 'list' in type ? 'whole-steps' : null;
  switch (type) {
    case 'count':
      return 'whole-steps';
    case 'number':
    case 'money':
    case 'fraction':
      return 'steps';
    case 'date':
      return 'days';
    case 'text':
    case 'boolean':
      return 'values';
    case 'id':
    case 'instant':
      return null;
  }
}

/** Null for a column of which nothing more is to be asked. */
export function spreadOf(column: ToldColumn, facts: Facts): Spread | null {
  const { name, type } = column;
  const asked = { name, type };
  const isCounted = facts.distinct <= MOST_COUNTED;
  if (facts.least === null || facts.greatest === null) return null;
  const way = wayOf(column);
  if (way === 'values' && isCounted) return { kind: 'values', column: asked, most: MOST_VALUES };
  const steps = way === null || way === 'values' ? null : stepsOf(way, facts.least, facts.greatest);
  if (steps !== null) return { kind: 'steps', column: asked, ...steps, isCounted };
  return isCounted ? { kind: 'count', column: asked } : null;
}

interface Steps {
  readonly low: number;
  readonly width: number;
  readonly steps: number;
}

function stepsOf(way: 'steps' | 'whole-steps' | 'days', least: string, greatest: string): Steps | null {
  const [low, high] = [least, greatest].map(way === 'days' ? toDayNumber : Number);
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high)) return null;
  if (way === 'steps') return { low, ...equalSteps(low, high) };
  const width = Math.ceil((high - low + 1) / STEPS);
  return { low, width, steps: Math.ceil((high - low + 1) / width) };
}

function equalSteps(low: number, high: number): { readonly width: number; readonly steps: number } {
  return high > low ? { width: (high - low) / STEPS, steps: STEPS } : { width: 1, steps: 1 };
}

interface Item {
  readonly value: string | null;
  readonly rows: number;
}

function itemsOf(answer: Value | undefined): readonly Item[] {
  return listOf(fieldOf(answer, 'items')).map((each) => ({
    value: textOf(fieldOf(each, 'value')),
    rows: Number(fieldOf(each, 'rows')),
  }));
}

/** A number that was made by steps, without the dust of its making. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** All steps, also those without a row. */
function binsOf(spread: Extract<Spread, { readonly kind: 'steps' }>, items: readonly Item[]): readonly Bin[] {
  const { low, width, steps, column } = spread;
  const rows = new Map(items.map((each) => [Number(each.value), each.rows]));
  const edge = (step: number) =>
    column.type === 'date' ? addDays(EPOCH, low + step * width) : tidy(low + step * width);
  return Array.from({ length: steps }, (_, step) => ({
    from: edge(step),
    to: edge(step + 1),
    rows: rows.get(step) ?? 0,
  }));
}

function distributionOf(spread: Spread, answer: Value | undefined): Distribution | null {
  if (spread.kind === 'count') return null;
  const items = itemsOf(answer);
  if (spread.kind === 'steps') return { kind: 'bins', bins: binsOf(spread, items) };
  return { kind: 'values', values: items.flatMap(({ value, rows }) => (value === null ? [] : [{ value, rows }])) };
}

/** As JSON spells it: the engine writes 1000 as `1000.0`. */
function spelt(value: string | null, { type }: ToldColumn): string | null {
  const isNumber = type === 'number' || type === 'money' || type === 'fraction';
  return value !== null && isNumber ? String(Number(value)) : value;
}

/** @param answer to its spread; absent where it was not asked for */
export function summaryOf(
  column: ToldColumn,
  { nulls, least, greatest, distinct }: Facts,
  asked: { readonly spread: Spread; readonly answer: Value | undefined } | null,
): ColumnSummary {
  const { name, type, unit } = column;
  const counted = asked === null ? null : fieldOf(asked.answer, 'distinct');
  return {
    name,
    type,
    unit,
    nulls,
    least: spelt(least, column),
    greatest: spelt(greatest, column),
    distinct: counted === null ? distinct : Number(counted),
    isEstimate: counted === null,
    distribution: asked === null ? null : distributionOf(asked.spread, asked.answer),
  };
}
