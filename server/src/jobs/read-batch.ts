import { type Caller, requireScope } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import { type BatchJob, isBatch } from '../core/job.ts';
import { parseJobId } from '../core/job-id.ts';
import type { Deps } from '../core/ports.ts';
import { jobNotFound, NO_PERMISSION } from './read.ts';

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;
const WHOLE_NUMBER = /^\d{1,9}$/;

/** "All batch jobs associated with your access token": another key of the account has its own. */
function isOf({ accountId, credentialId }: Caller, job: BatchJob): boolean {
  return job.accountId === accountId && job.credentialId === credentialId;
}

/** A batch job of the caller's access key; all others do not exist for it. */
export async function readBatchJob({ db }: Pick<Deps, 'db'>, caller: Caller, jobId: string): Promise<BatchJob> {
  requireScope(caller, 'exports:read', NO_PERMISSION);
  const job = await db.jobs.get({ accountId: caller.accountId, id: parseJobId(jobId) });
  if (job === null || !isBatch(job) || !isOf(caller, job)) throw jobNotFound();
  return job;
}

/** As the query string has them. */
export interface RawBatchList {
  readonly limit?: string | undefined;
  readonly offset?: string | undefined;
}

function parseList({ limit = String(DEFAULT_LIMIT), offset = '0' }: RawBatchList): { limit: number; offset: number } {
  const errors: string[] = [];
  if (!WHOLE_NUMBER.test(limit) || Number(limit) < 1 || Number(limit) > HIGHEST_LIMIT) {
    errors.push(`limit must be an integer between 1 and ${HIGHEST_LIMIT}`);
  }
  if (!WHOLE_NUMBER.test(offset)) errors.push('offset must be an integer of at least 0');
  if (errors.length > 0) throw new ConveyanceError('invalid_parameter', errors[0] ?? '', { errors });
  return { limit: Number(limit), offset: Number(offset) };
}

/** The batch jobs of the caller's access key, newest first, and how many are kept. */
export async function listBatchJobs(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  raw: RawBatchList,
): Promise<{ readonly items: readonly BatchJob[]; readonly count: number }> {
  requireScope(caller, 'exports:read', NO_PERMISSION);
  return db.jobs.listBatch({ accountId: caller.accountId, credentialId: caller.credentialId, ...parseList(raw) });
}
