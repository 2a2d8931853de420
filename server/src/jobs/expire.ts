import type { Deps } from '../core/ports/deps.ts';
import { UPLOAD_SUFFIX } from '../core/ports/intake.ts';
import { MS_PER_DAY, MS_PER_SECOND } from '../core/time.ts';
import { sweepRejects } from '../warehouse/loads/kept-rejects.ts';
import { sweepIncoming } from '../warehouse/remote/sweep.ts';
import { sweepWarehouse } from '../warehouse/sweep.ts';
import { RESULTS_PREFIX, SCRATCH_SUFFIX } from './result-key.ts';
import { jobOfUpload, UPLOADS_PREFIX } from './upload-key.ts';

const BATCH = 100;
/** An object is sealed moments before its job is committed; ten minutes is far beyond any pause between the two. */
export const ORPHAN_AGE_MS = 600_000;
/** A load keeps its checked rows in scratch while it writes: a day is longer than any load. */
const LOAD_SCRATCH_AGE_MS = MS_PER_DAY;

function lastLinkDead({ clock, policy }: Pick<Deps, 'clock' | 'policy'>): Date {
  return new Date(clock().getTime() - Math.max(policy.linkTtlSeconds, policy.reonomyLinkTtlSeconds) * MS_PER_SECOND);
}

/**
 * Deletes results a link's lifetime after their retention: the last link may have been made just before its end. None while a backup
 * runs, which is asked after the jobs were read: a backup that begins later finds them past their time.
 */
export async function expireResults(deps: Pick<Deps, 'db' | 'store' | 'clock' | 'policy'>): Promise<number> {
  const { db, store } = deps;
  const jobs = await db.jobs.expired(lastLinkDead(deps), BATCH);
  if (jobs.length > 0 && (await db.backupRuns())) return 0;
  for (const job of jobs) {
    for (const { key } of job.results) await store.delete(key);
    await db.jobs.forgetFiles(job);
  }
  return jobs.length;
}

async function* orphanResults({
  db,
  store,
  clock,
}: Pick<Deps, 'db' | 'store' | 'clock'>): AsyncGenerator<string, void, undefined> {
  const youngest = new Date(clock().getTime() - ORPHAN_AGE_MS);
  for await (const { key, modifiedAt } of store.list(RESULTS_PREFIX)) {
    if (modifiedAt <= youngest && !(await db.jobs.isResultKey(key))) yield key;
  }
}

/** What the next sweep would find: jobs whose results are past their time (not more than it takes at once), and files that no job names. */
export async function countLeftovers(
  deps: Pick<Deps, 'db' | 'store' | 'clock' | 'policy'>,
): Promise<{ readonly expired: number; readonly orphans: number }> {
  let orphans = 0;
  for await (const _key of orphanResults(deps)) orphans++;
  return { expired: (await deps.db.jobs.expired(lastLinkDead(deps), BATCH)).length, orphans };
}

/** Deletes result files that no job names: sealed by an attempt that died, or lost its claim, before it could commit. */
export async function sweepOrphanResults(deps: Pick<Deps, 'db' | 'store' | 'clock'>): Promise<readonly string[]> {
  const { store, clock } = deps;
  const youngest = new Date(clock().getTime() - ORPHAN_AGE_MS);
  const deleted: string[] = [];
  for await (const key of orphanResults(deps)) {
    await store.delete(key);
    deleted.push(key);
  }
  await store.sweepScratch({ olderThan: youngest, suffix: SCRATCH_SUFFIX });
  // One that is still arriving is written to more often than that: a slow client is cut off.
  await store.sweepScratch({ olderThan: youngest, suffix: UPLOAD_SUFFIX });
  return deleted;
}

/** Deletes uploads that no unfinished job will read: of jobs that ended, and of requests that were refused. */
export async function sweepUploads({ db, store, clock }: Pick<Deps, 'db' | 'store' | 'clock'>): Promise<number> {
  const youngest = new Date(clock().getTime() - ORPHAN_AGE_MS);
  let deleted = 0;
  for await (const { key, modifiedAt } of store.list(UPLOADS_PREFIX)) {
    if (modifiedAt > youngest) continue;
    const owner = jobOfUpload(key);
    const job = owner === null ? null : await db.jobs.get(owner);
    if (job?.status === 'submitted') continue;
    // Asked after the job: one that ended before a backup began is not among those whose upload it keeps.
    if (job !== null && (await db.backupRuns())) continue;
    await store.delete(key);
    deleted++;
  }
  return deleted;
}

/** Deletes everything that nothing refers to any more: results, scratch files, data versions and their objects. */
export async function sweepStorage(deps: Pick<Deps, 'db' | 'store' | 'clock' | 'policy'>) {
  const expired = await expireResults(deps);
  const orphans = await sweepOrphanResults(deps);
  const uploads = (await sweepUploads(deps)) + (await sweepIncoming(deps)) + (await sweepRejects(deps));
  const warehouse = await sweepWarehouse(deps);
  const stale = new Date(deps.clock().getTime() - LOAD_SCRATCH_AGE_MS);
  const scratch = await deps.store.sweepScratch({ olderThan: stale, suffix: '' });
  return { expired, orphans: orphans.length, uploads, warehouse: warehouse.length, scratch };
}
