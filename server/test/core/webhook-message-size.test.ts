import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageBytes, scheduleFor, unitsOf } from '../../src/core/webhooks/message-size.ts';
import { WEBHOOK_SCHEDULE_SECONDS } from '../../src/core/webhooks/retry.ts';

const MILLION = messageBytes({ propertyCount: 1_000_000 });
const sum = (delays: readonly number[]) => delays.reduce((total, delay) => total + delay, 0);

describe('the schedule of a message', () => {
  test('is the published one up to five megabytes', () => {
    expect(scheduleFor(WEBHOOK_SCHEDULE_SECONDS, messageBytes({ propertyCount: 1 }))).toBe(WEBHOOK_SCHEDULE_SECONDS);
    expect(scheduleFor(WEBHOOK_SCHEDULE_SECONDS, 5_000_000)).toBe(WEBHOOK_SCHEDULE_SECONDS);
  });

  test('of a million ids has few tries over the same time', () => {
    const schedule = scheduleFor(WEBHOOK_SCHEDULE_SECONDS, MILLION);
    expect(schedule).toEqual([0, 305, 9_000, 12_600 + 5_400 + 36_000, 208_800]);
    expect(schedule.length * MILLION).toBeLessThanOrEqual(60_000_000);
  });

  test('takes as long as it would, has three tries or stays within its bytes, and begins as it does', () => {
    const delays = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(delays, fc.integer({ min: 1, max: 100_000_000 }), (schedule, bytes) => {
        const fitted = scheduleFor(schedule, bytes);
        expect(sum(fitted)).toBe(sum(schedule));
        expect(fitted[0]).toBe(schedule[0]);
        expect(fitted.length).toBeLessThanOrEqual(Math.max(3, (50 * 1_048_576) / bytes));
        expect(fitted.length).toBeGreaterThanOrEqual(Math.min(3, schedule.length));
      }),
    );
  });
});

test('what is sent on request counts as whole units', () => {
  expect([0, 1, 65_536, 65_537, MILLION].map(unitsOf)).toEqual([1, 1, 1, 2, 153]);
});
