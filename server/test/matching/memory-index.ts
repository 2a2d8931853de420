/** The match index in memory. */

import type { CandidateSource } from '../../src/matching/decide/match.ts';
import { type IndexRow, indexEntries, type PropertyAddresses } from '../../src/matching/index/entries.ts';
import { RowReader } from '../../src/matching/read/row.ts';

export function createMemoryIndex(properties: Iterable<PropertyAddresses>): CandidateSource {
  const reader = new RowReader();
  const byKey = new Map<bigint, IndexRow[]>();
  const knownKeys = new Set<bigint>();
  for (const property of properties) {
    for (const { row, keys, known } of indexEntries(property, reader)) {
      for (const key of keys) {
        const rows = byKey.get(key);
        if (rows === undefined) byKey.set(key, [row]);
        else rows.push(row);
      }
      for (const key of known) knownKeys.add(key);
    }
  }
  const rows = async (keys: readonly bigint[]) => new Map(keys.map((key) => [key, byKey.get(key) ?? []]));
  return {
    rows,
    located: rows,
    known: async (keys) => new Set(keys.filter((key) => knownKeys.has(key))),
  };
}
