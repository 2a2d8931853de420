import type { JobKey } from '../core/job.ts';

export const UPLOADS_PREFIX = 'uploads/';

/** The object in which a job's upload is kept: any worker can read it, and it says whose it is. */
export function uploadKey({ accountId, id }: JobKey): string {
  return `${UPLOADS_PREFIX}${accountId}/${id}`;
}

/** The job that an upload belongs to; null for other objects. */
export function jobOfUpload(key: string): JobKey | null {
  if (!key.startsWith(UPLOADS_PREFIX)) return null;
  const [accountId, id] = key.slice(UPLOADS_PREFIX.length).split('/');
  return accountId === undefined || id === undefined ? null : { accountId, id };
}
