import { type Caller, may, PERMISSIONS, requirePermission } from '../core/access.ts';
import { addDays, startOfDay, utcDay } from '../core/dates.ts';
import type { DailyUsage } from '../core/ports/database/jobs.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type MonthUsage, quotaMonth, quotaPeriod } from '../core/quota.ts';

/** What the caller's account has used of its quota this month. */
export async function readUsage({ db, clock }: Pick<Deps, 'db' | 'clock'>, caller: Caller): Promise<MonthUsage> {
  requirePermission(caller, 'view usage');
  const month = quotaMonth(clock());
  return { ...(await db.quota.usage(caller.accountId, month)), period: quotaPeriod(month) };
}

/** Bounds what one look costs, however many jobs an account makes. */
const MOST_JOBS = 100_000;

/**
 * What the jobs of the last days came to, by the credential that asked for each. What keys and tokens are called is told to whoever may see
 * them, as elsewhere.
 *
 * @param days with today.
 */
export async function readDailyUsage(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  days: number,
): Promise<DailyUsage> {
  requirePermission(caller, 'view usage');
  const last = utcDay(clock());
  const first = addDays(last, 1 - days);
  const usage = await db.jobs.usageByDay(caller.accountId, startOfDay(first), MOST_JOBS);
  const maySeeNames = may(caller, PERMISSIONS['view access keys']);
  return {
    ...{ first, last, isWhole: usage.reduce((sum, { jobs }) => sum + jobs, 0) < MOST_JOBS },
    usage: maySeeNames ? usage : usage.map((each) => ({ ...each, name: null })),
  };
}
