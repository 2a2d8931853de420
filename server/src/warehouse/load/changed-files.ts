/** Files of a load that are sealed, before a version has them. */
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { needsMatchIndex, writeMatchIndex } from '../match-index.ts';

export type Changed = Readonly<Record<string, DataVersion['tables'][string]>>;

/** The same rows are the same bytes: a feed that comes again makes no version. */
export function holdsAlready({ tables }: DataVersion, changed: Changed): boolean {
  const sums = (files: Changed[string] = []) => files.map(({ sha256 }) => sha256).join();
  return Object.entries(changed).every(([table, files]) => sums(files) === sums(tables[table]));
}

/** Deletes the objects that no version will have. */
export async function discardNew(
  { store }: Pick<Deps, 'store'>,
  { tables }: DataVersion,
  changed: Changed,
): Promise<void> {
  for (const [table, files] of Object.entries(changed)) {
    const held = new Set(tables[table]?.map(({ key }) => key));
    for (const { key } of files) if (!held.has(key)) await store.delete(key);
  }
}

/** With the match index, if it has to be made anew. */
export async function indexed(
  deps: Pick<Deps, 'engine' | 'store' | 'ids' | 'log'>,
  base: DataVersion['tables'],
  changed: DataVersion['tables'],
  watch: Watch & { readonly onStage?: (stage: 'indexing', done: number, total: number) => void },
): Promise<DataVersion['tables']> {
  if (!needsMatchIndex(changed, base)) return {};
  watch.onStage?.('indexing', 0, 1);
  return writeMatchIndex(deps, { ...base, ...changed }, { signal: watch.signal });
}
