import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/core/ports/database/database.ts';
import type { RateTerms } from '../../src/core/ports/database/rate-limits.ts';
import { eventually, type OpenSubject } from './database-world.ts';

/** A window that does not end while a test runs. */
const LONG: RateTerms = { door: 'apartmentiq', limit: 25, windowSeconds: 1_000_000_000, block: 10 };
const SHORT: RateTerms = { ...LONG, windowSeconds: 1 };

export function rateLimitStoreContract(open: OpenSubject): void {
  describe('RateLimitStore', () => {
    let db: Database;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ db, close } = await open());
    });
    afterAll(() => close());

    it('gives blocks until the limit, the last one smaller, and then nothing', async () => {
      const id = randomUUID();
      const leases = [];
      for (let turn = 0; turn < 5; turn++) leases.push(await db.rateLimits.take(id, LONG));
      expect(leases.map(({ granted, unclaimed }) => [granted, unclaimed])).toEqual([
        [10, 15],
        [10, 5],
        [5, 0],
        [0, 0],
        [0, 0],
      ]);
    });

    it('gives a block no larger than the limit', async () => {
      expect(await db.rateLimits.take(randomUUID(), { ...LONG, limit: 3 })).toMatchObject({ granted: 3, unclaimed: 0 });
    });

    it('counts each credential by itself', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await db.rateLimits.take(one, { ...LONG, block: 25 });
      expect(await db.rateLimits.take(other, LONG)).toMatchObject({ granted: 10 });
    });

    it('never grants more than the limit, however many ask at once', async () => {
      const id = randomUUID();
      const leases = await Promise.all(
        Array.from({ length: 40 }, () => db.rateLimits.take(id, { ...LONG, limit: 101, block: 7 })),
      );
      expect(leases.reduce((sum, { granted }) => sum + granted, 0)).toBe(101);
    });

    it('takes nothing back when the limit is lowered, and gives the rest when it is raised', async () => {
      const id = randomUUID();
      await db.rateLimits.take(id, { ...LONG, block: 20 });
      expect(await db.rateLimits.take(id, { ...LONG, limit: 5 })).toMatchObject({ granted: 0, unclaimed: 0 });
      expect(await db.rateLimits.take(id, { ...LONG, limit: 30 })).toMatchObject({ granted: 10, unclaimed: 0 });
    });

    it('gives anew in the next window, whose beginning it told', async () => {
      const id = randomUUID();
      const { windowEndsInMs } = await db.rateLimits.take(id, { ...SHORT, block: 25 });
      expect(windowEndsInMs).toBeGreaterThanOrEqual(0);
      expect(windowEndsInMs).toBeLessThanOrEqual(1000);
      await eventually(async () => (await db.rateLimits.take(id, SHORT)).granted === 10, 'the next window');
    });
  });
}
