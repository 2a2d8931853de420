import { DataReplaced } from '../core/data-replaced.ts';
import { ConveyanceError, isConveyanceError } from '../core/errors.ts';
import type { PropertyIdSet } from '../core/ids/property-ids.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';

const RETRY_SECONDS = 60;

/** The committed state of the warehouse. Throws `unavailable` before the first load. */
export async function requireDataVersion({ db }: Pick<Deps, 'db'>): Promise<DataVersion> {
  const version = await db.warehouse.current();
  if (version !== null) return version;
  throw new ConveyanceError('unavailable', 'The server has no data yet; try again once its operator has loaded some', {
    retryAfterSeconds: RETRY_SECONDS,
  });
}

/**
 * The properties of a version that was looked up as the current one: a load, and the sweep after it, may have come between. Throws
 * `DataReplaced` then.
 */
export async function knownProperties(
  { db }: Pick<Deps, 'db'>,
  { version }: Pick<DataVersion, 'version'>,
): Promise<PropertyIdSet> {
  try {
    return await db.warehouse.propertyIds(version);
  } catch (cause) {
    if (!isConveyanceError(cause, 'not_found')) throw cause;
    throw new DataReplaced(cause);
  }
}
