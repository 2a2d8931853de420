/** Deletes what nobody asks for any more, in small portions: none of them holds up a request. */
import { startOfDay } from '../core/dates.ts';
import type { Tables } from '../core/ports/database/database.ts';
import { NODE_KEPT_DAYS } from '../core/ports/database/nodes.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { Swept } from '../core/ports/telemetry.ts';
import { quotaMonth, quotaPeriod } from '../core/quota.ts';
import { MS_PER_DAY } from '../core/time.ts';
import { DELIVERY_LOG_DAYS } from '../core/webhooks/delivery.ts';
import { LOADS_KEPT_DAYS } from '../warehouse/loads/kept-rejects.ts';

/** A job may have a million ids: two megabytes each. */
const BATCH = 200;
/** In one round; the remainder is deleted in the next. */
const MOST_BATCHES = 500;

type Sweep = (stores: Pick<Tables, 'retention' | 'nodes' | 'loads'>, limit: number) => Promise<number>;

function sweepsOf({ clock, policy }: Pick<Deps, 'clock' | 'policy'>): readonly (readonly [Swept, Sweep])[] {
  const now = clock();
  const daysAgo = (days: number) => new Date(now.getTime() - days * MS_PER_DAY);
  const endedBefore = daysAgo(policy.jobRetentionDays);
  const monthStart = startOfDay(quotaPeriod(quotaMonth(now)).start);
  return [
    ['jobs', ({ retention }, limit) => retention.deleteJobs({ endedBefore, monthStart }, limit)],
    ['runs', ({ retention }, limit) => retention.deleteRuns(endedBefore, limit)],
    ['deliveries', ({ retention }, limit) => retention.deleteUnsentTests(daysAgo(DELIVERY_LOG_DAYS), limit)],
    ['windows', ({ retention }, limit) => retention.deleteRateWindows(daysAgo(1), limit)],
    ['secrets', ({ retention }, limit) => retention.deleteWebhookSecrets(now, limit)],
    ['versions', ({ retention }, limit) => retention.deleteKeptVersions(now, limit)],
    ['nodes', ({ nodes }, limit) => nodes.forget(daysAgo(NODE_KEPT_DAYS), limit)],
    ['sessions', ({ retention }, limit) => retention.deleteSessions(now, limit)],
    ['loads', ({ loads }, limit) => loads.deleteOld(daysAgo(LOADS_KEPT_DAYS), limit)],
    ['invitations', ({ retention }, limit) => retention.deleteInvitations(now, limit)],
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
      deleted = await sweep(db, BATCH);
      counts.set(what, (counts.get(what) ?? 0) + deleted);
    }
  }
  return counts;
}
