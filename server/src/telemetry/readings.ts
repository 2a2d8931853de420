/** What is looked up when the figures are requested, and how that stays cheap. */

import type { DeliveryBacklog, QueueBacklog, VersionAge } from '../core/ports/database/backlog.ts';
import type { FeedCounts } from '../core/ports/database/incoming/feeds.ts';
import type { ChildCounts } from '../core/ports/engine.ts';

export interface ConnectionCounts {
  readonly inUse: number;
  readonly idle: number;
  /** For a connection. */
  readonly waiting: number;
}

/** Sources of figures that are not counted as they happen. */
export interface FigureSources {
  queue(): Promise<QueueBacklog>;
  deliveries(): Promise<DeliveryBacklog>;
  version(): Promise<VersionAge | null>;
  feeds(): Promise<FeedCounts>;
  connections(): ConnectionCounts;
  engine(): Readonly<Record<'exports' | 'reads' | 'programs' | 'spare', ChildCounts>>;
  freeBytes(): Promise<number | null>;
  /** Absent where there is none. */
  readonly clusterIsThere?: (() => Promise<boolean>) | undefined;
}

export interface DatabaseReading {
  readonly queue: QueueBacklog;
  readonly deliveries: DeliveryBacklog;
  readonly version: VersionAge | null;
  readonly feeds: FeedCounts;
}

/** However many requests arrive, the database is queried once in this time. */
const KEPT_MS = 1000;
/** A database that takes longer is as good as down for those who wait for it, and that is when the figures are needed most. */
const DATABASE_PATIENCE_MS = 2000;

async function readDatabase(sources: FigureSources): Promise<DatabaseReading> {
  // One after the other: this takes one connection, not four.
  const queue = await sources.queue();
  const deliveries = await sources.deliveries();
  const version = await sources.version();
  return { queue, deliveries, version, feeds: await sources.feeds() };
}

/** Resolves with null if the work takes too long; it continues, but nobody waits for it. */
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
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  readonly patienceMs?: number;
}

/** Reads the database on request, at most once a second and never twice at a time. Null while it does not answer. */
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
    // A query that hangs is awaited again, not repeated: a sick database must not get more queries than a healthy one.
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
