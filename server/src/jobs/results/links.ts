import type { FileJob } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

/**
 * Fresh links to the job's files, in the order of the request; none while there are none, or any more. "Result URLs are valid only for
 * 10 minutes", and every answer carries new ones.
 */
export function fileJobLinks(
  { links, clock, policy }: Pick<Deps, 'links' | 'clock' | 'policy'>,
  job: FileJob,
): string[] {
  const now = clock();
  if (job.expiresAt !== null && job.expiresAt <= now) return [];
  const expiresAt = new Date(now.getTime() + policy.reonomyLinkTtlSeconds * MS_PER_SECOND);
  return job.results.map(({ key, filename }) => links.sign({ key, filename, expiresAt }));
}
