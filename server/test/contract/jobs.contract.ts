import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utcDay } from '../../src/core/dates.ts';
import { decodePropertyIds, encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { ReportSpec } from '../../src/core/job.ts';
import type { JobFilter } from '../../src/core/ports/database/jobs.ts';
import { eventually, type OpenSubject, PROPERTY_IDS, resultFile, success, World } from './database-world.ts';

const HOUR_MS = 3_600_000;

export function jobStoreContract(open: OpenSubject): void {
  describe('JobStore', () => {
    let world: World;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());

    async function credentialOf({ accountId }: { accountId: string }): Promise<string> {
      const [credential] = await world.db.credentials.list(accountId);
      if (credential === undefined) throw new Error('the account has no credential');
      return credential.id;
    }

    /** A job whose first attempt has it. */
    async function runningJob() {
      await world.emptyQueue();
      const job = await world.submit();
      const claim = await world.claim();
      return { job, claim };
    }

    it('shows a job with its ids and where it stands, for its owner', async () => {
      const owner = await world.account();
      const [first, second] = [await world.submit(owner), await world.submit(owner)];
      const shown = await world.db.jobs.show(second, PROPERTY_IDS.length);
      expect(shown).toMatchObject({ job: await world.db.jobs.get(second), queuePosition: 1 });
      expect([...decodePropertyIds(shown?.propertyIds ?? new Uint8Array())]).toEqual(PROPERTY_IDS);
      expect(await world.db.jobs.show(first, PROPERTY_IDS.length - 1)).toMatchObject({
        propertyIds: null,
        queuePosition: 0,
      });
      expect(await world.db.jobs.show({ ...(await world.account()), id: first.id }, 100)).toBeNull();
      expect(await world.db.jobs.show({ ...owner, id: 'no id' }, 100)).toBeNull();
    });

    it('shows no place in the queue of a job that runs or has ended', async () => {
      const { job, claim } = await runningJob();
      expect(await world.db.jobs.show(job, 100)).toMatchObject({ queuePosition: null });
      await world.db.jobs.finish(job, success(claim.attempt));
      expect(await world.db.jobs.show(job, 100)).toMatchObject({ queuePosition: null, job: { status: 'succeeded' } });
    });

    it('stores a job as it was asked for', async () => {
      const owner = await world.account();
      const warnings = ['a field was ignored'];
      const asked = world.newJob(owner, { callbackUrl: 'https://example.com/hook', warnings });
      const job = await world.db.jobs.insert(asked);
      expect(job).toEqual({
        accountId: owner.accountId,
        id: asked.id,
        credentialId: owner.credentialId,
        warnings,
        kind: 'report',
        spec: asked.spec,
        propertyCount: 3,
        callbackUrl: 'https://example.com/hook',
        status: 'submitted',
        progress: { phase: 'queued', rowsWritten: 0, rowsTotal: null },
        failure: null,
        dataVersion: world.dataVersion,
        results: [],
        createdAt: expect.any(Date),
        updatedAt: expect.any(Date),
        startedAt: null,
        revision: expect.any(Number),
        finishedAt: null,
        expiresAt: null,
      });
      expect(await world.db.jobs.get(job)).toEqual(job);
    });

    it('stores what was chosen about the file', async () => {
      const { spec } = world.newJob(await world.account());
      const columns = ['avg_rent', 'id', `it's "quoted", {braced}`];
      const chosen = { ...spec, columns, compression: 'zstd', csvProfile: 'excel', name: 'Q4 – “東”' } as const;
      const job = await world.insertJob(undefined, { spec: chosen });
      expect(job.spec).toEqual(chosen);
      expect((await world.db.jobs.get(job))?.spec).toEqual(chosen);
    });

    it('stores a batch job with its parameters, apart from the reports', async () => {
      const owner = await world.account();
      const asked = world.newFileJob(owner);
      const job = await world.db.jobs.insert(asked);
      expect(job).toMatchObject({ kind: 'search', spec: asked.spec, results: [], status: 'submitted' });
      expect(await world.db.jobs.get(job)).toEqual(job);
      expect((await world.db.jobs.list(owner.accountId, { page: 1, perPage: 10 })).items).toEqual([]);
      expect(await world.db.jobs.changedSince(owner.accountId, null)).toEqual([]);
      expect(await world.db.jobs.listFileJobs({ ...owner, limit: 10, offset: 0 })).toEqual({ items: [job], count: 1 });
    });

    it('takes one unfinished batch job of an access key at a time, of however many at once', async () => {
      const owner = await world.account();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, () => world.db.jobs.insert(world.newFileJob(owner))),
      );
      const accepted = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(accepted).toHaveLength(1);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'job_in_progress', retryAfterSeconds: 1 });
      expect(await world.db.jobs.unfinishedFileJob(owner)).toBe(accepted[0]?.id);
      expect(await world.db.jobs.unfinishedFileJob({ ...owner, credentialId: randomUUID() })).toBeNull();
      // Reports run side by side, whatever the key's file job does.
      await world.insertJob(owner);
      for (const job of accepted) await world.db.jobs.finish(job, { outcome: 'cancelled' });
      expect(await world.db.jobs.unfinishedFileJob(owner)).toBeNull();
      await world.db.jobs.insert(world.newFileJob(owner));
    });

    it('lists the batch jobs of one access key in pages, newest first', async () => {
      const owner = await world.account();
      const other = await world.account();
      const made: string[] = [];
      for (let count = 0; count < 3; count++) {
        const job = await world.db.jobs.insert(world.newFileJob(owner));
        await world.db.jobs.finish(job, { outcome: 'cancelled' });
        made.unshift(job.id);
      }
      await world.db.jobs.insert(world.newFileJob(other));
      const page = await world.db.jobs.listFileJobs({ ...owner, limit: 2, offset: 1 });
      expect({ ...page, items: page.items.map(({ id }) => id) }).toEqual({ items: made.slice(1), count: 3 });
      const foreign = await world.db.jobs.listFileJobs({ ...owner, accountId: other.accountId, limit: 10, offset: 0 });
      expect(foreign).toEqual({ items: [], count: 0 });
    });

    it('shows a report to every credential of its account, and a file job to its access key alone', async () => {
      const owner = await world.account();
      const beside = { ...owner, credentialId: (await world.account()).credentialId };
      const stranger = await world.account();
      const operator = { ...owner, credentialId: 'operator' };
      const report = await world.insertJob(owner);
      const fileJob = await world.db.jobs.insert(world.newFileJob(owner));
      const visible = async (viewer: typeof owner) => {
        const found = await Promise.all([report, fileJob].map(({ id }) => world.db.jobs.visibleTo(viewer, id)));
        return found.map((job) => job?.id ?? null);
      };
      expect(await visible(owner)).toEqual([report.id, fileJob.id]);
      expect(await visible(beside)).toEqual([report.id, null]);
      expect(await visible(operator)).toEqual([report.id, null]);
      expect(await visible(stranger)).toEqual([null, null]);
      expect(await world.db.jobs.visibleTo(owner, 'no uuid')).toBeNull();
    });

    it('lists the jobs of an account of every kind in pages, newest first', async () => {
      const owner = await world.account();
      const other = await world.account();
      const made: string[] = [];
      for (const insert of [() => world.newJob(owner), () => world.newFileJob(owner), () => world.newJob(owner)]) {
        made.unshift((await world.db.jobs.insert(insert())).id);
      }
      await world.db.jobs.insert(world.newFileJob(other));
      const pages = await Promise.all(
        [1, 2, 3].map((page) => world.db.jobs.listAll(owner.accountId, { page, perPage: 2 })),
      );
      expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([made.slice(0, 2), made.slice(2), []]);
      expect(pages.map(({ totalCount }) => totalCount)).toEqual([3, 3, 3]);
      expect(pages[0]?.items.map(({ kind }) => kind)).toEqual(['report', expect.not.stringMatching('report')]);
    });

    it('knows every file of a job, and the jobs that have files', async () => {
      await world.emptyQueue();
      const owner = await world.account();
      const job = await world.submit(owner);
      const { attempt } = await world.claim();
      const files = [resultFile(), resultFile()];
      const expiresAt = new Date('2099-01-01T00:00:00Z');
      const ended = await world.db.jobs.finish(job, { outcome: 'succeeded', attempt, results: files, expiresAt });
      expect(ended).toMatchObject({ results: files, progress: { rowsWritten: 186, rowsTotal: 186 } });
      for (const { key } of files) expect(await world.db.jobs.isResultKey(key)).toBe(true);
      expect(await world.db.jobs.isResultKey('results/another/1/property.csv')).toBe(false);
      const withFiles = await world.db.jobs.withFiles(owner, 'report', 10);
      expect(withFiles.map(({ id }) => id)).toEqual([job.id]);
      expect(await world.db.jobs.withFiles({ ...owner, credentialId: randomUUID() }, 'report', 10)).toHaveLength(1);
      expect(await world.db.jobs.withFiles(owner, 'match', 10)).toEqual([]);
      await world.db.jobs.forgetFiles(job);
      expect(await world.db.jobs.withFiles(owner, 'report', 10)).toEqual([]);
      for (const { key } of files) expect(await world.db.jobs.isResultKey(key)).toBe(false);
    });

    it('tells the jobs that have files from the newest on, and those behind one of them', async () => {
      await world.emptyQueue();
      const owner = await world.account();
      const ids: string[] = [];
      for (let made = 0; made < 4; made++) {
        const job = await world.submit(owner);
        const claim = await world.claim();
        const { attempt } = claim;
        const expiresAt = new Date('2099-01-01T00:00:00Z');
        await world.db.jobs.finish(job, { outcome: 'succeeded', attempt, results: [resultFile()], expiresAt });
        await world.db.queue.settle(claim);
        ids.unshift(job.id);
      }
      const behind = async (limit: number, after: string | null) =>
        (await world.db.jobs.withFiles(owner, 'report', limit, after)).map(({ id }) => id);
      expect(await behind(10, null)).toEqual(ids);
      expect(await behind(2, ids[0] ?? '')).toEqual(ids.slice(1, 3));
      expect(await behind(10, ids[2] ?? '')).toEqual(ids.slice(3));
      expect(await behind(10, ids[3] ?? '')).toEqual([]);
      // Another account’s job is no place in the list.
      const stranger = await world.account();
      expect(await world.db.jobs.withFiles(stranger, 'report', 10, ids[0])).toEqual([]);
    });

    it('refuses a job on a data version that is not there', async () => {
      const owner = await world.account();
      const job = world.newJob(owner, { dataVersion: 999 });
      await expect(world.db.jobs.insert(job)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
      expect(await world.db.jobs.get(job)).toBeNull();
    });

    it('knows a job by its owner only', async () => {
      const job = await world.insertJob();
      const { accountId } = await world.account();
      expect(await world.db.jobs.get({ accountId, id: job.id })).toBeNull();
      expect(await world.db.jobs.propertyIds({ accountId, id: job.id })).toBeNull();
      expect(await world.db.jobs.finish({ accountId, id: job.id }, { outcome: 'cancelled' })).toBeNull();
      expect(await world.db.jobs.get(job)).toMatchObject({ status: 'submitted' });
      expect(await world.db.jobs.get({ accountId: job.accountId, id: 'no-uuid' })).toBeNull();
    });

    it('keeps the ids in the order of the request', async () => {
      const ids = await world.db.jobs.propertyIds(await world.insertJob());
      expect([...decodePropertyIds(ids ?? new Uint8Array())]).toEqual(PROPERTY_IDS);
    });

    it('keeps a million ids', async () => {
      const million = Array.from({ length: 1_000_000 }, (_, index) => 99_000_000 + index * 3);
      const encoded = encodePropertyIds(million, million.length);
      const job = await world.insertJob(undefined, { propertyIds: encoded, propertyCount: million.length });
      // Compared at once: `toEqual` looks at 1.2 million bytes one by one.
      expect(Buffer.compare((await world.db.jobs.propertyIds(job)) ?? new Uint8Array(), encoded)).toBe(0);
    });

    it('lists newest first, in pages with a total', async () => {
      const owner = await world.account();
      await world.insertJob();
      const ids: string[] = [];
      for (let made = 0; made < 5; made++) ids.unshift((await world.insertJob(owner)).id);
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) => world.db.jobs.list(owner.accountId, { page, perPage: 2 })),
      );
      expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([
        ids.slice(0, 2),
        ids.slice(2, 4),
        ids.slice(4),
        [],
      ]);
      expect(pages.map(({ totalCount }) => totalCount)).toEqual([5, 5, 5, 5]);
      expect(pages[1]?.request).toEqual({ page: 2, perPage: 2 });
    });

    it('lists those that meet every filter', async () => {
      const owner = await world.account();
      await world.insertJob(await world.account());
      const insert = (changes: Partial<ReportSpec>) =>
        world.insertJob(owner, { spec: { ...world.newJob(owner).spec, ...changes } });
      const rents = await insert({ name: 'Texas RENTS, monthly' });
      const units = await insert({ reportType: 'units', outputFormat: 'parquet', name: '50 %_ off' });
      await world.db.jobs.finish(units, { outcome: 'cancelled' });
      const listed = async (filter: JobFilter) => {
        const { items, totalCount } = await world.db.jobs.list(owner.accountId, { page: 1, perPage: 10 }, filter);
        expect(totalCount).toBe(items.length);
        return items.map(({ id }) => id);
      };
      expect(await listed({})).toEqual([units.id, rents.id]);
      expect(await listed({ statuses: ['submitted', 'failed'] })).toEqual([rents.id]);
      expect(await listed({ statuses: ['cancelled', 'submitted'] })).toEqual([units.id, rents.id]);
      expect(await listed({ reportType: 'units' })).toEqual([units.id]);
      const before = new Date(rents.createdAt.getTime() - HOUR_MS);
      const after = new Date(rents.createdAt.getTime() + HOUR_MS);
      for (const span of [{ from: before }, { until: after }, { from: before, until: after }]) {
        expect(await listed(span)).toEqual([units.id, rents.id]);
      }
      for (const span of [{ from: after }, { until: before }]) expect(await listed(span)).toEqual([]);
      expect(await listed({ words: ['rents', 'TEXAS'] })).toEqual([rents.id]);
      expect(await listed({ words: ['%_', 'parquet'] })).toEqual([units.id]);
      expect(await listed({ words: [rents.id.slice(0, 13).toUpperCase()] })).toEqual([rents.id]);
      expect(await listed({ words: ['texas', 'parquet'] })).toEqual([]);
      expect(await listed({ words: ['%'], reportType: 'property' })).toEqual([]);
    });

    it('sums what the newest jobs came to by day and credential', async () => {
      const { job, claim } = await runningJob();
      const result = resultFile();
      await world.db.jobs.finish(job, success(claim.attempt, result));
      const [own] = await world.db.credentials.list(job.accountId);
      const cancelled = await world.insertJob(job);
      await world.db.jobs.finish(cancelled, { outcome: 'cancelled' });
      const figures = {
        day: utcDay(job.createdAt),
        credentialId: job.credentialId,
        credential: own?.kind,
        name: own?.name,
      };
      const some = {
        jobs: 2,
        succeeded: 1,
        failed: 0,
        properties: job.propertyCount,
        rows: result.rows,
        bytes: result.bytes,
      };
      const long = new Date(0);
      expect(await world.db.jobs.usageByDay(job.accountId, long, 10)).toEqual([{ ...figures, ...some }]);
      const newest = { jobs: 1, succeeded: 0, properties: 0, rows: 0, bytes: 0 };
      expect(await world.db.jobs.usageByDay(job.accountId, long, 1)).toMatchObject([newest]);
      expect(await world.db.jobs.usageByDay(job.accountId, new Date('2100-01-01'), 10)).toEqual([]);
      expect(await world.db.jobs.usageByDay((await world.account()).accountId, long, 10)).toEqual([]);
    });

    it('tells jobs of one transaction apart in the list', async () => {
      const owner = await world.account();
      const wanted = [world.newJob(owner), world.newJob(owner)];
      await world.db.transaction(async (tx) => {
        for (const job of wanted) await tx.jobs.insert(job);
      });
      const { items } = await world.db.jobs.list(owner.accountId, { page: 1, perPage: 10 });
      expect(items.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id).reverse());
    });

    it('records progress of the attempt that has the job, and of no other', async () => {
      const { job, claim } = await runningJob();
      const progress = { phase: 'running', rowsWritten: 7_000_000_000, rowsTotal: 9_000_000_000 } as const;
      expect(await world.db.jobs.recordProgress(job, claim.attempt, progress)).toBe(true);
      const later = await world.db.jobs.get(job);
      expect(later?.progress).toEqual(progress);
      expect(later?.updatedAt.getTime()).toBeGreaterThanOrEqual(job.updatedAt.getTime());
      const stale = { ...progress, rowsWritten: 1 };
      expect(await world.db.jobs.recordProgress(job, claim.attempt + 1, stale)).toBe(false);
      expect(await world.db.jobs.recordProgress(job, claim.attempt - 1, stale)).toBe(false);
      expect((await world.db.jobs.get(job))?.progress).toEqual(progress);
    });

    it('ends as succeeded with its file', async () => {
      const { job, claim } = await runningJob();
      const result = resultFile();
      const expiresAt = new Date('2031-05-06T07:08:09.123Z');
      const ended = await world.db.jobs.finish(job, success(claim.attempt, result, expiresAt));
      expect(ended).toMatchObject({ status: 'succeeded', results: [result], expiresAt, failure: null });
      expect(ended?.progress).toEqual({ phase: 'done', rowsWritten: result.rows, rowsTotal: result.rows });
      expect(ended?.finishedAt).toBeInstanceOf(Date);
      expect(await world.db.jobs.get(job)).toEqual(ended);
    });

    it('ends as failed with its reason, and not at 100 %', async () => {
      const { job, claim } = await runningJob();
      const progress = { phase: 'running', rowsWritten: 5, rowsTotal: 9 } as const;
      await world.db.jobs.recordProgress(job, claim.attempt, progress);
      const failure = { code: 'export_failed', message: 'The export could not be written' };
      const ended = await world.db.jobs.finish(job, { outcome: 'failed', attempt: claim.attempt, failure });
      expect(ended).toMatchObject({ status: 'failed', failure, results: [], expiresAt: null, progress });
    });

    it('finds what succeeded of late with a report, newest first, of the account alone', async () => {
      const owner = await world.account();
      const succeed = async (changes: Parameters<typeof world.newJob>[1] = {}) => {
        await world.emptyQueue();
        const job = world.newJob(owner, changes);
        await world.db.jobs.insert(job);
        await world.db.queue.enqueue({ kind: 'run-job', job });
        const { attempt } = await world.claim();
        return world.db.jobs.finish(job, success(attempt));
      };
      const first = await succeed();
      await succeed({ spec: { ...world.newJob(owner).spec, reportType: 'units' } });
      const second = await succeed();
      await world.insertJob(owner);
      expect(await world.db.jobs.recentResults(owner.accountId, 'property')).toEqual([second, first]);
      expect(await world.db.jobs.recentResults((await world.account()).accountId, 'property')).toEqual([]);
    });

    it('lets the first ending win and changes nothing after it', async () => {
      const { job, claim } = await runningJob();
      const ended = await world.db.jobs.finish(job, { outcome: 'cancelled' });
      expect(ended).toMatchObject({ status: 'cancelled', results: [] });
      expect(await world.db.jobs.finish(job, { outcome: 'cancelled' })).toBeNull();
      expect(await world.db.jobs.finish(job, success(claim.attempt))).toBeNull();
      const progress = { phase: 'finalizing', rowsWritten: 9, rowsTotal: 9 } as const;
      expect(await world.db.jobs.recordProgress(job, claim.attempt, progress)).toBe(false);
      expect(await world.db.jobs.get(job)).toEqual(ended);
    });

    it('voids the ending of an attempt that does not have the job', async () => {
      const { job, claim } = await runningJob();
      const failure = { code: 'export_failed', message: 'late' };
      for (const attempt of [claim.attempt - 1, claim.attempt + 1]) {
        expect(await world.db.jobs.finish(job, success(attempt))).toBeNull();
        expect(await world.db.jobs.finish(job, { outcome: 'failed', attempt, failure })).toBeNull();
      }
      expect(await world.db.jobs.get(job)).toMatchObject({ status: 'submitted' });
    });

    it('has exactly one winner in each of 200 races between a cancel and a success', async () => {
      const seen: string[] = [];
      const unsubscribe = world.db.subscribe('job-finished', (jobId) => seen.push(jobId));
      const raced: string[] = [];
      const winners = { cancelled: 0, succeeded: 0 };
      for (let race = 0; race < 200; race++) {
        const { job, claim } = await runningJob();
        const endings = [
          () => world.db.jobs.finish(job, { outcome: 'cancelled' }),
          () => world.db.jobs.finish(job, success(claim.attempt)),
        ];
        if (race % 2 === 1) endings.reverse();
        const won = (await Promise.all(endings.map((end) => end()))).filter((ended) => ended !== null);
        expect(won).toHaveLength(1);
        const stored = await world.db.jobs.get(job);
        expect(stored).toEqual(won[0]);
        if (stored?.status === 'cancelled' || stored?.status === 'succeeded') winners[stored.status] += 1;
        raced.push(job.id);
      }
      expect(winners.cancelled + winners.succeeded).toBe(200);
      await eventually(() => seen.length >= raced.length, 'a notification of each job');
      unsubscribe();
      // Only the winner notifies: each job once.
      expect(seen.toSorted()).toEqual(raced.toSorted());
    });

    it('finds expired files, oldest first, until they are forgotten', async () => {
      const day = (date: number) => new Date(Date.UTC(2020, 0, date));
      const jobs: Record<number, Awaited<ReturnType<typeof runningJob>>['job']> = {};
      for (const date of [3, 1, 2]) {
        const { job, claim } = await runningJob();
        jobs[date] = job;
        await world.db.jobs.finish(job, success(claim.attempt, resultFile(`results/expiring/${date}.csv`), day(date)));
      }
      const expiredOn = async (date: number, limit = 10) =>
        (await world.db.jobs.expired(day(date), limit)).map(({ id }) => id);
      const [first, second, third] = [jobs[1], jobs[2], jobs[3]];
      if (!first || !second || !third) throw new Error('three jobs were made');
      expect(await expiredOn(2)).toEqual([first.id, second.id]);
      expect(await expiredOn(9, 2)).toEqual([first.id, second.id]);
      expect(await world.db.jobs.filesForgotten(first)).toBe(false);
      expect(await world.db.jobs.isResultKey('results/expiring/1.csv')).toBe(true);
      await world.db.jobs.forgetFiles(first);
      await world.db.jobs.forgetFiles(first);
      expect(await expiredOn(9)).toEqual([second.id, third.id]);
      expect(await world.db.jobs.filesForgotten(first)).toBe(true);
      expect(await world.db.jobs.filesForgotten(second)).toBe(false);
      expect(await world.db.jobs.isResultKey('results/expiring/1.csv')).toBe(false);
      expect(await world.db.jobs.get(first)).toMatchObject({ results: [{ key: 'results/expiring/1.csv' }] });
    });

    it('numbers every change of a job, and the changes of an account in their order', async () => {
      const { job, claim } = await runningJob();
      const other = await world.insertJob({ accountId: job.accountId, credentialId: await credentialOf(job) });
      const revisions = [job.revision, (await world.db.jobs.get(job))?.revision, other.revision];
      for (const rowsWritten of [1, 2]) {
        await world.db.jobs.recordProgress(job, claim.attempt, { phase: 'running', rowsWritten, rowsTotal: 9 });
        revisions.push((await world.db.jobs.get(job))?.revision);
      }
      const ended = await world.db.jobs.finish(job, success(claim.attempt));
      revisions.push(ended?.revision, (await world.db.jobs.finish(other, { outcome: 'cancelled' }))?.revision);
      expect(revisions).toEqual([...new Set(revisions)].toSorted((left, right) => Number(left) - Number(right)));
      await world.db.jobs.forgetFiles(job);
      expect((await world.db.jobs.get(job))?.revision).toBe(ended?.revision);
    });

    it('knows when the attempt was claimed, and forgets it with the attempt', async () => {
      const { job, claim } = await runningJob();
      const first = (await world.db.jobs.get(job))?.startedAt;
      expect(first).toBeInstanceOf(Date);
      await world.db.jobs.recordProgress(job, claim.attempt, { phase: 'running', rowsWritten: 5, rowsTotal: 9 });
      expect((await world.db.jobs.get(job))?.startedAt).toEqual(first);
      await world.db.queue.giveBack(claim);
      expect(await world.db.jobs.get(job)).toMatchObject({
        startedAt: null,
        progress: { phase: 'queued', rowsWritten: 0, rowsTotal: null },
      });
    });

    it('knows it of a run that was too short to tell of itself, and of none that never ran', async () => {
      const { job, claim } = await runningJob();
      const ended = await world.db.jobs.finish(job, success(claim.attempt));
      expect(ended?.startedAt).toBeInstanceOf(Date);
      expect(Number(ended?.startedAt)).toBeGreaterThanOrEqual(Number(job.createdAt));
      expect(Number(ended?.startedAt)).toBeLessThanOrEqual(Number(ended?.finishedAt));
      const waiting = await world.insertJob({ accountId: job.accountId, credentialId: await credentialOf(job) });
      expect((await world.db.jobs.finish(waiting, { outcome: 'cancelled' }))?.startedAt).toBeNull();
    });

    it('lists what changed since a revision: what has ended first, each in the order of its last change', async () => {
      const owner = await world.account();
      const [first, second, third, fourth] = [
        await world.insertJob(owner),
        await world.insertJob(owner),
        await world.insertJob(owner),
        await world.insertJob(owner),
      ];
      const stranger = await world.insertJob();
      await world.db.jobs.finish(third, { outcome: 'cancelled' });
      const ended = await world.db.jobs.finish(first, { outcome: 'cancelled' });
      await world.db.jobs.finish(stranger, { outcome: 'cancelled' });
      const since = (revision: number | null) => world.db.jobs.changedSince(owner.accountId, revision);
      expect(await since(null)).toEqual([second.id, fourth.id]);
      const all = [third.id, first.id, second.id, fourth.id];
      expect(await since(0)).toEqual(all);
      // Changes of the last minute are told again, older ones are not.
      expect(await since(ended?.revision ?? 0)).toEqual(all);
      expect(await since((ended?.revision ?? 0) + 3_600_000_000)).toEqual([]);
    });

    it('counts the jobs that have ended lately, by how they did', async () => {
      const before = await world.db.jobs.ended(3600);
      const { job, claim } = await runningJob();
      await world.db.jobs.recordProgress(job, claim.attempt, { phase: 'running', rowsWritten: 186, rowsTotal: 186 });
      await world.db.jobs.finish(job, success(claim.attempt));
      const other = await world.insertJob({ accountId: job.accountId, credentialId: await credentialOf(job) });
      await world.db.jobs.finish(other, { outcome: 'cancelled' });
      const { rows } = (await world.db.jobs.get(job))?.results[0] ?? { rows: 0 };
      expect(await world.db.jobs.ended(3600)).toEqual({
        succeeded: before.succeeded + 1,
        failed: before.failed,
        cancelled: before.cancelled + 1,
        rows: before.rows + rows,
      });
      // The positive control of the span.
      expect(await world.db.jobs.ended(0)).toEqual({ succeeded: 0, failed: 0, cancelled: 0, rows: 0 });
    });

    it('knows no result key that no job has', async () => {
      expect(await world.db.jobs.isResultKey(`results/${randomUUID()}/property.csv`)).toBe(false);
    });
  });
}
