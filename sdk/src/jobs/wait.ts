/** Waits for the end of a job of either kind: by its events where it has some, else by polling. */
import { ApiError, WaitTimeoutError } from '../contract/errors.ts';
import type { FileJob, ReportJobEvent } from '../contract/types.ts';
import { backoffMs, isTransient, OUTAGE_MS, retryAfterSeconds, sleep } from '../transport/retry.ts';
import type { FollowOptions } from './events.ts';

export interface WaitOptions<Seen = ReportJobEvent> {
  /** Stops waiting; the job continues. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the job at every change that is seen. */
  readonly onProgress?: (job: Seen) => void;
  /** Without it, waits as long as the job takes. */
  readonly timeoutMs?: number;
  /**
   * The first pause between two polls; later ones grow. If it is given, the job is polled. Default: a report job is followed by its
   * events, and polled only if they do not come; a file job is polled.
   */
  readonly pollMs?: number;
}

export interface Poll<Job> {
  readonly job: Job;
  readonly retryAfter: string | null;
}

/** How one kind of job is waited for. */
export interface Polling<Job extends Seen, Seen> {
  /** The job's state and then each change, as they happen. Absent if there is nothing to follow. */
  readonly changes?: (options: FollowOptions) => AsyncIterable<Seen>;
  readonly poll: (signal: AbortSignal | undefined) => Promise<Poll<Job>>;
  readonly hasEnded: (job: Seen) => boolean;
  /** The job's error; null if it succeeded. */
  readonly failureOf: (job: Job) => Error | null;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

const POLL_GROWTH = 1.5;
/** Behind a proxy that holds events back the first one, which the server sends immediately, does not come. */
const FIRST_EVENT_MS = 5_000;
/** A job at work changes every second; one that waits may be silent for longer, and is then polled. */
const QUIET_MS = 15_000;
/** Of what a server in trouble asks for. */
const LONGEST_ASKED_MS = 30_000;
/** Until then the server's `Retry-After` is not obeyed: it counts in seconds, and a small job is done by then. */
const IMPATIENT_MS = 1_000;
/** A job with a million ids is 10 MB per poll: polling may take at most a tenth of the time. */
const POLL_SHARE = 10;

/** Polls until the job has ended. */
export async function waitForJob<Job extends Seen, Seen extends ReportJobEvent | FileJob>(
  polling: Polling<Job, Seen>,
  jobId: string,
  { signal, onProgress, timeoutMs, pollMs }: WaitOptions<Seen>,
): Promise<Job> {
  const deadline = timeoutMs === undefined ? null : new Deadline(timeoutMs, signal);
  const until = deadline?.signal ?? signal;
  let last: Seen | null = null;
  const onJob = (job: Seen): void => {
    last = job;
    onProgress?.(job);
  };
  try {
    if (pollMs === undefined) await followChanges(polling, onJob, until);
    const ended = await pollUntilEnd(polling, pollMs ?? polling.firstPauseMs, onJob, until);
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

/** Resolves when the job has ended, or when its changes do not come (any more): polling then tells. */
async function followChanges<Job extends Seen, Seen>(
  { changes, hasEnded }: Polling<Job, Seen>,
  onJob: (job: Seen) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (changes === undefined) return;
  const stop = new AbortController();
  const giveUp = (): void => stop.abort();
  let timer = setTimeout(giveUp, FIRST_EVENT_MS);
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  try {
    for await (const job of changes({ signal: either, onReconnect: giveUp })) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, QUIET_MS);
      // The poll that follows tells the end, with the whole job.
      if (hasEnded(job)) return;
      onJob(job);
    }
  } catch {
    // Why does not matter: if it is the job's or the server's fault, polling meets it too, and reports it.
    signal?.throwIfAborted();
  } finally {
    clearTimeout(timer);
  }
}

async function pollUntilEnd<Job extends Seen, Seen>(
  { poll, hasEnded, longestPauseMs }: Polling<Job, Seen>,
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
      delay = Math.max(pause, Math.min(asked, longestPauseMs), (lastAnswerAt - askedAt) * (POLL_SHARE - 1));
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
  return Math.max(backoffMs(failures), Math.min((asked ?? 0) * 1_000, LONGEST_ASKED_MS));
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
