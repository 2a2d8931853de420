/** The data versions that there are, found by their numbers. */
import { ConveyanceError } from '../../core/errors.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';

/** Longer than anything takes that reads an old version. */
const READ_SECONDS = 4 * 3600;

/** The version, kept for some hours although newer ones are there. Throws `not_found`. */
export async function requireVersion({ db }: Pick<Deps, 'db'>, version: number): Promise<DataVersion> {
  const found = (await db.warehouse.keep(version, READ_SECONDS)) ? await db.warehouse.get(version) : null;
  if (found !== null) return found;
  const there = (await db.warehouse.versions()).map((each) => each.version);
  const hint = there.length === 0 ? 'nothing has been loaded yet' : `there are ${there.join(', ')}`;
  throw new ConveyanceError('not_found', `there is no data version ${version} (any more); ${hint}`);
}

/** The version of that number, else the current one. Throws `not_found`. */
export async function versionOrCurrent({ db }: Pick<Deps, 'db'>, version: number | null): Promise<DataVersion> {
  if (version !== null) return requireVersion({ db }, version);
  const current = await db.warehouse.current();
  if (current !== null) return current;
  throw new ConveyanceError('not_found', 'the warehouse is empty: `conveyance load` or `conveyance generate` fills it');
}
