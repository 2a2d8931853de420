/** Memory of parts that are on their way: one bound for all writers of the process. */
import { MIB } from '../../core/size.ts';

/** The smallest part. Blocks are used again: what is freed is given back by the collector when it likes, and the bound would be none. */
export const BLOCK_BYTES = 8 * MIB;

interface Turn {
  readonly blocks: number;
  readonly grant: () => void;
}

/** Gives blocks in the order of the requests: a large part is not overtaken for ever by small ones. */
export class PartMemory {
  readonly #most: number;
  readonly #spare: Buffer[] = [];
  readonly #turns: Turn[] = [];
  #taken = 0;

  /** @param bytes at least a part of the largest size. */
  constructor(bytes: number) {
    this.#most = Math.floor(bytes / BLOCK_BYTES);
  }

  /** Blocks that are in use. */
  get taken(): number {
    return this.#taken;
  }

  /** Waits until so many are free. Rejects with the signal's reason. */
  async take(blocks: number, signal: AbortSignal): Promise<Buffer[]> {
    signal.throwIfAborted();
    if (this.#turns.length > 0 || this.#taken + blocks > this.#most) await this.#wait(blocks, signal);
    else this.#taken += blocks;
    return Array.from({ length: blocks }, () => this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES));
  }

  /** The blocks may be somebody else's from now on. */
  give(blocks: readonly Buffer[]): void {
    this.#spare.push(...blocks);
    this.#taken -= blocks.length;
    this.#next();
  }

  #wait(blocks: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        blocks,
        grant: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = () => {
        this.#turns.splice(this.#turns.indexOf(turn), 1);
        reject(signal.reason);
        this.#next();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#turns.push(turn);
    });
  }

  #next(): void {
    for (let turn = this.#turns[0]; turn !== undefined; turn = this.#turns[0]) {
      if (this.#taken + turn.blocks > this.#most) return;
      this.#turns.shift();
      this.#taken += turn.blocks;
      turn.grant();
    }
  }
}
