/** The current data without the values of a person, as a new version. */
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { originOf, type RowChanges } from '../../core/versions/origin.ts';
import { MAX_TRIES } from '../commit-change.ts';
import { eraseFromFile } from '../erase/erase-files.ts';
import { searchVersions } from '../erase/search.ts';
import { type ChangeWatch, type Committing, commitVersion } from '../rewrite/new-version.ts';

async function eraseOnto(
  deps: Committing,
  base: DataVersion,
  values: readonly string[],
  by: string,
  watch: ChangeWatch,
): Promise<DataVersion | null> {
  const found = await searchVersions(deps, [base], values, { signal: watch.signal });
  if (found.size === 0) return null;
  const tables: Record<string, readonly DataFile[]> = { ...base.tables };
  const changes: Record<string, RowChanges> = {};
  let done = 0;
  for (const { table, file, rows, keyRows } of found.values()) {
    watch.onStage?.('writing', done++, found.size);
    const clean = await eraseFromFile(deps, table, file, values, { signal: watch.signal });
    const others = (tables[table.name] ?? []).flatMap((each) => {
      if (each.key !== file.key) return [each];
      return clean === null ? [] : [clean];
    });
    tables[table.name] = others;
    const { replaced, deleted } = changes[table.name] ?? { replaced: 0, deleted: 0 };
    changes[table.name] = { added: 0, replaced: replaced + rows - keyRows, deleted: deleted + keyRows };
  }
  const propertyIds = await deps.db.warehouse.propertyIds(base.version);
  const origin = originOf({ kind: 'erase', by, changes });
  return commitVersion(deps, { base, tables, indexed: base.tables, propertyIds, origin }, watch);
}

/**
 * Makes the new version; null if the current one holds none of the values. They must be on the list of what may not come back already: then
 * no change that comes first can bring them.
 */
export async function eraseFromCurrent(
  deps: Committing & Pick<Deps, 'log'>,
  values: readonly string[],
  by: string,
  watch: ChangeWatch,
): Promise<DataVersion | null> {
  for (let tries = 1; ; tries++) {
    const { generation } = await deps.db.erasures.list();
    const base = await deps.db.warehouse.current();
    if (base === null) return null;
    try {
      const version = await eraseOnto(deps, base, values, by, watch);
      if (version !== null) deps.log.info('values-erased', { version: version.version });
      return version;
    } catch (error) {
      watch.signal.throwIfAborted();
      const now = await deps.db.warehouse.current();
      // Another change was committed, or another person is being erased.
      const isSame = now?.version === base.version && generation === (await deps.db.erasures.list()).generation;
      if (isSame || tries === MAX_TRIES) throw error;
    }
  }
}
