/** Counting from runs, beside counting row by row. That the engine makes the runs right is in flow/estimate.test.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileCounts, Tally } from '../../src/jobs/estimate/row-counts.ts';

interface Run {
  readonly id: number;
  readonly firstDay: number;
  readonly days: number;
  readonly rows: number;
}

function fileOf(runs: readonly Run[], widths: readonly { id: number; csv: number; jsonl: number }[] = []): FileCounts {
  const sorted = runs.toSorted((left, right) => left.id - right.id || left.firstDay - right.firstDay);
  return new FileCounts(
    {
      ids: sorted.map(({ id }) => id),
      first_days: sorted.map(({ firstDay }) => firstDay),
      days: sorted.map(({ days }) => days),
      rows: sorted.map(({ rows }) => rows),
    },
    widths,
  );
}

function tallyOf(files: readonly FileCounts[], ids: readonly number[], first: number, last: number): Tally {
  const tally = new Tally(Float64Array.from(ids).sort(), { first, last });
  for (const file of files) file.count(tally);
  return tally;
}

const id = fc.integer({ min: 1, max: 30 });
const day = fc.integer({ min: 0, max: 40 });
const run: fc.Arbitrary<Run> = fc.record({
  id,
  firstDay: day,
  days: fc.integer({ min: 1, max: 12 }),
  rows: fc.integer({ min: 1, max: 5 }),
});

describe('counting rows from runs', () => {
  it('comes to what counting day by day does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(run, { maxLength: 20 }), { maxLength: 3 }),
        fc.uniqueArray(id, { minLength: 1, maxLength: 20 }),
        day,
        day,
        (files, ids, first, last) => {
          const expected = new Map<number, number>();
          for (const each of files.flat()) {
            for (let at = each.firstDay; at < each.firstDay + each.days; at++) {
              if (at < first || at > last || !ids.includes(each.id)) continue;
              expected.set(each.id, (expected.get(each.id) ?? 0) + each.rows);
            }
          }
          const tally = tallyOf(
            files.map((runs) => fileOf(runs)),
            ids,
            first,
            last,
          );
          expect(tally.rows).toBe([...expected.values()].reduce((sum, rows) => sum + rows, 0));
          expect([...tally.found()]).toEqual([...expected.keys()].sort((left, right) => left - right));
          expect(tally.measuredProperties()).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is right for a million properties', () => {
    const ids = Array.from({ length: 1_000_000 }, (_, at) => 5_000_000_000 + at * 3);
    const known = ids.filter((_, at) => at % 2 === 0);
    const all = (value: number) => known.map(() => value);
    const file = new FileCounts({ ids: known, first_days: all(10), days: all(30), rows: all(2) }, []);
    const tally = tallyOf([file], ids, 15, 100);
    expect(tally.rows).toBe(500_000 * 25 * 2);
    expect(tally.found()).toEqual(Float64Array.from(known));
  });

  it('knows of a file without rows nothing, and of no file neither', () => {
    const nothing = new FileCounts({ ids: null, first_days: null, days: null, rows: null }, []);
    expect(nothing.runs).toBe(0);
    expect(tallyOf([nothing, new FileCounts(undefined, [])], [1, 2], 0, 10).rows).toBe(0);
  });
});

describe('widths', () => {
  const widths = [{ id: 1, csv: 10, jsonl: 20 }];

  it('are counted where they are known', () => {
    const runs = [1, 2].map((each) => ({ id: each, firstDay: 0, days: 5, rows: 2 }));
    const tally = tallyOf([fileOf(runs, widths)], [1, 2, 3], 0, 10);
    expect(tally).toMatchObject({ rows: 20, measuredRows: 10, csvBytes: 100, jsonlBytes: 200 });
    expect(tally.measuredProperties()).toBe(1);
    expect([...tally.found()]).toEqual([1, 2]);
  });

  it('of one file leave a property measured whose rows in another file were not', () => {
    const [first, second] = [0, 5].map((firstDay) => [{ id: 1, firstDay, days: 5, rows: 1 }]);
    const tally = tallyOf([fileOf(first ?? [], widths), fileOf(second ?? [])], [1], 0, 10);
    expect(tally).toMatchObject({ rows: 10, measuredRows: 5 });
    expect(tally.measuredProperties()).toBe(1);
  });
});
