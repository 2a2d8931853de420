import { type Caller, requirePermission } from '../core/access.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type MonthUsage, quotaMonth, quotaPeriod } from '../core/quota.ts';

/** What the caller's account has used of its quota this month. */
export async function readUsage({ db, clock }: Pick<Deps, 'db' | 'clock'>, caller: Caller): Promise<MonthUsage> {
  requirePermission(caller, 'view usage');
  const month = quotaMonth(clock());
  return { ...(await db.quota.usage(caller.accountId, month)), period: quotaPeriod(month) };
}
