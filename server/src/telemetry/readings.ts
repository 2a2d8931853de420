/** What is looked up when somebody asks for the figures, and how that stays cheap. */

import type { DeliveryBacklog, QueueBacklog, VersionAge } from '../core/ports/database/backlog.ts';
import type { ChildCounts } from '../core/ports/engine.ts';

export interface ConnectionCounts {
  readonly inUse: number;
  readonly idle: number;
  /** For a connection. */
  readonly waiting: number;
}

/** Where figures come from that nobody counts along. */
export interface FigureSources {
  queue(): Promise<QueueBacklog>;
  deliveries(): Promise<DeliveryBacklog>;
  version(): Promise<VersionAge | null>;
  connections(): ConnectionCounts;
  engine(): Readonly<Record<'exports' | 'reads' | 'programs' | 'spare', ChildCounts>>;
  freeBytes(): Promise<number | null>;
}

export interface DatabaseReading {
  readonly queue: QueueBacklog;
  readonly deliveries: DeliveryBacklog;
  readonly version: VersionAge | null;
}

/** However many ask, and however often: the database hears of it once in this time. */
const KEPT_MS = 1000;
/** A database that takes longer is as good as down for those who wait for it, and the figures are wanted then most of all. */
const DATABASE_PATIENCE_MS = 2000;

async function readDatabase(sources: FigureSources): Promise<DatabaseReading> {
  // One after the other: a look takes one connection, not three.
  const queue = await sources.queue();
  const deliveries = await sources.deliveries();
  return { queue, deliveries, version: await sources.version() };
}

/** Resolves with null when the work takes too long; it goes on, and nobody waits for it. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

export interface ReadingsOptions {
  readonly sources: FigureSources;
  readonly warn: (error: unknown) => void;
  /** Milliseconds of a clock that is never put back. */
  readonly now?: () => number;
  readonly patienceMs?: number;
}

/** Reads the database for whoever asks, once a second at most and never twice at a time. Null while it does not answer. */
export class DatabaseReadings {
  readonly #options: Required<ReadingsOptions>;
  #reading: Promise<DatabaseReading | null> | undefined;
  #kept: { readonly value: DatabaseReading | null; readonly at: number } | undefined;

  constructor({ now = () => performance.now(), patienceMs = DATABASE_PATIENCE_MS, ...options }: ReadingsOptions) {
    this.#options = { ...options, now, patienceMs };
  }

  async latest(): Promise<DatabaseReading | null> {
    const { now, patienceMs } = this.#options;
    if (this.#kept !== undefined && now() - this.#kept.at < KEPT_MS) return this.#kept.value;
    // A question that hangs is waited for again and not repeated: a sick database must not be asked more than a healthy one.
    this.#reading ??= this.#read();
    return within(patienceMs, this.#reading);
  }

  async #read(): Promise<DatabaseReading | null> {
    const { sources, warn, now } = this.#options;
    try {
      const value = await readDatabase(sources);
      this.#kept = { value, at: now() };
      return value;
    } catch (error) {
      warn(error);
      this.#kept = { value: null, at: now() };
      return null;
    } finally {
      this.#reading = undefined;
    }
  }
}
