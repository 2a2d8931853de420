import { type Caller, requirePermission } from '../core/access.ts';
import { entryBy } from '../core/audit.ts';
import type { DetailsSpec } from '../core/details.ts';
import { ConveyanceError } from '../core/errors.ts';
import { digestPropertyIds } from '../core/ids/property-ids.ts';
import { UuidList } from '../core/ids/uuid-list.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Query, queryRows } from '../core/ports/engine.ts';
import { quotaMonth } from '../core/quota.ts';
import type { ResultRow } from '../core/rows.ts';
import { withinTime } from '../core/time-limit.ts';
import { compileDetails } from '../reports/compile-details.ts';
import { compileRequested } from '../reports/compile-requested.ts';
import { requireDataVersion } from '../warehouse/current.ts';
import { onCurrentData, readVersion } from '../warehouse/on-current-data.ts';

const LIMIT = { ms: 30_000, tooLong: 'Reading the property took too long; try again' };
const SHORT_ID = /^\d{1,20}$/;

type Reading = Pick<Deps, 'db' | 'engine' | 'clock' | 'ids'>;

function noUuid(id: string): ConveyanceError {
  const hint = SHORT_ID.test(id) ? '; numbers are ids of the bulk reports' : '';
  return new ConveyanceError('invalid_parameter', `the property id must be a valid UUID${hint}`);
}

function propertyNotFound(): ConveyanceError {
  return new ConveyanceError('not_found', 'Property with the specified ID does not exist');
}

function read({ engine }: Reading, query: Query): Promise<readonly ResultRow[]> {
  return withinTime(LIMIT, (signal) => queryRows(engine, query, { signal }));
}

/** The integer behind the UUID; throws `not_found` for what the account may not see, which does not exist for it. */
async function resolve(deps: Reading, { accountId }: Caller, version: DataVersion, id: string): Promise<number> {
  const uuids = UuidList.of([id]);
  if (uuids === null) throw noUuid(id);
  const grants = await deps.db.accounts.grants(accountId);
  const query = compileRequested({ updated: null }, version, { uuids, grants, idsPerFile: 1 });
  const rows = await read(deps, query);
  const ids = rows.find(({ file }) => file === 0)?.['property_ids'];
  const [propertyId] = Array.isArray(ids) ? ids : [];
  if (propertyId === undefined) throw propertyNotFound();
  return Number(propertyId);
}

async function readAt(
  deps: Reading,
  caller: Caller,
  version: DataVersion,
  { id, request }: { readonly id: string; readonly request: DetailsSpec },
): Promise<{ readonly property: ResultRow; readonly propertyId: number }> {
  const propertyId = await resolve(deps, caller, version, id);
  const { rows, columns: _columns, ...sources } = compileDetails(request, version, Float64Array.of(propertyId));
  const question = { ask: 'part', rows, range: { from: 0, to: 0 } } as const;
  const [property] = await read(deps, { ...sources, question });
  if (property === undefined) throw propertyNotFound();
  return { property, propertyId };
}

/** Counts what a job for the one property would count. */
async function meter({ db, clock, ids }: Reading, caller: Caller, propertyId: number): Promise<void> {
  const reservation = { accountId: caller.accountId, id: ids() };
  const propertyIds = [propertyId];
  const sha256 = await digestPropertyIds(propertyIds);
  await db.transaction(async (tx) => {
    await tx.quota.reserve({ job: reservation, month: quotaMonth(clock()), propertyIds });
    await tx.quota.keep(reservation);
    await tx.audit.append({ ...entryBy(caller, 'property-read', null), properties: { count: 1, sha256 } });
  });
}

/**
 * One property as a `property-details` job would write it, and metered like it. Throws `not_found`, `invalid_parameter` and
 * `quota_exceeded`.
 */
export async function readProperty(
  deps: Reading,
  caller: Caller,
  id: string,
  request: DetailsSpec,
): Promise<ResultRow> {
  requirePermission(caller, 'read properties');
  const { property, propertyId } = await onCurrentData(async () => {
    const version = await requireDataVersion(deps);
    return readVersion(deps, version, () => readAt(deps, caller, version, { id, request }));
  });
  await meter(deps, caller, propertyId);
  return property;
}
