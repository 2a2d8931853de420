/** What a match job answered, counted as its result passes. */
import { VerdictReader } from '@conveyance/sdk';
import { formatCount } from '../../terminal/table.ts';
import type { ResultTally } from './result-place.ts';

export class VerdictTally implements ResultTally {
  rows = 0;
  readonly #statuses = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #reader = new VerdictReader(({ status, missReason }) => {
    this.rows++;
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (missReason !== '') this.#reasons.set(missReason, (this.#reasons.get(missReason) ?? 0) + 1);
  });

  add(chunk: Uint8Array): void {
    this.#reader.add(chunk);
  }

  get counts() {
    const [ok = 0, partial = 0, miss = 0] = ['OK', 'PARTIAL', 'MISS'].map((status) => this.#statuses.get(status));
    return { ok, partial, miss, miss_reasons: Object.fromEntries(this.#reasons) };
  }

  /** `1,234 OK, 56 PARTIAL, 78 MISS (50 MISSING, 28 SFR)` */
  get summary(): string {
    const { ok, partial, miss } = this.counts;
    const reasons = [...this.#reasons]
      .sort(([, left], [, right]) => right - left)
      .map(([reason, count]) => `${formatCount(count)} ${reason}`);
    const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
    return `${formatCount(ok)} OK, ${formatCount(partial)} PARTIAL, ${formatCount(miss)} MISS${why}`;
  }
}
