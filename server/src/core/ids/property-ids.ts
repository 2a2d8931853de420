/**
 * Lists of property ids in few bytes. A job may carry a million ids; as JSON they are 10 MB, as varints of the differences
 * about 2 MB in request order and 1.2 MB sorted.
 *
 * The first byte of a difference holds its sign and six bits, further ones seven. (Zigzag coding would double the number, and
 * twice a difference of safe integers is not a safe integer.)
 */

const CONTINUE_BIT = 0x80;
const SIGN_BIT = 0x01;
const FIRST_STEP = 64;
const STEP = 128;
/** 53 bits: six and then seven groups of seven. */
const MAX_BYTES_PER_ID = 8;

/** Bytes are gathered in pieces of this size: a list that is still being read takes no more than it has. */
const PIECE_BYTES = 65_536;
const FIRST_PIECE_BYTES = 256;

/** Packs ids one after the other. */
export class PropertyIdEncoder {
  readonly #full: Uint8Array[] = [];
  #piece: Uint8Array;
  #length = 0;
  #previous = 0;

  /** @param expected how many ids, if that is known. */
  constructor(expected = 0) {
    this.#piece = new Uint8Array(expected * MAX_BYTES_PER_ID);
  }

  add(id: number): void {
    if (this.#length + MAX_BYTES_PER_ID > this.#piece.length) this.#nextPiece();
    const piece = this.#piece;
    const distance = Math.abs(id - this.#previous);
    let rest = Math.floor(distance / FIRST_STEP);
    let byte = (distance % FIRST_STEP) * 2 + (id < this.#previous ? SIGN_BIT : 0);
    while (rest > 0) {
      piece[this.#length++] = byte | CONTINUE_BIT;
      byte = rest % STEP;
      rest = Math.floor(rest / STEP);
    }
    piece[this.#length++] = byte;
    this.#previous = id;
  }

  /** As `decodePropertyIds` reads them. */
  finish(): Uint8Array {
    const last = this.#piece.subarray(0, this.#length);
    const bytes = new Uint8Array(this.#full.reduce((sum, piece) => sum + piece.length, last.length));
    let at = 0;
    for (const piece of [...this.#full, last]) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** The first are small: most lists are. */
  #nextPiece(): void {
    if (this.#length > 0) this.#full.push(this.#piece.subarray(0, this.#length));
    this.#piece = new Uint8Array(Math.min(PIECE_BYTES, Math.max(FIRST_PIECE_BYTES, this.#piece.length * 2)));
    this.#length = 0;
  }
}

export function encodePropertyIds(ids: Iterable<number>, count: number): Uint8Array {
  const encoder = new PropertyIdEncoder(count);
  for (const id of ids) encoder.add(id);
  return encoder.finish();
}

/** In the order of the set. */
export function encodePropertyIdSet(ids: ReadonlySet<number>): Uint8Array {
  return encodePropertyIds(ids, ids.size);
}

/** Yields the ids in the order in which they were encoded. Throws on bytes that `encodePropertyIds` did not write. */
export function* decodePropertyIds(bytes: Uint8Array): Generator<number, void, undefined> {
  let previous = 0;
  let distance = 0;
  let sign = 0;
  let scale = FIRST_STEP;
  for (const byte of bytes) {
    const bits = byte & ~CONTINUE_BIT;
    if (sign === 0) {
      sign = bits & SIGN_BIT ? -1 : 1;
      distance = bits >> 1;
      scale = FIRST_STEP;
    } else {
      distance += bits * scale;
      scale *= STEP;
    }
    if (byte & CONTINUE_BIT) continue;
    previous += sign * distance;
    if (!Number.isSafeInteger(previous)) throw new RangeError('property ids are not readable: a value is out of range');
    yield previous;
    sign = 0;
  }
  if (sign !== 0) throw new RangeError('property ids are not readable: the last one is cut off');
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

const LONGEST_LINE = String(Number.MAX_SAFE_INTEGER).length + 1;
const NEWLINE = 0x0a;
const ZERO = 0x30;

/** The ids in ascending order, each in decimal and followed by a newline. Written from the end, where a number's digits come out first. */
function linesOf(ids: Iterable<number>): Uint8Array<ArrayBuffer> {
  const sorted = Float64Array.from(ids).sort().reverse();
  const text = new Uint8Array(sorted.length * LONGEST_LINE);
  let start = text.length;
  for (const id of sorted) {
    text[--start] = NEWLINE;
    for (let rest = id; rest > 0; rest = Math.floor(rest / 10)) text[--start] = ZERO + (rest % 10);
  }
  return text.subarray(start);
}

/** SHA-256, in hex, of the ids, each given once, as lines in ascending order: the output of `sort -n | sha256sum`. A million take some 0.3 s. */
export async function digestPropertyIds(ids: Iterable<number>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', linesOf(ids)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
