import { addMonths } from '../core/dates.ts';
import type { Deps } from '../core/ports/deps.ts';
import { quotaMonth } from '../core/quota.ts';

/** In addition to the current month: a year, and the month that it is compared with. No rule needs an earlier one. */
const KEPT_MONTHS = 13;

/** Deletes the usage of months long past. Returns how many, counted per account. */
export function forgetOldUsage({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<number> {
  return db.quota.forget(addMonths(quotaMonth(clock()), -KEPT_MONTHS));
}
