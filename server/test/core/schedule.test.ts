/** Which days a run exports, and which runs are due. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, lastDayOfMonth, monthOf, nextMonth, utcDay } from '../../src/core/dates.ts';
import { type CalendarRule, WEEKDAYS } from '../../src/core/schedules/calendar-rule.ts';
import {
  MAX_CATCH_UP_RUNS,
  type PlannedRun,
  planRuns,
  type RangeRule,
  rangeOn,
} from '../../src/core/schedules/schedule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const anyDay = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-12-31'), noInvalidDate: true }).map(utcDay);

describe('the range of a run', () => {
  it.each<[RangeRule, string, string, string]>([
    [{ name: 'yesterday' }, '2026-03-01', '2026-02-28', '2026-02-28'],
    [{ name: 'yesterday' }, '2024-03-01', '2024-02-29', '2024-02-29'],
    [{ name: 'trailing_n_days', days: 1 }, '2026-01-01', '2025-12-31', '2025-12-31'],
    [{ name: 'trailing_n_days', days: 30 }, '2026-03-01', '2026-01-30', '2026-02-28'],
    [{ name: 'previous_month' }, '2026-01-31', '2025-12-01', '2025-12-31'],
    [{ name: 'previous_month' }, '2024-03-01', '2024-02-01', '2024-02-29'],
    [{ name: 'previous_month' }, '2026-03-31', '2026-02-01', '2026-02-28'],
    // 2026-03-01 is a Sunday: its own week is not over.
    [{ name: 'previous_week' }, '2026-03-01', '2026-02-16', '2026-02-22'],
    [{ name: 'previous_week' }, '2026-03-02', '2026-02-23', '2026-03-01'],
    [{ name: 'previous_week' }, '2026-01-01', '2025-12-22', '2025-12-28'],
  ])('%j on %s is %s to %s', (range, day, startDate, endDate) => {
    expect(rangeOn(range, day)).toEqual({ startDate, endDate });
  });

  it('ends before the day of the run, whatever it is', () => {
    const ranges = fc.oneof(
      fc.constantFrom<RangeRule>({ name: 'yesterday' }, { name: 'previous_week' }, { name: 'previous_month' }),
      fc.integer({ min: 1, max: 3660 }).map((days): RangeRule => ({ name: 'trailing_n_days', days })),
    );
    fc.assert(
      fc.property(ranges, anyDay, (range, day) => {
        const { startDate, endDate } = rangeOn(range, day);
        expect(startDate <= endDate && endDate < day).toBe(true);
      }),
    );
  });

  it('leaves no day between two months, two weeks, or two days', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const month = rangeOn({ name: 'previous_month' }, day);
        expect(month).toEqual({
          startDate: `${monthOf(month.startDate)}-01`,
          endDate: lastDayOfMonth(monthOf(month.startDate)),
        });
        expect(nextMonth(monthOf(month.endDate))).toBe(monthOf(day));
        const week = rangeOn({ name: 'previous_week' }, day);
        expect(week.endDate).toBe(addDays(week.startDate, 6));
        expect(rangeOn({ name: 'previous_week' }, addDays(day, 7)).startDate).toBe(addDays(week.endDate, 1));
        expect(WEEKDAYS[(new Date(`${week.startDate}T00:00:00Z`).getUTCDay() + 6) % 7]).toBe('monday');
        const trailing = rangeOn({ name: 'trailing_n_days', days: 5 }, day);
        expect(trailing).toEqual({ startDate: addDays(day, -5), endDate: addDays(day, -1) });
      }),
    );
  });
});

const DAILY: CalendarRule = { frequency: 'daily', time: '06:00', timeZone: 'UTC' };
const PLAN = { rule: DAILY, range: { name: 'yesterday' }, deadlineHours: 48 } as const;
const FIRST = new Date('2026-01-01T06:00:00Z');

/** Round after round, as a tick does. */
function planAll(plan: typeof PLAN, from: Date, now: Date): { runs: readonly PlannedRun[]; nextAt: Date } {
  const runs: PlannedRun[] = [];
  let nextAt = from;
  while (nextAt <= now) {
    const planned = planRuns(plan, nextAt, now);
    expect(planned.nextAt > nextAt).toBe(true);
    runs.push(...planned.runs);
    nextAt = planned.nextAt;
  }
  return { runs, nextAt };
}

describe('planning', () => {
  it('has nothing to do before the instant', () => {
    expect(planRuns(PLAN, FIRST, new Date(FIRST.getTime() - 1))).toEqual({ runs: [], nextAt: FIRST });
  });

  it('makes one run of an instant, with its range and its deadline, and goes on to the next', () => {
    expect(planRuns(PLAN, FIRST, FIRST)).toEqual({
      runs: [
        {
          plannedAt: FIRST,
          deadlineAt: new Date('2026-01-03T06:00:00Z'),
          startDate: '2025-12-31',
          endDate: '2025-12-31',
          skipped: null,
        },
      ],
      nextAt: new Date('2026-01-02T06:00:00Z'),
    });
  });

  it('makes up for an outage, and waits for its data from then on', () => {
    const now = new Date('2026-01-04T09:00:00Z');
    const { runs, nextAt } = planRuns(PLAN, FIRST, now);
    expect(runs.map(({ endDate }) => endDate)).toEqual(['2025-12-31', '2026-01-01', '2026-01-02', '2026-01-03']);
    expect(runs.map(({ skipped }) => skipped)).toEqual([null, null, null, null]);
    expect(runs.map(({ deadlineAt }) => deadlineAt.toISOString())).toEqual(
      new Array(4).fill('2026-01-06T09:00:00.000Z'),
    );
    expect(nextAt.toISOString()).toBe('2026-01-05T06:00:00.000Z');
  });

  it('makes up for the latest runs, and records the older ones as skipped, however long the outage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: DAY_MS - 1 }), (days, later) => {
        const now = new Date(FIRST.getTime() + days * DAY_MS + later);
        const { runs, nextAt } = planAll(PLAN, FIRST, now);
        expect(runs.map(({ plannedAt }) => plannedAt.getTime())).toEqual(
          Array.from({ length: days + 1 }, (_, index) => FIRST.getTime() + index * DAY_MS),
        );
        const skipped = runs.filter((run) => run.skipped !== null);
        expect(skipped).toEqual(runs.slice(0, Math.max(0, days + 1 - MAX_CATCH_UP_RUNS)));
        expect(skipped.every((run) => run.skipped?.code === 'catch_up_limit')).toBe(true);
        expect(nextAt.getTime()).toBe(FIRST.getTime() + (days + 1) * DAY_MS);
      }),
      { numRuns: 30 },
    );
  });
});
