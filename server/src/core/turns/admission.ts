/** Shares of what all have in common: how much of it one account may use at once, and who is next. */
import { ConveyanceError } from '../errors.ts';

/** What is shared. A *holder* is an account, a credential or an address: whose share it is. */
export interface SharedResource {
  /** In words, in the plural: “look-ups”. They stand in the refusal. */
  readonly name: string;
  /** In use at once by one holder. */
  readonly perHolder: number;
  /** In use at once by all holders. */
  readonly inAll: number;
  /** How many of a holder may wait for their turn; 0 refuses at once. */
  readonly waitingPerHolder: number;
  /** How many may wait of all holders. */
  readonly waitingInAll: number;
  /** What a refusal says. @default 1 */
  readonly retryAfterSeconds?: number;
}

/** Of a resource that has no limit of the kind. */
export const UNBOUNDED = Number.POSITIVE_INFINITY;
/** Of a resource for which it is better to be refused than to wait. */
export const NONE_WAITS: Pick<SharedResource, 'waitingPerHolder' | 'waitingInAll'> = {
  waitingPerHolder: 0,
  waitingInAll: 0,
};

/** Gives back what was admitted; a second call does nothing. */
export type Release = () => void;

interface Waiting {
  readonly amount: number;
  readonly admit: (release: Release) => void;
}

interface Share {
  used: number;
  readonly waiting: Waiting[];
}

/**
 * Admits to a shared resource. Who does not fit waits; whenever something is given back, holders take turns, so that one with many requests
 * delays another by at most one of its own. Refuses with `rate_limited` who has used up his own share and his places to wait, and with
 * `unavailable` who finds everyone's places taken.
 */
export class Admission {
  readonly #resource: SharedResource;
  /** Of holders with something in use or waiting. Those who wait are served in the order of the map; at each turn the holder goes to its end. */
  readonly #shares = new Map<string, Share>();
  #used = 0;
  #waiting = 0;

  constructor(resource: SharedResource) {
    this.#resource = resource;
  }

  get counts(): { readonly used: number; readonly waiting: number } {
    return { used: this.#used, waiting: this.#waiting };
  }

  /** Whether anything is left for anyone. */
  get hasRoom(): boolean {
    return this.#used < this.#resource.inAll;
  }

  /** Who has all of his share in use. */
  get full(): readonly string[] {
    return [...this.#shares].flatMap(([holder, { used }]) => (used >= this.#resource.perHolder ? holder : []));
  }

  /** What the holder has in use. */
  usedBy(holder: string): number {
    return this.#shares.get(holder)?.used ?? 0;
  }

  /** Without waiting: refuses if it does not fit now. @param amount such as bytes, where not each use is as large as another. */
  enter(holder: string, amount = 1): Release {
    const share = this.#shareOf(holder);
    if (!this.#fits(share, amount)) throw this.#refusal(share, amount);
    return this.#admit(holder, share, amount);
  }

  /** Without waiting: null if it does not fit now, or others of the holder wait. */
  tryEnter(holder: string): Release | null {
    const share = this.#shareOf(holder);
    return share.waiting.length === 0 && this.#fits(share, 1) ? this.#admit(holder, share, 1) : null;
  }

  /** Waits for the holder's turn. When the signal aborts first, it rejects with the signal's reason and takes no turn. */
  async wait(holder: string, signal: AbortSignal | null = null, amount = 1): Promise<Release> {
    signal?.throwIfAborted();
    const share = this.#shareOf(holder);
    if (share.waiting.length === 0 && this.#fits(share, amount)) return this.#admit(holder, share, amount);
    const { waitingPerHolder, waitingInAll } = this.#resource;
    if (share.waiting.length >= waitingPerHolder || this.#waiting >= waitingInAll) {
      throw this.#refusal(share, amount);
    }
    this.#shares.set(holder, share);
    return this.#line(holder, share, signal, amount);
  }

  /** Waits, works, gives back. @param signal null for whoever always waits: many on one signal would look like a leak. */
  async run<Result>(holder: string, signal: AbortSignal | null, work: () => Promise<Result>): Promise<Result> {
    const release = await this.wait(holder, signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  #shareOf(holder: string): Share {
    return this.#shares.get(holder) ?? { used: 0, waiting: [] };
  }

  #fits(share: Share, amount: number): boolean {
    const { perHolder, inAll } = this.#resource;
    return share.used + amount <= perHolder && this.#used + amount <= inAll;
  }

  #admit(holder: string, share: Share, amount: number): Release {
    this.#shares.set(holder, share);
    share.used += amount;
    this.#used += amount;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      share.used -= amount;
      this.#used -= amount;
      // To the end: the others come first now.
      this.#shares.delete(holder);
      if (share.used > 0 || share.waiting.length > 0) this.#shares.set(holder, share);
      this.#serve();
    };
  }

  #line(holder: string, share: Share, signal: AbortSignal | null, amount: number): Promise<Release> {
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting -= 1;
        signal?.removeEventListener('abort', abort);
      };
      const waiting: Waiting = {
        amount,
        admit: (release) => {
          leave();
          resolve(release);
        },
      };
      const abort = () => {
        share.waiting.splice(share.waiting.indexOf(waiting), 1);
        leave();
        if (share.used === 0 && share.waiting.length === 0) this.#shares.delete(holder);
        reject(signal?.reason);
        // It may have been the one for which the others waited.
        this.#serve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      share.waiting.push(waiting);
    });
  }

  #serve(): void {
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const { holder, share, waiting } = next;
      share.waiting.shift();
      this.#shares.delete(holder);
      waiting.admit(this.#admit(holder, share, waiting.amount));
    }
  }

  #next(): { readonly holder: string; readonly share: Share; readonly waiting: Waiting } | null {
    if (this.#waiting === 0) return null;
    for (const [holder, share] of this.#shares) {
      const [waiting] = share.waiting;
      if (waiting !== undefined && this.#fits(share, waiting.amount)) return { holder, share, waiting };
    }
    return null;
  }

  #refusal(share: Share, amount: number): ConveyanceError {
    const { name, perHolder, waitingPerHolder, retryAfterSeconds = 1 } = this.#resource;
    const isOwnShare = share.used + amount > perHolder || share.waiting.length >= Math.max(waitingPerHolder, 1);
    const message = isOwnShare
      ? `Too many ${name} at once: at most ${perHolder}${waitingPerHolder > 0 ? `, and ${waitingPerHolder} that wait` : ''}`
      : `The server has as many ${name} as it can take at the moment`;
    return new ConveyanceError(isOwnShare ? 'rate_limited' : 'unavailable', message, { retryAfterSeconds });
  }
}
