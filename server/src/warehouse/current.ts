import { ConveyanceError } from '../core/errors.ts';
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
