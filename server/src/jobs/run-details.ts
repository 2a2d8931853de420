import type { Claim } from '../core/database.ts';
import type { JobOf, ResultFile } from '../core/job.ts';
import type { Deps, EngineProgress } from '../core/ports.ts';
import { decodePropertyIds } from '../core/property-ids.ts';
import { compileDetails } from '../reports/compile-details.ts';
import { jobDataVersion, jobPropertyIds } from './read.ts';
import { writeResults } from './result-writer.ts';

/** "The file type returned by each result URL is NDJSON." */
export const NDJSON = {
  contentType: 'application/x-ndjson',
  format: 'jsonl',
  compression: 'none',
  csvProfile: 'standard',
  metadata: {},
} as const;

/** The engine counts within one file, the customer over all of them. */
function overall(
  onProgress: (progress: EngineProgress) => void,
  done: number,
  total: number,
): (progress: EngineProgress) => void {
  return ({ rowsWritten }) => onProgress({ phase: 'running', rowsWritten: done + rowsWritten, rowsTotal: total });
}

/** Writes one file for each 25,000 ids of the request, one after the other: memory holds one file's ids. */
export async function runDetails(
  deps: Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'tracer'>,
  claim: Claim,
  job: JobOf<'property-details'>,
  signal: AbortSignal,
): Promise<readonly ResultFile[]> {
  const { spec } = job;
  const version = await jobDataVersion(deps, job);
  const ids = Float64Array.from(decodePropertyIds(await jobPropertyIds(deps, job)));
  return writeResults(deps, claim, signal, async ({ watch, write }) => {
    const files: ResultFile[] = [];
    let done = 0;
    for (const [part, size] of spec.fileSizes.entries()) {
      const query = compileDetails(spec, version, ids.subarray(done, done + size));
      const onProgress = overall(watch.onProgress, done, ids.length);
      const { contentType, ...target } = NDJSON;
      const file = { filename: `${job.id}_${part}.ndjson`, contentType };
      files.push(
        await write(file, (path) =>
          deps.engine.write(query, { path, ...target }, { signal: watch.signal, onProgress }),
        ),
      );
      done += size;
    }
    return files;
  });
}
