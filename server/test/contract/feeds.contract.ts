import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedStore } from '../../src/core/ports/database/incoming/feeds.ts';
import type { OpenSubject } from './database-world.ts';

const PAST = new Date('2026-01-01T06:00:00Z');
const FUTURE = new Date('2100-01-01T06:00:00Z');

export function feedStoreContract(open: OpenSubject): void {
  describe('FeedStore', () => {
    let feeds: FeedStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const subject = await open();
      ({ close } = subject);
      ({ feeds } = subject.db);
    });
    afterEach(() => close());

    const feed = (name: string) => ({
      ...{
        id: randomUUID(),
        name,
        sources: ['/srv/acme/*.csv'],
        request: { table: null },
        graceMinutes: 60,
        by: 'alice',
      },
      rule: { frequency: 'daily', time: '06:00', timeZone: 'UTC' } as const,
    });

    it('has each under one name, and no more than there may be', async () => {
      const made = feed('acme');
      expect(await feeds.insert(made, FUTURE, 2)).toMatchObject({
        ...made,
        plannedAt: FUTURE,
        dueAt: FUTURE,
        state: 'waiting',
      });
      expect(await feeds.insert(feed('acme'), FUTURE, 2)).toBeNull();
      await feeds.insert(feed('zeta'), FUTURE, 2);
      expect(await feeds.insert(feed('more'), FUTURE, 2)).toBeNull();
      expect((await feeds.list()).map(({ name }) => name)).toEqual(['acme', 'zeta']);
      expect(await feeds.delete(made.id)).toBe(true);
      expect([await feeds.delete(made.id), await feeds.named('acme')]).toEqual([false, null]);
    });

    it('gives one that is due to one process at a time, and to another when that is silent', async () => {
      const made = feed('acme');
      await feeds.insert(made, PAST, 10);
      await feeds.insert(feed('later'), FUTURE, 10);
      await feeds.insert(feed('next'), new Date(PAST.getTime() + 1), 10);
      const claims = await Promise.all([feeds.claim(30), feeds.claim(30), feeds.claim(30)]);
      const [claim] = claims.filter((each) => each !== null);
      expect([claims.filter((each) => each !== null).length, claim?.name, claim?.attempt]).toEqual([1, 'acme', 1]);
      const stale = { id: made.id, attempt: 1 };
      expect(await feeds.renew(stale, -1)).toBe(true);
      const again = await feeds.claim(30);
      expect([again?.name, again?.attempt]).toEqual(['acme', 2]);
      const end = { state: 'loaded', dueAt: FUTURE, plannedAt: FUTURE } as const;
      expect([await feeds.renew(stale, 30), await feeds.settle(stale, end)]).toEqual([false, false]);
      expect(await feeds.settle({ id: made.id, attempt: 2 }, end)).toBe(true);
      expect(await feeds.named('acme')).toMatchObject({ state: 'loaded', isRunning: false, dueAt: FUTURE });
      const next = await feeds.claim(30);
      expect(next?.name).toBe('next');
      expect(await feeds.giveBack({ id: next?.id ?? '', attempt: 1 }, 60)).toBe(true);
      expect(await feeds.claim(30)).toBeNull();
    });

    it('keeps what it is fetched with, until it is deleted', async () => {
      const made = feed('acme');
      expect(await feeds.keepSealed(made.id, Uint8Array.of(1))).toBe(false);
      await feeds.insert(made, FUTURE, 10);
      expect(await feeds.sealed(made.id)).toBeNull();
      expect(await feeds.keepSealed(made.id, Uint8Array.of(1, 2))).toBe(true);
      expect(await feeds.keepSealed(made.id, Uint8Array.of(3))).toBe(true);
      expect(await feeds.sealed(made.id)).toEqual(Uint8Array.of(3));
      await feeds.delete(made.id);
      expect(await feeds.sealed(made.id)).toBeNull();
    });

    it('leaves out what is paused, hurries, and counts', async () => {
      const [one, two] = [feed('one'), feed('two')];
      await feeds.insert(one, PAST, 10);
      await feeds.insert(two, FUTURE, 10);
      expect(await feeds.counts()).toEqual({ active: 2, paused: 0, late: 1, failed: 0 });
      expect([await feeds.pause(one.id), await feeds.pause(one.id), await feeds.hurry(one.id)]).toEqual([
        true,
        false,
        false,
      ]);
      expect(await feeds.claim(30)).toBeNull();
      expect(await feeds.hurry(two.id)).toBe(true);
      const claim = await feeds.claim(30);
      expect(claim?.name).toBe('two');
      await feeds.settle({ id: two.id, attempt: 1 }, { state: 'failed', dueAt: FUTURE, plannedAt: FUTURE });
      expect(await feeds.counts()).toEqual({ active: 1, paused: 1, late: 0, failed: 1 });
      expect([await feeds.resume(one.id, FUTURE), await feeds.resume(one.id, FUTURE)]).toEqual([true, false]);
      expect(await feeds.named('one')).toMatchObject({ isPaused: false, plannedAt: FUTURE });
    });
  });
}
