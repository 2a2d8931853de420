import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/core/ports/database/database.ts';
import type { OpenSubject } from './database-world.ts';

export function databaseContract(open: OpenSubject): void {
  describe('Database', () => {
    let db: Database;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ db, close } = await open());
    });
    afterAll(() => close());

    it('answers a ping', async () => {
      await expect(db.ping()).resolves.toBeUndefined();
    });

    it('commits all of a transaction and returns what it returned', async () => {
      const ids = [randomUUID(), randomUUID()];
      const made = await db.transaction(async (tx) => {
        for (const id of ids) await tx.accounts.create({ id, name: 'in', grants: 'all' });
        return 'done';
      });
      expect(made).toBe('done');
      for (const id of ids) expect(await db.accounts.get(id)).not.toBeNull();
    });

    it('rolls back all of it and throws the very error', async () => {
      const id = randomUUID();
      const reason = new Error('not now');
      const failing = db.transaction(async (tx) => {
        await tx.accounts.create({ id, name: 'out', grants: 'all' });
        throw reason;
      });
      await expect(failing).rejects.toBe(reason);
      expect(await db.accounts.get(id)).toBeNull();
    });

    it('shows nobody what is not committed', async () => {
      const id = randomUUID();
      await db.transaction(async (tx) => {
        await tx.accounts.create({ id, name: 'in', grants: 'all' });
        expect(await tx.accounts.get(id)).not.toBeNull();
        expect(await db.accounts.get(id)).toBeNull();
      });
    });
  });
}
