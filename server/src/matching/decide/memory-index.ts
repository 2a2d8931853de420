/** The match index in memory: for tests, and for scoring without a warehouse. */
import { type IndexRow, indexEntries, type PropertyAddresses } from '../index/entries.ts';
import { RowReader } from '../read/row.ts';
import type { CandidateSource } from './match.ts';

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
