import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NewInvitation, NewSession } from '../../src/core/ports/database/sessions.ts';
import { type OpenSubject, type Subject, World } from './database-world.ts';

const NOW = new Date('2026-01-15T12:00:00Z');
const LATER = new Date('2026-01-15T18:00:00Z');
const BEFORE = new Date('2026-01-15T06:00:00Z');

export function sessionStoreContract(open: OpenSubject): void {
  describe('SessionStore', () => {
    let subject: Subject;
    let owner: { accountId: string; credentialId: string };

    beforeAll(async () => {
      subject = await open();
      owner = await new World(subject.db).account();
    });
    afterAll(() => subject.close());

    const hash = () => new Uint8Array(randomBytes(32));
    const newSession = (changes: Partial<NewSession> = {}): NewSession => ({
      id: randomUUID(),
      credentialId: owner.credentialId,
      tokenHash: hash(),
      address: '192.0.2.7',
      expiresAt: LATER,
      ...changes,
    });
    const newInvitation = (changes: Partial<NewInvitation> = {}): NewInvitation => ({
      id: randomUUID(),
      accountId: owner.accountId,
      scopes: ['exports:read', 'data:read'],
      tokenHash: hash(),
      expiresAt: LATER,
      ...changes,
    });

    it('gives an invitation to one of many who come with its token', async () => {
      const { sessions } = subject.db;
      const invitation = newInvitation();
      await sessions.invite(invitation);
      const taken = await Promise.all(
        Array.from({ length: 8 }, () => sessions.takeInvitation([hash(), invitation.tokenHash], NOW)),
      );
      const { accountId, scopes, tokenHash } = invitation;
      expect(taken.filter((each) => each !== null)).toEqual([{ accountId, scopes, tokenHash }]);
    });

    it('gives none whose time is over, and none that never was', async () => {
      const { sessions } = subject.db;
      const invitation = newInvitation({ expiresAt: BEFORE });
      await sessions.invite(invitation);
      expect(await sessions.takeInvitation([hash(), invitation.tokenHash], NOW)).toBeNull();
      expect(await sessions.takeInvitation([hash()], NOW)).toBeNull();
    });

    it('finds a session by its token with its credential as it is, until its time is over', async () => {
      const { sessions, credentials } = subject.db;
      const session = newSession();
      await sessions.insert(session);
      const found = await sessions.byTokenHash([hash(), session.tokenHash], NOW);
      const { tokenHash: _hash, ...told } = session;
      expect(found?.session).toEqual({ ...told, createdAt: expect.any(Date) });
      expect(found?.credential).toEqual(await credentials.byId(owner.credentialId));
      expect(await sessions.byTokenHash([hash(), session.tokenHash], LATER)).toBeNull();
      expect(await sessions.byTokenHash([hash()], NOW)).toBeNull();
    });

    it('moves an end, never back, and takes the hash that the token has now', async () => {
      const { sessions } = subject.db;
      const session = newSession();
      await sessions.insert(session);
      const further = new Date(LATER.getTime() + 60_000);
      const renewed = hash();
      await sessions.prolong(session.id, { expiresAt: further, tokenHash: session.tokenHash });
      await sessions.prolong(session.id, { expiresAt: BEFORE, tokenHash: renewed });
      expect((await sessions.byTokenHash([renewed], NOW))?.session.expiresAt).toEqual(further);
      expect(await sessions.byTokenHash([session.tokenHash], NOW)).toBeNull();
      await sessions.prolong(randomUUID(), { expiresAt: further, tokenHash: hash() });
    });

    it('lists those of a credential that are not over, and ends its own alone', async () => {
      const { sessions } = subject.db;
      const mine = await new World(subject.db).account();
      const { credentialId } = mine;
      const [first, over] = [newSession({ credentialId }), newSession({ credentialId, expiresAt: BEFORE })];
      await sessions.insert(first);
      await sessions.insert(over);
      expect((await sessions.list(credentialId, NOW)).map(({ id }) => id)).toEqual([first.id]);
      expect(await sessions.end(owner.credentialId, first.id)).toBe(false);
      expect(await sessions.end(credentialId, 'no-uuid')).toBe(false);
      expect(await sessions.byTokenHash([first.tokenHash], NOW)).not.toBeNull();
      const told: string[] = [];
      const stop = subject.db.subscribe('session-ended', (id) => told.push(id));
      expect(await sessions.end(credentialId, first.id)).toBe(true);
      expect(await sessions.end(credentialId, first.id)).toBe(false);
      await vi.waitFor(() => expect(told).toEqual([first.id]));
      stop();
      expect(await sessions.byTokenHash([first.tokenHash], NOW)).toBeNull();
    });

    it('forgets what is over, a part at a time', async () => {
      const { sessions, retention } = subject.db;
      const over = newSession({ expiresAt: BEFORE });
      const kept = newSession();
      await sessions.insert(over);
      await sessions.insert(kept);
      await sessions.invite(newInvitation({ expiresAt: BEFORE }));
      expect(await retention.deleteSessions(NOW, 1)).toBe(1);
      while ((await retention.deleteSessions(NOW, 100)) > 0);
      expect(await retention.deleteInvitations(NOW, 100)).toBeGreaterThan(0);
      expect(await retention.deleteInvitations(NOW, 100)).toBe(0);
      expect(await sessions.byTokenHash([kept.tokenHash], NOW)).not.toBeNull();
    });
  });
}
