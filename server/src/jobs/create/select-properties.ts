/** Which properties a request for a report means: those that it names, or those of a list as it is now. */
import type { Caller } from '../../core/access.ts';
import type { ReportRequest } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Ask } from '../../core/ports/engine.ts';
import { resolveList } from '../../properties/lists/resolve.ts';
import { readInTurn, readWithin } from '../../warehouse/visible.ts';
import { requireProperties } from './check-request.ts';

export interface SelectedProperties {
  /** The warehouse’s current version, in which every one of them exists. */
  readonly version: DataVersion;
  /** What becomes the job’s, in its order. */
  readonly propertyIds: ReadonlySet<number>;
  /** What of a list is left out. */
  readonly warnings: readonly string[];
}

type Named = Pick<ReportRequest, 'propertyIds' | 'propertyList'>;

/** In a look-up of the account’s, which has begun. Throws what does not allow it. */
export async function selectWithin(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  { propertyIds, propertyList }: Named,
  ask: Ask,
): Promise<SelectedProperties> {
  if (propertyList !== undefined) return resolveList(deps, caller.accountId, propertyList, ask);
  const version = await requireProperties(deps, caller, { propertyIds }, readWithin(ask));
  return { version, propertyIds, warnings: [] };
}

/** The same when it is the account’s turn: to make something, or for a list to look something up. */
export function selectProperties(
  deps: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  named: Named,
): Promise<SelectedProperties> {
  const { accountId } = caller;
  const { propertyIds, propertyList } = named;
  if (propertyList !== undefined) {
    return deps.engine.lookUp({ accountId, size: 'small' }, (ask) => selectWithin(deps, caller, named, ask));
  }
  return deps.db.inTurn(accountId, async () => {
    const version = await requireProperties(deps, caller, { propertyIds }, readInTurn(deps, caller));
    return { version, propertyIds, warnings: [] };
  });
}
