import type { JobOf, ResultFile } from '../../core/job.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { quotaMonth } from '../../core/quota.ts';
import { compileSearch } from '../../reports/compile-search.ts';
import { searchConditions } from '../../reports/details/search-area.ts';
import { stepsOf } from '../../reports/details/search-steps.ts';
import { NDJSON } from './details.ts';
import { writeResults } from './result-writer.ts';
import { visibleToJob } from './visible-to-job.ts';

/** Writes what the search finds among the properties that the account may see now. */
export async function runSearch(
  deps: Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'log' | 'tracer'>,
  claim: Claim,
  job: JobOf<'search'>,
  signal: AbortSignal,
): Promise<readonly ResultFile[]> {
  const [version, grants] = await visibleToJob(deps, job, signal);
  const conditions = searchConditions(job.spec);
  // Of the month that the job was made in, as its quota is: a second attempt after midnight finds the same.
  const month = quotaMonth(job.createdAt);
  const steps = await stepsOf(conditions, job.spec.precision ?? 'exact', () =>
    deps.db.quota.paid(job.accountId, month),
  );
  const plan = compileSearch(conditions, version, grants, steps);
  const { contentType, ...format } = NDJSON;
  const file = { filename: `${job.id}.ndjson`, contentType };
  return writeResults(deps, claim, signal, ({ writePlan }) => writePlan(plan, [file], format));
}
