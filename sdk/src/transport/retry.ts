/** When to try again. Pure, except for `sleep`. */
import { ApiError, NetworkError } from '../contract/errors.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** A server may be restarted while its jobs continue. Longer silence is an error. */
export const OUTAGE_MS = 120_000;
/** If a server asks for a longer wait than this, the caller should decide. */
const LONGEST_RETRY_AFTER_MS = 120_000;
/** Gateways' answers, in addition to the server's own 429 and 503. A 500 is a bug that would recur. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A request with the same idempotency key is being accepted: the server then also says when that is over. */
const CONFLICT = 409;
/** With these the server says that it did not accept the request: even a request that creates something may be sent again. */
const REFUSED_STATUSES: ReadonlySet<number> = new Set([429, 503]);

export interface RetryCase {
  /** Tries so far, from 1. */
  readonly tries: number;
  readonly maxTries: number;
  /** True if sending the request twice has the same effect as sending it once. */
  readonly repeatable: boolean;
}

/** A file job runs and the next must wait for its end: that may take hours, so the caller must plan for it. */
const JOB_IN_PROGRESS = 'JobInProgress';

export function isTransient(error: unknown): error is ApiError | NetworkError {
  if (error instanceof NetworkError) return true;
  // A used-up quota also answers 429; it lasts until the end of the month.
  if (!(error instanceof ApiError) || error.quota !== null || error.error === JOB_IN_PROGRESS) return false;
  return TRANSIENT_STATUSES.has(error.status) || (error.status === CONFLICT && error.retryAfterSeconds !== null);
}

/** Milliseconds to wait before the next try, or null if the error is final. */
export function retryDelayMs(error: unknown, { tries, maxTries, repeatable }: RetryCase): number | null {
  if (tries >= maxTries || !isTransient(error)) return null;
  if (!repeatable && !wasNotTaken(error)) return null;
  const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
  if (asked === null) return backoffMs(tries);
  return asked * 1_000 <= LONGEST_RETRY_AFTER_MS ? asked * 1_000 : null;
}

function wasNotTaken(error: ApiError | NetworkError): boolean {
  return error instanceof NetworkError ? !error.sent : REFUSED_STATUSES.has(error.status);
}

export interface PersistTerms extends Pick<RetryCase, 'maxTries' | 'repeatable'> {
  readonly signal?: AbortSignal | undefined;
}

/** Retries what may be retried, and throws errors that are final or after the last try. */
export async function persist<Result>(
  { maxTries, repeatable, signal }: PersistTerms,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const delay = retryDelayMs(error, { tries, maxTries, repeatable });
      if (delay === null) throw error;
      await sleep(delay, signal);
    }
  }
}

/** Doubles with every try; jittered by half, so that clients that were cut off together do not come back together. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return full / 2 + (random() * full) / 2;
}

/** Seconds of a `Retry-After` header in either of its forms, or null. */
export function retryAfterSeconds(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1_000));
}

/** Resolves after the time; rejects with the signal's reason as soon as it is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
