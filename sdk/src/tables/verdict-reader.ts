/** What a match job answered, read from its result as the bytes pass. */
import { DELIMITERS, QUOTE } from './csv-header.ts';

/** What stands before a row of the customer's file. */
export interface MatchVerdict {
  /** Empty where no property was found. */
  readonly propertyId: string;
  /** `OK`, `PARTIAL` or `MISS`. */
  readonly status: string;
  /** Empty for `OK`. */
  readonly missReason: string;
}

const CR = 0x0d;
const LF = 0x0a;
/** `reonomy_id`, `status` and `miss_reason`: none is ever quoted. */
const ANSWER_CELLS = 3;
const DELIMITER_BYTES = DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));

/**
 * Reads rows by their bytes: in a result every cell with a delimiter, a quote or a line end is in quotes, so a quote always
 * opens or closes, and any other line end ends a row. Cells that are not UTF-8 do not disturb it.
 */
export class VerdictReader {
  readonly #onVerdict: (verdict: MatchVerdict) => void;
  #isHeader = true;
  #inQuotes = false;
  /** Bytes of the row at hand, and its delimiters so far. */
  #length = 0;
  #delimiters = 0;
  #cells = ['', '', ''];

  constructor(onVerdict: (verdict: MatchVerdict) => void) {
    this.#onVerdict = onVerdict;
  }

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
    const [propertyId = '', status = '', missReason = ''] = this.#cells;
    if (!this.#isHeader) this.#onVerdict({ propertyId, status, missReason });
    this.#isHeader = false;
    this.#length = 0;
    this.#delimiters = 0;
    this.#cells = ['', '', ''];
  }
}
