/** What a run has to say of its end, said to a database that may be away. */

import { Interruption } from '../../core/interruption.ts';
import { DatabaseAway } from '../../core/passing-fault.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';

type Persisting = Pick<Deps, 'db' | 'log' | 'policy'>;

const PERSIST_AGAIN_MS = 1000;
/** A write at which the database breaks off so often, and answers in between, may be the reason. */
const MOST_BREAKS = 5;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/**
 * Waits until the database answers again, and holds on to the lease then. If the claim is no longer ours, the write finds out too: it
 * may have been committed.
 */
async function untilBack({ db, policy }: Persisting, claim: Claim, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(PERSIST_AGAIN_MS, signal);
    try {
      await db.queue.renew(claim, policy.leaseSeconds);
      return;
    } catch (error) {
      if (!(error instanceof DatabaseAway)) throw error;
    }
  }
}

/**
 * Writes, again and again while the database is away: work that is done must not be done twice because of that. The write must be one
 * that changes nothing when it is repeated. Throws the reason if the run is interrupted meanwhile.
 */
export async function persist<Result>(
  deps: Persisting,
  claim: Claim,
  signal: AbortSignal,
  write: () => Promise<Result>,
): Promise<Result> {
  for (let breaks = 1; ; breaks++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof DatabaseAway) || breaks === MOST_BREAKS) throw error;
      deps.log.warn('job-ending-awaits-database', { jobId: claim.job.id, attempt: claim.attempt, error });
      await untilBack(deps, claim, signal);
      if (!signal.aborted) continue;
      throw signal.reason instanceof Interruption ? signal.reason : error;
    }
  }
}
