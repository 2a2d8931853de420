/** How long a loop pauses after a database error: long enough not to fill the log, short enough not to be noticed. */
export const PAUSE_AFTER_ERROR_MS = 1000;

/** Lets loops sleep until there may be work. A wake-up that comes while nobody sleeps is not lost. */
export class WakeUp {
  #sleepers = new Set<() => void>();
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  wake(): void {
    this.#generation += 1;
    const sleepers = this.#sleepers;
    this.#sleepers = new Set();
    for (const rouse of sleepers) rouse();
  }

  /** Resolves at the next wake-up, immediately if there was one since `generation`, or after `timeoutMs`. */
  sleep(generation: number, timeoutMs: number): Promise<void> {
    if (generation !== this.#generation) return Promise.resolve();
    return new Promise((resolve) => {
      const rouse = () => {
        clearTimeout(timer);
        this.#sleepers.delete(rouse);
        resolve();
      };
      const timer = setTimeout(rouse, timeoutMs);
      this.#sleepers.add(rouse);
    });
  }
}
