/** Batches of rows to verdicts, in at most two rounds of look-ups however many rows a batch has. */
import { decideFirst, decideSecond } from './decide.ts';
import type { IndexRow } from './index-entries.ts';
import { decidePoint, type PointRow, preparePoint } from './point.ts';
import { type PreparedQuery, prepareRow, type WidenedQuery, widenQuery } from './prepare.ts';
import type { AddressRow } from './row.ts';
import type { Verdict } from './verdict.ts';

/** The match index of one data version. Both calls take the keys of a whole batch, each key once. */
export interface CandidateSource {
  /** Index rows under each key; keys without rows may be left out. The order of rows doesn't matter. */
  rows(keys: readonly bigint[]): Promise<ReadonlyMap<bigint, readonly IndexRow[]>>;
  /** Those of the keys that are among the known streets and towns. */
  known(keys: readonly bigint[]): Promise<ReadonlySet<bigint>>;
}

/** One verdict for each row, in their order. A verdict depends on its own row and the index alone. */
export async function matchAddresses(rows: readonly AddressRow[], source: CandidateSource): Promise<Verdict[]> {
  const queries = rows.map(prepareRow);
  const found = await source.rows(distinct(queries));
  const verdicts = queries.map((query) => decideFirst(query, collect(query.keys, found)));
  const open = new Map<number, WidenedQuery>();
  for (const [index, query] of queries.entries()) {
    if (verdicts[index] === undefined) open.set(index, widenQuery(query));
  }
  if (open.size > 0) await decideOpen(queries, verdicts, open, found, source);
  return verdicts.filter((verdict) => verdict !== undefined);
}

async function decideOpen(
  queries: readonly PreparedQuery[],
  verdicts: (Verdict | undefined)[],
  open: ReadonlyMap<number, WidenedQuery>,
  found: ReadonlyMap<bigint, readonly IndexRow[]>,
  source: CandidateSource,
): Promise<void> {
  const wider = await source.rows(distinct([...open.values()]));
  const known = await source.known([...new Set([...open.values()].flatMap((query) => query.known))]);
  for (const [index, query] of open) {
    const rows = [...collect(queries[index]?.keys ?? [], found), ...collect(query.keys, wider)];
    verdicts[index] = decideSecond(query, rows, known);
  }
}

/** One verdict for each point, in their order. */
export async function matchPoints(
  rows: readonly PointRow[],
  radiusMeters: number,
  source: CandidateSource,
): Promise<Verdict[]> {
  const points = rows.map((row) => preparePoint(row, radiusMeters));
  const found = await source.rows(distinct(points));
  return points.map((point) => decidePoint(point, collect(point.keys, found), radiusMeters));
}

function distinct(queries: readonly { readonly keys: readonly bigint[] }[]): bigint[] {
  const keys = new Set<bigint>();
  for (const query of queries) {
    for (const key of query.keys) keys.add(key);
  }
  return [...keys];
}

function collect(keys: readonly bigint[], found: ReadonlyMap<bigint, readonly IndexRow[]>): readonly IndexRow[] {
  let only: readonly IndexRow[] = [];
  let all: Set<IndexRow> | undefined;
  for (const key of keys) {
    const rows = found.get(key);
    if (rows === undefined) continue;
    if (all !== undefined) for (const row of rows) all.add(row);
    else if (only.length === 0) only = rows;
    else all = new Set([...only, ...rows]);
  }
  // Most rows have all that they find under one key: no set is made for them.
  return all === undefined ? only : [...all];
}
