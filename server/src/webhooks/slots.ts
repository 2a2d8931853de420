/** A few tries at a time for each receiver: one that hangs delays only its own account's messages. */
import { Admission, UNBOUNDED } from '../core/turns/admission.ts';
import type { ReceiverCaps } from '../core/webhooks/delivery.ts';

export interface Slots<Name> {
  /** Resolves with a function that gives the slot back, first come first served. Rejects with the signal's reason. */
  acquire(name: Name, signal: AbortSignal): Promise<() => void>;
}

export interface AccountAtHost {
  readonly accountId: string;
  readonly host: string;
}

export function createSlots(perName: number): Slots<string> {
  const admission = new Admission({
    name: 'tries at webhooks',
    // Who waits here has been claimed before: nobody is refused.
    perHolder: perName,
    inAll: UNBOUNDED,
    waitingPerHolder: UNBOUNDED,
    waitingInAll: UNBOUNDED,
  });
  return { acquire: (name, signal) => admission.wait(name, signal) };
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
