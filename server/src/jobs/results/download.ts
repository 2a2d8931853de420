import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { ReportJob, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { readJob, resultsErased } from '../read.ts';
import { type DownloadLink, recordLinks } from './links.ts';

type FinishedJob = ReportJob & { readonly result: ResultFile };

/** The caller's job, with its files still there. Otherwise throws the sentence that says why they are not. */
export async function readResult(
  deps: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  jobId: string,
): Promise<FinishedJob> {
  requirePermission(caller, 'download results');
  const job = await readJob(deps, caller, jobId);
  const {
    expiresAt,
    results: [result],
  } = job;
  if (job.status !== 'succeeded' || result === undefined) {
    throw new ConveyanceError(
      'invalid_operation',
      'Results are not available because the job has not completed successfully',
    );
  }
  if (job.erasedAt !== undefined) throw resultsErased(job.erasedAt);
  if (expiresAt !== null && expiresAt <= deps.clock()) {
    throw new ConveyanceError('gone', `The results were deleted on ${expiresAt.toISOString()}; submit the job again`);
  }
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
