/** Work that one process does for all, for as long as it is heard of. */
import { HEARTBEATS_PER_LEASE } from '../core/retry.ts';
import { MS_PER_SECOND } from '../core/time.ts';

export interface Lease {
  readonly seconds: number;
  /** Holds it longer. False if another process has it. */
  renew(): Promise<boolean>;
  /** It could not be asked for now. */
  onFault(error: unknown): void;
}

/** The lease is renewed while the work goes on, whose signal is aborted when the lease is lost, or the process stops. */
export async function whileLeased<Result>(
  { seconds, renew, onFault }: Lease,
  stopped: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  const timer = setInterval(
    () => {
      renew().then((isOurs) => {
        if (!isOurs) lost.abort(new Error('another process has taken the work over'));
      }, onFault);
    },
    (seconds * MS_PER_SECOND) / HEARTBEATS_PER_LEASE,
  );
  try {
    return await work(AbortSignal.any([stopped, lost.signal]));
  } finally {
    clearInterval(timer);
  }
}
