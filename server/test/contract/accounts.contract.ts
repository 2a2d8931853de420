import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { AccountOverview, AccountPlace, AccountStore } from '../../src/core/ports/database/accounts.ts';
import type { OpenSubject } from './database-world.ts';

const MONTH = '2026-11';

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
      expect(made).toEqual({
        ...{ id, name: 'Ünïcode & Söhne', createdAt: expect.any(Date), allProperties: true },
        ...{ suspendedAt: null, deletedAt: null, grantRule: null },
      });
      expect(await accounts.get(id)).toEqual(made);
    });

    it('keeps a set of grants, also an empty and a large one', async () => {
      const id = randomUUID();
      await accounts.create({ id, name: 'set', grants: PropertyIdSet.of([]) });
      expect(await accounts.grants(id)).toEqual(PropertyIdSet.of([]));
      const many = PropertyIdSet.of(Array.from({ length: 200_000 }, (_, index) => 99_000_000 + index * 7));
      await accounts.setGrants(id, many);
      expect(await accounts.grants(id)).toEqual(many);
      await accounts.setGrants(id, 'all');
      expect(await accounts.grants(id)).toBe('all');
      expect(await accounts.get(id)).toMatchObject({ allProperties: true });
    });

    it('keeps a rule in the place of a set, and knows those of all accounts', async () => {
      const [id, twin, leaving] = [randomUUID(), randomUUID(), randomUUID()];
      const rule = "state = 'GA' AND unit_count >= 50";
      await accounts.create({ id, name: 'rule', grants: PropertyIdSet.of([1]) });
      await accounts.setGrants(id, { rule });
      await accounts.create({ id: twin, name: 'rule', grants: { rule } });
      await accounts.create({ id: leaving, name: 'rule', grants: { rule: 'property_id = 7' } });
      expect(await accounts.grants(id)).toEqual({ rule });
      expect(await accounts.get(id)).toMatchObject({ allProperties: false, grantRule: rule });
      expect([...(await accounts.rules())].sort()).toEqual(['property_id = 7', rule]);
      await accounts.delete(leaving);
      await accounts.setGrants(twin, 'all');
      expect(await accounts.rules()).toEqual([rule]);
      await accounts.setGrants(id, PropertyIdSet.of([2]));
      expect(await accounts.grants(id)).toEqual(PropertyIdSet.of([2]));
      expect([await accounts.rules(), (await accounts.get(twin))?.allProperties]).toEqual([[], true]);
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

    it('has the account of operators, which may see nothing, in no list', async () => {
      expect(await accounts.get(OPERATORS_ACCOUNT)).toMatchObject({ allProperties: false });
      expect(await accounts.grants(OPERATORS_ACCOUNT)).toEqual(PropertyIdSet.of([]));
      expect((await accounts.list()).map(({ id }) => id)).not.toContain(OPERATORS_ACCOUNT);
      const page = await accounts.page({ named: null, after: null, limit: 1000 }, MONTH);
      expect(page.map(({ id }) => id)).not.toContain(OPERATORS_ACCOUNT);
      expect(await accounts.overview(OPERATORS_ACCOUNT, MONTH)).toBeNull();
      await expect(accounts.rename(OPERATORS_ACCOUNT, 'x')).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.suspend(OPERATORS_ACCOUNT, true)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.delete(OPERATORS_ACCOUNT)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('lists them a page at a time, and those of a name', async () => {
      const names = ['page a', 'page b', 'page b', 'Page_c'];
      for (const name of names) await accounts.create({ id: randomUUID(), name, grants: 'all' });
      const seen: string[] = [];
      for (let after: AccountPlace | null = null; ; ) {
        const page: readonly AccountOverview[] = await accounts.page({ named: 'PAGE', after, limit: 3 }, MONTH);
        seen.push(...page.map(({ name }) => name));
        after = page.at(-1) ?? null;
        if (page.length < 3) break;
      }
      expect(seen).toEqual(['Page_c', 'page a', 'page b', 'page b']);
      // No pattern: these letters stand for themselves.
      expect(await accounts.page({ named: 'page_', after: null, limit: 9 }, MONTH)).toHaveLength(1);
      const [first] = await accounts.page({ named: 'page a', after: null, limit: 9 }, MONTH);
      expect(first).toMatchObject({ quotaLimit: null, quotaUsage: 0, running: 0, waiting: 0 });
    });

    it('renames, suspends and resumes, and says whether that changed anything', async () => {
      const id = randomUUID();
      await accounts.create({ id, name: 'before', grants: 'all' });
      await accounts.rename(id, 'after');
      expect(await accounts.linkTerms(id)).toEqual({ epoch: 0, isSuspended: false });
      expect(await accounts.suspend(id, false)).toBe(false);
      expect(await accounts.suspend(id, true)).toBe(true);
      expect(await accounts.suspend(id, true)).toBe(false);
      expect(await accounts.get(id)).toMatchObject({ name: 'after', suspendedAt: expect.any(Date) });
      expect(await accounts.linkTerms(id)).toEqual({ epoch: 0, isSuspended: true });
      expect(await accounts.suspend(id, false)).toBe(true);
      expect(await accounts.get(id)).toMatchObject({ suspendedAt: null });
    });

    it('keeps of a deleted one that it was, and nothing that opens', async () => {
      const id = randomUUID();
      await accounts.create({ id, name: 'leaving', grants: 'all' });
      await accounts.delete(id);
      expect(await accounts.get(id)).toMatchObject({ deletedAt: expect.any(Date), suspendedAt: expect.any(Date) });
      expect(await accounts.overview(id, MONTH)).toMatchObject({ name: 'leaving', allProperties: false });
      expect((await accounts.list()).map((each) => each.id)).not.toContain(id);
      expect(await accounts.linkTerms(id)).toEqual({ epoch: 1, isSuspended: true });
      await expect(accounts.suspend(id, false)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.rename(id, 'x')).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.delete(id)).rejects.toMatchObject({ code: 'not_found' });
    });

    it.each([randomUUID(), 'no-uuid', ''])('has no account %j', async (id) => {
      expect(await accounts.get(id)).toBeNull();
      await expect(accounts.grants(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.linkEpoch(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.rename(id, 'x')).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.suspend(id, true)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.delete(id)).rejects.toMatchObject({ code: 'not_found' });
      expect(await accounts.overview(id, MONTH)).toBeNull();
      await expect(accounts.advanceLinkEpoch(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(accounts.setGrants(id, 'all')).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
