/** Objects of the store that name a person: which they are, and how they go. */
import type { Job, JobKey, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { namesOneOf } from '../../warehouse/erase/look.ts';
import { LOAD_REJECTS_PREFIX } from '../../warehouse/loads/kept-rejects.ts';
import { WAREHOUSE_PREFIX } from '../../warehouse/sweep.ts';
import { finishJob } from '../finish.ts';
import { RESULTS_PREFIX } from '../result-key.ts';
import { jobOfUpload, UPLOADS_PREFIX } from '../upload-key.ts';

type Looking = Pick<Deps, 'db' | 'engine' | 'store'>;

interface LookWatch extends Watch {
  readonly onLooked?: (done: number) => void;
}

const BATCH = 500;

/** Objects never change: what was looked at and names nobody needs no second look. */
export type Looked = Map<string, boolean>;

async function look(
  deps: Looking,
  object: Parameters<typeof namesOneOf>[1],
  pattern: string,
  looked: Looked,
  watch: LookWatch,
): Promise<boolean> {
  watch.signal.throwIfAborted();
  const known = looked.get(object.key);
  if (known !== undefined) return known;
  const found = await namesOneOf(deps, object, pattern, watch);
  looked.set(object.key, found);
  watch.onLooked?.(looked.size);
  return found;
}

/** A file of a version that was searched and does not hold the value cannot have brought it; a match writes what its customer sent. */
function cannotHold({ kind, dataVersion }: Job, cleanVersions: ReadonlySet<number>): boolean {
  return kind !== 'match' && cleanVersions.has(dataVersion);
}

/** Jobs with a result file that names one of the values. */
export async function resultsNaming(
  deps: Looking,
  { pattern, cleanVersions }: { readonly pattern: string; readonly cleanVersions: ReadonlySet<number> },
  looked: Looked,
  watch: LookWatch,
): Promise<readonly Job[]> {
  const found: Job[] = [];
  let after: string | null = null;
  for (;;) {
    const jobs: readonly Job[] = await deps.db.erasures.withResults(BATCH, after);
    for (const job of jobs) {
      if (cannotHold(job, cleanVersions)) continue;
      const named = (file: ResultFile) => look(deps, { ...file, name: file.filename }, pattern, looked, watch);
      for (const file of job.results) {
        if (!(await named(file))) continue;
        found.push(job);
        break;
      }
    }
    after = jobs.at(-1)?.id ?? null;
    if (jobs.length < BATCH) return found;
  }
}

/** Keys below the prefix of objects that name one of the values. */
async function objectsNaming(
  deps: Looking,
  prefix: string,
  isNamed: (key: string) => Promise<boolean>,
  pattern: string,
  looked: Looked,
  watch: LookWatch,
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of deps.store.list(prefix)) {
    if (await isNamed(key)) continue;
    if (await look(deps, { key, name: key }, pattern, looked, watch)) found.push(key);
  }
  return found;
}

export function uploadsNaming(
  deps: Looking,
  pattern: string,
  looked: Looked,
  watch: LookWatch,
): Promise<readonly string[]> {
  return objectsNaming(deps, UPLOADS_PREFIX, async () => false, pattern, looked, watch);
}

export function rejectsNaming(
  deps: Looking,
  pattern: string,
  looked: Looked,
  watch: LookWatch,
): Promise<readonly string[]> {
  return objectsNaming(deps, LOAD_REJECTS_PREFIX, async () => false, pattern, looked, watch);
}

/** Of objects that no version and no job names. */
export async function unnamedNaming(
  deps: Looking,
  pattern: string,
  looked: Looked,
  watch: LookWatch,
): Promise<readonly string[]> {
  const held = await deps.db.warehouse.held();
  const staged = await objectsNaming(deps, WAREHOUSE_PREFIX, async (key) => held.has(key), pattern, looked, watch);
  const isResult = (key: string) => deps.db.jobs.isResultKey(key);
  const lost = await objectsNaming(deps, RESULTS_PREFIX, isResult, pattern, looked, watch);
  return [...staged, ...lost];
}

/** @param at a day. */
function destroyedWords(what: string, at: string): string {
  return `${what} on ${at}, because of a person who has had their data erased`;
}

/** First the job says so: what is left of its files if this is cut belongs to no job. */
export async function destroyResults(
  { db, store }: Pick<Deps, 'db' | 'store'>,
  jobs: readonly Job[],
  at: string,
): Promise<void> {
  for (const job of jobs) {
    const words = destroyedWords('The files of the result were destroyed', at);
    await db.erasures.forgetResults(job, `${words}; submit the job again for one without it`);
    for (const { key } of job.results) await store.delete(key);
  }
}

async function cancelJob(
  deps: Pick<Deps, 'db' | 'ids' | 'policy' | 'meter'>,
  key: JobKey,
  at: string,
): Promise<boolean> {
  const ended = await deps.db.transaction(async (tx) => {
    const job = await finishJob(tx, deps, key, { outcome: 'cancelled' });
    if (job === null) return null;
    await tx.queue.drop(key);
    await tx.erasures.warn(
      key,
      `${destroyedWords('The job was cancelled and its upload destroyed', at)}; send it without them`,
    );
    return job;
  });
  if (ended !== null) deps.meter.jobEnded(ended);
  return ended !== null;
}

/** Jobs that still needed them are cancelled. Resolves with how many were. */
export async function destroyUploads(
  deps: Pick<Deps, 'db' | 'store' | 'ids' | 'policy' | 'meter'>,
  keys: readonly string[],
  at: string,
): Promise<number> {
  let cancelled = 0;
  for (const key of keys) {
    const job = jobOfUpload(key);
    if (job !== null && (await cancelJob(deps, job, at))) cancelled++;
    await deps.store.delete(key);
  }
  return cancelled;
}
