import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryClaim, NewDelivery } from '../../src/core/ports/database/webhooks.ts';
import type { WebhookAttempt } from '../../src/core/webhooks/delivery.ts';
import { eventually, type OpenSubject, World } from './database-world.ts';

const TERMS = { perAccountAndHost: 4, perHost: 32, perAccount: 16, notTo: [] as readonly string[], leaseSeconds: 30 };
const FIRST_PAGE = { page: 1, perPage: 50 };
const TARGET = 'https://hooks.example.com/in';

const REFUSED: WebhookAttempt = {
  status: 500,
  latencyMs: 12,
  failure: 'The receiver answered 500 instead of a 2xx status.',
  responseHead: 'oops \u{1F4A5}',
  retryAfterSeconds: null,
};
const TAKEN: WebhookAttempt = { ...REFUSED, status: 204, failure: null, responseHead: '' };

export function deliveryStoreContract(open: OpenSubject): void {
  describe('DeliveryStore', () => {
    let world: World;
    let close: () => Promise<void>;
    const claims: DeliveryClaim[] = [];

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());
    // Claims are over all accounts: each test begins with nothing due and nothing under way.
    beforeEach(async () => {
      for (const claim of claims.splice(0)) await settle(claim, TAKEN);
      for (let left = await claimed(); left !== null; left = await claimed()) await settle(left, TAKEN);
    });

    async function claimed(terms = TERMS): Promise<DeliveryClaim | null> {
      const claim = await world.db.deliveries.claim(terms);
      if (claim !== null) claims.push(claim);
      return claim;
    }

    async function mustClaim(terms = TERMS): Promise<DeliveryClaim> {
      const claim = await claimed(terms);
      if (claim === null) throw new Error('nothing could be claimed');
      return claim;
    }

    function settle(claim: DeliveryClaim, attempt: WebhookAttempt, delay: number | null = null): Promise<boolean> {
      return world.db.deliveries.settle(claim, attempt, delay);
    }

    async function enqueue(accountId: string, changes: Partial<NewDelivery> = {}): Promise<NewDelivery> {
      const host = changes.host ?? `${randomUUID()}.example.com`;
      const made = { accountId, id: randomUUID(), jobId: null, url: TARGET, delaySeconds: 0, ...changes, host };
      await world.db.deliveries.enqueue(made);
      return made;
    }

    async function account(): Promise<string> {
      return (await world.account()).accountId;
    }

    it('keeps what was queued, and knows nothing of another account’s', async () => {
      const owner = await world.account();
      const job = await world.insertJob(owner, { callbackUrl: TARGET });
      const { accountId } = owner;
      const made = {
        accountId,
        id: randomUUID(),
        jobId: job.id,
        url: TARGET,
        host: 'hooks.example.com',
        delaySeconds: 60,
      };
      const queued = await world.db.deliveries.enqueue(made);
      expect(queued).toEqual({
        accountId,
        id: made.id,
        jobId: job.id,
        url: TARGET,
        state: 'pending',
        createdAt: expect.any(Date),
        finishedAt: null,
        nextTryAt: expect.any(Date),
        tries: [],
      });
      expect((queued.nextTryAt?.getTime() ?? 0) - queued.createdAt.getTime()).toBeCloseTo(60_000, -2);
      expect(await world.db.deliveries.get(made)).toEqual(queued);
      const stranger = await account();
      expect(await world.db.deliveries.get({ ...made, accountId: stranger })).toBeNull();
      expect(await world.db.deliveries.redeliver({ ...made, accountId: stranger })).toBeNull();
      expect(await world.db.deliveries.get({ accountId, id: 'no-uuid' })).toBeNull();
      expect((await world.db.deliveries.list(stranger, null, FIRST_PAGE)).totalCount).toBe(0);
      expect(await world.db.deliveries.claim(TERMS)).toBeNull();
    });

    it('takes one delivery of a job, and none that is rolled back', async () => {
      const owner = await world.account();
      const job = await world.insertJob(owner, { callbackUrl: TARGET });
      await enqueue(owner.accountId, { jobId: job.id });
      await expect(enqueue(owner.accountId, { jobId: job.id })).rejects.toThrow();
      const id = randomUUID();
      const failing = world.db.transaction(async (tx) => {
        await tx.deliveries.enqueue({ ...owner, id, jobId: null, url: TARGET, host: 'h', delaySeconds: 0 });
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await world.db.deliveries.get({ ...owner, id })).toBeNull();
    });

    it('publishes that there is something to send', async () => {
      let heard = 0;
      const stop = world.db.subscribe('delivery-ready', () => void heard++);
      await enqueue(await account());
      await eventually(() => heard > 0, 'delivery-ready');
      stop();
    });

    it('lists newest first, by page and by job', async () => {
      const owner = await world.account();
      const { accountId } = owner;
      const job = await world.insertJob(owner, { callbackUrl: TARGET });
      const ids = [(await enqueue(accountId, { jobId: job.id })).id];
      for (let made = 0; made < 2; made++) ids.unshift((await enqueue(accountId)).id);
      const first = await world.db.deliveries.list(accountId, null, { page: 1, perPage: 2 });
      const second = await world.db.deliveries.list(accountId, null, { page: 2, perPage: 2 });
      expect([first.totalCount, ...first.items.map(({ id }) => id)]).toEqual([3, ...ids.slice(0, 2)]);
      expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
      const ofJob = await world.db.deliveries.list(accountId, job.id, FIRST_PAGE);
      expect(ofJob.items.map(({ id, jobId }) => [id, jobId])).toEqual([[ids[2], job.id]]);
    });

    it('claims what is due, once, and says how often it was tried', async () => {
      const accountId = await account();
      const { id, host } = await enqueue(accountId);
      const claim = await mustClaim();
      const expected = { accountId, id, jobId: null, url: TARGET, host, triesMade: 0 };
      expect(claim).toEqual({ ...expected, token: expect.any(String), createdAt: expect.any(Date) });
      expect(await world.db.deliveries.claim(TERMS)).toBeNull();
      expect(await world.db.deliveries.get(claim)).toMatchObject({ state: 'pending', nextTryAt: null });
      await settle(claim, REFUSED, 0);
      expect((await mustClaim()).triesMade).toBe(1);
    });

    it('logs each try until one is taken', async () => {
      const { accountId, id } = await enqueue(await account());
      expect(await settle(await mustClaim(), REFUSED, 0)).toBe(true);
      expect(await world.db.deliveries.get({ accountId, id })).toMatchObject({ state: 'pending', finishedAt: null });
      expect(await settle(await mustClaim(), TAKEN)).toBe(true);
      const delivery = await world.db.deliveries.get({ accountId, id });
      const { retryAfterSeconds: _wish, ...refused } = REFUSED;
      expect(delivery).toMatchObject({ state: 'delivered', finishedAt: expect.any(Date), nextTryAt: null });
      expect(delivery?.tries).toEqual([
        { number: 1, at: expect.any(Date), ...refused },
        { ...refused, number: 2, at: expect.any(Date), status: 204, failure: null, responseHead: '' },
      ]);
      expect((await world.db.deliveries.list(accountId, null, FIRST_PAGE)).items).toEqual([delivery]);
    });

    it('waits as long as it is told between tries, and has failed when there is none to come', async () => {
      const key = await enqueue(await account());
      const before = Date.now();
      await settle(await mustClaim(), REFUSED, 3600);
      const waiting = await world.db.deliveries.get(key);
      expect((waiting?.nextTryAt?.getTime() ?? 0) - before).toBeGreaterThan(3_590_000);
      expect(await world.db.deliveries.claim(TERMS)).toBeNull();
      await world.db.deliveries.redeliver(key);
      await settle(await mustClaim(), REFUSED, null);
      expect(await world.db.deliveries.get(key)).toMatchObject({ state: 'failed', nextTryAt: null });
      expect(await world.db.deliveries.claim(TERMS)).toBeNull();
    });

    it('shows the latest twenty tries', async () => {
      const key = await enqueue(await account());
      for (let made = 0; made < 22; made++) await settle(await mustClaim(), REFUSED, 0);
      const { tries = [] } = (await world.db.deliveries.get(key)) ?? {};
      expect(tries.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 3));
    });

    it('redelivers under the same id with the schedule begun anew, and leaves a try under way alone', async () => {
      const key = await enqueue(await account());
      await settle(await mustClaim(), REFUSED, null);
      expect(await world.db.deliveries.redeliver(key)).toMatchObject({
        id: key.id,
        state: 'pending',
        finishedAt: null,
      });
      const claim = await mustClaim();
      expect(claim).toMatchObject({ id: key.id, triesMade: 0 });
      await world.db.deliveries.redeliver(key);
      expect(await world.db.deliveries.claim(TERMS)).toBeNull();
      expect(await settle(claim, TAKEN)).toBe(true);
      expect(await world.db.deliveries.get(key)).toMatchObject({
        state: 'delivered',
        tries: [{ number: 1 }, { number: 2 }],
      });
    });

    it('gives back without a trace', async () => {
      const key = await enqueue(await account());
      const claim = await mustClaim();
      expect(await world.db.deliveries.giveBack(claim)).toBe(true);
      expect(await world.db.deliveries.giveBack(claim)).toBe(false);
      expect(await world.db.deliveries.get(key)).toMatchObject({ state: 'pending', tries: [] });
      expect(await mustClaim()).toMatchObject({ id: key.id, triesMade: 0 });
    });

    it('gives back until later', async () => {
      const key = await enqueue(await account());
      expect(await world.db.deliveries.giveBack(await mustClaim(), 60)).toBe(true);
      expect(await world.db.deliveries.get(key)).toMatchObject({ state: 'pending', tries: [] });
      expect(await claimed()).toBeNull();
    });

    it('falls to another worker when its lease runs out; the late one changes nothing', async () => {
      const key = await enqueue(await account());
      const late = await mustClaim({ ...TERMS, leaseSeconds: 0.05 });
      await eventually(async () => (await claimed()) !== null, 'the lease to run out');
      expect(await settle(late, TAKEN)).toBe(false);
      expect(await world.db.deliveries.giveBack(late)).toBe(false);
      expect(await world.db.deliveries.get(key)).toMatchObject({ state: 'pending', tries: [] });
    });

    // Positive control, run: without the lock, a round had 8 of one host under way.
    it('never has more of a host under way than its cap, however many claim at once', async () => {
      const terms = { ...TERMS, perHost: 4 };
      const [one, other] = [await account(), await account()];
      for (let made = 0; made < 40; made++) await enqueue(made % 2 ? one : other, { host: 'busy.example.com' });
      for (let round = 0; round < 10; round++) {
        const claiming = Array.from({ length: 8 }, () => claimed(terms));
        const taken = (await Promise.all(claiming)).filter((claim) => claim !== null);
        expect(taken).toHaveLength(terms.perHost);
        // Of two accounts that wait for one host, neither has it alone.
        expect(new Set(taken.map(({ accountId }) => accountId)).size).toBe(2);
        for (const claim of taken) await settle(claim, TAKEN);
      }
    });

    // Positive control, run: with the host's messages counted over all accounts alone, nobody is served beside the first.
    it('never has more of an account at one host under way than its cap, and serves others at that host', async () => {
      const shared = { host: 'automation.example.com' };
      const [crowd, single] = [await account(), await account()];
      for (let made = 0; made < 9; made++) await enqueue(crowd, shared);
      const taken = await Promise.all(Array.from({ length: 8 }, () => claimed()));
      expect(taken.filter((claim) => claim !== null)).toHaveLength(TERMS.perAccountAndHost);
      // Due later than all that wait before it.
      const own = await enqueue(single, shared);
      expect((await mustClaim()).id).toBe(own.id);
      expect(await claimed()).toBeNull();
      const elsewhere = await enqueue(crowd);
      expect((await mustClaim()).id).toBe(elsewhere.id);
    });

    it('never has more of an account under way than its cap, and serves others beside it', async () => {
      const crowd = await account();
      for (let made = 0; made < 20; made++) await enqueue(crowd);
      const terms = { ...TERMS, perAccount: 3 };
      for (let made = 0; made < 3; made++) expect((await mustClaim(terms)).accountId).toBe(crowd);
      expect(await world.db.deliveries.claim(terms)).toBeNull();
      const single = await enqueue(await account());
      expect((await mustClaim(terms)).id).toBe(single.id);
    });

    it('claims none to the hosts that are named, and past them what is for others', async () => {
      const accountId = await account();
      const [one, two] = [await enqueue(accountId), await enqueue(accountId)];
      expect(await claimed({ ...TERMS, notTo: [one.host, two.host] })).toBeNull();
      expect((await mustClaim({ ...TERMS, notTo: [one.host] })).id).toBe(two.id);
      expect((await mustClaim()).id).toBe(one.id);
    });

    it('claims first what has been due longest, of an account as of all', async () => {
      const [one, other] = [await account(), await account()];
      const made = [];
      for (const [of, delaySeconds] of [
        [one, -10],
        [one, -30],
        [other, -20],
      ] as const)
        made.push(await enqueue(of, { delaySeconds }));
      const order = [await mustClaim(), await mustClaim(), await mustClaim()].map(({ id }) => id);
      // The other account comes before the second message of the first.
      expect(order).toEqual([made[1]?.id, made[2]?.id, made[0]?.id]);
    });

    it('claims what became due again after its job, its account’s others and its host’s others changed', async () => {
      const accountId = await account();
      const later = await enqueue(accountId, { delaySeconds: 3600, host: 'shared.example.com' });
      const first = await enqueue(accountId, { host: 'shared.example.com' });
      await settle(await mustClaim(), REFUSED, 7200);
      expect(await claimed()).toBeNull();
      await world.db.deliveries.redeliver(later);
      expect((await mustClaim()).id).toBe(later.id);
      await world.db.deliveries.redeliver(first);
      const again = await mustClaim();
      expect(again.id).toBe(first.id);
      await world.db.deliveries.giveBack(again);
      expect((await mustClaim()).id).toBe(first.id);
    });

    it('claims past hundreds that wait for a host at its cap', async () => {
      const accountId = await account();
      const hanging = { host: 'hanging.example.com' };
      await world.db.transaction(async (tx) => {
        for (let made = 0; made < 300; made++) {
          await tx.deliveries.enqueue({
            accountId,
            id: randomUUID(),
            jobId: null,
            url: TARGET,
            delaySeconds: 0,
            ...hanging,
          });
        }
      });
      for (let made = 0; made < TERMS.perAccountAndHost; made++) await mustClaim();
      const healthy = await enqueue(accountId, { host: 'healthy.example.com' });
      expect((await mustClaim()).id).toBe(healthy.id);
      expect(await world.db.deliveries.claim(TERMS)).toBeNull();
    });

    it('forgets what ended long ago, and keeps what waits', async () => {
      const accountId = await account();
      const ended = await enqueue(accountId);
      await settle(await mustClaim(), TAKEN);
      const waiting = await enqueue(accountId, { delaySeconds: 3600 });
      await world.db.deliveries.prune(1);
      expect(await world.db.deliveries.get(ended)).toMatchObject({ tries: [{ number: 1 }] });
      expect(await world.db.deliveries.prune(0)).toBeGreaterThanOrEqual(1);
      expect(await world.db.deliveries.get(ended)).toBeNull();
      expect(await world.db.deliveries.get(waiting)).not.toBeNull();
    });

    it('tells how many wait, are overdue and are being sent', async () => {
      const before = await world.db.deliveries.backlog();
      expect(before).toMatchObject({ overdue: 0, underWay: 0 });
      const accountId = await account();
      for (const delaySeconds of [60, -1, -59, -61, -3600]) await enqueue(accountId, { delaySeconds });
      const waiting = before.waiting + 3;
      expect(await world.db.deliveries.backlog()).toEqual({ waiting, overdue: 2, underWay: 0 });
      const claim = await mustClaim();
      expect(await world.db.deliveries.backlog()).toEqual({ waiting, overdue: 1, underWay: 1 });
      await settle(claim, REFUSED, 5);
      expect(await world.db.deliveries.backlog()).toEqual({ waiting: waiting + 1, overdue: 1, underWay: 0 });
      await settle(await mustClaim(), TAKEN);
      expect(await world.db.deliveries.backlog()).toEqual({ waiting: waiting + 1, overdue: 0, underWay: 0 });
    });

    it('counts what a dead worker was sending as waiting again', async () => {
      const before = await world.db.deliveries.backlog();
      await enqueue(await account());
      await mustClaim({ ...TERMS, leaseSeconds: 0 });
      expect(await world.db.deliveries.backlog()).toEqual({ ...before, waiting: before.waiting + 1 });
    });
  });
}
