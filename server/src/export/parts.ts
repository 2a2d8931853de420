/** A run of whole places. */
export interface Part {
  /** Inclusive, like `to`. */
  readonly from: bigint;
  readonly to: bigint;
  readonly rows: number;
}

/** A part without places: it yields a file with a header or a schema and no rows. */
const EMPTY: Part = { from: 1n, to: 0n, rows: 0 };

/** Cuts a census, which comes in order of the places, into parts of at most `rowsPerPart` rows or of one place. */
export class PartCutter {
  readonly #parts: Part[] = [];
  readonly #rowsPerPart: number;
  #open: Part | null = null;

  constructor(rowsPerPart: number) {
    this.#rowsPerPart = rowsPerPart;
  }

  add(place: bigint, rows: number): void {
    if (this.#open && place <= this.#open.to) throw new Error(`the census is not in order of places, at ${place}`);
    if (this.#open && this.#open.rows + rows <= this.#rowsPerPart) {
      this.#open = { from: this.#open.from, to: place, rows: this.#open.rows + rows };
      return;
    }
    if (this.#open) this.#parts.push(this.#open);
    this.#open = { from: place, to: place, rows };
  }

  /** All parts; at least one, which may be empty. */
  finish(): readonly Part[] {
    return [...this.#parts, this.#open ?? EMPTY];
  }
}
