/** A part in the making: copied into blocks, so that memory is what it is bound to, however the bytes came. */
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { BLOCK_BYTES } from './part-memory.ts';

/** Parts of one size before the next larger one. */
const PARTS_PER_SIZE = 500;
/** 64 MiB. */
export const MOST_BLOCKS = 8;
/** "Maximum number of parts per upload: 10,000" (Amazon S3 multipart upload limits). With these sizes, 515 GiB. */
export const MOST_PARTS = 10_000;

/** How many blocks the part of that number has, from 1: small objects need little memory, and large ones no more than 10,000 parts. */
export function blocksOfPart(number: number): number {
  return Math.min(MOST_BLOCKS, 1 + Math.floor(number / PARTS_PER_SIZE));
}

export class Part {
  readonly number: number;
  readonly blocks: readonly Buffer[];
  readonly #md5: Hash = createHash('md5');
  #digest: Buffer | null = null;
  #bytes = 0;

  constructor(number: number, blocks: readonly Buffer[]) {
    this.number = number;
    this.blocks = blocks;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes === this.blocks.length * BLOCK_BYTES;
  }

  /** Copies as much as there is room for, at most to the end of a block; returns how much. */
  fill(piece: Uint8Array): number {
    const at = this.#bytes % BLOCK_BYTES;
    const taken = piece.subarray(0, BLOCK_BYTES - at);
    this.blocks[Math.floor(this.#bytes / BLOCK_BYTES)]?.set(taken, at);
    this.#md5.update(taken);
    this.#bytes += taken.length;
    return taken.length;
  }

  /** Of all of it. Nothing may be added afterwards. */
  get md5(): Buffer {
    this.#digest ??= this.#md5.digest();
    return this.#digest;
  }

  /** The bytes, as often as they are sent. */
  body(): Buffer | Readable {
    const pieces = this.blocks.map((block, index) =>
      block.subarray(0, Math.min(BLOCK_BYTES, Math.max(0, this.#bytes - index * BLOCK_BYTES))),
    );
    return pieces.length > 1 ? Readable.from(pieces, { objectMode: false }) : (pieces[0] ?? Buffer.alloc(0));
  }
}
