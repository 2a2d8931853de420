/** Whether a figure is as wanted, and how figures are written. The console and the page have both from here. */
import type { Goal, Row, Unit } from './figures.ts';

const MIB = 1_048_576;
const DIGITS = 3;

const HOLDS: Readonly<Record<Goal['is'], (value: number, limit: number) => boolean>> = {
  'at most': (value, limit) => value <= limit,
  'at least': (value, limit) => value >= limit,
  'less than': (value, limit) => value < limit,
  'more than': (value, limit) => value > limit,
};

/** By the medians; null where nothing is wanted. */
export function isMet({ goal, value, ratio }: Row): boolean | null {
  if (goal === null) return null;
  const { median } = goal.of === 'ratio' ? (ratio ?? value) : value;
  return HOLDS[goal.is](median, goal.limit);
}

/** Three digits are more than any machine repeats. */
export function number(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.01))));
  return value.toFixed(Math.min(digits, DIGITS)).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function withUnit(value: number, unit: Unit): string {
  return `${number(value)} ${unit}`;
}

export function goalText({ goal, unit }: Row): string {
  if (goal === null) return '';
  return `${goal.is} ${goal.of === 'ratio' ? `${goal.limit} ×` : `${goal.limit} ${unit}`}`;
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
