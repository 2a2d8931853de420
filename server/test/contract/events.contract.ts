import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJobChange } from '../../src/core/ports/database/events.ts';
import { eventually, type OpenSubject, success, World } from './database-world.ts';

export function eventsContract(open: OpenSubject): void {
  describe('Events', () => {
    let world: World;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());

    it('tells every subscriber which job finished', async () => {
      const [left, right]: [string[], string[]] = [[], []];
      const stops = [left, right].map((heard) => world.db.subscribe('job-finished', (id) => heard.push(id)));
      const job = await world.insertJob();
      await world.db.jobs.finish(job, { outcome: 'cancelled' });
      await eventually(() => left.length > 0 && right.length > 0, 'both subscribers');
      expect([left, right]).toEqual([[job.id], [job.id]]);
      for (const stop of stops) stop();
    });

    it('is silent about an ending that was rolled back', async () => {
      const heard: string[] = [];
      const stop = world.db.subscribe('job-finished', (id) => heard.push(id));
      const [kept, ended] = [await world.insertJob(), await world.insertJob()];
      const failing = world.db.transaction(async (tx) => {
        await tx.jobs.finish(kept, { outcome: 'cancelled' });
        throw new Error('not now');
      });
      await expect(failing).rejects.toThrow('not now');
      await world.db.jobs.finish(ended, { outcome: 'cancelled' });
      await eventually(() => heard.length > 0, 'job-finished');
      expect(heard).toEqual([ended.id]);
      expect(await world.db.jobs.get(kept)).toMatchObject({ status: 'submitted' });
      stop();
    });

    it('leaves a subscriber alone once it stopped, and the others when one throws', async () => {
      const [gone, heard]: [string[], string[]] = [[], []];
      world.db.subscribe('job-finished', (id) => gone.push(id))();
      const stops = [
        world.db.subscribe('job-finished', () => {
          throw new Error('a bad listener');
        }),
        world.db.subscribe('job-finished', (id) => heard.push(id)),
      ];
      const job = await world.insertJob();
      await world.db.jobs.finish(job, { outcome: 'cancelled' });
      await eventually(() => heard.length > 0, 'job-finished');
      expect(gone).toEqual([]);
      for (const stop of stops) stop();
    });

    it('tells every change of a job, in one message for one transaction', async () => {
      await world.emptyQueue();
      const heard: string[] = [];
      const stop = world.db.subscribe('job-changed', (payload) => heard.push(payload));
      const job = await world.submit();
      const claim = await world.claim();
      const name = `${job.accountId}/${job.id}`;
      await world.db.jobs.recordProgress(job, claim.attempt, { phase: 'running', rowsWritten: 1, rowsTotal: 9 });
      await world.db.transaction(async (tx) => {
        await tx.jobs.recordProgress(job, claim.attempt, { phase: 'finalizing', rowsWritten: 9, rowsTotal: 9 });
        await tx.jobs.finish(job, success(claim.attempt));
      });
      await world.db.jobs.forgetFiles(job);
      const last = await world.insertJob();
      await eventually(() => heard.includes(`${last.accountId}/${last.id}`), 'the last job');
      expect(heard.slice(0, -1)).toEqual([name, name, name, name]);
      expect(parseJobChange(name)).toEqual({ accountId: job.accountId, id: job.id });
      expect(parseJobChange('')).toBeNull();
      stop();
    });

    it('has another topic for tasks', async () => {
      const heard: string[] = [];
      let ready = false;
      const stops = [
        world.db.subscribe('job-finished', (id) => heard.push(id)),
        world.db.subscribe('task-ready', () => {
          ready = true;
        }),
      ];
      await world.submit();
      await eventually(() => ready, 'task-ready');
      expect(heard).toEqual([]);
      for (const stop of stops) stop();
    });
  });
}
