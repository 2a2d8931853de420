import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allInOrder } from '../../src/core/in-order.ts';
import type { Database, Tables } from '../../src/core/ports/database/database.ts';
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

    it('carries out what is begun together in its order, and none of it when one of them fails', async () => {
      const id = randomUUID();
      const make = (tx: Tables, name: string) => tx.accounts.create({ id, name, grants: 'all' });
      const seen = await db.transaction(async (tx) => (await allInOrder([make(tx, 'one'), tx.accounts.get(id)]))[1]);
      expect(seen?.name).toBe('one');
      const other = randomUUID();
      const again = db.transaction((tx) =>
        allInOrder([
          tx.accounts.create({ id: other, name: 'other', grants: 'all' }),
          make(tx, 'two'),
          tx.accounts.get(other),
        ]),
      );
      // The fault of the second, and not that of the third, which only found the transaction broken.
      await expect(again).rejects.toMatchObject({ constraint: 'accounts_pkey' });
      expect(await db.accounts.get(other)).toBeNull();
      expect((await db.accounts.get(id))?.name).toBe('one');
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
