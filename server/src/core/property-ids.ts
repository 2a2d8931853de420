/**
 * Lists of property ids in few bytes. A job may carry a million ids; as JSON they are 10 MB, as zigzag varints of the
 * differences about 2 MB in request order and 1.2 MB sorted.
 */

const CONTINUE_BIT = 0x80;
const PAYLOAD = 0x80;
/** A difference of two safe integers takes at most 54 bits with its sign: eight groups of seven. */
const MAX_BYTES_PER_ID = 8;

export function encodePropertyIds(ids: Iterable<number>, count: number): Uint8Array {
  const bytes = new Uint8Array(count * MAX_BYTES_PER_ID);
  let length = 0;
  let previous = 0;
  for (const id of ids) {
    const difference = id - previous;
    // Zigzag by arithmetic, not by shifts: shifts cut to 32 bits.
    let rest = difference >= 0 ? difference * 2 : -difference * 2 - 1;
    while (rest >= PAYLOAD) {
      bytes[length++] = (rest % PAYLOAD) | CONTINUE_BIT;
      rest = Math.floor(rest / PAYLOAD);
    }
    bytes[length++] = rest;
    previous = id;
  }
  return bytes.slice(0, length);
}

/** Yields the ids in the order in which they were encoded. Throws on bytes that `encodePropertyIds` did not write. */
export function* decodePropertyIds(bytes: Uint8Array): Generator<number, void, undefined> {
  let previous = 0;
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & (PAYLOAD - 1)) * scale;
    if (byte & CONTINUE_BIT) {
      scale *= PAYLOAD;
      continue;
    }
    previous += value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    if (!Number.isSafeInteger(previous)) throw new RangeError('property ids are not readable: a value is out of range');
    yield previous;
    value = 0;
    scale = 1;
  }
  if (scale !== 1) throw new RangeError('property ids are not readable: the last one is cut off');
}

/** A set of ids with its members sorted, for membership tests that allocate nothing. */
export class PropertyIdSet {
  readonly #sorted: Float64Array;

  private constructor(sorted: Float64Array) {
    this.#sorted = sorted;
  }

  static of(ids: Iterable<number>): PropertyIdSet {
    return new PropertyIdSet(Float64Array.from(new Set(ids)).sort());
  }

  static decode(bytes: Uint8Array): PropertyIdSet {
    return PropertyIdSet.of(decodePropertyIds(bytes));
  }

  encode(): Uint8Array {
    return encodePropertyIds(this.#sorted, this.#sorted.length);
  }

  get size(): number {
    return this.#sorted.length;
  }

  [Symbol.iterator](): IterableIterator<number> {
    return this.#sorted.values();
  }

  has(id: number): boolean {
    let low = 0;
    let high = this.#sorted.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#sorted[middle] ?? Number.NaN;
      if (found === id) return true;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }
}
