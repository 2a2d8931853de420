/** For which properties a caller may ask. */
import { type Caller, firstIds, PropertiesDenied } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { ReportRequest } from '../../core/job.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { knownProperties } from '../../warehouse/current.ts';
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
  const known = await knownProperties(deps, version);
  const grants = await readVersion(deps, version, () => visibleAt(deps, given, version, read));
  refuseForeignIds(propertyIds, known, grants);
  return version;
}
