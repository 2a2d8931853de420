import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteLoadStore } from '../../src/core/ports/database/incoming/remote-loads.ts';
import type { UploadStore } from '../../src/core/ports/database/incoming/uploads.ts';
import type { OpenSubject } from './database-world.ts';

const KEPT = 3600;
const AMPLE = { uploads: 100, bytes: 1_000_000 };

export function uploadStoreContract(open: OpenSubject): void {
  let uploads: UploadStore;
  let loads: RemoteLoadStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const subject = await open();
    close = subject.close;
    ({ uploads, remoteLoads: loads } = subject.db);
  });
  afterEach(() => close());

  async function begin(length = 100, keptSeconds = KEPT): Promise<string> {
    const upload = { id: randomUUID(), credentialId: 'someone', filename: 'units.csv', length, sha256: null };
    const made = await uploads.insert(upload, { bounds: AMPLE, keptSeconds });
    return made?.id ?? '';
  }
  const part = (bytes: number) => ({ key: `incoming/${randomUUID()}`, bytes });

  describe('UploadStore', () => {
    it('has what was begun, until it is taken away', async () => {
      const id = randomUUID();
      const sha256 = 'ab'.repeat(32);
      const upload = { id, credentialId: 'someone', filename: 'Ünits 1.csv', length: 2 ** 40, sha256 };
      const bounds = { uploads: 1, bytes: 2 ** 41 };
      const made = await uploads.insert(upload, { bounds, keptSeconds: KEPT });
      expect(made).toEqual({ ...upload, received: 0, createdAt: expect.any(Date), expiresAt: expect.any(Date) });
      expect(await uploads.get(id)).toEqual(made);
      expect(await uploads.list()).toEqual([made]);
      expect(await uploads.remove(id)).toEqual([]);
      expect([await uploads.get(id), await uploads.remove(id), await uploads.get('no uuid')]).toEqual([
        null,
        null,
        null,
      ]);
    });

    it('begins no more than the bounds allow, however many ask at once', async () => {
      const one = () => ({ id: randomUUID(), credentialId: 'someone', filename: 'a.csv', length: 60, sha256: null });
      const by = (bounds: typeof AMPLE) =>
        Promise.all(Array.from({ length: 5 }, () => uploads.insert(one(), { bounds, keptSeconds: KEPT })));
      expect((await by({ uploads: 2, bytes: 1000 })).filter((made) => made !== null)).toHaveLength(2);
      expect((await by({ uploads: 100, bytes: 190 })).filter((made) => made !== null)).toHaveLength(1);
    });

    it('goes on where it stands, and nowhere else', async () => {
      const id = await begin();
      const [one, two] = [part(40), part(10)];
      expect(await uploads.append(id, { offset: 0, parts: [one, two], keptSeconds: KEPT })).toBe(true);
      expect(await uploads.append(id, { offset: 0, parts: [part(5)], keptSeconds: KEPT })).toBe(false);
      const tried = [part(50), part(50)].map((each) =>
        uploads.append(id, { offset: 50, parts: [each], keptSeconds: KEPT }),
      );
      expect((await Promise.all(tried)).sort()).toEqual([false, true]);
      expect(await uploads.get(id)).toMatchObject({ received: 100 });
      const parts = await uploads.parts(id);
      expect(parts).toHaveLength(3);
      expect(parts.slice(0, 2)).toEqual([one, two]);
      expect([await uploads.isHeld(one.key), await uploads.isHeld('incoming/none')]).toEqual([true, false]);
      await expect(uploads.append(id, { offset: 100, parts: [part(1)], keptSeconds: KEPT })).rejects.toThrow();
      expect((await uploads.remove(id))?.slice().sort()).toEqual(parts.map(({ key }) => key).sort());
      expect(await uploads.append(id, { offset: 100, parts: [part(1)], keptSeconds: KEPT })).toBe(false);
    });

    it('expires unless more of it comes, or a load waits for it', async () => {
      const [old, wanted, grown, young] = [await begin(9, -1), await begin(9, -1), await begin(9, -1), await begin()];
      const asked = { id: randomUUID(), credentialId: 'a', uploadIds: [wanted], addresses: [], request: {} };
      const load = await loads.insert(asked, null);
      await uploads.append(grown, { offset: 0, parts: [part(1)], keptSeconds: KEPT });
      expect(await uploads.expired(10)).toEqual([old]);
      const claim = await loads.claim(60);
      await loads.settle(claim ?? load, { state: 'failed', report: null, failure: 'x', rejectsKey: null });
      expect([...(await uploads.expired(10))].sort()).toEqual([old, wanted].sort());
      expect(await uploads.expired(1)).toHaveLength(1);
      expect(await uploads.get(young)).not.toBeNull();
    });
  });

  describe('RemoteLoadStore', () => {
    const insert = (request: unknown = { table: null }, sealed: Uint8Array | null = null) => {
      const addresses = sealed === null ? [] : ['https://acme.example/a.csv'];
      return loads.insert(
        { id: randomUUID(), credentialId: 'someone', uploadIds: [randomUUID()], addresses, request },
        sealed,
      );
    };

    it('keeps what its addresses are fetched with until it ends', async () => {
      const plain = await insert();
      await loads.claim(60);
      const end = { state: 'failed', report: null, failure: 'x', rejectsKey: null } as const;
      await loads.settle({ id: plain.id, attempt: 1 }, end);
      const made = await insert({}, Uint8Array.of(1, 2));
      expect(made.addresses).toEqual(['https://acme.example/a.csv']);
      expect([await loads.sealed(plain.id), await loads.sealed(made.id)]).toEqual([null, Uint8Array.of(1, 2)]);
      await loads.claim(60);
      expect(await loads.settle({ id: made.id, attempt: 7 }, end)).toBe(false);
      expect(await loads.sealed(made.id)).toEqual(Uint8Array.of(1, 2));
      expect(await loads.settle({ id: made.id, attempt: 1 }, end)).toBe(true);
      expect(await loads.sealed(made.id)).toBeNull();
    });

    it('has one load run at a time, the oldest first', async () => {
      const [first, second] = [await insert(), await insert()];
      expect(first).toMatchObject({ state: 'waiting', attempt: 0, request: { table: null }, report: null });
      const claims = await Promise.all([loads.claim(60), loads.claim(60), loads.claim(60)]);
      const [claim] = claims.filter((each) => each !== null);
      expect(claims.filter((each) => each !== null)).toHaveLength(1);
      expect(claim).toMatchObject({ id: first.id, state: 'running', attempt: 1, startedAt: expect.any(Date) });
      const report = { version: 7, tables: [] };
      expect(await loads.settle(claim ?? first, { state: 'succeeded', report, failure: null, rejectsKey: 'k' })).toBe(
        true,
      );
      expect(await loads.get(first.id)).toMatchObject({ state: 'succeeded', report, rejectsKey: 'k', stage: null });
      expect(await uploads.isHeld('k')).toBe(true);
      expect(await loads.claim(60)).toMatchObject({ id: second.id });
    });

    it('is taken over when its lease is over, and fences who had it', async () => {
      const { id } = await insert();
      const lost = await loads.claim(-1);
      const taken = await loads.claim(60);
      expect([lost?.id, taken?.id, lost?.attempt, taken?.attempt]).toEqual([id, id, 1, 2]);
      const claim = { id, attempt: 1 };
      const end = { state: 'failed', report: null, failure: 'late', rejectsKey: null } as const;
      expect(await loads.renew(claim, 60, 'writing')).toBe(false);
      expect(await loads.settle(claim, end)).toBe(false);
      expect(await loads.giveBack(claim, true)).toBe(false);
      expect(await loads.renew({ id, attempt: 2 }, 60, 'writing')).toBe(true);
      expect(await loads.get(id)).toMatchObject({ state: 'running', stage: 'writing' });
    });

    it('waits again when it is given back, with the attempt or without', async () => {
      const { id } = await insert();
      await loads.claim(60);
      expect(await loads.giveBack({ id, attempt: 1 }, true)).toBe(true);
      expect(await loads.claim(60)).toMatchObject({ id, attempt: 2 });
      expect(await loads.giveBack({ id, attempt: 2 }, false)).toBe(true);
      expect(await loads.get(id)).toMatchObject({ state: 'waiting', attempt: 1 });
    });

    it('is forgotten when it ended long ago', async () => {
      const { id } = await insert();
      await loads.claim(60);
      await loads.settle({ id, attempt: 1 }, { state: 'failed', report: null, failure: 'x', rejectsKey: 'rejects' });
      const waiting = await insert();
      expect(await loads.forget(60, 10)).toEqual([]);
      expect(await loads.forget(-1, 10)).toEqual(['rejects']);
      expect([await loads.get(id), (await loads.get(waiting.id))?.state]).toEqual([null, 'waiting']);
    });
  });
}
