import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry, NewAuditEntry } from '../../src/core/audit.ts';
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
      const before = Date.now() - 60_000;
      for (const made of [full, bare]) {
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
            : { accountId, credentialId: null, jobId: null, address: null, properties: null },
        ),
      );
      await db.audit.appendAll(many);
      const kept = await db.audit.read({ ...EVERYTHING, accountId, afterId: 0, limit: many.length + 1 });
      expect(kept.map(({ id, at, ...made }) => made)).toEqual(many);
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
