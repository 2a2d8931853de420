import type { Deps } from '../core/ports/deps.ts';
import { MS_PER_DAY } from '../core/time.ts';
import type { HistoryTerms } from '../core/versions/kept.ts';

/** Where every object of the warehouse is. */
export const WAREHOUSE_PREFIX = 'warehouse/';

/** A load seals its first file before it writes the others and commits: a day is longer than any load. */
export const ORPHAN_AGE_MS = MS_PER_DAY;

/** Keys that are asked about at a time. */
const KEYS_AT_ONCE = 1000;

type Sweeping = Pick<Deps, 'db' | 'store' | 'clock'>;

async function deleteUnheld({ db, store }: Sweeping, keys: readonly string[]): Promise<readonly string[]> {
  const held = await db.warehouse.held(keys);
  const orphans = keys.filter((key) => !held.has(key));
  for (const key of orphans) await store.delete(key);
  return orphans;
}

/**
 * Drops versions that nothing reads and the policy does not keep, and deletes their objects and those that an interrupted change left.
 * Resolves with the deleted keys.
 */
export async function sweepWarehouse(deps: Sweeping & { readonly policy: HistoryTerms }): Promise<readonly string[]> {
  const { db, store, clock, policy } = deps;
  const deleted: string[] = [];
  for (const key of await db.warehouse.prune(policy)) {
    await store.delete(key);
    deleted.push(key);
  }
  const youngest = clock().getTime() - ORPHAN_AGE_MS;
  let old: string[] = [];
  for await (const { key, modifiedAt } of store.list(WAREHOUSE_PREFIX)) {
    if (modifiedAt.getTime() > youngest) continue;
    old.push(key);
    if (old.length < KEYS_AT_ONCE) continue;
    deleted.push(...(await deleteUnheld(deps, old)));
    old = [];
  }
  return [...deleted, ...(await deleteUnheld(deps, old))];
}
