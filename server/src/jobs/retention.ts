/** Deletes what nobody asks for any more, in small portions: none of them holds up a request. */
import { startOfDay } from '../core/dates.ts';
import type { RetentionStore } from '../core/ports/database/retention.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { Swept } from '../core/ports/telemetry.ts';
import { quotaMonth, quotaPeriod } from '../core/quota.ts';
import { MS_PER_DAY } from '../core/time.ts';
import { DELIVERY_LOG_DAYS } from '../core/webhooks/delivery.ts';

/** A job may have a million ids: two megabytes each. */
const BATCH = 200;
/** In one round; the remainder is deleted in the next. */
const MOST_BATCHES = 500;

type Sweep = (store: RetentionStore, limit: number) => Promise<number>;

function sweepsOf({ clock, policy }: Pick<Deps, 'clock' | 'policy'>): readonly (readonly [Swept, Sweep])[] {
  const now = clock();
  const daysAgo = (days: number) => new Date(now.getTime() - days * MS_PER_DAY);
  const endedBefore = daysAgo(policy.jobRetentionDays);
  const monthStart = startOfDay(quotaPeriod(quotaMonth(now)).start);
  return [
    ['jobs', (store, limit) => store.deleteJobs({ endedBefore, monthStart }, limit)],
    ['runs', (store, limit) => store.deleteRuns(endedBefore, limit)],
    ['deliveries', (store, limit) => store.deleteUnsentTests(daysAgo(DELIVERY_LOG_DAYS), limit)],
    ['windows', (store, limit) => store.deleteRateWindows(daysAgo(1), limit)],
    ['secrets', (store, limit) => store.deleteWebhookSecrets(now, limit)],
    ['versions', (store, limit) => store.deleteKeptVersions(now, limit)],
  ];
}

/** Deletes all that is past its time, until the signal asks to stop. Resolves with how many rows of each kind. */
export async function forgetOldRows(
  { db, ...deps }: Pick<Deps, 'db' | 'clock' | 'policy'>,
  stopped: AbortSignal,
): Promise<ReadonlyMap<Swept, number>> {
  const counts = new Map<Swept, number>();
  for (const [what, sweep] of sweepsOf(deps)) {
    let deleted = BATCH;
    for (let round = 0; deleted === BATCH && round < MOST_BATCHES && !stopped.aborted; round++) {
      deleted = await sweep(db.retention, BATCH);
      counts.set(what, (counts.get(what) ?? 0) + deleted);
    }
  }
  return counts;
}
