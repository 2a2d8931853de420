import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_FILE_OPTIONS, type Job, type JobKey } from '../../src/core/job.ts';
import type { RateTerms } from '../../src/core/ports/database/rate-limits.ts';
import type { RetentionStore } from '../../src/core/ports/database/retention.ts';
import { type OpenSubject, success, World } from './database-world.ts';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
/** Everything that the tests make is older than this, however far the clocks of program and database are apart. */
const SOON = new Date(Date.now() + 3_600_000);
const MANY = 1000;
const WINDOW: RateTerms = { door: 'apartmentiq', limit: 25, windowSeconds: 1_000_000_000 };

/** Of each kind: what is past its time goes, the oldest first and no more than asked for at a time; nothing else does. */
export function retentionStoreContract(open: OpenSubject): void {
  describe('RetentionStore', () => {
    let world: World;
    let retention: RetentionStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      ({ retention } = subject.db);
      await world.prepare();
    });
    afterAll(() => close());

    const everything = { endedBefore: SOON, monthStart: SOON };

    async function failedJob(): Promise<Job> {
      await world.emptyQueue();
      const job = await world.submit();
      const { attempt } = await world.claim();
      await world.db.jobs.finish(job, {
        outcome: 'failed',
        attempt,
        failure: { code: 'export_failed', message: 'It failed' },
      });
      return job;
    }

    async function succeededJob(): Promise<Job> {
      await world.emptyQueue();
      const job = await world.submit();
      const { attempt } = await world.claim();
      await world.db.jobs.finish(job, success(attempt));
      return job;
    }

    async function exists(key: JobKey): Promise<boolean> {
      return (await world.db.jobs.get(key)) !== null;
    }

    describe('jobs', () => {
      it('go with all that belongs to them', async () => {
        const job = await failedJob();
        const key = { accountId: job.accountId, key: randomUUID() };
        await world.db.idempotency.remember(key, { fingerprint: new Uint8Array(), jobId: job.id, acceptedAt: SOON });
        const delivery = { accountId: job.accountId, id: randomUUID() };
        await world.db.deliveries.enqueue({
          ...delivery,
          jobId: job.id,
          url: 'https://example.com/',
          host: 'example.com',
          delaySeconds: 0,
        });
        expect(await retention.deleteJobs(everything, MANY)).toBe(1);
        expect(await exists(job)).toBe(false);
        expect(await world.db.jobs.propertyIds(job)).toBeNull();
        expect(await world.db.idempotency.find(key)).toBeNull();
        expect(await world.db.deliveries.get(delivery)).toBeNull();
      });

      it('stay while they have not ended, while their files are there, and until their month is over', async () => {
        await world.emptyQueue();
        const [unfinished, withFiles, failed] = [await world.insertJob(), await succeededJob(), await failedJob()];
        expect(await retention.deleteJobs({ endedBefore: LONG_AGO, monthStart: SOON }, MANY)).toBe(0);
        expect(await retention.deleteJobs({ endedBefore: SOON, monthStart: LONG_AGO }, MANY)).toBe(0);
        expect(await retention.deleteJobs(everything, MANY)).toBe(1);
        expect([await exists(unfinished), await exists(withFiles), await exists(failed)]).toEqual([true, true, false]);
        await world.db.jobs.forgetFiles(withFiles);
        expect(await retention.deleteJobs(everything, MANY)).toBe(1);
        expect([await exists(unfinished), await exists(withFiles)]).toEqual([true, false]);
      });

      it('go the oldest first, no more at a time than asked for, and none twice', async () => {
        const jobs = [await failedJob(), await failedJob(), await failedJob()];
        expect(await retention.deleteJobs(everything, 2)).toBe(2);
        expect(await Promise.all(jobs.map(exists))).toEqual([false, false, true]);
        const again = await Promise.all([1, 2, 3].map(() => retention.deleteJobs(everything, 2)));
        expect(again.reduce((sum, count) => sum + count, 0)).toBe(1);
      });
    });

    it('runs that made no job go, those that wait or made one stay', async () => {
      const owner = await world.account();
      const at = (minute: number) => new Date(Date.UTC(2026, 2, 8, 7, minute));
      const schedule = await world.db.schedules.insert({
        ...owner,
        id: randomUUID(),
        rule: { frequency: 'daily', time: '02:30', timeZone: 'America/New_York' },
        range: { name: 'yesterday' },
        deadlineHours: 48,
        onIncomplete: 'run',
        template: { reportType: 'property', outputFormat: 'csv', ...DEFAULT_FILE_OPTIONS },
        callbackUrl: null,
        propertyIds: new Uint8Array(),
        propertyCount: 0,
        nextAt: SOON,
      });
      const run = (minute: number) => ({
        plannedAt: at(minute),
        deadlineAt: SOON,
        startDate: '2026-03-07',
        endDate: '2026-03-07',
        skipped: null,
      });
      await world.db.schedules.plan(schedule, [run(1), run(2), run(3), run(4)], SOON);
      const key = (minute: number) => ({ accountId: owner.accountId, scheduleId: schedule.id, plannedAt: at(minute) });
      const reason = { code: 'data_incomplete', message: 'It was late' };
      for (const minute of [1, 2, 3]) {
        await world.db.schedules.settleRun(key(minute), { state: 'skipped', reason });
      }
      expect(await retention.deleteRuns(at(3), 1)).toBe(1);
      expect(await retention.deleteRuns(at(3), MANY)).toBe(1);
      expect(await retention.deleteRuns(SOON, MANY)).toBe(1);
      const { items } = await world.db.schedules.runs(schedule, { page: 1, perPage: 10 });
      expect(items.map(({ plannedAt, state }) => [plannedAt, state])).toEqual([[at(4), 'waiting']]);
    });

    it('test events that no worker sent go, and no job’s', async () => {
      await world.emptyQueue();
      const job = await world.insertJob();
      const delivery = (jobId: string | null) => ({
        accountId: job.accountId,
        id: randomUUID(),
        jobId,
        url: 'https://example.com/',
        host: 'example.com',
        delaySeconds: 3600,
      });
      const [test, ofJob] = [delivery(null), delivery(job.id)];
      for (const each of [test, ofJob]) await world.db.deliveries.enqueue(each);
      expect(await retention.deleteUnsentTests(LONG_AGO, MANY)).toBe(0);
      expect(await retention.deleteUnsentTests(SOON, MANY)).toBe(1);
      expect(await world.db.deliveries.get(test)).toBeNull();
      expect(await world.db.deliveries.get(ofJob)).not.toBeNull();
    });

    it('counts of requests go with their credential, once it was revoked', async () => {
      const { credentialId } = await world.account();
      for (const door of ['apartmentiq', 'reonomy'] as const) {
        await world.db.rateLimits.count(credentialId, { ...WINDOW, door }, 10, null);
      }
      expect(await retention.deleteRateWindows(SOON, MANY)).toBe(0);
      await world.db.credentials.revoke(credentialId);
      expect(await retention.deleteRateWindows(LONG_AGO, MANY)).toBe(0);
      expect(await retention.deleteRateWindows(SOON, 1)).toBe(1);
      expect(await retention.deleteRateWindows(SOON, MANY)).toBe(1);
    });

    it('webhook secrets go when they sign no more, the current one never', async () => {
      const { accountId } = await world.account();
      const [first, second] = [new Uint8Array([1]), new Uint8Array([2])];
      await world.db.webhookSecrets.insertFirst(accountId, first);
      await world.db.webhookSecrets.rotate(accountId, second, 60);
      expect(await retention.deleteWebhookSecrets(new Date(), MANY)).toBe(0);
      expect(await retention.deleteWebhookSecrets(SOON, MANY)).toBe(1);
      expect((await world.db.webhookSecrets.live(accountId)).map(({ sealed }) => sealed)).toEqual([second]);
    });

    it('kept versions are let go when no search can continue them', async () => {
      await world.db.warehouse.keep(world.dataVersion, 60);
      expect(await retention.deleteKeptVersions(new Date(), MANY)).toBe(0);
      expect(await retention.deleteKeptVersions(SOON, MANY)).toBe(1);
      expect(await retention.deleteKeptVersions(SOON, MANY)).toBe(0);
    });
  });
}
