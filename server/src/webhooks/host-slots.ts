/** A few tries at a time for each host: a receiver that hangs delays only its own messages. */

export interface HostSlots {
  /** Resolves with a function that gives the slot back, first come first served. Rejects with the signal's reason. */
  acquire(host: string, signal: AbortSignal): Promise<() => void>;
}

interface Host {
  taken: number;
  /** In order of arrival; a set, so that one that gives up is removed without a search. */
  readonly waiting: Set<() => void>;
}

export function createHostSlots(perHost: number): HostSlots {
  const hosts = new Map<string, Host>();

  function release(name: string, host: Host): void {
    const [next] = host.waiting;
    if (next !== undefined) {
      // The slot is passed on directly: nobody else can take it in between.
      host.waiting.delete(next);
      next();
    } else if (--host.taken === 0) hosts.delete(name);
  }

  function wait({ waiting }: Host, signal: AbortSignal): Promise<void> {
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
      const host = hosts.get(name) ?? { taken: 0, waiting: new Set() };
      hosts.set(name, host);
      if (host.taken < perHost) host.taken++;
      else await wait(host, signal);
      return () => release(name, host);
    },
  };
}
