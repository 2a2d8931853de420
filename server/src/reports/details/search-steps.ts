/**
 * How exactly a search answers for properties that the account has not paid for. A search is free: if it compared amounts to the dollar, it
 * would tell what a property costs in some thirty questions. So bounds are widened to whole steps, and the answer depends on nothing but the
 * step that a value is in: whatever is asked, and however often, no value becomes known more exactly than its step. What is paid for this
 * month is compared exactly, as the account has it anyway.
 */
import { addMonths, lastDayOfMonth, monthOf } from '../../core/dates.ts';
import type { WidenedRange } from '../../core/pages.ts';
import type { SearchCondition, SearchSetting } from './search-settings.ts';

/** The range of a setting in whole steps. */
export interface SteppedRange extends Omit<WidenedRange, 'setting'> {
  readonly setting: SearchSetting;
}

/** How a search is answered in steps. */
export interface Steps {
  /** Of these properties the bounds are compared exactly. */
  readonly paid: Float64Array;
}

/** Below this, two digits are a whole unit, and amounts are compared in whole units: cents are no criterion. */
const LEAST_OF_TWO_DIGITS = 100;

/**
 * The step that an amount is in: two significant digits, and at least a whole unit. 437,912 is from 430,000 to below 440,000. What is below
 * zero is all one step, as no amount of a property is.
 */
function stepOf(amount: number): { readonly from: number | null; readonly below: number | null } {
  if (amount < 0) return { from: null, below: 0 };
  if (amount < LEAST_OF_TWO_DIGITS) return { from: Math.floor(amount), below: Math.floor(amount) + 1 };
  // By its digits, not by a division, whose last bit could put the amount into the step beside its own.
  const [digits = '', exponent = ''] = amount.toExponential().split('e');
  const count = Number(digits.replace('.', '').padEnd(2, '0').slice(0, 2));
  const scale = `e${Number(exponent) - 1}`;
  const below = Number(`${count + 1}${scale}`);
  return { from: Number(`${count}${scale}`), below: Number.isFinite(below) ? below : null };
}

/** Calendar months. The last one that has four digits of a year has no next. */
function monthStep(day: string): { readonly from: string; readonly below: string | null } {
  const month = monthOf(day);
  return { from: `${month}-01`, below: month === '9999-12' ? null : `${addMonths(month, 1)}-01` };
}

/** The range in whole steps, with all that it had; null for a condition that is compared exactly for everyone. */
export function stepped(condition: SearchCondition): SteppedRange | null {
  const { setting } = condition;
  if (setting.precision !== 'steps') return null;
  switch (condition.kind) {
    case 'numbers': {
      const { min, max } = condition;
      return {
        setting,
        from: min === null ? null : stepOf(min).from,
        below: max === null ? null : stepOf(max).below,
      };
    }
    case 'days': {
      const { min, max } = condition;
      return {
        setting,
        from: min === null ? null : monthStep(min).from,
        below: max === null ? null : monthStep(max).below,
      };
    }
    case 'texts':
    case 'flag':
      return null;
  }
}

function isSame(condition: SearchCondition, { from, below }: SteppedRange): boolean {
  if (condition.kind === 'numbers') return from === condition.min && below === condition.max;
  if (condition.kind !== 'days') return true;
  const { min, max } = condition;
  return from === min && (max === null || max === lastDayOfMonth(monthOf(max)));
}

/** The conditions that steps make wider than they were asked for. */
export function widenedRanges(conditions: readonly SearchCondition[]): readonly SteppedRange[] {
  return conditions.flatMap((condition) => {
    const range = stepped(condition);
    return range === null || isSame(condition, range) ? [] : [range];
  });
}

/** As an answer tells it. */
export function appliedRange({ setting, from, below }: SteppedRange): WidenedRange {
  return { setting: setting.name, from, below };
}

/** @param readPaid is asked only where the answer depends on it: an account may have paid for a million. */
export async function stepsOf(
  conditions: readonly SearchCondition[],
  precision: 'steps' | 'exact',
  readPaid: () => Promise<Float64Array>,
): Promise<Steps | null> {
  if (precision === 'exact') return null;
  return { paid: widenedRanges(conditions).length === 0 ? new Float64Array() : await readPaid() };
}
