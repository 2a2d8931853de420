/** What becomes of tasks when database or store were away, and who is to blame. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobKey } from '../../src/core/job.ts';
import { eventually, type OpenSubject, TERMS, World } from './database-world.ts';

/** So short that it has always run out. */
const SHORT_LEASE_SECONDS = 0.000_001;

const RUNNING = { phase: 'running', rowsWritten: 1, rowsTotal: 2 } as const;

export function taskQueueFaultsContract(open: OpenSubject): void {
  describe('TaskQueue, of faults that pass', () => {
    let world: World;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());
    beforeEach(() => world.emptyQueue());

    async function positionOf({ accountId, id }: JobKey): Promise<number | undefined> {
      return (await world.db.queue.positions(accountId, [id])).get(id);
    }

    it('excuses a task once, whose attempt is void then', async () => {
      const job = await world.submit();
      const claim = await world.claim();
      expect(await world.db.queue.excuse(claim)).toBe(true);
      expect(await world.db.queue.excuse(claim)).toBe(false);
      expect(await world.db.jobs.recordProgress(job, claim.attempt, RUNNING)).toBe(false);
      expect(await positionOf(job)).toBe(0);
    });

    it('frees what a worker holds and does not know of, and nothing that another holds', async () => {
      const [lost, held] = [await world.submit(), await world.submit()];
      await world.claim({ ...TERMS, workerId: 'worker-1' });
      const other = await world.claim({ ...TERMS, workerId: 'worker-2' });
      expect(await world.db.queue.release('worker-1')).toBe(1);
      expect(await world.db.queue.release('worker-1')).toBe(0);
      expect(await positionOf(lost)).toBe(0);
      expect(await positionOf(held)).toBeUndefined();
      expect(await world.db.queue.renew(other, 30)).toBe(true);
    });

    it('lets nobody but its holder change a task, not under the same attempt either', async () => {
      await world.submit();
      const first = await world.claim();
      await world.db.queue.giveBack(first);
      const next = await world.claim({ ...TERMS, workerId: 'worker-2' });
      expect(next.attempt).toBe(first.attempt);
      expect(await world.db.queue.renew(first, 30)).toBe(false);
      expect(await world.db.queue.giveBack(first)).toBe(false);
      expect(await world.db.queue.excuse(first)).toBe(false);
      expect(await world.db.queue.settle(first)).toBe(false);
      expect(await world.db.queue.settle(next)).toBe(true);
    });

    it('extends no lease while workers give signs of life', async () => {
      await world.db.queue.beat(30);
      await world.submit();
      await world.claim({ ...TERMS, leaseSeconds: 0 });
      expect(await world.db.queue.beat(30)).toBe(0);
      expect(await world.db.queue.rescue()).toBe(1);
    });

    it('extends leases that ran out while no worker could give one: who lives renews, and a dead one’s attempt counts', async () => {
      await world.submit();
      await world.submit();
      const [alive, dead] = [
        await world.claim({ ...TERMS, leaseSeconds: 0 }),
        await world.claim({ ...TERMS, leaseSeconds: 0 }),
      ];
      // Any time between two beats is two thirds of a lease that short.
      expect(await world.db.queue.beat(SHORT_LEASE_SECONDS)).toBe(2);
      expect(await world.db.queue.renew(alive, 30)).toBe(true);
      await eventually(async () => (await world.db.queue.rescue()) === 1, 'the end of the extension');
      expect(await world.claim()).toMatchObject({ taskId: dead.taskId, attempt: 2 });
      expect(await world.db.queue.renew(alive, 30)).toBe(true);
    });

    it('extends the lease of one task ten times at most', async () => {
      await world.submit();
      await world.claim({ ...TERMS, leaseSeconds: 0 });
      const extended: number[] = [];
      for (let silence = 0; silence < 12; silence++) {
        extended.push(await world.db.queue.beat(SHORT_LEASE_SECONDS));
      }
      expect(extended.filter((count) => count === 1)).toHaveLength(10);
      expect(await world.db.queue.rescue()).toBe(1);
    });
  });
}
