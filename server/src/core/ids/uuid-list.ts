/**
 * Lists of UUIDs in few bytes. A job may carry a million property ids: as texts in an array they are some 100 MB, here 16.
 */

export const UUID_BYTES = 16;
/** As many as one result file takes: a batch is then a file's worth. */
export const UUIDS_PER_BATCH = 25_000;

/** Characters of a UUID as it is written. */
export const UUID_TEXT_LENGTH = 36;
const HYPHENS: readonly number[] = [8, 13, 18, 23];
const HYPHEN = 0x2d;
const NOT_HEX = 0xff;

/** Places of the two digits of each byte within a UUID's text. */
const DIGITS = Uint8Array.from(
  Array.from({ length: UUID_TEXT_LENGTH }, (_, place) => place).filter((place) => !HYPHENS.includes(place)),
);
const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const NIBBLES = new Uint8Array(256).fill(NOT_HEX);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  NIBBLES[digit.charCodeAt(0)] = value;
  NIBBLES[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Packs the UUID whose text begins at `from` into 16 bytes at `to`. False, with `target` overwritten there, if it is not one. Upper and
 * lower case are the same; hyphens are where RFC 9562 has them.
 */
export function packUuid(text: Uint8Array, from: number, target: Uint8Array, to: number): boolean {
  if (text[from + 8] !== HYPHEN || text[from + 13] !== HYPHEN) return false;
  if (text[from + 18] !== HYPHEN || text[from + 23] !== HYPHEN) return false;
  let seen = 0;
  for (let byte = 0; byte < UUID_BYTES; byte++) {
    const high = NIBBLES[text[from + (DIGITS[2 * byte] ?? 0)] ?? 0] ?? NOT_HEX;
    const low = NIBBLES[text[from + (DIGITS[2 * byte + 1] ?? 0)] ?? 0] ?? NOT_HEX;
    seen |= high | low;
    target[to + byte] = (high << 4) | low;
  }
  return seen < 16;
}

/** Hexadecimal in lower case, with hyphens. */
function textAt(bytes: Uint8Array, from: number): string {
  let text = '';
  for (let index = 0; index < UUID_BYTES; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += HEX_BYTES[bytes[from + index] ?? 0];
  }
  return text;
}

/** UUIDs in their original order, repetitions kept. */
export class UuidList implements Iterable<string> {
  /** Each holds `UUIDS_PER_BATCH` UUIDs of 16 bytes, the last one the remainder. */
  readonly batches: readonly Uint8Array[];
  readonly size: number;

  constructor(batches: readonly Uint8Array[]) {
    this.batches = batches;
    this.size = batches.reduce((sum, { length }) => sum + length / UUID_BYTES, 0);
  }

  /** Null if one of the texts is not a UUID. */
  static of(texts: Iterable<string>): UuidList | null {
    const builder = new UuidListBuilder();
    const encoder = new TextEncoder();
    for (const text of texts)
      if (text.length !== UUID_TEXT_LENGTH || !builder.add(encoder.encode(text), 0)) return null;
    return builder.finish();
  }

  /** The first and the last eight bytes of each, as signed big-endian integers. */
  *halves(): Generator<readonly [bigint, bigint], void, undefined> {
    for (const batch of this.batches) {
      const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
      for (let at = 0; at < batch.length; at += UUID_BYTES) yield [view.getBigInt64(at), view.getBigInt64(at + 8)];
    }
  }

  *[Symbol.iterator](): IterableIterator<string> {
    for (const batch of this.batches) {
      for (let at = 0; at < batch.length; at += UUID_BYTES) yield textAt(batch, at);
    }
  }
}

/** Collects packed UUIDs. Memory grows with their number, a batch at a time. */
export class UuidListBuilder {
  readonly #full: Uint8Array[] = [];
  #batch = new Uint8Array(UUIDS_PER_BATCH * UUID_BYTES);
  #length = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the UUID whose text begins at `from`; false, with nothing added, if it is not one. */
  add(text: Uint8Array, from: number): boolean {
    if (this.#length === this.#batch.length) {
      this.#full.push(this.#batch);
      this.#batch = new Uint8Array(UUIDS_PER_BATCH * UUID_BYTES);
      this.#length = 0;
    }
    if (!packUuid(text, from, this.#batch, this.#length)) return false;
    this.#length += UUID_BYTES;
    this.#size++;
    return true;
  }

  finish(): UuidList {
    const last = this.#length === 0 ? [] : [this.#batch.slice(0, this.#length)];
    return new UuidList([...this.#full, ...last]);
  }
}
