/** Waits for the end of a job of either kind, by polling. */
import { ApiError, WaitTimeoutError } from '../contract/errors.ts';
import type { FileJob, ReportJob } from '../contract/types.ts';
import { backoffMs, isTransient, OUTAGE_MS, retryAfterSeconds, sleep } from '../transport/retry.ts';

export interface WaitOptions<Job = ReportJob> {
  /** Stops waiting; the job continues. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the job after every poll. */
  readonly onProgress?: (job: Job) => void;
  /** Without it, waits as long as the job takes. */
  readonly timeoutMs?: number;
  /** The first pause between two polls; later ones grow. Default: depends on the kind of job. */
  readonly pollMs?: number;
}

export interface Poll<Job> {
  readonly job: Job;
  readonly retryAfter: string | null;
}

/** How one kind of job is polled. */
export interface Polling<Job> {
  readonly poll: (signal: AbortSignal | undefined) => Promise<Poll<Job>>;
  readonly hasEnded: (job: Job) => boolean;
  /** The job's error; null if it succeeded. */
  readonly failureOf: (job: Job) => Error | null;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

const POLL_GROWTH = 1.5;
/** Until then the server's `Retry-After` is not obeyed: it counts in seconds, and a small job is done by then. */
const IMPATIENT_MS = 1_000;
/** A job with a million ids is 10 MB per poll: polling may take at most a tenth of the time. */
const POLL_SHARE = 10;

/** Polls until the job has ended. */
export async function waitForJob<Job extends ReportJob | FileJob>(
  polling: Polling<Job>,
  jobId: string,
  { signal, onProgress, timeoutMs, pollMs = polling.firstPauseMs }: WaitOptions<Job>,
): Promise<Job> {
  const deadline = timeoutMs === undefined ? null : new Deadline(timeoutMs, signal);
  let last: Job | null = null;
  const onJob = (job: Job): void => {
    last = job;
    onProgress?.(job);
  };
  try {
    const ended = await pollUntilEnd(polling, pollMs, onJob, deadline?.signal ?? signal);
    const failure = polling.failureOf(ended);
    if (failure !== null) throw failure;
    return ended;
  } catch (error) {
    if (timeoutMs !== undefined && deadline?.caused(error)) throw new WaitTimeoutError(jobId, timeoutMs, last);
    throw error;
  } finally {
    deadline?.clear();
  }
}

async function pollUntilEnd<Job>(
  { poll, hasEnded, longestPauseMs }: Polling<Job>,
  pollMs: number,
  onJob: (job: Job) => void,
  signal: AbortSignal | undefined,
): Promise<Job> {
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
      if (hasEnded(job)) return job;
      const asked = lastAnswerAt - startedAt < IMPATIENT_MS ? 0 : (retryAfterSeconds(retryAfter) ?? 0) * 1_000;
      delay = Math.max(pause, asked, (lastAnswerAt - askedAt) * (POLL_SHARE - 1));
      pause = Math.min(longestPauseMs, pause * POLL_GROWTH);
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

/** Ends polls and pauses when the time is up, in addition to the caller's own signal. */
class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs);
    this.signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
  }

  /** True if this deadline ended the work, not the caller. */
  caused(error: unknown): boolean {
    return this.#controller.signal.aborted && error === this.#controller.signal.reason;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
