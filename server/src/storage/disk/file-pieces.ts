/** A file read into two buffers by turns: the next piece is read while the one before it is sent. */
import type { FileHandle } from 'node:fs/promises';
import type { LentPieces } from '../../core/ports/store.ts';
import type { PieceBuffers } from './piece-buffers.ts';

interface Span {
  /** Where the first byte is. */
  readonly start: number;
  readonly bytes: number;
}

export class FilePieces implements LentPieces {
  readonly #file: FileHandle;
  readonly #buffers: PieceBuffers;
  readonly #taken: Buffer[] = [];
  #position: number;
  #left: number;
  #turn = 0;
  /** What is being read; null when nothing is left. */
  #ahead: Promise<Uint8Array> | null = null;
  #closing: Promise<void> | null = null;

  constructor(file: FileHandle, { start, bytes }: Span, buffers: PieceBuffers) {
    this.#file = file;
    this.#buffers = buffers;
    this.#position = start;
    this.#left = Math.max(0, bytes);
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#closing !== null) return null;
    const coming = this.#ahead ?? this.#begin();
    const piece = await coming;
    if (piece.length === 0) {
      await this.close();
      return null;
    }
    this.#ahead = this.#begin();
    return piece;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** Begins to read into the buffer that is not lent. Its fault is told by the call that asks for the piece. */
  #begin(): Promise<Uint8Array> {
    const reading = this.#read();
    reading.catch(() => undefined);
    return reading;
  }

  async #read(): Promise<Uint8Array> {
    if (this.#left === 0 || this.#closing !== null) return new Uint8Array();
    const turn = this.#turn++ % 2;
    const buffer = this.#taken[turn] ?? this.#buffers.take(this.#left);
    this.#taken[turn] = buffer;
    const { bytesRead } = await this.#file.read(buffer, 0, Math.min(buffer.length, this.#left), this.#position);
    if (bytesRead === 0) throw new Error(`a file ends ${this.#left} bytes too early`);
    this.#position += bytesRead;
    this.#left -= bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  /** A read that is under way still writes into its buffer: neither is let go before. */
  async #end(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
    for (const buffer of this.#taken) this.#buffers.giveBack(buffer);
    this.#taken.length = 0;
    await this.#file.close();
  }
}
