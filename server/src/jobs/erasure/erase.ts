/** `conveyance warehouse erase-person`: the values of a person go from everywhere, and do not come back. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator } from '../../core/audit.ts';
import { utcDay } from '../../core/dates.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { ErasureRun } from '../../core/ports/database/erasures.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { LOAD_REJECTS_PREFIX } from '../../warehouse/loads/kept-rejects.ts';
import { INCOMING_PREFIX } from '../../warehouse/remote/uploads.ts';
import { eraseFromCurrent } from '../../warehouse/remove/erase-values.ts';
import { WAREHOUSE_PREFIX } from '../../warehouse/sweep.ts';
import { RESULTS_PREFIX } from '../result-key.ts';
import { UPLOADS_PREFIX } from '../upload-key.ts';
import { forgetCopies } from './forget-copies.ts';
import type { PlaceName } from './places.ts';
import { type ErasurePlan, findInVersions, loadsNaming, withoutNames } from './plan.ts';
import {
  destroyResults,
  destroyUploads,
  rejectsNaming,
  resultsNaming,
  unnamedNaming,
  uploadsNaming,
} from './stored-objects.ts';

type Erasing = Pick<Deps, 'db' | 'engine' | 'store' | 'erasureSigner' | 'clock' | 'ids' | 'log' | 'policy' | 'meter'>;

export interface ErasureReport {
  readonly run: number;
  /** The new data version; null if the current one held none of the values. */
  readonly version: number | null;
  readonly droppedVersions: readonly number[];
  /** Jobs that began again on the current version. */
  readonly restartedJobs: number;
  readonly objects: number;
  /** Jobs whose files were destroyed. */
  readonly results: number;
  readonly uploads: number;
  readonly cancelledJobs: number;
  /** Files of data that operators had sent over HTTP. */
  readonly incoming: number;
  /** Files with rows that loads rejected. */
  readonly rejects: number;
  readonly notes: number;
  /** Versions of objects that the bucket had kept. */
  readonly remains: number;
}

export interface ErasureWatch extends Watch {
  readonly onPlace?: (place: PlaceName) => void;
}

interface Run {
  readonly run: ErasureRun;
  readonly plan: ErasurePlan;
  readonly by: string;
  /** Today. */
  readonly day: string;
  readonly watch: ErasureWatch;
}

function begin({ db }: Pick<Deps, 'db'>, { values }: ErasurePlan, by: string): Promise<ErasureRun> {
  return db.transaction(async ({ erasures, audit }) => {
    const run = await erasures.begin(by, values);
    const words = `erasure ${run.id} of ${values.length === 1 ? 'a value' : `${values.length} values`} begun, by ${by}`;
    await audit.append(entryByOperator('person-erased', OPERATORS_ACCOUNT, words));
    return run;
  });
}

/** Versions that hold a value and are not current, in one step with the jobs on them. */
async function dropVersions(deps: Erasing, { run, plan, watch }: Run) {
  const values = plan.values.map(({ compared }) => compared);
  const { versions } = await findInVersions(deps, values, { signal: watch.signal });
  const gone = versions.filter(({ isCurrent }) => !isCurrent).map(({ version }) => version);
  const dropped = await deps.db.erasures.dropVersions(run.id, gone);
  if (dropped === null) {
    throw new ConveyanceError(
      'unavailable',
      'A backup is being made, which keeps the old data versions. The person is out of the current one; do the same again when the backup is done',
    );
  }
  for (const key of dropped.keys) await deps.store.delete(key);
  return { droppedVersions: gone, restartedJobs: dropped.restarted.length };
}

async function eraseObjects(deps: Erasing, { plan, watch }: Run): Promise<number> {
  const keys = await unnamedNaming(deps, plan.pattern, plan.looked, watch);
  for (const key of keys) await deps.store.delete(key);
  return keys.length;
}

/** Looks again at what has come since the plan. */
async function eraseResults(deps: Erasing, { plan, day, watch }: Run): Promise<number> {
  const { pattern, cleanVersions, looked } = plan;
  const jobs = await resultsNaming(deps, { pattern, cleanVersions }, looked, watch);
  await destroyResults(deps, jobs, day);
  return jobs.length;
}

async function eraseUploads(deps: Erasing, { plan, day, watch }: Run) {
  const keys = await uploadsNaming(deps, plan.pattern, plan.looked, watch);
  return { uploads: keys.length, cancelledJobs: await destroyUploads(deps, keys, day) };
}

/** Whatever they hold: a value may stand where one piece of a file ends and the next begins. */
async function eraseIncoming({ db, store }: Erasing): Promise<number> {
  const uploads = await db.uploads.list();
  for (const { id } of uploads) {
    for (const key of (await db.uploads.remove(id)) ?? []) await store.delete(key);
  }
  for await (const { key } of store.list(INCOMING_PREFIX)) await store.delete(key);
  return uploads.length;
}

async function eraseRejects(deps: Erasing, { plan, watch }: Run): Promise<number> {
  const keys = await rejectsNaming(deps, plan.pattern, plan.looked, watch);
  await deps.db.loads.forgetRejects(keys);
  for (const key of keys) await deps.store.delete(key);
  return keys.length;
}

async function eraseNotes({ db }: Erasing, { plan }: Run): Promise<number> {
  const values = plan.values.map(({ compared }) => compared);
  let rewritten = 0;
  for (const { version, origin } of await db.warehouse.versions()) {
    const without = withoutNames(origin, values);
    if (without === null) continue;
    await db.erasures.rewriteOrigin(version, without);
    rewritten++;
  }
  for (const { number, texts } of await loadsNaming({ db }, values)) {
    await db.loads.rewrite(number, texts);
    rewritten++;
  }
  return rewritten;
}

const PREFIXES = [WAREHOUSE_PREFIX, RESULTS_PREFIX, UPLOADS_PREFIX, INCOMING_PREFIX, LOAD_REJECTS_PREFIX];

async function purge({ store }: Erasing): Promise<number> {
  let purged = 0;
  for (const prefix of PREFIXES) purged += await store.purge(prefix);
  return purged;
}

/**
 * Erases what the plan has found, and what has come since. Each step can be done again: one that was cut is begun anew with the same values,
 * and finds what is left. From the first step on no change of the data brings the values back. Throws `unavailable` while a backup is made.
 */
export async function erasePerson(
  deps: Erasing,
  plan: ErasurePlan,
  by: string,
  watch: ErasureWatch,
): Promise<ErasureReport> {
  const at = (place: PlaceName) => {
    watch.signal.throwIfAborted();
    watch.onPlace?.(place);
  };
  at('list');
  const run: Run = { run: await begin(deps, plan, by), plan, by, day: utcDay(deps.clock()), watch };
  at('current');
  const values = plan.values.map(({ compared }) => compared);
  const version = await eraseFromCurrent(deps, values, by, { signal: watch.signal });
  at('versions');
  const versions = await dropVersions(deps, run);
  at('objects');
  const objects = await eraseObjects(deps, run);
  at('results');
  const results = await eraseResults(deps, run);
  at('uploads');
  const uploads = await eraseUploads(deps, run);
  at('incoming');
  const incoming = await eraseIncoming(deps);
  at('rejects');
  const rejects = await eraseRejects(deps, run);
  at('notes');
  const notes = await eraseNotes(deps, run);
  at('remains');
  const remains = await purge(deps);
  at('copies');
  await forgetCopies(deps);
  const report = {
    run: run.run.id,
    version: version?.version ?? null,
    ...versions,
    objects,
    results,
    ...uploads,
    incoming,
    rejects,
    notes,
    remains,
  };
  await end(deps, run, report);
  return report;
}

async function end({ db, log }: Erasing, { run, plan, by }: Run, report: ErasureReport): Promise<void> {
  await db.transaction(async ({ erasures, audit }) => {
    await erasures.end(run.id, plan.values);
    const words = `erasure ${run.id} ended: ${report.droppedVersions.length} data versions, files of ${report.results} jobs and ${report.uploads} uploads destroyed, by ${by}`;
    await audit.append(entryByOperator('person-erased', OPERATORS_ACCOUNT, words));
  });
  log.info('person-erased', { ...report });
}
