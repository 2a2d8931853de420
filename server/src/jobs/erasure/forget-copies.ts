/** What a node does after an erasure: it lets go of what it has copied. */
import type { Deps } from '../../core/ports/deps.ts';
import { ORPHAN_AGE_MS } from '../expire.ts';

/** Of the checked rows of loads. One that began before the erasure is refused at its end, and begins again. */
const LOADED_ROWS = '.parquet';

/**
 * Deletes the copies of objects that no data version has, and what loads that died have left unfinished here. False if some copies are being
 * read: later again.
 */
export async function forgetCopies({ db, store, clock }: Pick<Deps, 'db' | 'store' | 'clock'>): Promise<boolean> {
  await store.sweepScratch({ olderThan: new Date(clock().getTime() - ORPHAN_AGE_MS), suffix: LOADED_ROWS });
  if (store.copies === null) return true;
  return store.copies.keepOnly(await db.warehouse.held());
}
