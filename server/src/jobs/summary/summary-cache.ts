/** Summaries that were made lately, in memory: a result never changes, and a page asks for its summary more than once. */
import type { Clock } from '../../core/ports/clock.ts';
import { MIB } from '../../core/size.ts';
import { MS_PER_HOUR } from '../../core/time.ts';
import type { ResultSummary } from '../../reports/charts/summary.ts';

/** In all. A wide report has 40 KiB. */
const MOST_BYTES = 16 * MIB;
const LONGEST_KEPT_MS = MS_PER_HOUR;

interface Kept {
  readonly summary: ResultSummary;
  readonly bytes: number;
  /** Not after the result itself. */
  readonly until: number;
}

export class SummaryCache {
  readonly #clock: Clock;
  /** From the least to the most recently asked for. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): ResultSummary | null {
    this.#sweep();
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.summary;
  }

  keep(key: string, summary: ResultSummary, expiresAt: Date | null): void {
    this.#drop(key);
    const bytes = JSON.stringify(summary).length;
    const until = Math.min(this.#clock().getTime() + LONGEST_KEPT_MS, expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
    this.#kept.set(key, { summary, bytes, until });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#drop(oldest);
    }
  }

  /** What is past its time. */
  #sweep(): void {
    const now = this.#clock().getTime();
    for (const [key, { until }] of this.#kept) if (until <= now) this.#drop(key);
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
