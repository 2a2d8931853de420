import type { JobKey } from '../core/job.ts';

export const UPLOADS_PREFIX = 'uploads/';

/** The object in which a job's upload is kept: any worker can read it, and it says whose it is. */
export function uploadKey({ accountId, id }: JobKey): string {
  return `${UPLOADS_PREFIX}${accountId}/${id}`;
}
