import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/duckdb/child/failures.ts';
import { packedBatches } from '../../src/duckdb/pack.ts';
import { ThriftReader, type ThriftStruct, ThriftWriter } from '../../src/duckdb/parquet/thrift.ts';
import { column } from './engine-world.ts';

describe('the compact protocol', () => {
  it('reads what it writes', () => {
    const { value } = fc.letrec<{ value: unknown; struct: ThriftStruct }>((tie) => ({
      struct: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 300 }), tie('value')), {
          selector: ([number]) => number,
          maxLength: 6,
        })
        .map((fields) => new Map(fields) as ThriftStruct),
      value: fc.oneof(
        { depthSize: 'small' },
        fc.boolean().map((value) => ({ type: 1, value })),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: 6, value })),
        fc.uint8Array({ maxLength: 200 }).map((value) => ({ type: 8, value })),
        fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => ({ type: 7, value })),
        fc.array(fc.boolean(), { maxLength: 20 }).map((items) => ({ type: 9, value: { itemType: 1, items } })),
        fc
          .array(fc.bigInt({ min: 0n, max: 99n }), { maxLength: 20 })
          .map((items) => ({ type: 9, value: { itemType: 5, items } })),
        fc.array(tie('struct'), { maxLength: 3 }).map((items) => ({ type: 9, value: { itemType: 12, items } })),
        tie('struct').map((value) => ({ type: 12, value })),
      ),
    }));
    fc.assert(
      fc.property(value, (field) => {
        const struct = new Map([[1, field]]) as ThriftStruct;
        const written = new ThriftWriter().struct(struct).finish();
        const read = new ThriftReader(written).struct();
        // Booleans of a field are in its type; compared by what is written again.
        expect(new ThriftWriter().struct(read).finish()).toEqual(written);
        expect(read.size).toBe(1);
      }),
    );
  });

  it('refuses what is cut off', () => {
    const written = new ThriftWriter().struct(new Map([[1, { type: 8, value: Buffer.from('abc') }]])).finish();
    for (let length = 0; length < written.length; length++) {
      expect(() => new ThriftReader(written.subarray(0, length)).struct()).toThrow('cut off');
    }
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('packedBatches', () => {
  const columns = [column('id', 'id'), column('name', 'text')];

  it('cuts large batches and packs ids that are all there', async () => {
    const rows = Array.from({ length: 70_000 }, (_, id) => [id, 'x']);
    const batches = await collect(packedBatches({ columns, batches: [rows, [[2n ** 60n, null]]] }));
    expect(batches.map(([ids]) => ids?.length)).toEqual([65_536, 4464, 1]);
    expect(batches.every(([ids]) => ids instanceof BigInt64Array)).toBe(true);
    expect(batches[2]).toEqual([BigInt64Array.of(2n ** 60n), [null]]);
  });

  it('leaves ids as they are where one is missing or wrong', async () => {
    const batches = await collect(
      packedBatches({
        columns,
        batches: [
          [
            [1, 'a'],
            [null, 'b'],
          ],
          [['x', 'c']],
        ],
      }),
    );
    expect(batches).toEqual([
      [
        [1, null],
        ['a', 'b'],
      ],
      [['x'], ['c']],
    ]);
  });
});

describe('describeFailure', () => {
  it.each([
    ['Out of Memory Error: failed to allocate data of size 1.0 MiB (99.9 MiB/100.0 MiB used)', 'memory'],
    ['std::bad_alloc', 'memory'],
    [
      `Out of Memory Error: failed to offload data block. This limit was set by the 'max_temp_directory_size' setting.`,
      'disk',
    ],
    ['IO Error: Could not write all bytes to file "x": wanted=8 wrote=0: No space left on device', 'disk'],
    ['ENOSPC: no space left on device, write', 'disk'],
    ['Binder Error: Referenced column "x" not found', 'statement'],
  ])('%s', (message, kind) => {
    expect(describeFailure(new Error(message))).toEqual({ kind, detail: message });
  });

  it('takes what is no error', () => {
    expect(describeFailure('text')).toEqual({ kind: 'statement', detail: 'text' });
  });
});
