import { type Caller, requirePermission } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import { parseJobId } from '../core/ids/job-id.ts';
import { isReport, type Job, type ReportJob } from '../core/job.ts';
import type { Deps } from '../core/ports/deps.ts';
import { finishJob } from './finish.ts';
import { jobNotFound } from './read.ts';

type Cancelling = Pick<Deps, 'db' | 'ids' | 'meter' | 'policy'>;

/** Ends the job as cancelled and removes its run; the worker is notified and stops. Cancelling twice gives the same answer twice. */
async function cancel<Kind extends Job>(
  deps: Cancelling,
  caller: Caller,
  jobId: string,
  isMeant: (job: Job) => job is Kind,
): Promise<Kind> {
  const { db } = deps;
  requirePermission(caller, 'cancel jobs');
  const key = { accountId: caller.accountId, id: parseJobId(jobId) };
  const { job, isOurs } = await db.transaction(async (tx) => {
    const asked = await tx.jobs.get(key);
    if (asked === null || !isMeant(asked)) throw jobNotFound();
    const cancelled = await finishJob(tx, deps, key, { outcome: 'cancelled' });
    if (cancelled !== null) await tx.queue.drop(key);
    return { job: await tx.jobs.get(key), isOurs: cancelled !== null };
  });
  if (job === null || !isMeant(job)) throw jobNotFound();
  if (isOurs) deps.meter.jobEnded(job);
  if (job.status === 'cancelled') return job;
  throw new ConveyanceError('invalid_operation', `The job has already ${job.status} and cannot be cancelled`);
}

/** A report of the caller's account; a file job does not exist for this dialect. */
export function cancelReportJob(deps: Cancelling, caller: Caller, jobId: string): Promise<ReportJob> {
  return cancel(deps, caller, jobId, isReport);
}

/** A job of any kind: for operators. Cancelling a file job frees its access key for the next one. */
export function cancelJob(deps: Cancelling, caller: Caller, jobId: string): Promise<Job> {
  return cancel(deps, caller, jobId, (job): job is Job => job !== null);
}
