/** Rows to verdicts, in two rounds of look-ups for thousands of rows at a time. */

import type { IndexRow, LocatedRow } from '../index/entries.ts';
import { type AddressRow, RowReader } from '../read/row.ts';
import { decideFirst, decideSecond } from './decide.ts';
import { decidePoint, type PointRow, preparePoint } from './point.ts';
import { type PreparedQuery, prepareRow, type WidenedQuery, widenQuery } from './prepare.ts';
import type { Verdict } from './verdict.ts';

/** The match index of one data version. All calls take the keys of a whole batch, each key once. */
export interface CandidateSource {
  /** Index rows under each key; keys without rows may be left out. The order of rows doesn't matter. */
  rows(keys: readonly bigint[]): Promise<ReadonlyMap<bigint, readonly IndexRow[]>>;
  /** `rows` for keys of cells. */
  located(keys: readonly bigint[]): Promise<ReadonlyMap<bigint, readonly LocatedRow[]>>;
  /** Those of the keys that are among the known streets and towns. */
  known(keys: readonly bigint[]): Promise<ReadonlySet<bigint>>;
}

/**
 * Keys that are looked up together, give or take one row's. Most rows have two or three; one with a range of houses has hundreds, and
 * so has a point with a wide radius: a file of such rows would fill the memory.
 */
const MOST_KEYS = 500_000;

interface Asking {
  readonly keys: readonly bigint[];
}

/** Queries made of the items, as many at a time as are looked up together. */
function* batches<Item, Query extends Asking>(
  items: Iterable<Item>,
  prepare: (item: Item) => Query,
): Generator<readonly Query[], void, undefined> {
  let batch: Query[] = [];
  let keys = 0;
  for (const item of items) {
    const query = prepare(item);
    batch.push(query);
    keys += query.keys.length;
    if (keys < MOST_KEYS) continue;
    yield batch;
    batch = [];
    keys = 0;
  }
  if (batch.length > 0) yield batch;
}

/** One verdict for each row, in their order. A verdict depends on its own row and the index alone. */
export async function matchAddresses(
  rows: readonly AddressRow[],
  source: CandidateSource,
  reader = new RowReader(),
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const queries of batches(rows, (row) => prepareRow(row, reader))) {
    for (const verdict of await decideAddresses(queries, source)) verdicts.push(verdict);
  }
  return verdicts;
}

/** A row that the first round left open. */
interface Undecided {
  /** Its place among the queries. */
  readonly index: number;
  readonly query: PreparedQuery;
}

function widen({ index, query }: Undecided): Undecided & Asking & { readonly widened: WidenedQuery } {
  const widened = widenQuery(query);
  return { index, query, widened, keys: widened.keys };
}

async function decideAddresses(queries: readonly PreparedQuery[], source: CandidateSource): Promise<Verdict[]> {
  const found = await source.rows(distinct(queries));
  const verdicts = queries.map((query) => decideFirst(query, collect(query.keys, found)));
  const undecided = queries
    .map((query, index) => ({ query, index }))
    .filter(({ index }) => verdicts[index] === undefined);
  for (const open of batches(undecided, widen)) {
    const wider = await source.rows(distinct(open));
    const known = await source.known([...new Set(open.flatMap(({ widened }) => widened.known))]);
    for (const { index, query, widened, keys } of open) {
      verdicts[index] = decideSecond(widened, [...collect(query.keys, found), ...collect(keys, wider)], known);
    }
  }
  return verdicts.filter((verdict) => verdict !== undefined);
}

/** One verdict for each point, in their order. */
export async function matchPoints(
  rows: readonly PointRow[],
  radiusMeters: number,
  source: CandidateSource,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const points of batches(rows, (row) => preparePoint(row, radiusMeters))) {
    const found = await source.located(distinct(points));
    for (const point of points) verdicts.push(decidePoint(point, collect(point.keys, found), radiusMeters));
  }
  return verdicts;
}

function distinct(queries: readonly Asking[]): bigint[] {
  const keys = new Set<bigint>();
  for (const query of queries) {
    for (const key of query.keys) keys.add(key);
  }
  return [...keys];
}

function collect<Found>(keys: readonly bigint[], found: ReadonlyMap<bigint, readonly Found[]>): readonly Found[] {
  let only: readonly Found[] = [];
  let all: Set<Found> | undefined;
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
