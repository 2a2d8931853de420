import { decodePropertyIds } from '../../core/ids/property-ids.ts';
import type { JobOf, ResultFile } from '../../core/job.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { compileDetailFiles } from '../../reports/compile-details.ts';
import { jobDataVersion, jobPropertyIds } from '../read.ts';
import { writeResults } from './result-writer.ts';

/** "The file type returned by each result URL is NDJSON." */
export const NDJSON = {
  contentType: 'application/x-ndjson',
  format: 'jsonl',
  compression: 'none',
  csvProfile: 'standard',
  metadata: {},
} as const;

/** Writes one file for each 25,000 ids of the request. */
export async function runDetails(
  deps: Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'log' | 'tracer'>,
  claim: Claim,
  job: JobOf<'property-details'>,
  signal: AbortSignal,
): Promise<readonly ResultFile[]> {
  const { spec } = job;
  const version = await jobDataVersion(deps, job);
  const ids = Float64Array.from(decodePropertyIds(await jobPropertyIds(deps, job)));
  const plan = compileDetailFiles(spec, version, ids, spec.fileSizes);
  const { contentType, ...format } = NDJSON;
  const files = spec.fileSizes.map((_, part) => ({ filename: `${job.id}_${part}.ndjson`, contentType }));
  return writeResults(deps, claim, signal, ({ watch, writePlan }) => {
    // There is work to do before the first row: the job has begun.
    watch.onProgress({ phase: 'running', rowsWritten: 0, rowsTotal: ids.length });
    return writePlan(plan, files, format);
  });
}
