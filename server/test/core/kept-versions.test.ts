import { describe, expect, it } from 'vitest';
import { type AgedVersion, type HistoryTerms, NO_HISTORY, versionsToDrop } from '../../src/core/versions/kept.ts';
import { LONGEST_NOTE, originOf } from '../../src/core/versions/origin.ts';

const DAY = 86_400;
const TERMS: HistoryTerms = { keptVersions: 2, versionRetentionDays: 3, versionLimitBytes: 1000 };

function old(version: number, days: number, more: Partial<AgedVersion> = {}): AgedVersion {
  return { version, supersededSeconds: days * DAY, isRead: false, rowBytes: 0, objects: new Map(), ...more };
}
const CURRENT: AgedVersion = { ...old(9, 0), supersededSeconds: null };

describe('a version that is no longer current', () => {
  it.each<[string, readonly AgedVersion[], HistoryTerms, readonly number[]]>([
    ['stays among the last ones, however old', [old(8, 100), old(7, 200)], TERMS, []],
    ['stays while it is young, however many there are', [old(8, 0), old(7, 1), old(6, 2), old(5, 2.9)], TERMS, []],
    ['goes when it is neither', [old(8, 100), old(7, 100), old(6, 100), old(5, 3)], TERMS, [6, 5]],
    ['goes without terms', [old(8, 0)], NO_HISTORY, [8]],
    ['stays while it is read', [old(8, 100, { isRead: true }), old(7, 100)], NO_HISTORY, [7]],
  ])('%s', (_what, versions, terms, dropped) => {
    expect(versionsToDrop([CURRENT, ...versions], terms)).toEqual(dropped);
  });

  it('goes with all before it when they are too large together, each object and row counted once', () => {
    const objects = (...keys: string[]) => new Map(keys.map((key) => [key, 600]));
    const versions = [
      { ...CURRENT, objects: objects('current') },
      old(8, 0, { objects: objects('current', 'a'), rowBytes: 300 }),
      old(7, 0, { objects: objects('a'), rowBytes: 100 }),
      old(6, 0, { objects: objects('a', 'b') }),
      old(5, 0),
    ];
    expect(versionsToDrop(versions, TERMS)).toEqual([6, 5]);
    // What is there for a job costs the history nothing.
    const read = old(4, 0, { objects: objects('b'), isRead: true });
    expect(versionsToDrop([...versions, read], TERMS)).toEqual([]);
    expect(versionsToDrop(versions, { ...TERMS, versionLimitBytes: 899 })).toEqual([8, 7, 6, 5]);
  });
});

it('what a version came of is stored in bounded texts', () => {
  const files = Array.from({ length: 200 }, (_, index) => `/${'x'.repeat(2000)}/${index}.csv`);
  const origin = originOf({ kind: 'load', changes: {}, files, note: 'n'.repeat(5000), by: 'b'.repeat(5000) });
  expect(origin).toMatchObject({ fileCount: 200, of: null, condition: null, note: 'n'.repeat(LONGEST_NOTE) });
  expect(origin.files).toHaveLength(100);
  expect(origin.files[3]).toMatch(/^x+\/3\.csv$/);
  expect(JSON.stringify(origin).length).toBeLessThan(110_000);
});
