import type { PartSizes } from '../core/ports/engine-session.ts';

/** A run of whole places. */
export interface Part {
  /** Inclusive, like `to`. */
  readonly from: bigint;
  readonly to: bigint;
  readonly rows: number;
}

/** A part without places: it yields a file with a header or a schema and no rows. */
const EMPTY: Part = { from: 1n, to: 0n, rows: 0 };

/** Cuts a census, which comes in order of the places, into parts of at most so many rows or of one place. */
export class PartCutter {
  readonly #parts: Part[] = [];
  readonly #sizes: PartSizes;
  readonly #fits: (from: bigint, to: bigint) => boolean;
  #open: Part | null = null;

  /** @param fits whether what the rows at these places are read from can be at hand at once. */
  constructor(sizes: PartSizes, fits: (from: bigint, to: bigint) => boolean = () => true) {
    this.#sizes = sizes;
    this.#fits = fits;
  }

  add(place: bigint, rows: number): void {
    if (this.#open && place <= this.#open.to) throw new Error(`the census is not in order of places, at ${place}`);
    const most = this.#parts.length === 0 ? this.#sizes.first : this.#sizes.others;
    if (this.#open && this.#open.rows + rows <= most && this.#fits(this.#open.from, place)) {
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
