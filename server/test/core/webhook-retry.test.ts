import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextWebhookDelay, WEBHOOK_SCHEDULE_SECONDS } from '../../src/core/webhooks/retry.ts';

const DAY = 86_400;
const FAILED = { status: 500, failure: 'The receiver answered 500.', retryAfterSeconds: null };
const PUBLISHED = { schedule: WEBHOOK_SCHEDULE_SECONDS, random: 0 };

const status = fc.option(
  fc.integer({ min: 100, max: 599 }).filter((code) => code !== 410 && (code < 200 || code > 299)),
);
const failed = fc.record({
  status,
  failure: fc.constant('it failed'),
  retryAfterSeconds: fc.option(fc.nat(2_147_483_647)),
});
const schedule = fc.array(fc.integer({ min: 0, max: 7 * DAY }), { minLength: 1, maxLength: 20 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the delay before the next try', () => {
  test('follows the published schedule: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((tries) => nextWebhookDelay(FAILED, tries, PUBLISHED));
    expect(WEBHOOK_SCHEDULE_SECONDS[0]).toBe(0);
    expect(delays).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, null, null]);
  });

  test('ends with a delivery, with 410 and with the schedule, whatever else was said', () => {
    fc.assert(
      fc.property(failed, schedule, random, fc.integer({ min: 1, max: 25 }), (attempt, delays, chance, tries) => {
        const terms = { schedule: delays, random: chance };
        expect(nextWebhookDelay({ ...attempt, status: 200, failure: null }, tries, terms)).toBeNull();
        expect(nextWebhookDelay({ ...attempt, status: 410 }, tries, terms)).toBeNull();
        expect(nextWebhookDelay(attempt, tries, terms) === null).toBe(tries >= delays.length);
      }),
    );
  });

  test('makes as many tries as the schedule has entries', () => {
    fc.assert(
      fc.property(schedule, random, (delays, chance) => {
        let tries = 1;
        while (nextWebhookDelay(FAILED, tries, { schedule: delays, random: chance }) !== null) tries++;
        expect(tries).toBe(delays.length);
      }),
    );
  });

  test('is never shorter than the schedule or the receiver’s wish, and at most a tenth longer', () => {
    fc.assert(
      fc.property(failed, schedule, random, fc.integer({ min: 1, max: 19 }), (attempt, delays, chance, tries) => {
        const delay = nextWebhookDelay(attempt, tries, { schedule: delays, random: chance });
        const scheduled = delays[tries];
        if (scheduled === undefined || delay === null) return;
        const base = Math.max(scheduled, Math.min(attempt.retryAfterSeconds ?? 0, DAY));
        expect(delay).toBeGreaterThanOrEqual(base);
        expect(delay).toBeLessThanOrEqual(base * 1.1);
      }),
    );
  });

  test.each([
    [60, 300],
    [300, 300],
    [301, 301],
    [3600, 3600],
    [DAY, DAY],
    [DAY + 1, DAY],
    [2_147_483_647, DAY],
    [0, 300],
  ])('with Retry-After %i is %i s after the second try', (retryAfterSeconds, delay) => {
    expect(nextWebhookDelay({ ...FAILED, status: 429, retryAfterSeconds }, 2, PUBLISHED)).toBe(delay);
  });

  test('grows with the chance and is spread by it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), random, random, (tries, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((chance) =>
          nextWebhookDelay(FAILED, tries, { ...PUBLISHED, random: chance }),
        );
        expect(low).toBeLessThanOrEqual(high ?? Number.NaN);
      }),
    );
    const spread = (chance: number) => nextWebhookDelay(FAILED, 2, { ...PUBLISHED, random: chance });
    expect([spread(0), spread(0.5)]).toEqual([300, 315]);
  });
});
