import type { ChildCounts } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import type { EngineChild } from './engine-child.ts';

export interface PoolOptions {
  /** How many children there are at most, each with one order at a time. */
  readonly size: number;
  /** How long a child without work is kept; null keeps it, and starts all of them immediately so that the first order finds one. */
  readonly lingerMs: number | null;
  readonly start: () => EngineChild;
  /** Takes a child without work off a pool that closes, or leaves it to be killed. */
  readonly keep?: (child: EngineChild) => boolean;
}

interface Waiting {
  readonly take: (child: EngineChild) => void;
  readonly refuse: (error: unknown) => void;
}

/** Children for orders, first come first served. A child whose order did not succeed is not used again. */
export class ChildPool {
  readonly #options: PoolOptions;
  readonly #children = new Set<EngineChild>();
  readonly #gone = new Map<EngineChild, Promise<void>>();
  readonly #idle: EngineChild[] = [];
  readonly #waiting: Waiting[] = [];
  #lingering: NodeJS.Timeout | undefined;
  #closed = false;
  #replaced = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#fill();
  }

  get counts(): ChildCounts {
    const idle = this.#idle.length;
    return { busy: this.#children.size - idle, idle, waiting: this.#waiting.length, replaced: this.#replaced };
  }

  async use<Result>(signal: AbortSignal, work: (child: EngineChild) => Promise<Result>): Promise<Result> {
    const child = await this.#take(signal);
    let succeeded = false;
    try {
      const result = await work(child);
      succeeded = true;
      return result;
    } finally {
      if (succeeded && child.alive) this.#giveBack(child);
      else this.#replace(child);
    }
  }

  /** Ends all children; their orders fail. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#lingering);
    for (const { refuse } of this.#waiting.splice(0)) refuse(new EngineError('died', 'the engine was closed'));
    for (const child of this.#idle.splice(0)) {
      if (!child.alive || !this.#options.keep?.(child)) continue;
      this.#children.delete(child);
      this.#gone.delete(child);
    }
    for (const child of this.#children) child.kill();
    await Promise.all(this.#gone.values());
  }

  async #take(signal: AbortSignal): Promise<EngineChild> {
    signal.throwIfAborted();
    if (this.#closed) throw new EngineError('died', 'the engine was closed');
    clearTimeout(this.#lingering);
    const idle = this.#idle.shift();
    if (idle) return idle;
    if (this.#children.size < this.#options.size) return this.#start();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take: (child) => {
          signal.removeEventListener('abort', abort);
          resolve(child);
        },
        refuse: (error) => {
          signal.removeEventListener('abort', abort);
          reject(error);
        },
      };
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #start(): EngineChild {
    const child = this.#options.start();
    this.#children.add(child);
    const gone = child.exited.then(() => {
      this.#gone.delete(child);
      this.#lose(child);
      // A child that was never ready would die again: the next order tries, and says so.
      if (child.ready) this.#fill();
    });
    this.#gone.set(child, gone);
    return child;
  }

  /** It died, or was ended because its order did not succeed; of the two events, the first counts. */
  #lose(child: EngineChild): void {
    if (this.#children.has(child) && !this.#closed) this.#replaced += 1;
    this.#forget(child);
  }

  #forget(child: EngineChild): void {
    this.#children.delete(child);
    const index = this.#idle.indexOf(child);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  #replace(child: EngineChild): void {
    child.kill();
    this.#lose(child);
    if (this.#closed) return;
    const waiting = this.#waiting.shift();
    if (waiting) waiting.take(this.#start());
    else this.#fill();
  }

  #giveBack(child: EngineChild): void {
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting.take(child);
      return;
    }
    this.#idle.push(child);
    const { lingerMs } = this.#options;
    if (lingerMs === null) return;
    this.#lingering = setTimeout(() => {
      for (const idle of [...this.#idle]) {
        idle.kill();
        this.#forget(idle);
      }
    }, lingerMs);
    this.#lingering.unref();
  }

  #fill(): void {
    if (this.#closed || this.#options.lingerMs !== null) return;
    while (this.#children.size < this.#options.size) this.#idle.push(this.#start());
  }
}
