import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../src/core/job.ts';
import type { AcceptedRequest, IdempotencyKey } from '../../src/core/ports/database/idempotency.ts';
import { type OpenSubject, World } from './database-world.ts';

export function idempotencyStoreContract(open: OpenSubject): void {
  describe('IdempotencyStore', () => {
    let world: World;
    let close: () => Promise<void>;
    let job: Job;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
      job = await world.insertJob();
    });
    afterAll(() => close());

    function newKey(): IdempotencyKey {
      return { accountId: job.accountId, key: randomUUID() };
    }

    function request(change: Partial<AcceptedRequest> = {}): AcceptedRequest {
      const acceptedAt = new Date('2026-01-02T03:04:05.678Z');
      return { fingerprint: new Uint8Array([1, 2, 255]), jobId: job.id, acceptedAt, ...change };
    }

    it('finds what was remembered, under that key of that account only', async () => {
      const key = newKey();
      expect(await world.db.idempotency.find(key)).toBeNull();
      await world.db.idempotency.remember(key, request());
      expect(await world.db.idempotency.find(key)).toEqual(request());
      expect(await world.db.idempotency.find({ ...key, accountId: randomUUID() })).toBeNull();
      expect(await world.db.idempotency.find({ ...key, key: `${key.key} ` })).toBeNull();
    });

    it('takes any text as a key', async () => {
      const key = { ...newKey(), key: `'; drop table jobs; -- ${'ü'.repeat(230)}` };
      await world.db.idempotency.remember(key, request());
      expect(await world.db.idempotency.find(key)).toEqual(request());
    });

    it('replaces what a key was used for before', async () => {
      const key = newKey();
      const later = request({ fingerprint: new Uint8Array([9]), acceptedAt: new Date('2026-02-03T00:00:00Z') });
      await world.db.idempotency.remember(key, request());
      await world.db.idempotency.remember(key, later);
      expect(await world.db.idempotency.find(key)).toEqual(later);
    });

    it('forgets what was accepted before a time, and nothing else', async () => {
      const [old, young] = [newKey(), newKey()];
      await world.db.idempotency.remember(old, request({ acceptedAt: new Date('2020-01-01T00:00:00Z') }));
      await world.db.idempotency.remember(young, request({ acceptedAt: new Date('2020-01-01T00:00:01Z') }));
      expect(await world.db.idempotency.forget(new Date('2020-01-01T00:00:01Z'))).toBe(1);
      expect(await world.db.idempotency.find(old)).toBeNull();
      expect(await world.db.idempotency.find(young)).not.toBeNull();
    });

    it('gives a key to one transaction at a time, and tells the others at once', async () => {
      const key = newKey();
      await world.db.transaction(async (first) => {
        expect(await first.idempotency.hold(key)).toBe(true);
        await world.db.transaction(async (second) => {
          expect(await second.idempotency.hold(key)).toBe(false);
          expect(await second.idempotency.hold(newKey())).toBe(true);
          expect(await second.idempotency.hold({ ...key, accountId: randomUUID() })).toBe(true);
        });
      });
      await world.db.transaction(async (third) => {
        expect(await third.idempotency.hold(key)).toBe(true);
      });
    });

    it('frees the key when the transaction fails, and remembers nothing of it', async () => {
      const key = newKey();
      const failing = world.db.transaction(async (tx) => {
        await tx.idempotency.hold(key);
        await tx.idempotency.remember(key, request());
        throw new Error('not now');
      });
      await expect(failing).rejects.toThrow('not now');
      expect(await world.db.idempotency.find(key)).toBeNull();
      expect(await world.db.transaction((tx) => tx.idempotency.hold(key))).toBe(true);
    });
  });
}
