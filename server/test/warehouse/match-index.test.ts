/** When a load makes the match index anew. */
import { expect, test } from 'vitest';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';
import { MATCH_TABLES } from '../../src/matching/index/tables.ts';
import { needsMatchIndex } from '../../src/warehouse/match-index.ts';

function file(key: string): DataFile {
  const span = { minPropertyId: 0, maxPropertyId: 1, minDate: null, maxDate: null };
  return { key, rows: 1, bytes: 1, sha256: '', ...span };
}

/** The index of a data version, with its files named as the given form names them. */
function indexOf(name: (table: string) => string): Readonly<Record<string, readonly DataFile[]>> {
  return Object.fromEntries(Object.keys(MATCH_TABLES).map((table) => [table, [file(name(table))]]));
}

const ID = '288d2176-d5d5-4dab-abc3-2847f35469b7';
const OURS = indexOf((table) => `warehouse/${table}/2-${ID}.parquet`);

test('a load of other tables keeps an index of this form', () => {
  expect(needsMatchIndex({ sales: [] }, OURS)).toBe(false);
  expect(needsMatchIndex({}, OURS)).toBe(false);
});

test('a load of addresses makes it anew', () => {
  expect(needsMatchIndex({ properties: [] }, OURS)).toBe(true);
  expect(needsMatchIndex({ property_addresses: [] }, OURS)).toBe(true);
});

test('a load of any table replaces an index that is missing, in part too, or was made by an earlier release', () => {
  const { match_known: _missing, ...others } = OURS;
  expect(needsMatchIndex({ sales: [] }, {})).toBe(true);
  expect(needsMatchIndex({ sales: [] }, others)).toBe(true);
  // As releases 0.1 and 0.2 named them.
  const earlier = indexOf((table) => `warehouse/${table}/${ID}.parquet`);
  expect(needsMatchIndex({ sales: [] }, earlier)).toBe(true);
  expect(needsMatchIndex({ sales: [] }, { ...OURS, match_rows: earlier['match_rows'] ?? [] })).toBe(true);
});
