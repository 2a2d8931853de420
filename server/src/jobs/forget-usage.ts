import { addMonths } from '../core/dates.ts';
import type { Deps } from '../core/ports/deps.ts';
import { quotaMonth } from '../core/quota.ts';

/** Beside the current month: a year, and the month that it is compared with. No rule asks for an earlier one. */
const KEPT_MONTHS = 13;

/** Forgets what was used in months long over. Returns how many, each counted for each account. */
export function forgetOldUsage({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<number> {
  return db.quota.forget(addMonths(quotaMonth(clock()), -KEPT_MONTHS));
}
