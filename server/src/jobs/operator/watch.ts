/** The jobs of all accounts as they change. */
import type { OperatorActor } from '../../core/audit.ts';
import { isFinished, type JobKey } from '../../core/job.ts';
import { parseJobChange } from '../../core/ports/database/events.ts';
import type { OperatedJob, OperatedJobsRequest, Placed } from '../../core/ports/database/operator-jobs.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { jobNotFound } from '../read.ts';
import { noteLook } from './actor.ts';

export interface Watched {
  /** Null: those of all accounts. */
  readonly accountId: string | null;
  /** One alone, up to its end; null for all of them. */
  readonly jobId: string | null;
}

const PAGE = 100;

/** Those that have not ended; of a single one also its end. */
async function* asTheyAre({ db }: Pick<Deps, 'db'>, { accountId, jobId }: Watched): AsyncGenerator<OperatedJob> {
  if (jobId !== null) {
    const found = await db.operatorJobs.find(jobId);
    if (found === null) throw jobNotFound();
    yield found;
    return;
  }
  const request = { accountId, states: ['waiting', 'running'], kinds: [], limit: PAGE } as const;
  let after: OperatedJobsRequest['after'] = null;
  for (;;) {
    const page: readonly Placed<OperatedJob>[] = await db.operatorJobs.list({ ...request, after });
    for (const { item } of page) yield item;
    after = page.at(-1)?.place ?? null;
    if (page.length < PAGE) return;
  }
}

/** Jobs that were touched, each once until it was looked at. */
class Touched {
  readonly #ids = new Set<string>();
  #rouse: () => void = () => undefined;
  wasLost = false;

  add(id: string): void {
    this.#ids.add(id);
    this.#rouse();
  }

  /** Notifications may have been missed. */
  lose(): void {
    this.wasLost = true;
    this.#rouse();
  }

  rouse(): void {
    this.#rouse();
  }

  take(): string | null {
    const [id] = this.#ids;
    if (id !== undefined) this.#ids.delete(id);
    return id ?? null;
  }

  sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#rouse = resolve;
    });
  }
}

/** Whether a change of the job is told. */
function isMeant({ accountId, jobId }: Watched, job: JobKey): boolean {
  return (accountId === null || job.accountId === accountId) && (jobId === null || job.id === jobId);
}

async function* changes(
  { db }: Pick<Deps, 'db'>,
  watched: Watched,
  touched: Touched,
  signal: AbortSignal,
): AsyncGenerator<OperatedJob, void, undefined> {
  yield* asTheyAre({ db }, watched);
  while (!signal.aborted) {
    if (touched.wasLost) {
      touched.wasLost = false;
      yield* asTheyAre({ db }, watched);
      continue;
    }
    const id = touched.take();
    const found = id === null ? null : await db.operatorJobs.find(id);
    if (found !== null) yield found;
    else if (id === null) await touched.sleep();
  }
}

/**
 * Those that have not ended, and then each one whenever it changes, until the signal. A job that changes faster than it is read is told in
 * its last state. Throws `not_found` for a single one that there is not.
 */
export async function* watchOperatedJobs(
  { db }: Pick<Deps, 'db'>,
  by: OperatorActor,
  watched: Watched,
  signal: AbortSignal,
): AsyncGenerator<OperatedJob, void, undefined> {
  const touched = new Touched();
  const stop = db.subscribe('job-changed', (payload) => {
    const job = parseJobChange(payload);
    if (job === null) touched.lose();
    else if (isMeant(watched, job)) touched.add(job.id);
  });
  const onAbort = () => touched.rouse();
  signal.addEventListener('abort', onAbort);
  try {
    await noteLook({ db }, by, watched.accountId, 'jobs');
    for await (const operated of changes({ db }, watched, touched, signal)) {
      yield operated;
      if (watched.jobId !== null && isFinished(operated.job)) return;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop();
  }
}
