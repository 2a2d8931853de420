/** How much may be held at once. Who needs more than is free waits, in the order of coming. */

interface Turn {
  readonly tryEnter: () => boolean;
}

export class Room {
  readonly #most: number;
  readonly #turns: Turn[] = [];
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param needed asked when it is this one's turn: others may have brought meanwhile what it needs.
   * @param entered called in the same moment as the room is taken.
   */
  async enter(needed: () => number, entered: () => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const tryEnter = () => {
      const more = needed();
      if (this.#held + more > this.#most) return false;
      this.#held += more;
      entered();
      return true;
    };
    if (this.#turns.length === 0 && tryEnter()) return;
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#turns.splice(this.#turns.indexOf(turn), 1);
        reject(signal?.reason);
        this.#next();
      };
      const turn: Turn = {
        tryEnter: () => {
          if (!tryEnter()) return false;
          signal?.removeEventListener('abort', leave);
          resolve();
          return true;
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#turns.push(turn);
    });
  }

  leave(amount: number): void {
    this.#held -= amount;
    this.#next();
  }

  #next(): void {
    while (this.#turns[0]?.tryEnter() === true) this.#turns.shift();
  }
}
