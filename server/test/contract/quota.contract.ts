import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobKey } from '../../src/core/job.ts';
import type { QuotaStore } from '../../src/core/ports/database/quota.ts';
import type { OpenSubject, Subject } from './database-world.ts';

const MONTH = '2026-03';
const OTHER_MONTH = '2026-04';

export function quotaStoreContract(open: OpenSubject): void {
  describe('QuotaStore', () => {
    let subject: Subject;
    let quota: QuotaStore;

    beforeAll(async () => {
      subject = await open();
      quota = subject.db.quota;
    });
    afterAll(() => subject.close());

    async function account(limit: number | null = null): Promise<string> {
      const id = randomUUID();
      await subject.db.accounts.create({ id, name: 'Acme', grants: 'all' });
      await quota.setLimit(id, limit);
      return id;
    }

    async function reserve(accountId: string, propertyIds: Iterable<number>, month = MONTH): Promise<JobKey> {
      const job = { accountId, id: randomUUID() };
      await quota.reserve({ job, month, propertyIds });
      return job;
    }

    async function used(accountId: string, month = MONTH): Promise<number> {
      return (await quota.usage(accountId, month)).usage;
    }

    it('has no limit until one is set, and none again', async () => {
      const id = randomUUID();
      await subject.db.accounts.create({ id, name: 'Acme', grants: 'all' });
      expect(await quota.usage(id, MONTH)).toEqual({ limit: null, usage: 0 });
      await quota.setLimit(id, 0);
      expect(await quota.usage(id, MONTH)).toEqual({ limit: 0, usage: 0 });
      await quota.setLimit(id, null);
      expect(await quota.usage(id, MONTH)).toEqual({ limit: null, usage: 0 });
    });

    it('counts a property once in a month, whichever jobs ask for it', async () => {
      const id = await account();
      await reserve(id, [5, 6, 7]);
      await reserve(id, [7, 8]);
      expect(await used(id)).toBe(4);
      expect(await used(id, OTHER_MONTH)).toBe(0);
      expect(await used(await account())).toBe(0);
    });

    it('tells what is paid for: what succeeded jobs keep, and not what unfinished ones hold', async () => {
      const id = await account();
      const far = 2 ** 40;
      const kept = await reserve(id, [9, 70_000, 5, far]);
      await reserve(id, [6]);
      const failed = await reserve(id, [7]);
      expect([...(await quota.paid(id, MONTH))]).toEqual([]);
      await quota.keep(kept);
      await quota.giveBack(failed);
      expect([...(await quota.paid(id, MONTH))]).toEqual([5, 9, 70_000, far]);
      expect([...(await quota.paid(id, OTHER_MONTH))]).toEqual([]);
      expect([...(await quota.paid(await account(), MONTH))]).toEqual([]);
    });

    it('refuses what comes new beyond the limit, says how it stands, and counts nothing of it', async () => {
      const id = await account(3);
      await reserve(id, [1, 2]);
      await expect(reserve(id, [2, 3, 4])).rejects.toMatchObject({
        code: 'quota_exceeded',
        quota: { limit: 3, usage: 2, resetsOn: expect.stringMatching(/^\d{4}-\d\d-01$/) },
      });
      expect(await quota.usage(id, MONTH)).toEqual({ limit: 3, usage: 2 });
      await reserve(id, [1, 2, 3]);
      expect(await used(id)).toBe(3);
      await reserve(id, [3, 2]);
      await expect(reserve(id, [4])).rejects.toMatchObject({ code: 'quota_exceeded' });
      await reserve(id, [4, 5, 6], OTHER_MONTH);
    });

    it('gives back what no other job has', async () => {
      const id = await account();
      const first = await reserve(id, [1, 2, 3]);
      const second = await reserve(id, [3, 4]);
      await quota.giveBack(first);
      expect(await used(id)).toBe(2);
      expect(await quota.preview(id, MONTH, [1, 2, 3, 4])).toMatchObject({ usage: 2, added: 2 });
      await quota.giveBack(second);
      expect(await used(id)).toBe(0);
    });

    it('keeps what a succeeded job had, whatever ends after it', async () => {
      const id = await account();
      const first = await reserve(id, [1, 2]);
      const second = await reserve(id, [2, 3]);
      await quota.keep(first);
      await quota.giveBack(second);
      expect(await quota.preview(id, MONTH, [1, 2, 3])).toMatchObject({ usage: 2, added: 1 });
    });

    it('settles a job once', async () => {
      const id = await account();
      const job = await reserve(id, [1, 2]);
      await quota.keep(job);
      await quota.giveBack(job);
      await quota.keep(job);
      expect(await used(id)).toBe(2);
      await quota.giveBack({ accountId: id, id: randomUUID() });
      expect(await used(id)).toBe(2);
    });

    it('gives back to the month in which the job was made', async () => {
      const id = await account();
      const job = await reserve(id, [1, 2], MONTH);
      await reserve(id, [1, 2], OTHER_MONTH);
      await quota.giveBack(job);
      expect([await used(id, MONTH), await used(id, OTHER_MONTH)]).toEqual([0, 2]);
    });

    it('undoes a reservation with its transaction', async () => {
      const id = await account();
      const failing = subject.db.transaction(async (tx) => {
        await tx.quota.reserve({ job: { accountId: id, id: randomUUID() }, month: MONTH, propertyIds: [1, 2] });
        throw new Error('not now');
      });
      await expect(failing).rejects.toThrow('not now');
      expect(await used(id)).toBe(0);
    });

    it('counts ids of any size', async () => {
      const id = await account();
      const far = [1, 65_535, 65_536, 2 ** 32, 2 ** 32 + 65_536, Number.MAX_SAFE_INTEGER];
      const job = await reserve(id, far);
      expect(await quota.preview(id, MONTH, [...far, 2, Number.MAX_SAFE_INTEGER - 1])).toEqual({
        limit: null,
        usage: far.length,
        added: 2,
      });
      await quota.giveBack(job);
      expect(await used(id)).toBe(0);
    });

    it('counts a million, and gives back all but what another has', async () => {
      const id = await account(1_000_001);
      const million = Array.from({ length: 1_000_000 }, (_, index) => 99_000_000 + index * 7);
      const job = await reserve(id, million);
      await reserve(id, [99_000_000, 5]);
      expect(await used(id)).toBe(1_000_001);
      await expect(reserve(id, [6])).rejects.toMatchObject({ code: 'quota_exceeded' });
      await quota.giveBack(job);
      expect(await used(id)).toBe(2);
    });

    it('forgets months that are over, but not what an unfinished job still holds', async () => {
      const [one, other] = [await account(), await account()];
      await quota.keep(await reserve(one, [1, 2], '2025-01'));
      await quota.giveBack(await reserve(one, [3], '2025-02'));
      const unfinished = await reserve(one, [4], '2025-03');
      await quota.keep(await reserve(one, [5, 6], MONTH));
      await quota.keep(await reserve(other, [7], '2025-02'));
      expect(await quota.forget('2025-01')).toBe(0);
      expect(await quota.forget(MONTH)).toBe(3);
      expect(await quota.forget(MONTH)).toBe(0);
      expect(await Promise.all(['2025-01', '2025-02', '2025-03', MONTH].map((month) => used(one, month)))).toEqual([
        0, 0, 1, 2,
      ]);
      expect(await used(other, '2025-02')).toBe(0);
      expect((await quota.preview(one, '2025-01', [1, 2])).added).toBe(2);
      await quota.giveBack(unfinished);
      expect(await quota.forget(MONTH)).toBe(1);
      await reserve(one, [1], '2025-01');
      expect(await used(one, '2025-01')).toBe(1);
    });

    it('leaves a month alone that somebody is changing', async () => {
      const id = await account();
      await quota.keep(await reserve(id, [1], '2024-01'));
      await subject.db.transaction(async (tx) => {
        await tx.quota.reserve({ job: { accountId: id, id: randomUUID() }, month: '2024-01', propertyIds: [2] });
        expect(await quota.forget('2024-02')).toBe(0);
      });
      expect(await used(id, '2024-01')).toBe(2);
    });

    it.each([randomUUID(), 'no-uuid', ''])('has no account %j', async (id) => {
      await expect(quota.usage(id, MONTH)).rejects.toMatchObject({ code: 'not_found' });
      await expect(quota.preview(id, MONTH, [1])).rejects.toMatchObject({ code: 'not_found' });
      await expect(quota.setLimit(id, 5)).rejects.toMatchObject({ code: 'not_found' });
    });

    type Step = { kind: 'reserve'; month: string; ids: number[] } | { kind: 'keep' | 'giveBack'; which: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({
        kind: fc.constant('reserve' as const),
        month: fc.constantFrom(MONTH, OTHER_MONTH),
        ids: fc.array(fc.integer({ min: 65_530, max: 65_542 }), { minLength: 1, maxLength: 6 }),
      }),
      fc.record({ kind: fc.constantFrom('keep' as const, 'giveBack' as const), which: fc.nat() }),
    );

    it('agrees with plain sets through any course of jobs', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          const limit = 9;
          const id = await account(limit);
          const live: { job: JobKey; month: string; ids: Set<number> }[] = [];
          const kept = new Map([MONTH, OTHER_MONTH].map((month) => [month, new Set<number>()]));
          const counted = (month: string): Set<number> =>
            new Set([
              ...(kept.get(month) ?? []),
              ...live.flatMap((each) => (each.month === month ? [...each.ids] : [])),
            ]);
          for (const each of steps) {
            if (each.kind === 'reserve') {
              const ids = new Set(each.ids);
              const fits = new Set([...counted(each.month), ...ids]).size <= limit;
              const fresh = [...ids].some((member) => !counted(each.month).has(member));
              const asked = reserve(id, ids, each.month);
              if (fits || !fresh) live.push({ job: await asked, month: each.month, ids });
              else await expect(asked).rejects.toMatchObject({ code: 'quota_exceeded' });
            } else {
              const [ended] = live.splice(each.which % Math.max(1, live.length), 1);
              if (ended === undefined) continue;
              await quota[each.kind](ended.job);
              if (each.kind === 'keep') for (const member of ended.ids) kept.get(ended.month)?.add(member);
            }
            for (const month of [MONTH, OTHER_MONTH]) expect(await used(id, month)).toBe(counted(month).size);
          }
          for (const month of [MONTH, OTHER_MONTH]) {
            expect((await quota.preview(id, month, counted(month))).added).toBe(0);
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
