/**
 * Rows of many parts are read and joined at once, into a table, from which each part is sorted and written. A part by itself reads row groups
 * of every file as a whole, of which it takes few rows; and of a part that several threads write, all of the text is in memory before its
 * first byte goes out. So what is read together has to be large, and what is written together small.
 */
import type { Rows } from '../../core/plan/rows.ts';
import type { Parameters } from '../../core/ports/engine.ts';
import type { CountedRange } from '../../core/ports/engine-session.ts';
import { DROP_STAGED, FROM_PLACE, printStaging, TO_PLACE } from '../print/rows.ts';
import { describeFailure } from './failures.ts';
import type { Session } from './session.ts';

/** Supposed of the first stage; what it took tells how large the next one may be. */
const BYTES_PER_VALUE = 32;
const TABLE_BYTES = `SELECT coalesce(sum(memory_usage_bytes + temporary_storage_bytes), 0)::DOUBLE
FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'`;

/** Parts whose rows are in the table. */
interface Stage {
  /** The number of the last one. */
  readonly last: number;
  /** False where there is no room for them: they are read where they lie. */
  readonly isThere: boolean;
  readonly over: Promise<void>;
  /** One of them is written. */
  readonly onWritten: () => void;
}

function stage(parts: { readonly first: number; readonly last: number }, isThere: boolean): Stage {
  let toWrite = parts.last - parts.first + 1;
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const onWritten = () => {
    toWrite -= 1;
    if (toWrite === 0) end();
  };
  return { last: parts.last, isThere, over, onWritten };
}

async function tableBytes(session: Session): Promise<number> {
  for await (const { chunk } of session.chunks(TABLE_BYTES)) return Number(chunk.getRows()[0]?.[0] ?? 0);
  return 0;
}

export interface StagingOptions {
  readonly rows: Rows;
  readonly parameters: Parameters;
  /** Those of the parts, which are asked for in this order. */
  readonly ranges: readonly CountedRange[];
  /** Of the table. */
  readonly mostBytes: number;
}

export class Staging {
  readonly #options: StagingOptions;
  #bytesPerRow: number;
  #hasRoom = true;
  #current: Promise<Stage> | null = null;

  constructor(options: StagingOptions) {
    this.#options = options;
    const { columns, order } = options.rows;
    this.#bytesPerRow = BYTES_PER_VALUE * (columns.length + order.length + 1);
  }

  /** Does the work when the part's rows are in the table, or have no room there. @param session which does nothing else meanwhile */
  async read<Result>(part: number, session: Session, work: (isStaged: boolean) => Promise<Result>): Promise<Result> {
    // Whoever asks next waits for the same.
    this.#current = this.#after(this.#current, part, session);
    const { isThere, onWritten } = await this.#current;
    try {
      return await work(isThere);
    } finally {
      onWritten();
    }
  }

  async #after(before: Promise<Stage> | null, part: number, session: Session): Promise<Stage> {
    const current = await before;
    if (current !== null && part <= current.last) return current;
    await current?.over;
    await session.execute(DROP_STAGED);
    const last = this.#lastOf(part);
    // One part alone gains nothing.
    if (last === part || !(await this.#hasFilled(part, last, session)))
      return stage({ first: part, last: part }, false);
    return stage({ first: part, last }, true);
  }

  /** Of as many parts as there is room for. */
  #lastOf(first: number): number {
    const { ranges, mostBytes } = this.#options;
    let last = first;
    let rows = ranges[first]?.rows ?? 0;
    while (this.#hasRoom) {
      const next = ranges[last + 1]?.rows;
      if (next == null || (rows + next) * this.#bytesPerRow > mostBytes) break;
      rows += next;
      last += 1;
    }
    return last;
  }

  async #hasFilled(first: number, last: number, session: Session): Promise<boolean> {
    const { rows, parameters, ranges } = this.#options;
    const places = { [FROM_PLACE]: ranges[first]?.from ?? 1, [TO_PLACE]: ranges[last]?.to ?? 0 };
    const count = ranges.slice(first, last + 1).reduce((sum, range) => sum + (range.rows ?? 0), 0);
    try {
      const before = await tableBytes(session);
      await session.execute(printStaging(rows), { ...parameters, ...places });
      this.#bytesPerRow = Math.max(1, ((await tableBytes(session)) - before) / Math.max(1, count));
      return true;
    } catch (error) {
      // Rows that are much wider than supposed. What is left of the order sorts them from where they lie, and spills.
      if (describeFailure(error).kind === 'statement') throw error;
      this.#hasRoom = false;
      return false;
    }
  }
}
