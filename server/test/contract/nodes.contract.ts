import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeStore } from '../../src/core/ports/database/nodes.ts';
import { type Node, nodeState, slotHolder } from '../../src/core/ports/database/nodes.ts';
import { type OpenSubject, TERMS, World } from './database-world.ts';

const SOON = new Date(Date.now() + 3_600_000);

function node(fields: Partial<Node> = {}): Node {
  return { id: randomUUID(), role: 'worker', host: 'a.example', pid: 4242, release: '0.2.0', slots: 2, ...fields };
}

export function nodeStoreContract(open: OpenSubject): void {
  describe('NodeStore', () => {
    let world: World;
    let nodes: NodeStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      ({ nodes } = subject.db);
      await world.prepare();
    });
    afterAll(() => close());

    const sight = async ({ id }: Node) => (await nodes.list()).find((each) => each.id === id);

    it('knows a node from its first report until it leaves', async () => {
      const one = node();
      expect(await sight(one)).toBeUndefined();
      expect(await nodes.report(one)).toEqual({ draining: false, erasure: 0 });
      expect(await sight(one)).toMatchObject({ ...one, drainingSince: null, runs: [] });
      await nodes.leave(one.id);
      expect(await sight(one)).toBeUndefined();
      await nodes.leave(one.id);
    });

    it('hears it again at every report, and keeps when it started', async () => {
      const one = node();
      await nodes.report(one);
      const before = await sight(one);
      let after = before;
      // An instant has milliseconds, and a report may take less than one.
      while (Number(after?.heardAt) <= Number(before?.heardAt)) {
        await nodes.report(one);
        after = await sight(one);
      }
      expect(after?.startedAt).toEqual(before?.startedAt);
      expect(after?.silentSeconds).toBeLessThan(60);
    });

    it('tells a node, and only that one, that it is to be drained, and that it is to go on', async () => {
      const [one, other] = [node(), node()];
      await nodes.report(one);
      await nodes.report(other);
      expect(await nodes.drain(one.id, true)).toBe(true);
      expect(await nodes.report(one)).toEqual({ draining: true, erasure: 0 });
      expect(await nodes.report(other)).toEqual({ draining: false, erasure: 0 });
      const since = (await sight(one))?.drainingSince;
      expect(since).toBeInstanceOf(Date);
      await nodes.drain(one.id, true);
      expect((await sight(one))?.drainingSince).toEqual(since);
      expect(await nodes.drain(one.id, false)).toBe(true);
      expect(await nodes.report(one)).toEqual({ draining: false, erasure: 0 });
      expect(await nodes.drain(randomUUID(), true)).toBe(false);
    });

    it('sees what its slots run, and nothing of others', async () => {
      const [one, other] = [node(), node()];
      await nodes.report(one);
      await nodes.report(other);
      await world.emptyQueue();
      const job = await world.submit();
      await world.db.queue.claim({ ...TERMS, workerId: slotHolder(one.id, 2) });
      expect((await sight(one))?.runs).toEqual([
        { accountId: job.accountId, jobId: job.id, attempt: 1, startedAt: expect.any(Date) },
      ]);
      expect((await sight(other))?.runs).toEqual([]);
      const state = async () => {
        const seen = await sight(one);
        return seen && nodeState(seen);
      };
      await nodes.drain(one.id, true);
      // Times have milliseconds: a report of the same one counts as one before the order.
      const heard = async () => {
        await nodes.report(one);
        const seen = await sight(one);
        return Number(seen?.heardAt) > Number(seen?.drainingSince);
      };
      await expect.poll(heard).toBe(true);
      expect(await state(), 'with a run').toBe('draining');
      await world.emptyQueue();
      expect(await state()).toBe('drained');
      await nodes.drain(one.id, false);
      await nodes.drain(one.id, true);
      expect(await state(), 'before it knows').toBe('draining');
    });

    it('forgets those that were not heard for long, the oldest first and no more than asked for', async () => {
      const gone = [node(), node(), node()];
      for (const each of gone) await nodes.report(each);
      expect(await nodes.forget(new Date(0), 1000)).toBe(0);
      const known = (await nodes.list()).length;
      expect(await nodes.forget(SOON, known - 1)).toBe(known - 1);
      expect((await nodes.list()).map(({ id }) => id)).toEqual([gone[2]?.id]);
      expect(await nodes.forget(SOON, 1000)).toBe(1);
    });

    it('bounds what a machine calls itself', async () => {
      const one = node({ host: 'h'.repeat(1000) });
      await nodes.report(one);
      expect((await sight(one))?.host).toHaveLength(255);
    });
  });
}
