import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../../src/core/ports/database/accounts.ts';
import type { CredentialStore, NewCredential } from '../../src/core/ports/database/credentials.ts';
import type { Events } from '../../src/core/ports/database/events.ts';
import { eventually, type OpenSubject } from './database-world.ts';

export function credentialStoreContract(open: OpenSubject): void {
  describe('CredentialStore', () => {
    let credentials: CredentialStore;
    let accounts: AccountStore;
    let events: Events;
    let accountId: string;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      ({ credentials, accounts } = subject.db);
      events = subject.db;
    });
    afterAll(() => close());
    beforeEach(async () => {
      accountId = randomUUID();
      await accounts.create({ id: accountId, name: 'Acme', grants: 'all' });
    });

    function newKey(changes: Partial<NewCredential> = {}): NewCredential {
      return {
        id: randomUUID(),
        accountId,
        kind: 'key',
        accessKey: `AK${randomUUID()}`,
        secretHash: new Uint8Array(randomBytes(32)),
        scopes: ['exports:read', 'data:read'],
        ...changes,
      };
    }
    const newToken = () => newKey({ kind: 'token', accessKey: null });

    it('finds a key by its public half, with its hash', async () => {
      const key = newKey();
      const shown = await credentials.insert(key);
      expect(shown).toEqual({
        id: key.id,
        accountId,
        kind: 'key',
        accessKey: key.accessKey,
        scopes: key.scopes,
        createdAt: expect.any(Date),
        revokedAt: null,
        ...{ name: null, expiresAt: null, isExpired: false },
        ...{ lastUsedAt: null, lastAddress: null, isSuspended: false },
      });
      expect(await credentials.byAccessKey(key.accessKey ?? '')).toEqual({ ...shown, secretHash: key.secretHash });
      expect(await credentials.byAccessKey('AKunknown')).toBeNull();
    });

    it('finds a token by its hash, and never a key by its', async () => {
      const [key, token] = [newKey(), newToken()];
      await credentials.insert(key);
      const shown = await credentials.insert(token);
      expect(await credentials.byTokenHash([new Uint8Array(32), token.secretHash])).toEqual({
        ...shown,
        secretHash: token.secretHash,
      });
      expect(await credentials.byTokenHash([key.secretHash])).toBeNull();
      expect(await credentials.byTokenHash([new Uint8Array(32)])).toBeNull();
    });

    it('takes another hash of the same secret, unless somebody was faster', async () => {
      const token = newToken();
      const [faster, slower] = [new Uint8Array(randomBytes(36)), new Uint8Array(randomBytes(36))];
      await credentials.insert(token);
      await credentials.rehash(token.id, token.secretHash, faster);
      await credentials.rehash(token.id, token.secretHash, slower);
      expect((await credentials.byTokenHash([faster]))?.id).toBe(token.id);
      expect(await credentials.byTokenHash([token.secretHash, slower])).toBeNull();
    });

    it('shows no hash where none is asked for', async () => {
      const { id } = await credentials.insert(newKey());
      const [listed] = await credentials.list(accountId);
      for (const shown of [await credentials.byId(id), listed]) expect(shown).not.toHaveProperty('secretHash');
    });

    it('lists an account’s, oldest first, or everybody’s', async () => {
      const first = await credentials.insert(newKey());
      const second = await credentials.insert(newToken());
      const other = randomUUID();
      await accounts.create({ id: other, name: 'Other', grants: 'all' });
      const foreign = await credentials.insert(newKey({ accountId: other }));
      expect(await credentials.list(accountId)).toEqual([first, second]);
      expect(await credentials.list(null)).toEqual(expect.arrayContaining([first, second, foreign]));
      expect(await credentials.list('no-uuid')).toEqual([]);
    });

    it('revokes once and says so, and still returns what is revoked', async () => {
      const [key, another] = [newKey(), newKey()];
      await credentials.insert(key);
      const told: string[] = [];
      const stop = events.subscribe('credential-revoked', (id) => told.push(id));
      expect(await credentials.revoke(key.id)).toBe(true);
      const revoked = await credentials.byId(key.id);
      expect(revoked?.revokedAt).toBeInstanceOf(Date);
      expect(await credentials.revoke(key.id)).toBe(false);
      expect(await credentials.byAccessKey(key.accessKey ?? '')).toMatchObject({ revokedAt: revoked?.revokedAt });
      await credentials.insert(another);
      await credentials.revoke(another.id);
      await eventually(() => told.includes(another.id), 'the second revocation');
      // Each once: messages come in the order of their commits.
      expect(told).toEqual([key.id, another.id]);
      stop();
    });

    it('has a name and an end, which comes nearer and never goes away', async () => {
      const far = new Date(Date.now() + 3_600_000);
      const key = newKey({ name: 'nightly', expiresAt: far });
      expect(await credentials.insert(key)).toMatchObject({ name: 'nightly', expiresAt: far, isExpired: false });
      expect(await credentials.endAt(key.id, new Date(Date.now() + 7_200_000))).toBe(true);
      expect(await credentials.byId(key.id)).toMatchObject({ expiresAt: far });
      await credentials.endAt(key.id, new Date(Date.now() - 1000));
      expect(await credentials.byAccessKey(key.accessKey ?? '')).toMatchObject({ isExpired: true, revokedAt: null });
      expect(await credentials.endAt(randomUUID(), far)).toBe(false);
    });

    it('notes when it was taken, and from where, once a minute', async () => {
      const key = newKey();
      await credentials.insert(key);
      await credentials.used(key.id, '192.0.2.1');
      const first = await credentials.byId(key.id);
      expect(first).toMatchObject({ lastUsedAt: expect.any(Date), lastAddress: '192.0.2.1' });
      await credentials.used(key.id, '192.0.2.2');
      expect(await credentials.byId(key.id)).toEqual(first);
    });

    it('tells keys and tokens from people, newest first, and each to its account alone', async () => {
      const [key, token, person] = [newKey(), newToken(), newKey({ kind: 'person', accessKey: null })];
      const shown = [];
      for (const each of [key, token, person]) shown.push(await credentials.insert(each));
      const other = randomUUID();
      await accounts.create({ id: other, name: 'Other', grants: 'all' });
      await credentials.revoke(key.id);
      const ids = async (limit: number) => (await credentials.listPrograms(accountId, limit)).map(({ id }) => id);
      expect(await ids(5)).toEqual([token.id, key.id]);
      expect(await ids(1)).toEqual([token.id]);
      expect(await credentials.program(accountId, token.id)).toEqual(shown[1]);
      for (const id of [person.id, randomUUID(), 'no-uuid'])
        expect(await credentials.program(accountId, id)).toBeNull();
      expect(await credentials.program(other, token.id)).toBeNull();
    });

    it('has room for so many keys and tokens that work', async () => {
      const [key, token] = [newKey(), newToken()];
      await credentials.insert(key);
      await credentials.insert(token);
      await credentials.insert(newKey({ kind: 'person', accessKey: null }));
      await credentials.requireRoom(accountId, 3);
      await expect(credentials.requireRoom(accountId, 2)).rejects.toThrow('as it may have, 2');
      await credentials.revoke(key.id);
      await credentials.endAt(token.id, new Date(Date.now() - 1000));
      await credentials.requireRoom(accountId, 1);
    });

    it('tells of a suspended account, and revokes all of one', async () => {
      const [key, token, foreign] = [newKey(), newToken(), newKey()];
      const other = randomUUID();
      await accounts.create({ id: other, name: 'Other', grants: 'all' });
      for (const each of [key, token, { ...foreign, accountId: other }]) await credentials.insert(each);
      await accounts.suspend(accountId, true);
      expect(await credentials.byTokenHash([new Uint8Array(32), token.secretHash])).toMatchObject({
        isSuspended: true,
      });
      expect(await credentials.byId(foreign.id)).toMatchObject({ isSuspended: false });
      expect(await credentials.revokeAll(accountId)).toBe(2);
      expect(await credentials.revokeAll(accountId)).toBe(0);
      expect(await credentials.byId(key.id)).toMatchObject({ revokedAt: expect.any(Date) });
      expect(await credentials.byId(foreign.id)).toMatchObject({ revokedAt: null });
    });

    it.each([randomUUID(), 'no-uuid'])('has no credential %j', async (id) => {
      expect(await credentials.byId(id)).toBeNull();
      expect(await credentials.revoke(id)).toBe(false);
    });

    it('refuses a second key of the same public half, and a token of the same secret', async () => {
      const [key, token] = [newKey(), newToken()];
      await credentials.insert(key);
      await credentials.insert(token);
      await expect(credentials.insert(newKey({ accessKey: key.accessKey }))).rejects.toThrow();
      await expect(credentials.insert({ ...token, id: randomUUID() })).rejects.toThrow();
    });
  });
}
