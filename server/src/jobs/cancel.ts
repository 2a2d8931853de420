import { type Caller, requireScope } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import { isReport, type ReportJob } from '../core/job.ts';
import { parseJobId } from '../core/job-id.ts';
import type { Deps } from '../core/ports.ts';
import { finishJob } from './finish.ts';
import { jobNotFound } from './read.ts';

/** Ends the job as cancelled and drops its run; the worker hears of it and stops. Cancelling twice answers the same twice. */
export async function cancelJob(
  deps: Pick<Deps, 'db' | 'ids' | 'meter' | 'policy'>,
  caller: Caller,
  jobId: string,
): Promise<ReportJob> {
  const { db } = deps;
  requireScope(caller, 'exports:write', 'You do not have permission to cancel batch jobs');
  const key = { accountId: caller.accountId, id: parseJobId(jobId) };
  const { job, isOurs } = await db.transaction(async (tx) => {
    const asked = await tx.jobs.get(key);
    if (asked === null || !isReport(asked)) throw jobNotFound();
    const cancelled = await finishJob(tx, deps, key, { outcome: 'cancelled' });
    if (cancelled !== null) await tx.queue.drop(key);
    return { job: await tx.jobs.get(key), isOurs: cancelled !== null };
  });
  if (job === null || !isReport(job)) throw jobNotFound();
  if (isOurs) deps.meter.jobEnded(job);
  if (job.status === 'cancelled') return job;
  throw new ConveyanceError('invalid_operation', `The job has already ${job.status} and cannot be cancelled`);
}
