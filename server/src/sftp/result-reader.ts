/** Random access to a file that is stored for streaming. */
import type { OpenResult } from '../jobs/results/result-tree.ts';

/**
 * Clients keep some 64 reads of 32 KiB in flight, and those that use several threads send them slightly out of order. What a later
 * read jumps over is kept up to this size, for all open files of a session; for a client that reads in order nothing is kept.
 */
const MOST_KEPT_BYTES = 1_048_576;
/** A piece counts as no less: it is part of a chunk of 64 KiB, which stays as long as it does. */
const LEAST_KEPT_BYTES = 16_384;

/** What the readers of one session keep together. */
export interface KeptBytes {
  bytes: number;
}

function costOf({ length }: Uint8Array): number {
  return Math.max(length, LEAST_KEPT_BYTES);
}

interface Kept {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Serves reads from one stream for as long as they go forward; another place in the file costs a new stream. */
export class ResultReader {
  readonly #source: OpenResult;
  #stream: AsyncIterator<Uint8Array> | null = null;
  /** Of the first byte of `#rest`. */
  #position = 0;
  #begun = false;
  #rest: Uint8Array = new Uint8Array();
  readonly #kept: Kept[] = [];
  readonly #inAll: KeptBytes;

  constructor(source: OpenResult, inAll: KeptBytes = { bytes: 0 }) {
    this.#source = source;
    this.#inAll = inAll;
  }

  /** Exactly the requested bytes, in pieces; fewer only at the end of the file, and none after it. Must not be called again before it resolves. */
  async read(offset: number, length: number): Promise<readonly Uint8Array[]> {
    const { bytes } = this.#source;
    // Fetching an empty file is a download too.
    if (bytes === 0) await this.#source.readFrom(0);
    const end = Math.min(bytes, offset + length);
    const pieces: Uint8Array[] = [];
    for (let at = offset; at < end; ) {
      const piece = this.#takeKept(at, end) ?? (await this.#takeStreamed(at, end));
      pieces.push(piece);
      at += piece.length;
    }
    return pieces;
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    this.#rest = new Uint8Array();
    for (const { bytes } of this.#kept) this.#inAll.bytes -= costOf(bytes);
    this.#kept.length = 0;
    await stream?.return?.();
  }

  #takeKept(at: number, end: number): Uint8Array | null {
    const index = this.#kept.findIndex(({ start, bytes }) => start <= at && at < start + bytes.length);
    const found = this.#kept[index];
    if (found === undefined) return null;
    const { start, bytes } = found;
    const taken = bytes.subarray(at - start, end - start);
    const before = { start, bytes: bytes.subarray(0, at - start) };
    const behind = { start: at + taken.length, bytes: bytes.subarray(at - start + taken.length) };
    const left = [before, behind].filter((part) => part.bytes.length > 0);
    this.#kept.splice(index, 1, ...left);
    this.#inAll.bytes -= costOf(bytes);
    for (const part of left) this.#inAll.bytes += costOf(part.bytes);
    return taken;
  }

  #keep(start: number, bytes: Uint8Array): void {
    this.#kept.push({ start, bytes });
    this.#inAll.bytes += costOf(bytes);
    while (this.#inAll.bytes > MOST_KEPT_BYTES) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) return;
      this.#inAll.bytes -= costOf(oldest.bytes);
    }
  }

  async #takeStreamed(at: number, end: number): Promise<Uint8Array> {
    if (at < this.#position || at > this.#position + MOST_KEPT_BYTES) await this.close();
    // The very first reads may be out of order too.
    this.#stream ??= await this.#openAt(this.#begun || at > MOST_KEPT_BYTES ? at : 0);
    this.#begun = true;
    while (this.#position + this.#rest.length <= at) {
      if (this.#rest.length > 0) this.#keep(this.#position, this.#rest);
      await this.#advance();
    }
    if (at > this.#position) this.#keep(this.#position, this.#rest.subarray(0, at - this.#position));
    const taken = this.#rest.subarray(at - this.#position, end - this.#position);
    this.#rest = this.#rest.subarray(at - this.#position + taken.length);
    this.#position = at + taken.length;
    return taken;
  }

  async #openAt(offset: number): Promise<AsyncIterator<Uint8Array>> {
    const stream = await this.#source.readFrom(offset);
    this.#position = offset;
    return stream[Symbol.asyncIterator]();
  }

  /** Replaces the current chunk by the stream's next one. A failed stream is not read again. */
  async #advance(): Promise<void> {
    this.#position += this.#rest.length;
    this.#rest = new Uint8Array();
    const stream = this.#stream;
    this.#stream = null;
    const next = await stream?.next();
    if (next === undefined || next.done === true) {
      throw new Error(`the stored file ends after ${this.#position} of ${this.#source.bytes} bytes`);
    }
    this.#stream = stream;
    this.#rest = next.value;
  }
}
