/** For which properties a caller may ask. */
import { type Caller, firstIds, PropertiesDenied } from '../../core/access.ts';
import { DataReplaced } from '../../core/data-replaced.ts';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { ReportRequest } from '../../core/job.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { askRows } from '../../core/ports/engine.ts';
import type { TimeLimit } from '../../core/turns/time-limit.ts';
import { readVersion } from '../../warehouse/on-current-data.ts';
import { type ReadRows, visibleAt } from '../../warehouse/visible.ts';

/**
 * An account with all properties may be told which ids do not exist. For any other account, an id that it may not see and one that does
 * not exist are the same.
 */
function refuseForeignIds(ids: Iterable<number>, known: PropertyIdSet, grants: Grants): void {
  const refused: number[] = [];
  for (const id of ids) if (!known.has(id) || (grants !== 'all' && !grants.has(id))) refused.push(id);
  if (refused.length === 0) return;
  if (grants !== 'all') throw new PropertiesDenied(refused);
  const message = `property_ids contains ${refused.length} unknown IDs: ${firstIds(refused)}`;
  throw new ConveyanceError('invalid_parameter', message, { errors: [message] });
}

/** A load, and the sweep after it, may come between looking up the current version and reading it. */
async function propertiesOf({ db }: Pick<Deps, 'db'>, version: DataVersion): Promise<PropertyIdSet> {
  try {
    return await db.warehouse.propertyIds(version.version);
  } catch (cause) {
    if (!isConveyanceError(cause, 'not_found')) throw cause;
    throw new DataReplaced(cause);
  }
}

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'Looking up what the account may see took too long; try again' };

/** For whoever is not in a look-up already: the account's turn for one. */
export function readInTurn({ engine }: Pick<Deps, 'engine'>, { accountId }: Pick<Caller, 'accountId'>): ReadRows {
  return (query) => engine.lookUp({ accountId, size: 'small' }, (ask) => askRows(ask, query, LIMIT));
}

/**
 * Checks for which properties the caller may ask. Resolves with the warehouse's current version, in which every one of them exists. Throws
 * `forbidden` or `invalid_parameter`, and `unavailable` if the data is being replaced.
 */
export async function requireProperties(
  deps: Pick<Deps, 'db'>,
  { accountId }: Caller,
  { propertyIds }: Pick<ReportRequest, 'propertyIds'>,
  read: ReadRows,
): Promise<DataVersion> {
  const { warehouse, accounts } = deps.db;
  const [version, given] = await Promise.all([warehouse.current(), accounts.grants(accountId)]);
  if (version === null) {
    refuseForeignIds(propertyIds, PropertyIdSet.of([]), given === 'all' ? given : PropertyIdSet.of([]));
    throw new Error('a request for ids was not refused although the warehouse knows none');
  }
  const known = await propertiesOf(deps, version);
  const grants = await readVersion(deps, version, () => visibleAt(deps, given, version, read));
  refuseForeignIds(propertyIds, known, grants);
  return version;
}
