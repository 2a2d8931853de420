import { type Caller, requirePermission } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import { parseJobId } from '../core/ids/job-id.ts';
import { isReport, type Job, type JobKey, type ReportJob } from '../core/job.ts';
import type { Page, PageRequest } from '../core/pages.ts';
import type { JobFilter, ShownJob } from '../core/ports/database/jobs.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';

export function jobNotFound(): ConveyanceError {
  return new ConveyanceError('not_found', 'Job with the specified ID does not exist');
}

/** Of files that held data of a person who has had it erased. */
export function resultsErased(at: Date): ConveyanceError {
  return new ConveyanceError(
    'gone',
    `The results were destroyed on ${at.toISOString()}, because of a person who has had their data erased; submit the job again`,
  );
}

/** A job of the account, of any kind: for operators, who manage all of them. Another account's job does not exist for it. */
export async function readAnyJob({ db }: Pick<Deps, 'db'>, caller: Caller, jobId: string): Promise<Job> {
  requirePermission(caller, 'view jobs');
  const job = await db.jobs.get({ accountId: caller.accountId, id: parseJobId(jobId) });
  if (job === null) throw jobNotFound();
  return job;
}

/** The account's jobs of every kind, newest first: for operators. */
export async function listAnyJobs({ db }: Pick<Deps, 'db'>, caller: Caller, request: PageRequest): Promise<Page<Job>> {
  requirePermission(caller, 'view jobs');
  return db.jobs.listAll(caller.accountId, request);
}

/** A report of the caller's account. Another account's job does not exist for it, nor does a file job for this dialect. */
export async function readJob({ db }: Pick<Deps, 'db'>, caller: Caller, jobId: string): Promise<ReportJob> {
  const job = await readAnyJob({ db }, caller, jobId);
  if (!isReport(job)) throw jobNotFound();
  return job;
}

export interface ShownReport extends ShownJob {
  readonly job: ReportJob;
}

/** A report job with what its answer needs, as far as that is not long: the ids of at most `mostIds` properties. */
export async function showJob(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  jobId: string,
  mostIds: number,
): Promise<ShownReport> {
  requirePermission(caller, 'view jobs');
  const shown = await db.jobs.show({ accountId: caller.accountId, id: parseJobId(jobId) }, mostIds);
  if (shown === null || !isReport(shown.job)) throw jobNotFound();
  return { ...shown, job: shown.job };
}

/** The same of a job that was made or changed just now, as it was then. */
export async function showAsItWas({ db }: Pick<Deps, 'db'>, job: ReportJob, mostIds: number): Promise<ShownReport> {
  const { propertyIds = null, queuePosition = null } = (await db.jobs.show(job, mostIds)) ?? {};
  return { job, propertyIds, queuePosition: job.status === 'submitted' ? queuePosition : null };
}

export async function listJobs(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  request: PageRequest,
  filter: JobFilter = {},
): Promise<Page<ReportJob>> {
  requirePermission(caller, 'view jobs');
  return db.jobs.list(caller.accountId, request, filter);
}

/** How many of the account's own runs wait before each of these jobs of one account; one that does not wait is left out. */
export async function queuePositions(
  { db }: Pick<Deps, 'db'>,
  jobs: readonly Job[],
): Promise<ReadonlyMap<string, number>> {
  const waiting = jobs.filter(({ status, progress }) => status === 'submitted' && progress.phase === 'queued');
  const [first] = waiting;
  if (first === undefined) return new Map();
  return db.queue.positions(
    first.accountId,
    waiting.map(({ id }) => id),
  );
}

/** The state of the warehouse that the job was promised. */
export async function jobDataVersion({ db }: Pick<Deps, 'db'>, job: Job): Promise<DataVersion> {
  const version = await db.warehouse.get(job.dataVersion);
  if (version !== null) return version;
  throw new ConveyanceError('internal', `data version ${job.dataVersion} of job ${job.id} is gone`);
}

/** The request's ids, encoded as `decodePropertyIds` reads them. */
export async function jobPropertyIds({ db }: Pick<Deps, 'db'>, key: JobKey): Promise<Uint8Array> {
  const ids = await db.jobs.propertyIds(key);
  if (ids === null) throw jobNotFound();
  return ids;
}
