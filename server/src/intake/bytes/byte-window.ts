import { createReadStream } from 'node:fs';
import type { FileSource } from '../../core/ports/intake.ts';

/** As the store reads an object. */
const READ_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** The unread part of a stream so far: a parser works in `bytes` from `at` and asks for more at their end. */
export class ByteWindow {
  /** Views that were handed out stay valid: more bytes make a new buffer. */
  bytes: Buffer;
  /** Everything before it is done with, and released by the next `fill`. */
  at = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  /** Of `bytes[0]` within the stream. */
  #base = 0;
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>, before: Buffer = NOTHING) {
    this.#source = source[Symbol.asyncIterator]();
    this.bytes = before;
  }

  /** Bytes of the stream before `at`. */
  get offset(): number {
    return this.#base + this.at;
  }

  /** Waits for at least one more byte after those at hand. False at the end of the stream. */
  async fill(): Promise<boolean> {
    while (!this.#isOver) {
      const { value, done } = await this.#source.next();
      if (done) {
        this.#isOver = true;
        return false;
      }
      if (value.length === 0) continue;
      const rest = this.bytes.subarray(this.at);
      this.#base += this.at;
      this.at = 0;
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
      this.bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      return true;
    }
    return false;
  }

  /** True if there are at least `count` bytes from `at` on. */
  async has(count: number): Promise<boolean> {
    while (this.bytes.length - this.at < count) if (!(await this.fill())) return false;
    return true;
  }

  /** Releases the source, even if it was not read to its end. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#source.return?.();
  }
}

export function openSource(file: FileSource): AsyncIterable<Uint8Array> {
  return typeof file === 'string' ? createReadStream(file, { highWaterMark: READ_BYTES }) : file;
}
