/** A run of whole properties, in order of their ids. */
export interface Part {
  /** Inclusive, like `to`. */
  readonly from: bigint;
  readonly to: bigint;
  readonly rows: number;
}

/** A part that no property is in: it yields a file with a header or schema and no rows. */
const EMPTY: Part = { from: 1n, to: 0n, rows: 0 };

/** Cuts the census, (property id, rows) in order of the ids, into parts of at most `rowsPerPart` rows or of one property. */
export class PartCutter {
  readonly #parts: Part[] = [];
  readonly #rowsPerPart: number;
  #open: Part | null = null;

  constructor(rowsPerPart: number) {
    this.#rowsPerPart = rowsPerPart;
  }

  add(id: bigint, rows: number): void {
    if (this.#open && id <= this.#open.to) throw new Error(`the census is not in order of property ids, at ${id}`);
    if (this.#open && this.#open.rows + rows <= this.#rowsPerPart) {
      this.#open = { from: this.#open.from, to: id, rows: this.#open.rows + rows };
      return;
    }
    if (this.#open) this.#parts.push(this.#open);
    this.#open = { from: id, to: id, rows };
  }

  /** All parts; at least one, which may be empty. */
  finish(): readonly Part[] {
    return [...this.#parts, this.#open ?? EMPTY];
  }
}
