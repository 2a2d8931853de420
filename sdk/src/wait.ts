import { ApiError, JobFailedError, WaitTimeoutError } from './errors.ts';
import { backoffMs, isTransient, retryAfterSeconds, sleep } from './retry.ts';
import type { BatchJob } from './types.ts';

export interface WaitOptions {
  /** Stops the waiting; the job goes on. */
  readonly signal?: AbortSignal;
  /** Called with the job after every poll. */
  readonly onProgress?: (job: BatchJob) => void;
  /** Without it, waits as long as the job takes. */
  readonly timeoutMs?: number;
  /** The first pause between two polls; later ones grow to two seconds. Default 100. */
  readonly pollMs?: number;
}

export interface Poll {
  readonly job: BatchJob;
  readonly retryAfter: string | null;
}

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 2_000;
const POLL_GROWTH = 1.5;
/** So long the server's `Retry-After` is not yet obeyed: it counts in seconds, and a small job is done by then. */
const IMPATIENT_MS = 1_000;
/** A job with a million ids is 10 MB at every look: at most a tenth of the time goes into looking. */
const POLL_SHARE = 10;
/** A server may be restarted while its jobs go on. Longer silence is worth an error. */
const OUTAGE_MS = 120_000;

/** Polls until the job has ended; see `Jobs.wait`. */
export async function waitForJob(
  poll: (signal: AbortSignal | undefined) => Promise<Poll>,
  jobId: string,
  { signal, onProgress, timeoutMs, pollMs = FIRST_POLL_MS }: WaitOptions,
): Promise<BatchJob> {
  const deadline = timeoutMs === undefined ? null : new Deadline(timeoutMs, signal);
  let last: BatchJob | null = null;
  const onJob = (job: BatchJob): void => {
    last = job;
    onProgress?.(job);
  };
  try {
    const ended = await pollUntilEnd(poll, pollMs, onJob, deadline?.signal ?? signal);
    if (ended.status !== 'succeeded') throw new JobFailedError(ended);
    return ended;
  } catch (error) {
    if (timeoutMs !== undefined && deadline?.caused(error)) throw new WaitTimeoutError(jobId, timeoutMs, last);
    throw error;
  } finally {
    deadline?.clear();
  }
}

async function pollUntilEnd(
  poll: (signal: AbortSignal | undefined) => Promise<Poll>,
  pollMs: number,
  onJob: (job: BatchJob) => void,
  signal: AbortSignal | undefined,
): Promise<BatchJob> {
  const startedAt = Date.now();
  let lastAnswerAt = startedAt;
  let failures = 0;
  let pause = pollMs;
  for (;;) {
    const askedAt = Date.now();
    let delay: number;
    try {
      const { job, retryAfter } = await poll(signal);
      lastAnswerAt = Date.now();
      failures = 0;
      onJob(job);
      if (job.status !== 'submitted') return job;
      const asked = lastAnswerAt - startedAt < IMPATIENT_MS ? 0 : (retryAfterSeconds(retryAfter) ?? 0) * 1_000;
      delay = Math.max(pause, asked, (lastAnswerAt - askedAt) * (POLL_SHARE - 1));
      pause = Math.min(LONGEST_POLL_MS, pause * POLL_GROWTH);
    } catch (error) {
      if (!isTransient(error) || Date.now() - lastAnswerAt > OUTAGE_MS) throw error;
      delay = pauseAfter(error, ++failures);
    }
    await sleep(delay, signal);
  }
}

function pauseAfter(error: unknown, failures: number): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
  return Math.max(backoffMs(failures), (asked ?? 0) * 1_000);
}

/** Ends polls and pauses when the time is over, besides the caller's own signal. */
class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs);
    this.signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
  }

  /** True when it was this deadline that ended the work, not the caller. */
  caused(error: unknown): boolean {
    return this.#controller.signal.aborted && error === this.#controller.signal.reason;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
