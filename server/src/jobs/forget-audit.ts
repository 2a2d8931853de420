import type { Deps } from '../core/ports/deps.ts';
import { MS_PER_DAY } from '../core/time.ts';

/** In one transaction: a sweep must not hold the log for long. */
const BATCH = 10_000;

/** Deletes the entries of the audit log that have outlived the retention. Returns how many. */
export async function forgetOldEntries({ db, clock, policy }: Pick<Deps, 'db' | 'clock' | 'policy'>): Promise<number> {
  if (policy.auditRetentionDays === 0) return 0;
  const before = new Date(clock().getTime() - policy.auditRetentionDays * MS_PER_DAY);
  let forgotten = 0;
  for (let deleted = BATCH; deleted === BATCH; forgotten += deleted) deleted = await db.audit.prune(before, BATCH);
  return forgotten;
}
