/** The match index in memory. */

import type { CandidateSource } from '../../src/matching/decide/match.ts';
import { type IndexRow, indexEntries, type PropertyAddresses } from '../../src/matching/index/entries.ts';
import { RowReader } from '../../src/matching/read/row.ts';

interface Built {
  readonly byKey: ReadonlyMap<bigint, readonly IndexRow[]>;
  readonly known: ReadonlySet<bigint>;
}

function build(properties: Iterable<PropertyAddresses>): Built {
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
  return { byKey, known: knownKeys };
}

/**
 * Built when a test first asks it: a fault in the reader then fails that test. Built with the module, it would keep whole test files from
 * loading, which says less, and which mutation tests cannot see by themselves.
 */
export function createMemoryIndex(properties: Iterable<PropertyAddresses>): CandidateSource {
  let built: Built | undefined;
  const index = () => (built ??= build(properties));
  const rows = async (keys: readonly bigint[]) => {
    const { byKey } = index();
    return new Map(keys.map((key) => [key, byKey.get(key) ?? []]));
  };
  return {
    rows,
    located: rows,
    known: async (keys) => new Set(keys.filter((key) => index().known.has(key))),
  };
}
