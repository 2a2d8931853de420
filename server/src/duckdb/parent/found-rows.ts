/** Exports whose rows are found elsewhere: a child makes the cells of each part, which is brought to it as a file. */
import { mkdir, rm } from 'node:fs/promises';
import type { ExportPlan, FileForm, InputTable, Sink, Watch } from '../../core/ports/engine.ts';
import type { FoundRows } from '../../core/ports/engine-session.ts';
import { PRIVATE_DIRECTORY_MODE } from '../../core/ports/store.ts';
import type { Row } from '../../core/rows.ts';
import { type ChildSettings, countsOf, fetchedDirectory, fetchedPath, type WriteOrder } from '../protocol.ts';
import type { ChildPool } from './child-pool.ts';
import type { Provision, Wanted } from './provision.ts';

export function formsOf(sinks: readonly Sink[]): readonly FileForm[] {
  return sinks.map(({ format, compression, csvProfile, metadata }) => ({ format, compression, csvProfile, metadata }));
}

/** Parts under way to a child, as files in its own directory. */
class FetchedParts implements Provision {
  readonly #found: FoundRows;
  readonly #over = new AbortController();
  readonly #paths = new Map<number, string>();
  /** All that is under way, and what is being removed. */
  readonly #pending = new Set<Promise<unknown>>();

  constructor(found: FoundRows) {
    this.#found = found;
  }

  async bring(wanted: Wanted, child: ChildSettings): Promise<void> {
    if (wanted.kind !== 'fetch') throw new TypeError('an order whose rows come from elsewhere has no files to hold');
    await this.#until(this.#fetch(wanted, child));
  }

  letGo(turn: number): void {
    const path = this.#paths.get(turn);
    this.#paths.delete(turn);
    // What stays behind goes with the child’s directory.
    if (path !== undefined) this.#until(rm(path, { force: true })).catch(() => undefined);
  }

  close(): void {
    this.#over.abort(new Error('the order has ended'));
  }

  /** Resolves when nothing is under way any more, and nothing is left. */
  async settled(): Promise<void> {
    this.close();
    await Promise.allSettled(this.#pending);
    for (const turn of [...this.#paths.keys()]) this.letGo(turn);
    await Promise.allSettled(this.#pending);
  }

  async #fetch({ turn, file, range }: Extract<Wanted, { readonly kind: 'fetch' }>, child: ChildSettings) {
    this.#over.signal.throwIfAborted();
    const path = fetchedPath(child, turn);
    this.#paths.set(turn, path);
    await mkdir(fetchedDirectory(child), { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
    // The order may have ended meanwhile, and who begins now would not be told.
    this.#over.signal.throwIfAborted();
    await this.#found.fetch({ file, range }, path, this.#over.signal);
  }

  async #until<Result>(work: Promise<Result>): Promise<Result> {
    this.#pending.add(work);
    try {
      return await work;
    } finally {
      this.#pending.delete(work);
    }
  }
}

/** The census of each file, asked for when the child wants to know it. */
function countTables(found: FoundRows, files: number): Readonly<Record<string, InputTable>> {
  async function* batches(file: number): AsyncGenerator<readonly Row[], void, undefined> {
    for await (const counts of found.counts(file)) yield counts.map(({ place, rows }) => [place, rows]);
  }
  const columns = [
    { name: 'place', type: 'id' },
    { name: 'rows', type: 'id' },
  ] as const;
  return Object.fromEntries(
    Array.from({ length: files }, (_, file) => [countsOf(file), { columns, batches: batches(file) }]),
  );
}

interface FoundExport {
  readonly plan: ExportPlan;
  readonly found: FoundRows;
  readonly sinks: readonly Sink[];
}

export async function writeFound(
  children: ChildPool,
  { plan: { rows, parameters }, found, sinks }: FoundExport,
  watch: Watch,
): Promise<readonly number[]> {
  if (sinks.length === 0) throw new Error('there is no sink to write to');
  const inputs = countTables(found, sinks.length);
  const order: WriteOrder = {
    kind: 'write',
    sources: {
      tables: {},
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { columns }]) => [name, columns])),
    },
    rows,
    parameters,
    files: formsOf(sinks),
    turns: null,
    found: { found: found.found, shown: found.shown },
  };
  const parts = new FetchedParts(found);
  try {
    const { result, end } = await children.use(watch.signal, (child) =>
      child.perform(order, inputs, watch, sinks, parts),
    );
    watch.signal.throwIfAborted();
    await end();
    return result.rows;
  } finally {
    await parts.settled();
  }
}
