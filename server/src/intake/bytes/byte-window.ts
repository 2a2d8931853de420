import { createReadStream } from 'node:fs';
import type { FileSource } from '../../core/ports/intake.ts';

/** As the store reads an object. */
const READ_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** The unread end of what has come of a stream: a parser works in `bytes` from `at` and asks for more where they end. */
export class ByteWindow {
  /** Parts of it that were handed out stay as they are: more bytes make a new one. */
  bytes: Buffer;
  /** What lies before it is done with, and is let go by the next `fill`. */
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

  /** Waits for at least one more byte behind those at hand. False when the stream is over. */
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

  /** True when at least `count` bytes lie from `at` on. */
  async has(count: number): Promise<boolean> {
    while (this.bytes.length - this.at < count) if (!(await this.fill())) return false;
    return true;
  }

  /** Lets the source go, also where it was not read to its end. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#source.return?.();
  }
}

export function openSource(file: FileSource): AsyncIterable<Uint8Array> {
  return typeof file === 'string' ? createReadStream(file, { highWaterMark: READ_BYTES }) : file;
}
