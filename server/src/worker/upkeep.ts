import type { Deps } from '../core/ports/deps.ts';
import type { Chore } from '../core/ports/telemetry.ts';
import { HEARTBEATS_PER_LEASE } from '../core/retry.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import { DELIVERY_LOG_DAYS } from '../core/webhooks/delivery.ts';
import { forgetOldKeys } from '../jobs/create/idempotency.ts';
import { sweepStorage } from '../jobs/expire.ts';
import { forgetOldEntries } from '../jobs/forget-audit.ts';
import { forgetOldUsage } from '../jobs/forget-usage.ts';
import { renewByChore } from '../jobs/renew-keys.ts';
import { forgetOldRows } from '../jobs/retention.ts';
import { tickSchedules } from '../jobs/schedules/tick.ts';
import { runFeeds } from './feeds.ts';
import { runRemoteLoads } from './remote-loads.ts';

const SWEEP_INTERVAL_MS = 300_000;
/** How late a scheduled run may be. It costs two look-ups in small indexes. */
const SCHEDULE_INTERVAL_MS = 5000;
/** Who asked for a load waits for it. It costs one look-up in a small index. */
const LOADS_INTERVAL_MS = 2000;
/** Who changes keys wants to see the end of it. It costs a look at some rows. */
const KEYS_INTERVAL_MS = 30_000;

/** Runs immediately and then again an interval after each end, never twice at a time; errors are logged while it goes on. Returns a function that stops it. */
function repeat(
  { log, meter }: Pick<Deps, 'log' | 'meter'>,
  name: Chore,
  intervalMs: number,
  work: (stopped: AbortSignal) => Promise<void>,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  async function round(): Promise<void> {
    try {
      await work(stop.signal);
      meter.choreDone(name, true);
    } catch (error) {
      // Stopped in the middle, as a server right after its start: the database is being closed below it. Its next start does the rest.
      if (stop.signal.aborted) return;
      meter.choreDone(name, false);
      log.error('upkeep-failed', { name, error });
    }
    if (!stop.signal.aborted) timer = setTimeout(() => void round(), intervalMs).unref();
  }
  void round();
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}

/** The chores that any worker does for all: rescue tasks of dead workers, run what is scheduled, delete what has expired. */
export function startUpkeep(deps: Deps, onRescued: () => void): () => void {
  const { db, log, meter, policy } = deps;
  const releases = [
    repeat(deps, 'rescue', (policy.leaseSeconds * MS_PER_SECOND) / HEARTBEATS_PER_LEASE, async () => {
      const spared = await db.queue.beat(policy.leaseSeconds);
      if (spared > 0) log.warn('leases-extended', { spared });
      const rescued = await db.queue.rescue();
      if (rescued === 0) return;
      meter.tasksRescued(rescued);
      log.warn('tasks-rescued', { rescued });
      onRescued();
    }),
    repeat(deps, 'schedules', SCHEDULE_INTERVAL_MS, async (stopped) => {
      await tickSchedules(deps, stopped);
    }),
    repeat(deps, 'sweep', SWEEP_INTERVAL_MS, async () => {
      const swept = await sweepStorage(deps);
      meter.swept('results', swept.expired);
      meter.swept('orphans', swept.orphans);
      meter.swept('uploads', swept.uploads);
      meter.swept('warehouse', swept.warehouse);
      meter.swept('scratch', swept.scratch);
      if (Object.values(swept).some((count) => count > 0)) log.info('storage-swept', swept);
    }),
    repeat(deps, 'loads', LOADS_INTERVAL_MS, (stopped) => runRemoteLoads(deps, stopped)),
    repeat(deps, 'feeds', SCHEDULE_INTERVAL_MS, (stopped) => runFeeds(deps, stopped)),
    repeat(deps, 'prune-deliveries', SWEEP_INTERVAL_MS, async () => {
      const deliveries = await db.deliveries.prune(DELIVERY_LOG_DAYS);
      meter.swept('deliveries', deliveries);
      if (deliveries > 0) log.info('webhook-log-pruned', { deliveries });
    }),
    repeat(deps, 'forget-keys', SWEEP_INTERVAL_MS, async () => {
      const forgotten = await forgetOldKeys(deps);
      meter.swept('keys', forgotten);
      if (forgotten > 0) log.info('idempotency-keys-forgotten', { forgotten });
    }),
    repeat(deps, 'forget-usage', SWEEP_INTERVAL_MS, async () => {
      const months = await forgetOldUsage(deps);
      meter.swept('usage', months);
      if (months > 0) log.info('quota-months-forgotten', { months });
    }),
    repeat(deps, 'forget-audit', SWEEP_INTERVAL_MS, async () => {
      const entries = await forgetOldEntries(deps);
      meter.swept('audit', entries);
      if (entries > 0) log.info('audit-entries-forgotten', { entries });
    }),
    repeat(deps, 'retention', SWEEP_INTERVAL_MS, async (stopped) => {
      const deleted = await forgetOldRows(deps, stopped);
      for (const [what, count] of deleted) meter.swept(what, count);
      if ([...deleted.values()].some((count) => count > 0)) log.info('old-rows-deleted', Object.fromEntries(deleted));
    }),
    repeat(deps, 'renew-keys', KEYS_INTERVAL_MS, async (stopped) => {
      const { sealed, dropped } = await renewByChore(deps, stopped);
      if (sealed + dropped > 0) log.info('keys-renewed', { sealed, dropped });
    }),
  ];
  return () => {
    for (const release of releases) release();
  };
}
