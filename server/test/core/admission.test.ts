import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Admission, type Release, type SharedResource } from '../../src/core/turns/admission.ts';

const RESOURCE: SharedResource = { name: 'look-ups', perHolder: 2, inAll: 3, waitingPerHolder: 2, waitingInAll: 4 };

/** Resolved promises have told it by then. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('admission', () => {
  it('is at once while there is room, and refused without waiting when there is none', () => {
    const admission = new Admission(RESOURCE);
    const first = admission.enter('a');
    admission.enter('a');
    expect(() => admission.enter('a')).toThrow('Too many look-ups at once: at most 2, and 2 that wait');
    admission.enter('b');
    expect(() => admission.enter('b')).toThrow('The server has as many look-ups as it can take at the moment');
    first();
    expect(admission.counts).toEqual({ used: 2, waiting: 0 });
    admission.enter('b');
  });

  it('tells the holder’s own share from that of all by its code, with when to try again', () => {
    const admission = new Admission({ ...RESOURCE, retryAfterSeconds: 7 });
    for (const holder of ['a', 'a', 'b']) admission.enter(holder);
    expect(() => admission.enter('a')).toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterSeconds: 7 }));
    expect(() => admission.enter('c')).toThrow(expect.objectContaining({ code: 'unavailable', retryAfterSeconds: 7 }));
  });

  it('tells who has all of his share, and whether anything is left', () => {
    const admission = new Admission(RESOURCE);
    const held = ['a', 'b', 'a'].map((holder) => admission.enter(holder));
    expect([admission.full, admission.hasRoom]).toEqual([['a'], false]);
    held[1]?.();
    expect([admission.full, admission.hasRoom]).toEqual([['a'], true]);
    held[0]?.();
    expect(admission.full).toEqual([]);
  });

  it('waits without a signal, and works in turn', async () => {
    const admission = new Admission({ ...RESOURCE, perHolder: 1 });
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((each) => admission.run('a', null, async () => void order.push(each))));
    expect(order).toEqual([1, 2, 3]);
    expect(admission.counts).toEqual({ used: 0, waiting: 0 });
  });

  it('has holders take turns, however many of one were there first', async () => {
    const admission = new Admission({ ...RESOURCE, perHolder: 1, inAll: 1, waitingPerHolder: 9, waitingInAll: 99 });
    const order: string[] = [];
    const running = ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map(async (holder) => {
      const release = await admission.wait(holder);
      order.push(holder);
      await settle();
      release();
    });
    await Promise.all(running);
    expect(order.join('')).toBe('abcabaa');
    expect(admission.counts).toEqual({ used: 0, waiting: 0 });
  });

  it('refuses who has his places to wait taken, while others may wait', async () => {
    const admission = new Admission(RESOURCE);
    const held = [await admission.wait('a'), await admission.wait('a')];
    const waiting = [admission.wait('a'), admission.wait('a')];
    await expect(admission.wait('a')).rejects.toMatchObject({ code: 'rate_limited' });
    const other = await admission.wait('b');
    for (const release of [...held, other]) release();
    for (const release of await Promise.all(waiting)) release();
    expect(admission.counts).toEqual({ used: 0, waiting: 0 });
  });

  it('gives no turn to who has gone, and lets those behind him come', async () => {
    const admission = new Admission({ ...RESOURCE, perHolder: 10, inAll: 10 });
    const held = admission.enter('a', 8);
    const leaving = new AbortController();
    const gone = admission.wait('b', leaving.signal, 5);
    const small = admission.wait('b', new AbortController().signal, 2);
    leaving.abort(new Error('hung up'));
    await expect(gone).rejects.toThrow('hung up');
    (await small)();
    held();
    held();
    expect(admission.counts).toEqual({ used: 0, waiting: 0 });
  });

  it('never exceeds a share, and ends with nothing held, whatever comes in whatever order', async () => {
    const step = fc.record({
      holder: fc.constantFrom('a', 'b', 'c'),
      ends: fc.nat(9),
      amount: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const admission = new Admission(RESOURCE);
        const held: { readonly holder: string; readonly release: Release }[] = [];
        const leaving = new AbortController();
        const waits: Promise<void>[] = [];
        for (const { holder, ends, amount } of steps) {
          const wait = admission.wait(holder, leaving.signal, amount).then(
            (release) => void held.push({ holder, release }),
            () => undefined,
          );
          waits.push(wait);
          await settle();
          expect(admission.counts.used).toBeLessThanOrEqual(RESOURCE.inAll);
          expect(admission.counts.waiting).toBeLessThanOrEqual(RESOURCE.waitingInAll);
          for (const each of ['a', 'b', 'c']) expect(admission.usedBy(each)).toBeLessThanOrEqual(RESOURCE.perHolder);
          held.splice(ends, 1)[0]?.release();
        }
        leaving.abort();
        await Promise.all(waits);
        for (const { release } of held) release();
        expect(admission.counts).toEqual({ used: 0, waiting: 0 });
      }),
    );
  });
});
