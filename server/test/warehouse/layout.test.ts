import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';
import { byPlace, cutRanges, daysOf, planRewrites, slotOf, WHOLE_TABLE } from '../../src/warehouse/layout.ts';

function file(slot: string, minPropertyId: number, maxPropertyId: number, rows = 10): DataFile {
  const days = daysOf(slot);
  return {
    key: `${slot}-${minPropertyId}`,
    rows,
    bytes: 1,
    sha256: '',
    minPropertyId,
    maxPropertyId,
    minDate: days?.first ?? null,
    maxDate: days?.last ?? null,
  };
}

describe('a plan', () => {
  it('rewrites the files that meet the loaded rows in month and properties, and keeps the others', () => {
    const stored = [file('2025-01', 1, 9), file('2025-01', 10, 19), file('2025-01', 20, 29), file('2025-02', 10, 19)];
    const { kept, rewrites } = planRewrites(stored, [
      { slot: '2025-01', rows: 5, minPropertyId: 15, maxPropertyId: 19 },
      { slot: '2025-03', rows: 1, minPropertyId: 1, maxPropertyId: 1 },
    ]);
    expect(kept).toEqual([stored[0], stored[2], stored[3]]);
    expect(rewrites).toEqual([
      { slot: '2025-01', rows: 15, minPropertyId: 10, maxPropertyId: 19, replaced: [stored[1]] },
      { slot: '2025-03', rows: 1, minPropertyId: 1, maxPropertyId: 1, replaced: [] },
    ]);
  });

  it('never makes files of one slot overlap', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 100 }), fc.nat(50), (bounds, from, width) => {
        const sorted = bounds.toSorted((left, right) => left - right);
        const stored = sorted.flatMap((min, index) => {
          const next = sorted[index + 1];
          return next === undefined || index % 2 === 1 ? [] : [file('2025-01', min, next - 1)];
        });
        const load = { slot: '2025-01', rows: 1, minPropertyId: from, maxPropertyId: from + width };
        const { kept, rewrites } = planRewrites(stored, [load]);
        for (const each of kept) {
          for (const rewrite of rewrites) {
            expect(each.maxPropertyId < rewrite.minPropertyId || each.minPropertyId > rewrite.maxPropertyId).toBe(true);
          }
        }
        expect(kept.length + rewrites.flatMap(({ replaced }) => replaced).length).toBe(stored.length);
      }),
    );
  });
});

describe('cutting', () => {
  const census = fc.uniqueArray(
    fc.record({ propertyId: fc.integer({ min: 1, max: 1000 }), rows: fc.integer({ min: 1, max: 50 }) }),
    {
      selector: ({ propertyId }) => propertyId,
    },
  );

  it('gives every property one range, none over the limit but for a single property', () => {
    fc.assert(
      fc.property(census, fc.integer({ min: 1, max: 100 }), (unsorted, limit) => {
        const rows = unsorted.toSorted((left, right) => left.propertyId - right.propertyId);
        const ranges = cutRanges(rows, limit);
        for (const { from, to } of ranges) {
          const inside = rows.filter(({ propertyId }) => propertyId >= from && propertyId <= to);
          const total = inside.reduce((sum, each) => sum + each.rows, 0);
          expect(inside.length === 1 || total <= limit).toBe(true);
        }
        const holders = rows.map(
          ({ propertyId }) => ranges.filter(({ from, to }) => propertyId >= from && propertyId <= to).length,
        );
        expect(holders.every((count) => count === 1)).toBe(true);
      }),
    );
  });

  it('cuts no more than it must', () => {
    const rows = [1, 2, 3, 4, 5].map((propertyId) => ({ propertyId, rows: 2 }));
    expect(cutRanges(rows, 4)).toEqual([
      { from: 1, to: 2 },
      { from: 3, to: 4 },
      { from: 5, to: 5 },
    ]);
  });
});

describe('a slot', () => {
  it('is the month of a file with days, else the whole table', () => {
    expect(slotOf({ minDate: '2024-02-29' })).toBe('2024-02');
    expect(daysOf('2024-02')).toEqual({ first: '2024-02-01', last: '2024-02-29' });
    expect(slotOf({ minDate: null })).toBe(WHOLE_TABLE);
    expect(daysOf(WHOLE_TABLE)).toBeNull();
  });

  it('orders the files of a table', () => {
    const files = [file('2025-02', 1, 2), file('2025-01', 5, 6), file('2025-01', 1, 2)];
    expect(files.sort(byPlace).map(({ key }) => key)).toEqual(['2025-01-1', '2025-01-5', '2025-02-1']);
  });
});
