import type { Job, JobKey } from '../core/job.ts';
import type { Tables } from '../core/ports/database/database.ts';
import type { Ending } from '../core/ports/database/jobs.ts';
import type { Deps } from '../core/ports/deps.ts';
import { receiverHost } from '../core/webhooks/delivery.ts';

/** What a job's end means for the quota: what succeeded stays counted, failed and cancelled jobs cost nothing. */
function settleQuota({ quota }: Pick<Tables, 'quota'>, job: JobKey, outcome: Ending['outcome']): Promise<void> {
  return outcome === 'succeeded' ? quota.keep(job) : quota.giveBack(job);
}

/**
 * Ends the job within the caller's transaction, settles its quota and queues its webhook there too: all or nothing. Every ending
 * goes through here, so none can forget what follows from it. Null if something else ended the job first: then nothing follows.
 */
export async function finishJob(
  tx: Pick<Tables, 'jobs' | 'deliveries' | 'quota'>,
  { ids, policy }: Pick<Deps, 'ids' | 'policy'>,
  key: JobKey,
  ending: Ending,
): Promise<Job | null> {
  const job = await tx.jobs.finish(key, ending);
  if (job === null) return null;
  await settleQuota(tx, key, ending.outcome);
  if (job.callbackUrl === null) return job;
  await tx.deliveries.enqueue({
    accountId: job.accountId,
    id: ids(),
    jobId: job.id,
    url: job.callbackUrl,
    host: receiverHost(job.callbackUrl),
    delaySeconds: policy.webhookSchedule[0] ?? 0,
  });
  return job;
}
