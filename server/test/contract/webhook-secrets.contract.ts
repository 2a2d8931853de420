import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type OpenSubject, World } from './database-world.ts';

const DAY_SECONDS = 86_400;
const [FIRST, SECOND, THIRD] = [new Uint8Array([1]), new Uint8Array([2, 0]), new Uint8Array([3])];

export function webhookSecretStoreContract(open: OpenSubject): void {
  describe('WebhookSecretStore', () => {
    let world: World;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());

    async function sealedOf(accountId: string): Promise<readonly Uint8Array[]> {
      return (await world.db.webhookSecrets.live(accountId)).map(({ sealed }) => sealed);
    }

    it('has none at first, and of several first ones keeps one', async () => {
      const { accountId } = await world.account();
      expect(await world.db.webhookSecrets.live(accountId)).toEqual([]);
      await Promise.all([FIRST, SECOND, THIRD].map((sealed) => world.db.webhookSecrets.insertFirst(accountId, sealed)));
      expect(await sealedOf(accountId)).toHaveLength(1);
      expect(await sealedOf((await world.account()).accountId)).toEqual([]);
    });

    it('lets the one before live on, and no older one', async () => {
      const { accountId } = await world.account();
      await world.db.webhookSecrets.insertFirst(accountId, FIRST);
      await world.db.webhookSecrets.rotate(accountId, SECOND, DAY_SECONDS);
      const [current, before] = await world.db.webhookSecrets.live(accountId);
      expect(current).toEqual({ sealed: SECOND, createdAt: expect.any(Date), expiresAt: null });
      expect(before).toEqual({ sealed: FIRST, createdAt: expect.any(Date), expiresAt: expect.any(Date) });
      expect((before?.expiresAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan((DAY_SECONDS - 60) * 1000);
      await world.db.webhookSecrets.rotate(accountId, THIRD, DAY_SECONDS);
      expect(await sealedOf(accountId)).toEqual([THIRD, SECOND]);
    });

    it('ends the one before when its time is over', async () => {
      const { accountId } = await world.account();
      await world.db.webhookSecrets.insertFirst(accountId, FIRST);
      await world.db.webhookSecrets.rotate(accountId, SECOND, 0.05);
      await eventually(async () => (await sealedOf(accountId)).length === 1, 'the end of the old secret');
      expect(await sealedOf(accountId)).toEqual([SECOND]);
    });

    it('has one current secret after rotations at once', async () => {
      const { accountId } = await world.account();
      await Promise.all(
        [FIRST, SECOND, THIRD].map((sealed) => world.db.webhookSecrets.rotate(accountId, sealed, DAY_SECONDS)),
      );
      const live = await world.db.webhookSecrets.live(accountId);
      expect(live.map(({ expiresAt }) => expiresAt === null)).toEqual([true, false]);
    });
  });
}
