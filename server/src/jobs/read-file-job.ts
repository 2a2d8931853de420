import { type Caller, requirePermission } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import { parseJobId } from '../core/ids/job-id.ts';
import { type FileJob, isFileJob } from '../core/job.ts';
import type { Deps } from '../core/ports/deps.ts';
import { jobNotFound } from './read.ts';

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;
const WHOLE_NUMBER = /^\d{1,9}$/;

/** "All batch jobs associated with your access token": another key of the account has its own. */
function isOf({ accountId, credentialId }: Caller, job: FileJob): boolean {
  return job.accountId === accountId && job.credentialId === credentialId;
}

/** A file job of the caller's access key; all others do not exist for it. */
export async function readFileJob({ db }: Pick<Deps, 'db'>, caller: Caller, jobId: string): Promise<FileJob> {
  requirePermission(caller, 'view jobs');
  const job = await db.jobs.get({ accountId: caller.accountId, id: parseJobId(jobId) });
  if (job === null || !isFileJob(job) || !isOf(caller, job)) throw jobNotFound();
  return job;
}

/** As the query string has them. */
export interface RawFileJobList {
  readonly limit?: string | undefined;
  readonly offset?: string | undefined;
}

function parseList({ limit = String(DEFAULT_LIMIT), offset = '0' }: RawFileJobList): { limit: number; offset: number } {
  const errors: string[] = [];
  if (!WHOLE_NUMBER.test(limit) || Number(limit) < 1 || Number(limit) > HIGHEST_LIMIT) {
    errors.push(`limit must be an integer between 1 and ${HIGHEST_LIMIT}`);
  }
  if (!WHOLE_NUMBER.test(offset)) errors.push('offset must be an integer of at least 0');
  if (errors.length > 0) throw new ConveyanceError('invalid_parameter', errors[0] ?? '', { errors });
  return { limit: Number(limit), offset: Number(offset) };
}

/** The file jobs of the caller's access key, newest first, and how many are kept. */
export async function listFileJobs(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  raw: RawFileJobList,
): Promise<{ readonly items: readonly FileJob[]; readonly count: number }> {
  requirePermission(caller, 'view jobs');
  return db.jobs.listFileJobs({ accountId: caller.accountId, credentialId: caller.credentialId, ...parseList(raw) });
}
