/** How often and how long. Figures with their reasons; settings override those that an operator may want to change. */

/** If a job's worker has died three times, the job kills its worker: that is no longer bad luck. */
export const MAX_ATTEMPTS = 3;

/** A failed attempt waits before the next: 1 s, 4 s. Long enough for a full disk to be noticed, short enough to wait for. */
export function retryDelaySeconds(attempt: number): number {
  return 4 ** (attempt - 1);
}

/** A lease is renewed three times before it would run out: one lost heartbeat must not cost a job. */
export const HEARTBEATS_PER_LEASE = 3;

/**
 * The part of a lease after whose last renewal its holder stops by itself, as told by its own clock: a worker that does not reach the
 * database must have stopped writing before another begins, and an interrupted engine takes up to a second.
 */
export const LEASE_SPAN_USED = 0.9;
