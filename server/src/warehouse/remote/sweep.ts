/** What is left of uploads and of the loads that were made of them. */
import type { Deps } from '../../core/ports/deps.ts';
import { SECONDS_PER_DAY } from '../../core/time.ts';
import { ORPHAN_AGE_MS } from '../sweep.ts';
import { deleteUpload, INCOMING_PREFIX } from './uploads.ts';

const SWEPT_AT_ONCE = 100;
/** What became of a load can be asked for so long. */
export const LOAD_KEPT_SECONDS = 7 * SECONDS_PER_DAY;

/** Deletes uploads that nobody went on with or loaded, what is known of loads that ended long ago, and parts that belong to nothing. */
export async function sweepIncoming({ db, store, clock }: Pick<Deps, 'db' | 'store' | 'clock'>): Promise<number> {
  let deleted = 0;
  for (const id of await db.uploads.expired(SWEPT_AT_ONCE)) {
    await deleteUpload({ db, store }, id);
    deleted++;
  }
  for (const key of await db.remoteLoads.forget(LOAD_KEPT_SECONDS, SWEPT_AT_ONCE)) await store.delete(key);
  // A part is sealed moments before it belongs to its upload; one that is sent as a whole waits for its end, which is not a day away.
  const youngest = clock().getTime() - ORPHAN_AGE_MS;
  for await (const { key, modifiedAt } of store.list(INCOMING_PREFIX)) {
    if (modifiedAt.getTime() > youngest || (await db.uploads.isHeld(key))) continue;
    await store.delete(key);
    deleted++;
  }
  return deleted;
}
