/** A change of the data becomes current, and who made it is written down: both or neither. */
import { OPERATORS_ACCOUNT } from '../core/access.ts';
import { entryByOperator } from '../core/audit.ts';
import type { Tables } from '../core/ports/database/database.ts';
import type { DataVersion, WarehouseStore } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { Watch } from '../core/ports/engine.ts';
import { findMatches } from './visible.ts';

/** How often a change is begun again because another one was committed meanwhile. */
export const MAX_TRIES = 5;

/** Who has not held the tables against the list of erased values cannot commit them. */
type Change = Parameters<WarehouseStore['commit']>[0] & { readonly erasures: number };

/** `version 42: rollback to version 41, by alice`. The version itself has all of its origin. */
function subjectOf(version: number, { origin }: Change): string {
  if (origin === undefined) return `version ${version}`;
  const { kind, of, condition, fileCount, by } = origin;
  const what = {
    load: `load of ${fileCount} files`,
    rollback: `rollback to version ${of}`,
    delete: `delete of ${condition}`,
    erase: 'erasure of a person',
  };
  return `version ${version}: ${what[kind]}${by === null ? '' : `, by ${by}`}`;
}

/**
 * @param together is done in the same transaction.
 *
 * Throws `data_changed` if `base` is no longer the current version: another change came first.
 */
export async function commitChange(
  deps: Pick<Deps, 'db' | 'engine' | 'log'>,
  change: Change,
  watch: Pick<Watch, 'signal'>,
  together?: (tables: Tables, version: number) => Promise<void>,
): Promise<DataVersion> {
  const committed = await deps.db.transaction(async (tx) => {
    const { warehouse, audit } = tx;
    const version = await warehouse.commit(change);
    await together?.(tx, version.version);
    await audit.append(entryByOperator('warehouse-changed', OPERATORS_ACCOUNT, subjectOf(version.version, change)));
    return version;
  });
  await findMatches(deps, committed, watch);
  return committed;
}
