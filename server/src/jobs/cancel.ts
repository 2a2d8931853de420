import { type Caller, requireScope } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import { parseJobId } from '../core/job-id.ts';
import type { Deps } from '../core/ports.ts';
import { finishJob } from './finish.ts';
import { jobNotFound } from './read.ts';

/** Ends the job as cancelled and drops its run; the worker hears of it and stops. Cancelling twice answers the same twice. */
export async function cancelJob(
  deps: Pick<Deps, 'db' | 'ids' | 'meter' | 'policy'>,
  caller: Caller,
  jobId: string,
): Promise<Job> {
  const { db } = deps;
  requireScope(caller, 'exports:write', 'You do not have permission to cancel batch jobs');
  const key = { accountId: caller.accountId, id: parseJobId(jobId) };
  const cancelled = await db.transaction(async (tx) => {
    const job = await finishJob(tx, deps, key, { outcome: 'cancelled' });
    if (job !== null) await tx.queue.drop(key);
    return job;
  });
  if (cancelled !== null) {
    deps.meter.jobEnded(cancelled);
    return cancelled;
  }
  const job = await db.jobs.get(key);
  if (job === null) throw jobNotFound();
  if (job.status === 'cancelled') return job;
  throw new ConveyanceError('invalid_operation', `The job has already ${job.status} and cannot be cancelled`);
}
