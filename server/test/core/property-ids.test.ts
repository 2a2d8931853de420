import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePropertyIds,
  digestPropertyIds,
  encodePropertyIds,
  PropertyIdSet,
} from '../../src/core/ids/property-ids.ts';

const anyId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('encoded property ids', () => {
  it('come back as they were, in their order', () => {
    fc.assert(
      fc.property(fc.array(anyId), (ids) => {
        expect([...decodePropertyIds(encodePropertyIds(ids, ids.length))]).toEqual(ids);
      }),
    );
  });

  it('come back at the ends of the range', () => {
    const ids = [Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1];
    expect([...decodePropertyIds(encodePropertyIds(ids, ids.length))]).toEqual(ids);
  });

  it('take about a byte each when they are neighbours', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => 99_000_000 + index);
    expect(encodePropertyIds(ids, ids.length).length).toBeLessThan(1010);
  });

  it('are stored in bytes that stay as they are: jobs of an earlier version are read', () => {
    const ids = [1, 64, 64, 63, 8255, Number.MAX_SAFE_INTEGER];
    const bytes = [0x02, 0x7e, 0x00, 0x03, 0x80, 0x80, 0x01, 0x80, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x1f];
    expect([...encodePropertyIds(ids, ids.length)]).toEqual(bytes);
    expect([...decodePropertyIds(Uint8Array.from(bytes))]).toEqual(ids);
  });

  it('refuse bytes that are cut off', () => {
    const bytes = encodePropertyIds([99_001_416], 1);
    expect(() => [...decodePropertyIds(bytes.slice(0, -1))]).toThrow(/cut off/);
  });

  it('refuse a value out of range', () => {
    expect(() => [
      ...decodePropertyIds(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])),
    ]).toThrow(/out of range/);
  });
});

describe('PropertyIdSet', () => {
  it('knows its members and nothing else', () => {
    fc.assert(
      fc.property(fc.array(anyId), fc.array(anyId), (members, others) => {
        const set = PropertyIdSet.decode(PropertyIdSet.of(members).encode());
        const expected = new Set(members);
        expect(set.size).toBe(expected.size);
        for (const id of [...members, ...others]) expect(set.has(id)).toBe(expected.has(id));
        expect([...set]).toEqual([...expected].sort((left, right) => left - right));
      }),
    );
  });
});

describe('the digest of property ids', () => {
  it('is that of the sorted ids, a line each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyId), async (ids) => {
        const lines = ids.toSorted((left, right) => left - right).map((id) => `${id}\n`);
        const expected = createHash('sha256').update(lines.join('')).digest('hex');
        expect(await digestPropertyIds(new Set(ids))).toBe(expected);
      }),
    );
    const ends = [Number.MAX_SAFE_INTEGER, 1, 10, 9];
    expect(await digestPropertyIds(new Set(ends))).toBe(
      createHash('sha256').update('1\n9\n10\n9007199254740991\n').digest('hex'),
    );
  });
});
