import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/core/ports/database/database.ts';
import type { RateTerms } from '../../src/core/ports/database/rate-limits.ts';
import { eventually, type OpenSubject } from './database-world.ts';

/** A window that does not end while a test runs. */
const LONG: RateTerms = { door: 'apartmentiq', limit: 25, windowSeconds: 1_000_000_000 };
const SHORT: RateTerms = { ...LONG, windowSeconds: 1 };

export function rateLimitStoreContract(open: OpenSubject): void {
  describe('RateLimitStore', () => {
    let db: Database;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ db, close } = await open());
    });
    afterAll(() => close());

    it('grants what waits until the limit, the last time a part of it, and then nothing', async () => {
      const id = randomUUID();
      const counts = [];
      for (let turn = 0; turn < 5; turn++) counts.push(await db.rateLimits.count(id, LONG, 10, null));
      expect(counts.map(({ granted, remaining }) => [granted, remaining])).toEqual([
        [10, 15],
        [10, 5],
        [5, 0],
        [0, 0],
        [0, 0],
      ]);
    });

    it('grants no more than the limit at once', async () => {
      expect(await db.rateLimits.count(randomUUID(), { ...LONG, limit: 3 }, 10, null)).toMatchObject({
        granted: 3,
        remaining: 0,
      });
    });

    it('counts what was let through before it grants, also beyond the limit', async () => {
      const id = randomUUID();
      const { window } = await db.rateLimits.count(id, LONG, 1, null);
      const before = { window, requests: 20 };
      expect(await db.rateLimits.count(id, LONG, 10, before)).toMatchObject({ granted: 4, remaining: 0 });
      expect(await db.rateLimits.count(id, LONG, 1, before)).toMatchObject({ granted: 0, remaining: 0 });
      // 45 are counted: a higher limit has to be higher than that.
      expect(await db.rateLimits.count(id, { ...LONG, limit: 50 }, 10, null)).toMatchObject({
        granted: 5,
        remaining: 0,
      });
    });

    it('forgets what was let through in a window that is over', async () => {
      const id = randomUUID();
      const { window } = await db.rateLimits.count(id, LONG, 1, null);
      const before = { window: window - 1, requests: 20 };
      expect(await db.rateLimits.count(id, LONG, 1, before)).toMatchObject({ granted: 1, remaining: 23 });
    });

    it('counts each credential by itself', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await db.rateLimits.count(one, LONG, 25, null);
      expect(await db.rateLimits.count(other, LONG, 10, null)).toMatchObject({ granted: 10 });
    });

    it('never grants more than the limit, however many ask at once', async () => {
      const id = randomUUID();
      const counts = await Promise.all(
        Array.from({ length: 40 }, () => db.rateLimits.count(id, { ...LONG, limit: 101 }, 7, null)),
      );
      expect(counts.reduce((sum, { granted }) => sum + granted, 0)).toBe(101);
    });

    it('grants nothing when the limit is lowered, and the rest when it is raised', async () => {
      const id = randomUUID();
      await db.rateLimits.count(id, LONG, 20, null);
      expect(await db.rateLimits.count(id, { ...LONG, limit: 5 }, 10, null)).toMatchObject({
        granted: 0,
        remaining: 0,
      });
      expect(await db.rateLimits.count(id, { ...LONG, limit: 30 }, 10, null)).toMatchObject({
        granted: 10,
        remaining: 0,
      });
    });

    it('grants anew in the next window, whose beginning it told', async () => {
      const id = randomUUID();
      const { windowEndsInMs } = await db.rateLimits.count(id, SHORT, 25, null);
      expect(windowEndsInMs).toBeGreaterThanOrEqual(0);
      expect(windowEndsInMs).toBeLessThanOrEqual(1000);
      await eventually(async () => (await db.rateLimits.count(id, SHORT, 10, null)).granted === 10, 'the next window');
    });
  });
}
