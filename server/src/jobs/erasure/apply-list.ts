/** A restored database is held against the list of what may not come back: its backup may be of before an erasure. */
import type { ErasedValue } from '../../core/ports/database/erasures.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { listedInVersions } from '../../warehouse/erase/search.ts';
import { type ErasureReport, erasePerson } from './erase.ts';
import { allVersions, planErasure } from './plan.ts';

type Applying = Parameters<typeof erasePerson>[0];

function isListed({ hash }: ErasedValue, list: readonly ErasedValue[]): boolean {
  return list.some((each) => each.hash.every((byte, index) => byte === hash[index]));
}

/** Adds the values to the list, of which a later backup knows. */
async function addValues({ db }: Pick<Deps, 'db'>, values: readonly ErasedValue[], by: string): Promise<void> {
  const { values: known } = await db.erasures.list();
  const missing = values.filter((value) => !isListed(value, known));
  if (missing.length === 0) return;
  const run = await db.erasures.begin(by, missing);
  await db.erasures.end(run.id, missing);
}

/** Erases what any data version has of the list and of the given values, from every place. Null if it has nothing. */
export async function eraseListed(
  deps: Applying,
  values: readonly ErasedValue[],
  by: string,
  watch: Watch,
): Promise<ErasureReport | null> {
  await addValues(deps, values, by);
  const list = await deps.db.erasures.list();
  if (list.values.length === 0) return null;
  const versions = await allVersions(deps, await deps.db.warehouse.versions());
  const found = await listedInVersions(deps, list, versions, watch);
  if (found.length === 0) return null;
  return erasePerson(deps, await planErasure(deps, found, watch), by, watch);
}
