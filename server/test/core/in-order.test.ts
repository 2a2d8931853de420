import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/core/in-order.ts';

async function* upTo(count: number): AsyncGenerator<number, void, undefined> {
  for (let thing = 0; thing < count; thing++) yield thing;
}

/** Work that ends when the test says so. */
function workshop() {
  const ends = new Map<number, { done(): void; fail(error: Error): void }>();
  const begun: number[] = [];
  return {
    begun,
    end: (thing: number) => ends.get(thing)?.done(),
    fail: (thing: number) => ends.get(thing)?.fail(new Error(`thing ${thing}`)),
    work: (thing: number) =>
      new Promise<number>((done, fail) => {
        begun.push(thing);
        ends.set(thing, { done: () => done(thing), fail });
      }),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('things in order', () => {
  it('are yielded as they came, however they end, and no more of them are begun than allowed', async () => {
    const { begun, end, work } = workshop();
    const results: number[] = [];
    const all = (async () => {
      for await (const result of inOrder(upTo(4), 2, work)) results.push(result);
    })();
    await settled();
    expect(begun).toEqual([0, 1]);
    end(1);
    await settled();
    expect([begun, results]).toEqual([[0, 1], []]);
    end(0);
    await settled();
    expect([begun, results]).toEqual([
      [0, 1, 2, 3],
      [0, 1],
    ]);
    end(2);
    await settled();
    end(3);
    await all;
    expect(results).toEqual([0, 1, 2, 3]);
  });

  it('are all that there is when there are fewer than allowed at once', async () => {
    const results: number[] = [];
    for await (const result of inOrder(upTo(1), 3, async (thing) => thing)) results.push(result);
    expect(results).toEqual([0]);
  });

  it('fail in their turn, when nothing is being worked on any more', async () => {
    const { begun, end, fail, work } = workshop();
    const results: number[] = [];
    let told: unknown;
    const all = (async () => {
      for await (const result of inOrder(upTo(9), 3, work)) results.push(result);
    })().catch((error: unknown) => {
      told = error;
    });
    await settled();
    fail(1);
    await settled();
    expect(told).toBeUndefined();
    end(0);
    await settled();
    expect([results, told, begun]).toEqual([[0], undefined, [0, 1, 2, 3]]);
    end(2);
    await settled();
    expect(told).toBeUndefined();
    end(3);
    await all;
    expect(told).toEqual(new Error('thing 1'));
  });
});
