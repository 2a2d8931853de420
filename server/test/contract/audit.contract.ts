import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditEntry, MOST_AN_HOUR, type NewAuditEntry } from '../../src/core/audit.ts';
import type { Database } from '../../src/core/ports/database/database.ts';
import type { OpenSubject } from './database-world.ts';

const EVERYTHING = { accountId: null, from: null, until: null, limit: 100 };

export function auditStoreContract(open: OpenSubject): void {
  describe('AuditStore', () => {
    let db: Database;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ db, close } = await open());
    });
    afterAll(() => close());

    function entry(changes: Partial<NewAuditEntry> = {}): NewAuditEntry {
      return {
        event: 'job-created',
        accountId: randomUUID(),
        credentialId: randomUUID(),
        jobId: randomUUID(),
        address: '2001:db8::7',
        properties: { count: 2, sha256: 'ab'.repeat(32) },
        subject: null,
        ...changes,
      };
    }

    async function appended(changes: Partial<NewAuditEntry>): Promise<AuditEntry> {
      await db.audit.append(entry(changes));
      const [last] = await db.audit.last({ ...EVERYTHING, limit: 1 });
      if (last === undefined) throw new Error('an entry was appended');
      return last;
    }

    it('keeps an entry as it was made, with its time', async () => {
      const full = entry();
      const bare = entry({ event: 'file-downloaded', credentialId: null, address: null, properties: null });
      const about = entry({ event: 'quota-changed', properties: { count: 7, sha256: null }, subject: '5000' });
      const before = Date.now() - 60_000;
      for (const made of [full, bare, about]) {
        const kept = await appended(made);
        expect(kept).toEqual({ ...made, id: expect.any(Number), at: expect.any(Date) });
        expect(kept.at.getTime()).toBeGreaterThan(before);
      }
    });

    it('gives the newest, oldest first, or all page by page, of one account or of every one', async () => {
      const accountId = randomUUID();
      const made = [await appended({ accountId }), await appended({ accountId }), await appended({ accountId })];
      const other = await appended({});
      const ids = (entries: readonly AuditEntry[]) => entries.map(({ id }) => id);
      const [first, second, third] = ids(made);
      const own = { ...EVERYTHING, accountId };
      expect(ids(await db.audit.last({ ...own, limit: 2 }))).toEqual([second, third]);
      expect(ids(await db.audit.last({ ...EVERYTHING, limit: 2 }))).toEqual([third, other.id]);
      expect(ids(await db.audit.read({ ...own, afterId: 0, limit: 2 }))).toEqual([first, second]);
      expect(ids(await db.audit.read({ ...own, afterId: second ?? 0 }))).toEqual([third]);
      expect(ids(await db.audit.read({ ...EVERYTHING, afterId: third ?? 0 }))).toEqual([other.id]);
    });

    it('looks from one instant up to another', async () => {
      const accountId = randomUUID();
      const { at } = await appended({ accountId });
      const later = new Date(at.getTime() + 1);
      const within = async (from: Date | null, until: Date | null) =>
        (await db.audit.last({ ...EVERYTHING, accountId, from, until })).length;
      expect(await within(new Date(at.getTime()), later)).toBe(1);
      expect(await within(later, null)).toBe(0);
      expect(await within(null, new Date(at.getTime()))).toBe(0);
    });

    it('appends many at once, in their order, each as it was made', async () => {
      const accountId = randomUUID();
      // A parameter for each of their values would be more than the 65,535 that a statement of PostgreSQL's may have.
      const many = Array.from({ length: 10_000 }, (_, index) =>
        entry(
          index % 2 === 0
            ? { accountId, properties: { count: index, sha256: String(index) } }
            : { accountId, credentialId: null, jobId: null, address: null, properties: null, subject: 'x' },
        ),
      );
      await db.audit.appendAll(many);
      const kept = await db.audit.read({ ...EVERYTHING, accountId, afterId: 0, limit: many.length + 1 });
      expect(kept.map(({ id, at, ...made }) => made)).toEqual(many);
    });

    it('keeps of an hourly event what says something new, and of the others all', async () => {
      const said = { event: 'file-downloaded', credentialId: null, properties: null } as const;
      const same = entry({ ...said, address: '2001:db8:1:2::7' });
      const others = [
        { ...same, jobId: randomUUID() },
        { ...same, address: '2001:db8:1:3::7' },
        { ...same, credentialId: randomUUID() },
        { ...same, subject: 'another' },
        { ...same, address: null },
      ];
      const { accountId } = same;
      const kept = async () => db.audit.last({ ...EVERYTHING, accountId });
      await db.audit.append(same);
      await db.audit.append(same);
      // Another process knows nothing of it: the database does.
      await db.transaction((tx) => tx.audit.append(same));
      await db.audit.append({ ...same, address: '2001:db8:1:2:ffff::1' });
      await db.audit.appendAll([same, ...others, ...others]);
      expect((await kept()).map(({ id, at, ...made }) => made)).toEqual([same, ...others]);
      await db.audit.appendAll([entry({ accountId }), entry({ accountId }), entry({ accountId })]);
      expect(await kept()).toHaveLength(1 + others.length + 3);
    });

    it('keeps a thousand different ones of an hour, and one for all that follow', async () => {
      const said = { ...entry(), event: 'properties-searched', jobId: null } as const;
      const search = (index: number) => ({
        ...said,
        subject: String(index),
        properties: { count: index, sha256: null },
      });
      for (const from of [0, 900, 1800]) {
        await db.audit.appendAll(Array.from({ length: 900 }, (_, index) => search(from + index)));
      }
      const all = await db.audit.read({ ...EVERYTHING, accountId: said.accountId, afterId: 0, limit: 5000 });
      expect(all).toHaveLength(MOST_AN_HOUR + 1);
      expect(all.at(-1)).toMatchObject({
        credentialId: said.credentialId,
        address: null,
        subject: null,
        properties: null,
      });
      // Another credential has a thousand of its own.
      await db.audit.append({ ...search(5000), credentialId: randomUUID() });
      const [last] = await db.audit.last({ ...EVERYTHING, accountId: said.accountId, limit: 1 });
      expect(last).toMatchObject({ subject: '5000', address: said.address });
    });

    it('forgets nothing of the last thirty days, whatever it is asked', async () => {
      const { accountId } = await appended({});
      expect(await db.audit.prune(new Date(Date.now() + 1e10), 100)).toBe(0);
      expect(await db.audit.last({ ...EVERYTHING, accountId })).toHaveLength(1);
    });

    it('appends nothing of nothing', async () => {
      const before = await db.audit.last(EVERYTHING);
      await db.audit.appendAll([]);
      expect(await db.audit.last(EVERYTHING)).toEqual(before);
    });

    it('appends all or none', async () => {
      const accountId = randomUUID();
      await expect(
        db.audit.appendAll([entry({ accountId }), entry({ accountId, jobId: 'no uuid' })]),
      ).rejects.toThrow();
      expect(await db.audit.last({ ...EVERYTHING, accountId })).toEqual([]);
    });

    it('writes an entry with its transaction or not at all', async () => {
      const accountId = randomUUID();
      const failing = db.transaction(async (tx) => {
        await tx.audit.append(entry({ accountId }));
        throw new Error('not now');
      });
      await expect(failing).rejects.toThrow('not now');
      expect(await db.audit.last({ ...EVERYTHING, accountId })).toEqual([]);
    });
  });
}
