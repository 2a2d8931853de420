/** Sizes of parts, and the memory that all of them share. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOfPart, MOST_PARTS, Part } from '../../src/storage/s3/part.ts';
import { BLOCK_BYTES, PartMemory } from '../../src/storage/s3/part-memory.ts';

const GIB = 2 ** 30;
const never = new AbortController().signal;

describe('parts', () => {
  it('grow from 8 to 64 MiB, so that 10,000 make 500 GiB', () => {
    const sizes = Array.from({ length: MOST_PARTS }, (_, index) => blocksOfPart(index + 1) * BLOCK_BYTES);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([8 * 2 ** 20, 64 * 2 ** 20]);
    expect([...sizes].sort((left, right) => left - right)).toEqual(sizes);
    const whole = sizes.reduce((sum, bytes) => sum + bytes, 0);
    expect(whole).toBeGreaterThan(500 * GIB);
    expect(whole).toBeLessThan(550 * GIB);
  });

  it('have the bytes that they were filled with, across blocks, however often they are sent', async () => {
    const part = new Part(1, [Buffer.alloc(BLOCK_BYTES), Buffer.alloc(BLOCK_BYTES)]);
    const given = Buffer.alloc(BLOCK_BYTES + 5, 'abc');
    for (let at = 0; at < given.length; ) at += part.fill(given.subarray(at, at + 1_000_003));
    expect(part.md5).toEqual(createHash('md5').update(given).digest());
    for (const _time of [1, 2]) {
      const sent: Uint8Array[] = [];
      for await (const piece of part.body()) sent.push(piece);
      expect(Buffer.concat(sent).equals(given)).toBe(true);
    }
    expect(new Part(1, []).body()).toHaveLength(0);
  });
});

describe('the memory of parts', () => {
  it('is never more than its bound, and whoever waits gets his turn', async () => {
    const wishes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(wishes, async (given) => {
        const memory = new PartMemory(4 * BLOCK_BYTES);
        const order: number[] = [];
        const taken = given.map(async (blocks, index) => {
          const got = await memory.take(blocks, never);
          order.push(index);
          expect(memory.taken).toBeLessThanOrEqual(4);
          await new Promise((resolve) => setImmediate(resolve));
          memory.give(got);
        });
        await Promise.all(taken);
        expect(order).toEqual(given.map((_, index) => index));
        expect(memory.taken).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('uses its blocks again', async () => {
    const memory = new PartMemory(2 * BLOCK_BYTES);
    const [first] = await memory.take(1, never);
    memory.give(first === undefined ? [] : [first]);
    expect((await memory.take(1, never))[0]).toBe(first);
  });

  it('is not kept for one who no longer waits', async () => {
    const memory = new PartMemory(2 * BLOCK_BYTES);
    const first = await memory.take(1, never);
    const stop = new AbortController();
    const gone = memory.take(2, stop.signal);
    const next = memory.take(1, never);
    stop.abort(new Error('given up'));
    await expect(gone).rejects.toThrow('given up');
    memory.give(await next);
    memory.give(first);
    expect(memory.taken).toBe(0);
  });
});
