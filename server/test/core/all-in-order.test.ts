import { describe, expect, it } from 'vitest';
import { allInOrder } from '../../src/core/in-order.ts';

/** A promise, and how it is settled. */
function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<Value>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

describe('all in order', () => {
  it('gives the values in the order of the list, whichever comes first', async () => {
    const [first, second] = [deferred<number>(), deferred<string>()];
    const all = allInOrder([first.promise, second.promise, false]);
    second.resolve('b');
    first.resolve(1);
    expect(await all).toEqual([1, 'b', false]);
  });

  it('throws the fault of the first that failed in the list, also where another was told before', async () => {
    const [first, second] = [deferred<never>(), deferred<never>()];
    const all = allInOrder([Promise.resolve(0), first.promise, second.promise]);
    second.reject(new Error('the transaction is aborted'));
    first.reject(new Error('the reason'));
    await expect(all).rejects.toThrow('the reason');
  });

  it('leaves nothing under way when it throws', async () => {
    const slow = deferred<void>();
    let isOver = false;
    const end = async () => {
      await slow.promise;
      isOver = true;
    };
    const seen = allInOrder([Promise.reject(new Error('at once')), end()]).catch(() => isOver);
    slow.resolve();
    expect(await seen).toBe(true);
  });
});
