import type { Deps } from '../core/ports/deps.ts';
import { MS_PER_DAY } from '../core/time.ts';

/** Where every object of the warehouse is. */
export const WAREHOUSE_PREFIX = 'warehouse/';

/** A load seals its first file before it writes the others and commits: a day is longer than any load. */
export const ORPHAN_AGE_MS = MS_PER_DAY;

/**
 * Drops versions that nothing reads, and deletes their objects and those that an interrupted load left.
 * Resolves with the deleted keys.
 */
export async function sweepWarehouse({
  db,
  store,
  clock,
}: Pick<Deps, 'db' | 'store' | 'clock'>): Promise<readonly string[]> {
  const deleted: string[] = [];
  for (const key of await db.warehouse.prune()) {
    await store.delete(key);
    deleted.push(key);
  }
  const youngest = clock().getTime() - ORPHAN_AGE_MS;
  for await (const { key, modifiedAt } of store.list(WAREHOUSE_PREFIX)) {
    if (modifiedAt.getTime() > youngest || (await db.warehouse.holds(key))) continue;
    await store.delete(key);
    deleted.push(key);
  }
  return deleted;
}
