/** The rows of one plan, found by all machines of the cluster. */
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FoundColumn } from '../core/plan/found-rows.ts';
import type { ShownValue } from '../core/plan/rows.ts';
import type { ExportPlan } from '../core/ports/engine.ts';
import type { FoundPart, FoundRows, PlaceCount } from '../core/ports/engine-session.ts';
import type { Logger } from '../core/ports/logger.ts';
import { PRIVATE_FILE_MODE } from '../core/ports/store.ts';
import { failureInside, LAST_WORDS_BYTES } from './failures.ts';
import type { Machine } from './machine.ts';
import { printCensus, printPart } from './print/rows.ts';
import type { Warehouse } from './print/sources.ts';
import { PlanSession } from './session.ts';

const COUNTS_AT_A_TIME = 10_000;
/** The last bytes of every Parquet file. */
const CLOSING_MARK = 'PAR1';

type Counts = readonly (readonly [place: number, rows: number])[];

/** All or nothing: the total comes last, behind an empty line. */
async function readCensus(answer: Readable, url: string): Promise<Counts> {
  const counts: (readonly [number, number])[] = [];
  let total: number | null = null;
  let isOver = false;
  let sum = 0;
  let rest = '';
  let end = '';
  answer.setEncoding('utf8');
  for await (const piece of answer) {
    const text = String(piece);
    end = (end + text).slice(-LAST_WORDS_BYTES);
    const lines = (rest + text).split('\n');
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
  if (total !== sum) throw failureInside(end, url);
  return counts;
}

async function requireClosed(path: string, url: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, LAST_WORDS_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    const end = tail.toString('latin1');
    if (!end.endsWith(CLOSING_MARK)) throw failureInside(end, url);
  } finally {
    await file.close();
  }
}

export interface Finding {
  readonly plan: ExportPlan;
  readonly warehouse: Warehouse;
  readonly found: readonly FoundColumn[];
  readonly shown: readonly ShownValue[];
  /** Those that are asked. */
  readonly machines: readonly Machine[];
  /** Begins the ids of all statements of this attempt. */
  readonly prefix: string;
  /** Begins those of all attempts at the job; null for what is no job’s. */
  readonly ofJob: string | null;
  readonly inputs: ExportPlan['inputs'];
  readonly log: Logger;
}

export class ClusterRows implements FoundRows {
  readonly found: readonly FoundColumn[];
  readonly shown: readonly ShownValue[];
  readonly #finding: Finding;
  readonly #sessions: readonly PlanSession[];
  #asked = 0;

  constructor(finding: Finding) {
    const { found, shown, machines, prefix, inputs } = finding;
    this.found = found;
    this.shown = shown;
    this.#finding = finding;
    this.#sessions = machines.map((machine) => new PlanSession({ machine, prefix, inputs }));
  }

  async begin(signal: AbortSignal): Promise<string> {
    const { machines, warehouse, ofJob } = this.#finding;
    const [version = ''] = await Promise.all(machines.map((machine) => machine.see(warehouse.cluster, signal)));
    // A worker that died could end nothing, and what it began may take hours.
    if (ofJob !== null) await Promise.all(machines.map((machine) => machine.end(ofJob)));
    return `clickhouse ${version}`;
  }

  async *counts(_file: number): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    const counts = await this.#next().ask(printCensus(this.#finding.warehouse, this.#finding.plan), null, readCensus);
    for (let start = 0; start < counts.length; start += COUNTS_AT_A_TIME) {
      yield counts.slice(start, start + COUNTS_AT_A_TIME).map(([place, rows]) => ({ place: BigInt(place), rows }));
    }
  }

  async fetch({ range }: FoundPart, path: string, signal: AbortSignal): Promise<void> {
    const { warehouse, plan } = this.#finding;
    const printed = printPart(warehouse, plan, this.found, range);
    await this.#next().ask(printed, signal, async (answer, url) => {
      await pipeline(answer, createWriteStream(path, { mode: PRIVATE_FILE_MODE }));
      await requireClosed(path, url);
    });
  }

  async close(): Promise<void> {
    const { log, prefix } = this.#finding;
    const closed = await Promise.allSettled(this.#sessions.map((session) => session.close()));
    for (const each of closed) {
      if (each.status === 'rejected') log.warn('cluster-queries-left', { prefix, error: each.reason });
    }
  }

  /** Machines take turns: each has one statement of the plan at a time. */
  #next(): PlanSession {
    const session = this.#sessions[this.#asked++ % this.#sessions.length];
    if (session === undefined) throw new RangeError('there is no machine to ask');
    return session;
  }
}
