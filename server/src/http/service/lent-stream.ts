/** Lent pieces of a file as the answer to a request. */
import { Readable, type Writable } from 'node:stream';
import type { LentPieces } from '../../core/ports/store.ts';

const NOTHING = new Uint8Array();

interface Answer {
  readonly pieces: LentPieces;
  /** Of all pieces. */
  readonly bytes: number;
  /** Where the stream is piped to, by nobody else and through nothing else. */
  readonly response: Writable;
  /** Resolves when the response is finished or destroyed. */
  readonly over: Promise<void>;
}

/** Resolves when the socket has taken all that was written: until then it reads the memory that a piece is in. */
async function taken(response: Writable): Promise<void> {
  if (response.writableLength === 0 || response.destroyed) return;
  await new Promise<void>((resolve) => response.write(NOTHING, () => resolve()));
}

export class LentStream extends Readable {
  readonly #pieces: LentPieces;
  readonly #response: Writable;
  readonly #over: Promise<void>;
  #left: number;

  constructor({ pieces, bytes, response, over }: Answer) {
    // Nothing is read ahead here: the piece would be asked for before the one in front of it is taken.
    super({ highWaterMark: 0 });
    this.#pieces = pieces;
    this.#response = response;
    this.#over = over;
    this.#left = bytes;
  }

  override _read(): void {
    this.#pass().catch((error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))));
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // The socket may still be reading the last piece when all of them have been passed on. The bytes are out by then: nobody is left to be told.
    void this.#over.then(() => this.#pieces.close()).catch(() => undefined);
    callback(error);
  }

  async #pass(): Promise<void> {
    if (this.#left > 0) {
      await taken(this.#response);
      const piece = await this.#pieces.next();
      if (piece === null) throw new Error(`the file ends ${this.#left} bytes too early`);
      this.#left -= piece.length;
      this.push(piece);
    }
    if (this.#left === 0) this.push(null);
  }
}
