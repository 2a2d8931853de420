/** A few tries at a time for each receiver: one that hangs delays only its own account's messages. */
import type { ReceiverCaps } from '../core/webhooks/delivery.ts';

export interface Slots<Name> {
  /** Resolves with a function that gives the slot back, first come first served. Rejects with the signal's reason. */
  acquire(name: Name, signal: AbortSignal): Promise<() => void>;
}

export interface AccountAtHost {
  readonly accountId: string;
  readonly host: string;
}

interface Holders {
  taken: number;
  /** In order of arrival; a set, so that one that gives up is removed without a search. */
  readonly waiting: Set<() => void>;
}

export function createSlots(perName: number): Slots<string> {
  const named = new Map<string, Holders>();

  function release(name: string, holders: Holders): void {
    const [next] = holders.waiting;
    if (next !== undefined) {
      // The slot is passed on directly: nobody else can take it in between.
      holders.waiting.delete(next);
      next();
    } else if (--holders.taken === 0) named.delete(name);
  }

  function wait({ waiting }: Holders, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(enter);
        reject(signal.reason);
      };
      waiting.add(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async acquire(name, signal) {
      signal.throwIfAborted();
      const holders = named.get(name) ?? { taken: 0, waiting: new Set() };
      named.set(name, holders);
      if (holders.taken < perName) holders.taken++;
      else await wait(holders, signal);
      return () => release(name, holders);
    },
  };
}

/** An account waits for its own tries at the host first: only as many of its messages as it may send stand in the host's queue. */
export function createReceiverSlots({ perAccountAndHost, perHost }: ReceiverCaps): Slots<AccountAtHost> {
  const [ofBoth, ofHost] = [createSlots(perAccountAndHost), createSlots(perHost)];
  return {
    async acquire({ accountId, host }, signal) {
      const releaseOwn = await ofBoth.acquire(`${accountId} ${host}`, signal);
      try {
        const releaseHost = await ofHost.acquire(host, signal);
        return () => {
          releaseHost();
          releaseOwn();
        };
      } catch (error) {
        releaseOwn();
        throw error;
      }
    },
  };
}
