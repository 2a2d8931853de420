/** What a match job answered, counted as its result passes. */

import { formatCount } from '../../terminal/table.ts';
import { DELIMITERS, QUOTE } from './csv-header.ts';
import type { ResultTally } from './result-place.ts';

const CR = 0x0d;
const LF = 0x0a;
/** `reonomy_id`, `status` and `miss_reason`: none is ever quoted. */
const ANSWER_CELLS = 3;
const DELIMITER_BYTES = DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));

/**
 * Reads rows by their bytes: in a result every cell with a delimiter, a quote or a line end is in quotes, so a quote always
 * opens or closes, and any other line end ends a row. Cells that are not UTF-8 do not disturb it.
 */
export class VerdictTally implements ResultTally {
  rows = 0;
  readonly #statuses = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  #isHeader = true;
  #inQuotes = false;
  /** Bytes of the row at hand, and its delimiters so far. */
  #length = 0;
  #delimiters = 0;
  #cells = ['', '', ''];

  add(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === QUOTE) this.#inQuotes = !this.#inQuotes;
      if (!this.#inQuotes && (byte === CR || byte === LF)) this.#endRow();
      else {
        this.#length++;
        if (this.#delimiters < ANSWER_CELLS) this.#takeAnswer(byte);
      }
    }
  }

  #takeAnswer(byte: number): void {
    if (DELIMITER_BYTES.includes(byte)) this.#delimiters++;
    else this.#cells[this.#delimiters] += String.fromCharCode(byte);
  }

  #endRow(): void {
    // Between CR and LF there is no row.
    if (this.#length === 0) return;
    const [, status = '', reason = ''] = this.#cells;
    if (!this.#isHeader) {
      this.rows++;
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      if (reason !== '') this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
    this.#isHeader = false;
    this.#length = 0;
    this.#delimiters = 0;
    this.#cells = ['', '', ''];
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
