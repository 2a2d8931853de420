/** Standard input line by line, for commands that ask more than once. */
import type { World } from './world.ts';

/** What is not read yet stays for whoever reads next; also for `confirmed`, which takes this in the place of the stream. */
export class InputLines implements AsyncIterable<string> {
  readonly isTTY: boolean;
  readonly #chunks: AsyncIterator<Uint8Array | string>;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #ended = false;

  constructor(stdin: World['stdin']) {
    this.isTTY = stdin.isTTY === true;
    this.#chunks = stdin[Symbol.asyncIterator]();
  }

  /** Without the end of the line; null after the last. */
  async next(): Promise<string | null> {
    while (!this.#ended && !this.#rest.includes('\n')) {
      const { done, value } = await this.#chunks.next();
      if (done === true) this.#ended = true;
      else this.#rest += typeof value === 'string' ? value : this.#decoder.decode(value, { stream: true });
    }
    if (this.#ended && this.#rest === '') return null;
    const end = this.#rest.indexOf('\n');
    const line = end < 0 ? this.#rest : this.#rest.slice(0, end);
    this.#rest = end < 0 ? '' : this.#rest.slice(end + 1);
    return line.replace(/\r$/, '');
  }

  /** Its reader may stop after a line: the lines that follow stay. */
  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: async () => {
        const line = await this.next();
        return line === null ? { done: true, value: undefined } : { done: false, value: `${line}\n` };
      },
    };
  }

  /** A terminal that is still being read would keep the program from ending. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
