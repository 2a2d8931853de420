import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { FileJob, Job, ReportJob, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { readJob, resultsErased } from '../read.ts';
import { readFileJob } from '../read-file-job.ts';
import { type DownloadLink, recordLinks } from './links.ts';

type FinishedJob = ReportJob & { readonly result: ResultFile };

/** Throws the sentence that says why there are no files. */
function requireFiles({ clock }: Pick<Deps, 'clock'>, { status, expiresAt, erasedAt }: Job): void {
  if (status !== 'succeeded') throw notComplete();
  if (erasedAt !== undefined) throw resultsErased(erasedAt);
  if (expiresAt !== null && expiresAt <= clock()) {
    throw new ConveyanceError('gone', `The results were deleted on ${expiresAt.toISOString()}; submit the job again`);
  }
}

function notComplete(): ConveyanceError {
  return new ConveyanceError(
    'invalid_operation',
    'Results are not available because the job has not completed successfully',
  );
}

/** The caller’s file job, with its files still there: as many as it has, which may be none. Otherwise throws why they are not. */
export async function readFileResult(
  deps: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  jobId: string,
): Promise<FileJob> {
  requirePermission(caller, 'download results');
  const job = await readFileJob(deps, caller, jobId);
  requireFiles(deps, job);
  return job;
}

/** The caller's job, with its files still there. Otherwise throws the sentence that says why they are not. */
export async function readResult(
  deps: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  jobId: string,
): Promise<FinishedJob> {
  requirePermission(caller, 'download results');
  const job = await readJob(deps, caller, jobId);
  requireFiles(deps, job);
  const [result] = job.results;
  if (result === undefined) throw notComplete();
  return { ...job, result };
}

/** A fresh link. The file outlives it: files are deleted a link's lifetime after the last link could be made. */
export async function createDownloadLink(
  deps: Pick<Deps, 'db' | 'clock' | 'links' | 'policy'>,
  caller: Caller,
  jobId: string,
): Promise<DownloadLink> {
  const job = await readResult(deps, caller, jobId);
  const link = await recordLinks(deps, caller, [job], deps.policy.linkTtlSeconds);
  return link(job.result);
}
