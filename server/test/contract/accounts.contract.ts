import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { AccountStore } from '../../src/core/ports/database/accounts.ts';
import type { OpenSubject } from './database-world.ts';

export function accountStoreContract(open: OpenSubject): void {
  describe('AccountStore', () => {
    let accounts: AccountStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      accounts = subject.db.accounts;
    });
    afterAll(() => close());

    it('lists by name, then id', async () => {
      const low = '00000000-0000-4000-8000-000000000001';
      const high = '00000000-0000-4000-8000-000000000002';
      await accounts.create({ id: randomUUID(), name: 'zeta', grants: 'all' });
      await accounts.create({ id: high, name: 'Beta', grants: 'all' });
      await accounts.create({ id: low, name: 'Beta', grants: 'all' });
      await accounts.create({ id: randomUUID(), name: 'alpha', grants: PropertyIdSet.of([1]) });
      const listed = await accounts.list();
      expect(listed.map(({ name }) => name)).toEqual(['Beta', 'Beta', 'alpha', 'zeta']);
      expect(listed.slice(0, 2).map(({ id }) => id)).toEqual([low, high]);
      expect(listed.map(({ allProperties }) => allProperties)).toEqual([true, true, false, true]);
    });

    it('returns what it made', async () => {
      const id = randomUUID();
      const made = await accounts.create({ id, name: 'Ünïcode & Söhne', grants: 'all' });
      expect(made).toEqual({ id, name: 'Ünïcode & Söhne', createdAt: expect.any(Date), allProperties: true });
      expect(await accounts.get(id)).toEqual(made);
    });

    it('keeps a set of grants, also an empty and a large one', async () => {
      const id = randomUUID();
      await accounts.create({ id, name: 'set', grants: PropertyIdSet.of([]) });
      const empty = await accounts.grants(id);
      expect(empty === 'all' ? empty : [...empty]).toEqual([]);
      const many = PropertyIdSet.of(Array.from({ length: 200_000 }, (_, index) => 99_000_000 + index * 7));
      await accounts.setGrants(id, many);
      expect(await accounts.grants(id)).toEqual(many);
      await accounts.setGrants(id, 'all');
      expect(await accounts.grants(id)).toBe('all');
      expect(await accounts.get(id)).toMatchObject({ allProperties: true });
    });

    it('counts how often its links were revoked, each account for itself', async () => {
      const [id, other] = [randomUUID(), randomUUID()];
      for (const each of [id, other]) await accounts.create({ id: each, name: 'links', grants: 'all' });
      expect(await accounts.linkEpoch(id)).toBe(0);
      expect(await Promise.all([1, 2, 3].map(() => accounts.advanceLinkEpoch(id)))).toEqual(
        expect.arrayContaining([1, 2, 3]),
      );
      expect([await accounts.linkEpoch(id), await accounts.linkEpoch(other)]).toEqual([3, 0]);
    });

    it.each([randomUUID(), 'no-uuid', ''])('has no account %j', async (id) => {
      expect(await accounts.get(id)).toBeNull();
      await expect(accounts.grants(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.linkEpoch(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.advanceLinkEpoch(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.setGrants(id, 'all')).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
