/** Rows on standard output, no faster than they are read. */
import { once } from 'node:events';
import type { World } from './world.ts';

export class LineOutput {
  readonly #stream: World['stdout'];
  #isClosed = false;

  constructor({ stdout }: Pick<World, 'stdout'>) {
    this.#stream = stdout;
    // `conveyance search | head`: the reader has seen enough.
    const close = (): void => {
      this.#isClosed = true;
    };
    stdout.once('error', close).once('close', close);
  }

  /** False when nobody reads any more: there is no point in continuing. */
  async write(chunk: Uint8Array | string): Promise<boolean> {
    if (this.#isClosed) return false;
    if (!this.#stream.write(chunk)) {
      const stop = new AbortController();
      const { signal } = stop;
      const over = ['drain', 'close', 'error'].map((event) => once(this.#stream, event, { signal }));
      // An error ends the wait like the other events; the remaining waits are then cancelled.
      await Promise.race(over).catch(() => undefined);
      stop.abort();
      await Promise.allSettled(over);
    }
    return !this.#isClosed;
  }
}
