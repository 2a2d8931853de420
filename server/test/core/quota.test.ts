import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToCounted,
  countIds,
  countMembers,
  joinMembers,
  NO_MEMBERS,
  quotaIds,
  quotaMonth,
  quotaPeriod,
  quotaSet,
  requireQuota,
} from '../../src/core/quota.ts';

const BLOCK = 65_536;
const anyId = fc.oneof(
  // Near block edges, beyond 32 bits, at the very end.
  fc.integer({ min: 1, max: 4 * BLOCK }),
  fc.integer({ min: 2 ** 32 - 5, max: 2 ** 32 + 5 }),
  fc.integer({ min: Number.MAX_SAFE_INTEGER - BLOCK, max: Number.MAX_SAFE_INTEGER }),
);
const sparse = fc.array(anyId, { maxLength: 60 });
/** Thousands of members of one block, so that bitmaps come into play, around the size where a list becomes one. */
const dense = fc
  .record({
    start: fc.integer({ min: 0, max: 100 }),
    step: fc.integer({ min: 1, max: 15 }),
    count: fc.integer({ min: 3900, max: 4300 }),
  })
  .map(({ start, step, count }) => Array.from({ length: count }, (_, index) => start + index * step));
const ids = fc.oneof(
  sparse,
  dense,
  fc.tuple(sparse, dense).map(([few, many]) => [...many, ...few]),
);

function sorted(members: Iterable<number>): number[] {
  return [...new Set(members)].sort((left, right) => left - right);
}

/** Thousands of numbers compare quickly as one text. */
function listed(members: Iterable<number>): string {
  return [...members].join();
}

function evens(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 2 * index);
}

describe('a set of properties by blocks', () => {
  it('holds exactly its ids, each once, in whatever order they came', () => {
    fc.assert(
      fc.property(ids, (given) => {
        const set = quotaSet(given);
        expect(listed(quotaIds(set))).toBe(listed(sorted(given)));
        expect(countIds(set)).toBe(new Set(given).size);
        expect(listed(quotaIds(quotaSet([...given].reverse())))).toBe(listed(sorted(given)));
      }),
    );
  });

  it('has one encoding however it was put together', () => {
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        const [a, b, both] = [quotaSet(left), quotaSet(right), quotaSet([...left, ...right])];
        for (const [block, members] of both) {
          const joined = joinMembers(a.get(block) ?? NO_MEMBERS, b.get(block) ?? NO_MEMBERS);
          expect(Buffer.compare(joined, members)).toBe(0);
        }
      }),
    );
  });

  it('leaves what it joins as it was', () => {
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        const [a, b] = [quotaSet(left), quotaSet(right)];
        const before = listed(quotaIds(a));
        addToCounted(a, b);
        expect(listed(quotaIds(a))).toBe(before);
      }),
    );
  });

  it.each([
    [4095, 'list', 8190],
    [4096, 'bitmap', 8192],
    [4097, 'bitmap', 8192],
  ])('keeps %i ids of a block as a %s', (count, _form, bytes) => {
    const given = Array.from({ length: count }, (_, index) => BLOCK + 16 * index);
    const set = quotaSet(given);
    expect(set.get(1)?.length).toBe(bytes);
    expect([countIds(set), listed(quotaIds(set))]).toEqual([count, listed(given)]);
  });

  it('is kept in bytes that stay as they are: months of an earlier version are read', () => {
    const [first, second] = [quotaSet([0x0102, 0xfffe]).get(0), quotaSet([3, 8, 0xffff, ...evens(4200)]).get(0)];
    expect([...(first ?? [])]).toEqual([0x02, 0x01, 0xfe, 0xff]);
    expect([...(second ?? []).slice(0, 3)]).toEqual([0b0101_1101, 0b0101_0101, 0b0101_0101]);
    expect(second?.at(-1)).toBe(0b1000_0000);
  });

  it('is shared, not copied, where nothing is added to it', () => {
    const members = quotaSet([7, 8]).get(0) ?? NO_MEMBERS;
    expect(joinMembers(NO_MEMBERS, members)).toBe(members);
    expect(joinMembers(members, NO_MEMBERS)).toBe(members);
  });

  it('takes at most two bytes for an id and 8 KiB for a block', () => {
    const list = quotaSet(Array.from({ length: 4095 }, (_, index) => index * 16));
    const bitmap = quotaSet(Array.from({ length: BLOCK }, (_, index) => BLOCK + index));
    expect(list.get(0)?.length).toBe(8190);
    expect(bitmap.get(1)?.length).toBe(8192);
    expect(countMembers(bitmap.get(1) ?? NO_MEMBERS)).toBe(BLOCK);
  });
});

describe('adding to what counts', () => {
  it('counts what is new and nothing twice', () => {
    fc.assert(
      fc.property(ids, ids, (before, own) => {
        const counted = quotaSet(before);
        const { changed, added } = addToCounted(counted, quotaSet(own));
        const both = sorted([...before, ...own]);
        expect(added).toBe(both.length - new Set(before).size);
        const after = new Map([...counted, ...changed]);
        expect(listed(quotaIds(after))).toBe(listed(both));
        expect(addToCounted(after, quotaSet(own))).toEqual({ changed: new Map(), added: 0 });
      }),
    );
  });
});

describe('the limit', () => {
  it.each([
    { limit: null, usage: 1_000_000, added: 1_000_000 },
    { limit: 10, usage: 7, added: 3 },
    { limit: 0, usage: 0, added: 0 },
    // The limit was lowered: what counts already stays free.
    { limit: 5, usage: 9, added: 0 },
  ])('lets pass: %j', (preview) => {
    expect(() => requireQuota(preview, '2026-03')).not.toThrow();
  });

  it.each([
    [{ limit: 10, usage: 7, added: 4 }, '4 properties that do not count yet in 2026-03, and 3 of 10 are left'],
    [{ limit: 5, usage: 9, added: 1 }, '1 properties that do not count yet in 2026-03, and 0 of 5 are left'],
  ])('refuses %j', (preview, sentence) => {
    expect(() => requireQuota(preview, '2026-03')).toThrow(
      expect.objectContaining({
        code: 'quota_exceeded',
        message: `This job has ${sentence}; ask for fewer, or for properties that were exported this month; the quota starts again on 2026-04-01 (UTC)`,
        quota: { limit: preview.limit, usage: preview.usage, resetsOn: '2026-04-01' },
      }),
    );
  });
});

it('is there again with the next year', () => {
  const refused = () => requireQuota({ limit: 1, usage: 1, added: 1 }, '2026-12');
  expect(refused).toThrow(expect.objectContaining({ quota: { limit: 1, usage: 1, resetsOn: '2027-01-01' } }));
});

describe('the month', () => {
  it.each([
    ['2026-02-28T23:59:59.999Z', '2026-02', '2026-02-28'],
    ['2026-03-01T00:00:00.000Z', '2026-03', '2026-03-31'],
    ['2028-02-29T12:00:00+14:00', '2028-02', '2028-02-29'],
  ])('of %s is that of UTC: %s', (instant, month, end) => {
    expect(quotaMonth(new Date(instant))).toBe(month);
    expect(quotaPeriod(month)).toEqual({ start: `${month}-01`, end });
  });
});
