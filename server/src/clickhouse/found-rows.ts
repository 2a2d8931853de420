/** The rows of one plan, found by all machines of the cluster. */
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FoundColumn } from '../core/plan/found-rows.ts';
import type { ShownValue } from '../core/plan/rows.ts';
import type { ExportPlan } from '../core/ports/engine.ts';
import { EngineError } from '../core/ports/engine-error.ts';
import type { FoundPart, FoundRows, PlaceCount } from '../core/ports/engine-session.ts';
import { PRIVATE_FILE_MODE } from '../core/ports/store.ts';
import { printCensus, printPart } from './print/rows.ts';
import type { Warehouse } from './print/sources.ts';
import type { PlanSession } from './session.ts';

const COUNTS_AT_A_TIME = 10_000;
/** The last bytes of every Parquet file. */
const CLOSING_MARK = 'PAR1';

/** All or nothing: the total comes last, behind an empty line. */
async function readCensus(answer: Readable): Promise<readonly (readonly [place: number, rows: number])[]> {
  const counts: (readonly [number, number])[] = [];
  let total: number | null = null;
  let isOver = false;
  let sum = 0;
  let rest = '';
  answer.setEncoding('utf8');
  for await (const text of answer) {
    const lines = (rest + String(text)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [place, rows] = line.split('\t').map(Number);
      if (line === '') isOver = true;
      else if (isOver) total = rows ?? null;
      else if (place !== undefined && rows !== undefined) {
        counts.push([place, rows]);
        sum += rows;
      }
    }
  }
  if (total !== sum) throw new EngineError('died', `the census ended after ${sum} rows, its total is ${total}`);
  return counts;
}

async function requireClosed(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, CLOSING_MARK.length));
    await file.read(tail, 0, tail.length, size - tail.length);
    if (tail.toString('latin1') !== CLOSING_MARK)
      throw new EngineError('died', `the answer broke off at ${size} bytes`);
  } finally {
    await file.close();
  }
}

interface Finding {
  readonly plan: ExportPlan;
  readonly warehouse: Warehouse;
  readonly found: readonly FoundColumn[];
  readonly shown: readonly ShownValue[];
  /** One for each machine that is asked. */
  readonly sessions: readonly PlanSession[];
}

export class ClusterRows implements FoundRows {
  readonly found: readonly FoundColumn[];
  readonly shown: readonly ShownValue[];
  readonly #plan: ExportPlan;
  readonly #warehouse: Warehouse;
  readonly #sessions: readonly PlanSession[];
  #asked = 0;

  constructor({ plan, warehouse, found, shown, sessions }: Finding) {
    this.found = found;
    this.shown = shown;
    this.#plan = plan;
    this.#warehouse = warehouse;
    this.#sessions = sessions;
  }

  async *counts(_file: number): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    const counts = await this.#next().ask(printCensus(this.#warehouse, this.#plan), null, readCensus);
    for (let start = 0; start < counts.length; start += COUNTS_AT_A_TIME) {
      yield counts.slice(start, start + COUNTS_AT_A_TIME).map(([place, rows]) => ({ place: BigInt(place), rows }));
    }
  }

  async fetch({ range }: FoundPart, path: string, signal: AbortSignal): Promise<void> {
    const printed = printPart(this.#warehouse, this.#plan, this.found, range);
    await this.#next().ask(printed, signal, (answer) =>
      pipeline(answer, createWriteStream(path, { mode: PRIVATE_FILE_MODE })),
    );
    await requireClosed(path);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#sessions.map((session) => session.close()));
  }

  /** Machines take turns: each has one statement of the plan at a time. */
  #next(): PlanSession {
    const session = this.#sessions[this.#asked++ % this.#sessions.length];
    if (session === undefined) throw new RangeError('there is no machine to ask');
    return session;
  }
}
