/** Jobs ended by hand, as a worker would end them. */
import { writeFile } from 'node:fs/promises';
import type { JobFailure, JobKey, ResultFile } from '../../src/core/job.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { resultKey } from '../../src/jobs/result-key.ts';

const DAY_MS = 86_400_000;
const TERMS = { workerId: 'test', leaseSeconds: 30, accountConcurrency: 1000 };

/** Claims until the job's turn comes; resolves with the attempt. */
export async function claimJob({ db }: Pick<Deps, 'db'>, key: JobKey): Promise<number> {
  for (;;) {
    const claim = await db.queue.claim(TERMS);
    if (claim === null) throw new Error(`job ${key.id} is not queued`);
    if (claim.job.id === key.id) return claim.attempt;
  }
}

export async function failJob(deps: Pick<Deps, 'db'>, key: JobKey, failure: JobFailure): Promise<void> {
  const attempt = await claimJob(deps, key);
  await deps.db.jobs.finish(key, { outcome: 'failed', attempt, failure });
}

/** Seals a file with the text, then commits. */
export async function succeedJob(
  deps: Pick<Deps, 'db' | 'store'>,
  key: JobKey,
  text: string | Uint8Array,
  expiresAt = new Date(Date.now() + DAY_MS),
  rows = 2,
): Promise<ResultFile> {
  const attempt = await claimJob(deps, key);
  const filename = 'property_2025-12-01_2025-12-31.csv';
  const path = await deps.store.scratch(`${key.id}.part`);
  await writeFile(path, text);
  const objectKey = resultKey(key, attempt, filename);
  const sealed = await deps.store.put(objectKey, path);
  const result = { key: objectKey, filename, contentType: 'text/csv; charset=utf-8', rows, ...sealed };
  await deps.db.jobs.finish(key, { outcome: 'succeeded', attempt, results: [result], expiresAt });
  return result;
}
