/** The names of result files in the object store: they say whose they are. */
import type { JobKey } from '../core/job.ts';

export const RESULTS_PREFIX = 'results/';
export const SCRATCH_SUFFIX = '.part';

/** The directory of keys of what an attempt writes. */
export function resultDirectory({ accountId, id }: JobKey, attempt: number): string {
  return `${RESULTS_PREFIX}${accountId}/${id}/${attempt}`;
}

/** The attempt is part of the key: a late worker can seal its file, but never overwrite the winner's. */
export function resultKey(job: JobKey, attempt: number, filename: string): string {
  return `${resultDirectory(job, attempt)}/${filename}`;
}

/** The job that a result file belongs to; null for other objects. */
export function jobOfResult(key: string): JobKey | null {
  if (!key.startsWith(RESULTS_PREFIX)) return null;
  const [accountId, id] = key.slice(RESULTS_PREFIX.length).split('/');
  if (accountId === undefined || id === undefined) return null;
  return { accountId, id };
}
