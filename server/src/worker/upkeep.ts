import type { Deps } from '../core/ports.ts';
import { DELIVERY_LOG_DAYS } from '../core/webhook-delivery.ts';
import { sweepStorage } from '../jobs/expire.ts';
import { forgetOldUsage } from '../jobs/forget-usage.ts';
import { forgetOldKeys } from '../jobs/idempotency.ts';
import { tickSchedules } from '../jobs/tick-schedules.ts';

const MS_PER_SECOND = 1000;
const SWEEP_INTERVAL_MS = 300_000;
/** How late a scheduled run may be. Two look-ups in small indexes are what it costs. */
const SCHEDULE_INTERVAL_MS = 5000;

/** Runs at once and then again an interval after each end, never twice at a time; errors are logged. Returns how to stop. */
function repeat(
  intervalMs: number,
  name: string,
  log: Deps['log'],
  work: (stopped: AbortSignal) => Promise<void>,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  async function round(): Promise<void> {
    try {
      await work(stop.signal);
    } catch (error) {
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

/** The chores that any worker does for all: rescue tasks of dead workers, run what is scheduled, delete what is past its time. */
export function startUpkeep(deps: Deps, onRescued: () => void): () => void {
  const { db, log, policy } = deps;
  const releases = [
    repeat((policy.leaseSeconds * MS_PER_SECOND) / 3, 'rescue', log, async () => {
      const rescued = await db.queue.rescue();
      if (rescued === 0) return;
      log.warn('tasks-rescued', { rescued });
      onRescued();
    }),
    repeat(SCHEDULE_INTERVAL_MS, 'schedules', log, async (stopped) => {
      await tickSchedules(deps, stopped);
    }),
    repeat(SWEEP_INTERVAL_MS, 'sweep', log, async () => {
      const swept = await sweepStorage(deps);
      if (Object.values(swept).some((count) => count > 0)) log.info('storage-swept', swept);
    }),
    repeat(SWEEP_INTERVAL_MS, 'prune-deliveries', log, async () => {
      const deliveries = await db.deliveries.prune(DELIVERY_LOG_DAYS);
      if (deliveries > 0) log.info('webhook-log-pruned', { deliveries });
    }),
    repeat(SWEEP_INTERVAL_MS, 'forget-keys', log, async () => {
      const forgotten = await forgetOldKeys(deps);
      if (forgotten > 0) log.info('idempotency-keys-forgotten', { forgotten });
    }),
    repeat(SWEEP_INTERVAL_MS, 'forget-usage', log, async () => {
      const months = await forgetOldUsage(deps);
      if (months > 0) log.info('quota-months-forgotten', { months });
    }),
  ];
  return () => {
    for (const release of releases) release();
  };
}
