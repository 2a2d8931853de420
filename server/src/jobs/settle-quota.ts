import type { JobKey } from '../core/job.ts';
import type { Tables } from '../core/ports/database/database.ts';
import type { Ending } from '../core/ports/database/jobs.ts';

/**
 * What a job's end means for the quota: what succeeded stays counted, failed and cancelled jobs cost nothing. Belongs into the
 * transaction of the end, and only the winner of the end may call it.
 */
export function settleQuota({ quota }: Pick<Tables, 'quota'>, job: JobKey, outcome: Ending['outcome']): Promise<void> {
  return outcome === 'succeeded' ? quota.keep(job) : quota.giveBack(job);
}
