import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Database } from '../../src/core/ports/database/database.ts';
import { dataFile, type OpenSubject, PROPERTY_IDS, resultFile, success, TERMS, World } from './database-world.ts';

function value(byte: number) {
  return { hash: new Uint8Array(32).fill(byte), sieve: byte.toString(16).padStart(3, '0') };
}

const SHARED = dataFile('warehouse/units/shared.parquet');

export function erasureStoreContract(open: OpenSubject): void {
  describe('ErasureStore', () => {
    let world: World;
    let db: Database;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      ({ db, close } = subject);
      world = new World(db);
      await world.prepare();
    });
    afterAll(() => close());
    beforeEach(() => world.emptyQueue());

    /** Makes a version on the current one, with a file of its own and one that all share. */
    async function commit(name: string, erasures?: number) {
      const base = (await db.warehouse.current())?.version ?? null;
      const tables = { units: [SHARED, dataFile(`warehouse/units/${name}.parquet`)] };
      const propertyIds = PropertyIdSet.of(PROPERTY_IDS);
      return db.warehouse.commit({ base, tables, propertyIds, ...(erasures !== undefined && { erasures }) });
    }

    it('lists values, each once, and a generation that grows', async () => {
      const before = await db.erasures.list();
      await db.erasures.begin('ada', [value(1), value(2)]);
      const run = await db.erasures.begin('bob', [value(2), value(3)]);
      const { generation, values } = await db.erasures.list();
      expect(generation).toBe(run.id);
      expect(generation).toBeGreaterThan(before.generation);
      expect([...values].sort((a, b) => (a.sieve < b.sieve ? -1 : 1))).toEqual([value(1), value(2), value(3)]);
    });

    it('lets no change be committed that was held against an earlier list', async () => {
      const { generation } = await db.erasures.list();
      await commit('same', generation);
      await db.erasures.begin('ada', [value(4)]);
      await expect(commit('late', generation)).rejects.toMatchObject({ code: 'data_changed' });
      await commit('again', (await db.erasures.list()).generation);
    });

    it('knows runs that did not end, until the same values are erased', async () => {
      const cut = await db.erasures.begin('ada', [value(10), value(11)]);
      const other = await db.erasures.begin('bob', [value(12)]);
      const again = await db.erasures.begin('ada', [value(10)]);
      const open = async () => (await db.erasures.unfinished()).map(({ id }) => id).filter((id) => id >= cut.id);
      expect(await open()).toEqual([cut.id, other.id, again.id]);
      await db.erasures.end(again.id, [value(10)]);
      // One of its values was not among them.
      expect(await open()).toEqual([cut.id, other.id]);
      const whole = await db.erasures.begin('ada', [value(10), value(11)]);
      await db.erasures.end(whole.id, [value(10), value(11)]);
      expect(await open()).toEqual([other.id]);
    });

    it('drops versions in one step with the jobs on them, which begin again with all their attempts', async () => {
      const owner = await world.account();
      const old = await commit('old');
      const waiting = await world.submit(owner, { dataVersion: old.version });
      const job = await world.submit(owner, { dataVersion: old.version });
      const claim = await db.queue.claim(TERMS);
      if (claim === null) throw new Error('a job waits');
      const kept = await commit('kept');
      const run = await db.erasures.begin('ada', []);
      expect(await db.erasures.latestDropped()).toBeLessThan(run.id);
      const dropped = await db.erasures.dropVersions(run.id, [old.version, kept.version]);
      expect(dropped?.keys).toEqual(['warehouse/units/old.parquet']);
      expect(dropped?.restarted.map(({ id }) => id).sort()).toEqual([waiting.id, job.id].sort());
      expect(await db.erasures.latestDropped()).toBe(run.id);
      expect(await db.warehouse.get(old.version)).toBeNull();
      // The current version stays, whoever asks.
      expect((await db.warehouse.current())?.version).toBe(kept.version);
      for (const each of [waiting, job]) {
        expect(await db.jobs.get(each)).toMatchObject({
          dataVersion: kept.version,
          status: 'submitted',
          startedAt: null,
        });
      }
      // The attempt over the old data has lost the job: neither its progress, nor its end, nor what it gives back counts.
      expect(await db.queue.renew(claim, 30)).toBe(false);
      expect(
        await db.jobs.recordProgress(claim.job, claim.attempt, { phase: 'running', rowsWritten: 1, rowsTotal: 2 }),
      ).toBe(false);
      expect(await db.jobs.finish(claim.job, success(claim.attempt))).toBeNull();
      expect(await db.queue.giveBack(claim)).toBe(false);
      const claims = [await db.queue.claim(TERMS), await db.queue.claim({ ...TERMS, workerId: 'worker-2' })];
      const again = claims.find((each) => each?.job.id === claim.job.id);
      expect(again).toMatchObject({ attempt: claim.attempt + 1, forgiven: claim.attempt });
      expect(claims.find((each) => each?.job.id !== claim.job.id)).not.toHaveProperty('forgiven');
      expect(await db.jobs.finish(claim.job, success(claim.attempt + 1))).toMatchObject({ status: 'succeeded' });
    });

    it('destroys the files of a job, which says so once', async () => {
      const owner = await world.account();
      const job = await world.submit(owner, {});
      const result = resultFile();
      const claim = await db.queue.claim(TERMS);
      await db.jobs.finish(job, success(claim?.attempt ?? 1, result));
      const listed = async () => (await db.erasures.withResults(1000, null)).map(({ id }) => id);
      expect(await listed()).toContain(job.id);
      await db.erasures.forgetResults(job, 'gone');
      await db.erasures.forgetResults(job, 'gone');
      expect(await listed()).not.toContain(job.id);
      const now = await db.now();
      const shown = await db.jobs.get(job);
      expect(shown).toMatchObject({ warnings: ['gone'], results: [result], erasedAt: expect.any(Date) });
      expect(shown?.expiresAt?.getTime()).toBeLessThanOrEqual(now.getTime());
      expect(await db.jobs.isResultKey(result.key)).toBe(false);
    });

    it('lists jobs with files page by page', async () => {
      const owner = await world.account();
      for (let made = 0; made < 3; made++) {
        const job = await world.submit(owner, {});
        const claim = await db.queue.claim(TERMS);
        await db.jobs.finish(job, success(claim?.attempt ?? 1));
        if (claim !== null) await db.queue.settle(claim);
      }
      const all = (await db.erasures.withResults(1000, null)).map(({ id }) => id);
      const paged: string[] = [];
      for (let after: string | null = null; ; after = paged.at(-1) ?? null) {
        const page = await db.erasures.withResults(2, after);
        paged.push(...page.map(({ id }) => id));
        if (page.length < 2) break;
      }
      expect(paged).toEqual(all);
      expect(all.length).toBeGreaterThanOrEqual(3);
    });

    it('rewrites what is noted with a version', async () => {
      const { version } = await commit('noted');
      const origin = {
        kind: 'load',
        by: null,
        note: 'x',
        files: [],
        fileCount: 0,
        of: null,
        condition: null,
        changes: {},
      } as const;
      await db.erasures.rewriteOrigin(version, origin);
      expect((await db.warehouse.versions()).find((each) => each.version === version)?.origin).toEqual(origin);
    });
  });
}
