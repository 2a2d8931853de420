/** Memory for pieces of files that are being read. Fresh memory costs a page fault for each of its 4 KiB: so it is used again. */

/**
 * A piece costs two wake-ups and several calls, however large it is. Processor time of a download, a GB over loopback: 0.99 s at 64 KiB as
 * the platform's stream reads files, 0.44 at 256 KiB in these buffers, 0.27 at 1 MiB, 0.21 at 2 and 4 MiB, 0.26 at 8 MiB, which no cache holds.
 */
const LARGE_BYTES = 2_097_152;
const SMALL_BYTES = 65_536;
/** 64 MiB are given out at once. Whoever comes then reads in small pieces: clients that do not take what they asked for must not fill the memory. */
const MOST_LARGE = 32;
/** Kept while nobody reads. */
const MOST_IDLE = 2;

export class PieceBuffers {
  readonly #idle: Buffer[] = [];
  #given = 0;

  /** A buffer for a reader of so many bytes. It must be given back. */
  take(bytes: number): Buffer {
    if (bytes <= SMALL_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (this.#given >= MOST_LARGE) return Buffer.allocUnsafeSlow(SMALL_BYTES);
    this.#given++;
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
  }

  /** Nobody may read or write it any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.length !== LARGE_BYTES) return;
    this.#given--;
    if (this.#idle.length < MOST_IDLE) this.#idle.push(buffer);
  }
}
