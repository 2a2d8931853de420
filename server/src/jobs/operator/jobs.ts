/** The jobs of all accounts, and their webhooks that came to nothing. */
import { entryByOperator, type OperatorActor } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { parseJobId } from '../../core/ids/job-id.ts';
import type {
  FailedDeliveriesRequest,
  OperatedDelivery,
  OperatedJob,
  OperatedJobsRequest,
  Placed,
} from '../../core/ports/database/operator-jobs.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { parseDeliveryId } from '../../core/webhooks/delivery.ts';
import { finishJob } from '../finish.ts';
import { jobNotFound } from '../read.ts';
import { noteLook, noteLookAtJob } from './actor.ts';

/** Newest first. */
export async function listOperatedJobs(
  deps: Pick<Deps, 'db'>,
  by: OperatorActor,
  request: OperatedJobsRequest,
): Promise<readonly Placed<OperatedJob>[]> {
  await noteLook(deps, by, request.accountId, 'jobs');
  return deps.db.operatorJobs.list(request);
}

/** Throws `not_found`. */
export async function readOperatedJob(deps: Pick<Deps, 'db'>, by: OperatorActor, jobId: string): Promise<OperatedJob> {
  const found = await deps.db.operatorJobs.find(parseJobId(jobId));
  if (found === null) throw jobNotFound();
  await noteLookAtJob(deps, by, found.job);
  return found;
}

/** As its account could, and written down. Cancelling twice gives the same answer twice. Throws `invalid_operation` for a job that has ended otherwise. */
export async function cancelOperatedJob(
  deps: Pick<Deps, 'db' | 'ids' | 'meter' | 'policy'>,
  by: OperatorActor,
  jobId: string,
): Promise<OperatedJob> {
  const { db } = deps;
  const id = parseJobId(jobId);
  const found = await db.operatorJobs.find(id);
  if (found === null) throw jobNotFound();
  const key = { accountId: found.job.accountId, id };
  const ended = await db.transaction(async (tx) => {
    const job = await finishJob(tx, deps, key, { outcome: 'cancelled' });
    if (job === null) return null;
    await tx.queue.drop(key);
    await tx.audit.append({ ...entryByOperator('job-cancelled-by-operator', key.accountId, null, by), jobId: id });
    return job;
  });
  if (ended !== null) deps.meter.jobEnded(ended);
  const now = await db.operatorJobs.find(id);
  if (now === null) throw jobNotFound();
  if (now.state === 'cancelled') return now;
  throw new ConveyanceError('invalid_operation', `The job has already ${now.job.status} and cannot be cancelled`);
}

/** Newest first. */
export async function listFailedDeliveries(
  deps: Pick<Deps, 'db'>,
  by: OperatorActor,
  request: FailedDeliveriesRequest,
): Promise<readonly Placed<OperatedDelivery>[]> {
  await noteLook(deps, by, request.accountId, 'deliveries');
  return deps.db.operatorJobs.failedDeliveries(request);
}

/** Sends it again at once, under its id; if that fails, the schedule of tries begins anew. What an account may have sent again does not count it. */
export async function resendDelivery(
  { db }: Pick<Deps, 'db'>,
  by: OperatorActor,
  deliveryId: string,
): Promise<OperatedDelivery> {
  const found = await db.operatorJobs.findDelivery(parseDeliveryId(deliveryId));
  const account = found === null ? null : await db.accounts.get(found.delivery.accountId);
  if (found === null || account === null || account.deletedAt !== null) {
    throw new ConveyanceError('not_found', 'Webhook delivery with the specified ID does not exist');
  }
  const { accountId, id } = found.delivery;
  const delivery = await db.transaction(async ({ deliveries, audit }) => {
    await audit.append(entryByOperator('webhook-resent-by-operator', accountId, id, by));
    return deliveries.redeliver({ accountId, id });
  });
  return { ...found, delivery: delivery ?? found.delivery };
}
