/** What is known about the rows of one stored file without reading it: how many each property has on each day, and how wide they are. */
import type { ResultRow } from '../../core/rows.ts';

/** Mean bytes of a row as text, with the end of its line. */
export interface Widths {
  readonly csv: number;
  readonly jsonl: number;
}

/** The totals of many files, for the properties and days of one request. */
export class Tally {
  /** Of the request, ascending. */
  readonly ids: Float64Array;
  readonly firstDay: number;
  readonly lastDay: number;
  rows = 0;
  /** Rows of known width, and their bytes. */
  measuredRows = 0;
  csvBytes = 0;
  jsonlBytes = 0;
  /** By place: 0 for no rows, 1 for rows, 2 for rows of known width. */
  readonly #found: Uint8Array;

  /** @param days inclusive, from 1970-01-01. */
  constructor(ids: Float64Array, days: { readonly first: number; readonly last: number }) {
    this.ids = ids;
    this.firstDay = days.first;
    this.lastDay = days.last;
    this.#found = new Uint8Array(ids.length);
  }

  /** @param at the place of the property among the request's. */
  add(at: number, rows: number, widths: Widths | undefined): void {
    if (rows === 0) return;
    this.rows += rows;
    this.#found[at] = Math.max(this.#found[at] ?? 0, widths === undefined ? 1 : 2);
    if (widths === undefined) return;
    this.measuredRows += rows;
    this.csvBytes += rows * widths.csv;
    this.jsonlBytes += rows * widths.jsonl;
  }

  /** The ids of those with rows, ascending. */
  found(): Float64Array {
    return this.ids.filter((_, at) => (this.#found[at] ?? 0) > 0);
  }

  /** How many have a known width. */
  measuredProperties(): number {
    return this.#found.reduce((sum, found) => sum + (found === 2 ? 1 : 0), 0);
  }
}

function numbers(row: ResultRow | undefined, name: string): readonly number[] {
  const list = row?.[name] ?? [];
  if (!Array.isArray(list)) throw new TypeError(`the engine answered ${name} with no list`);
  return list.map(Number);
}

/** Twenty bytes per run, and a property has few: most have the same number of rows today as yesterday. */
export class FileCounts {
  readonly #ids: Float64Array;
  readonly #firstDays: Int32Array;
  readonly #days: Int32Array;
  readonly #rows: Uint32Array;
  readonly #widths: ReadonlyMap<number, Widths>;

  /** @param runs as the query of `runsSql` answers. @param widths as that of `widthsByProperty` does. */
  constructor(runs: ResultRow | undefined, widths: readonly ResultRow[]) {
    this.#ids = Float64Array.from(numbers(runs, 'ids'));
    this.#firstDays = Int32Array.from(numbers(runs, 'first_days'));
    this.#days = Int32Array.from(numbers(runs, 'days'));
    this.#rows = Uint32Array.from(numbers(runs, 'rows'));
    this.#widths = new Map(
      widths.map(({ id, csv, jsonl }) => [Number(id), { csv: Number(csv), jsonl: Number(jsonl) }]),
    );
  }

  get runs(): number {
    return this.#ids.length;
  }

  /** Both lists are ascending, so one pass over both finds what they share. */
  count(tally: Tally): void {
    const { ids } = tally;
    let run = 0;
    for (let at = firstAtLeast(ids, this.#ids[0] ?? Number.POSITIVE_INFINITY); at < ids.length; at++) {
      const id = ids[at] ?? 0;
      while (run < this.#ids.length && (this.#ids[run] ?? 0) < id) run++;
      if (run === this.#ids.length) return;
      let rows = 0;
      for (; this.#ids[run] === id; run++) rows += this.#rowsWithin(run, tally);
      tally.add(at, rows, this.#widths.get(id));
    }
  }

  #rowsWithin(run: number, { firstDay, lastDay }: Tally): number {
    const first = this.#firstDays[run] ?? 0;
    const last = first + (this.#days[run] ?? 0) - 1;
    const days = Math.min(last, lastDay) - Math.max(first, firstDay) + 1;
    return Math.max(0, days) * (this.#rows[run] ?? 0);
  }
}

function firstAtLeast(sorted: Float64Array, least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
