import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReceiverSlots, createSlots } from '../../src/webhooks/slots.ts';
import { NEVER } from './receiver.ts';

test('slots are given in order of arrival, a host’s own alone', async () => {
  const slots = createSlots(1);
  const entered: string[] = [];
  const enter = (host: string, name: string) =>
    slots.acquire(host, NEVER).then((release) => {
      entered.push(name);
      return release;
    });
  const [first, second, third, other] = ['a', 'a', 'a', 'b'].map((host, index) => enter(host, `${host}${index}`));
  await other;
  expect(entered).toEqual(['a0', 'b3']);
  (await first)?.();
  (await second)?.();
  await third;
  expect(entered).toEqual(['a0', 'b3', 'a1', 'a2']);
});

test('one that gives up while it waits takes no slot', async () => {
  const slots = createSlots(1);
  const release = await slots.acquire('a', NEVER);
  const impatient = new AbortController();
  const given = slots.acquire('a', impatient.signal);
  const next = slots.acquire('a', NEVER);
  impatient.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  release();
  (await next)();
  // The host is forgotten with its last slot; a new one starts free.
  (await slots.acquire('a', NEVER))();
});

test('one whose work was aborted before does not wait at all', async () => {
  const slots = createSlots(1);
  await expect(slots.acquire('a', AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  (await slots.acquire('a', NEVER))();
});

test('in any order of coming, leaving and giving up, the cap holds and nobody is forgotten', async () => {
  const action = fc.record({ host: fc.constantFrom('a', 'b'), what: fc.constantFrom('come', 'leave', 'give up') });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(action, { maxLength: 60 }), async (cap, actions) => {
      const slots = createSlots(cap);
      const inside: Record<string, (() => void)[]> = { a: [], b: [] };
      const waiting: Record<string, Set<AbortController>> = { a: new Set(), b: new Set() };
      const [coming, gaveUp]: [Promise<void>[], unknown[]] = [[], []];
      const settle = () => new Promise(setImmediate);
      for (const { host, what } of actions) {
        if (what === 'come') {
          const control = new AbortController();
          waiting[host]?.add(control);
          const came = slots.acquire(host, control.signal).then(
            (release) => void inside[host]?.push(release),
            (error: unknown) => void gaveUp.push(error),
          );
          coming.push(came.finally(() => waiting[host]?.delete(control)));
        } else if (what === 'leave') inside[host]?.shift()?.();
        else [...(waiting[host] ?? [])].at(-1)?.abort();
        await settle();
        expect(inside[host]?.length).toBeLessThanOrEqual(cap);
        if ((waiting[host]?.size ?? 0) > 0) expect(inside[host]?.length).toBe(cap);
      }
      for (const host of ['a', 'b']) {
        for (let release = inside[host]?.shift(); release !== undefined; release = inside[host]?.shift()) {
          release();
          await settle();
        }
      }
      await Promise.all(coming);
    }),
    { numRuns: 200 },
  );
});

test('an account has its own tries at a host, until the host has as many as it takes', async () => {
  const slots = createReceiverSlots({ perAccountAndHost: 2, perHost: 5 });
  const entered: string[] = [];
  const releases = new Map<string, () => void>();
  const enter = (accountId: string, host: string, count: number) => {
    for (let number = 0; number < count; number++) {
      void slots.acquire({ accountId, host }, NEVER).then((release) => {
        entered.push(`${accountId}${number} ${host}`);
        releases.set(`${accountId}${number} ${host}`, release);
      });
    }
  };
  const settle = () => new Promise(setImmediate);
  const leave = async (name: string) => {
    releases.get(name)?.();
    await settle();
  };
  enter('a', 'x', 4);
  enter('b', 'x', 1);
  enter('a', 'y', 1);
  await settle();
  expect(entered.toSorted()).toEqual(['a0 x', 'a0 y', 'a1 x', 'b0 x']);
  enter('c', 'x', 2);
  enter('d', 'x', 1);
  await settle();
  expect(entered.slice(4)).toEqual(['c0 x', 'c1 x']);
  // One that waits for its own account's turn stands in nobody's way: the slot goes to the account that has none.
  await leave('a0 x');
  expect(entered.slice(6)).toEqual(['d0 x']);
  await leave('b0 x');
  expect(entered.slice(7)).toEqual(['a2 x']);
});

test('one that gives up at a full host gives its account’s turn back', async () => {
  const slots = createReceiverSlots({ perAccountAndHost: 1, perHost: 1 });
  const release = await slots.acquire({ accountId: 'a', host: 'x' }, NEVER);
  const impatient = new AbortController();
  const given = slots.acquire({ accountId: 'b', host: 'x' }, impatient.signal);
  await new Promise(setImmediate);
  impatient.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  const next = slots.acquire({ accountId: 'b', host: 'x' }, NEVER);
  release();
  (await next)();
});
