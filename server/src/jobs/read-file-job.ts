import { type Caller, requirePermission } from '../core/access.ts';
import { parseJobId } from '../core/ids/job-id.ts';
import { type FileJob, type FileJobPage, isFileJob } from '../core/job.ts';
import type { Deps } from '../core/ports/deps.ts';
import { jobNotFound } from './read.ts';

/** A file job of the caller's access key; no other exists for it. */
export async function readFileJob({ db }: Pick<Deps, 'db'>, caller: Caller, jobId: string): Promise<FileJob> {
  requirePermission(caller, 'view jobs');
  const job = await db.jobs.visibleTo(caller, parseJobId(jobId));
  if (job === null || !isFileJob(job)) throw jobNotFound();
  return job;
}

/** The file jobs of the caller's access key, newest first, and how many are kept. */
export async function listFileJobs(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  page: FileJobPage,
): Promise<{ readonly items: readonly FileJob[]; readonly count: number }> {
  requirePermission(caller, 'view jobs');
  return db.jobs.listFileJobs({ accountId: caller.accountId, credentialId: caller.credentialId, ...page });
}
