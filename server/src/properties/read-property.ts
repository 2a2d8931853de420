import { type Caller, requirePermission } from '../core/access.ts';
import { entryBy } from '../core/audit.ts';
import type { DetailsSpec } from '../core/details.ts';
import { ConveyanceError } from '../core/errors.ts';
import { digestPropertyIds } from '../core/ids/property-ids.ts';
import { UuidList } from '../core/ids/uuid-list.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Ask, askRows } from '../core/ports/engine.ts';
import { quotaMonth } from '../core/quota.ts';
import type { ResultRow } from '../core/rows.ts';
import type { TimeLimit } from '../core/turns/time-limit.ts';
import { compileDetails } from '../reports/compile-details.ts';
import { compileRequested } from '../reports/compile-requested.ts';
import { requireDataVersion } from '../warehouse/current.ts';
import { onCurrentData, readVersion } from '../warehouse/on-current-data.ts';
import { visibleAt } from '../warehouse/visible.ts';

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'Reading the property took too long; try again' };
const SHORT_ID = /^\d{1,20}$/;

type Reading = Pick<Deps, 'db' | 'clock' | 'ids'>;

function noUuid(id: string): ConveyanceError {
  const hint = SHORT_ID.test(id)
    ? '; a number is the id of a property in reports: search for the property, or resolve its address, to find its UUID'
    : '';
  return new ConveyanceError('invalid_parameter', `the property id must be a valid UUID${hint}`);
}

function propertyNotFound(): ConveyanceError {
  return new ConveyanceError('not_found', 'Property with the specified ID does not exist');
}

/** The integers behind the UUIDs, each once and in their order, without those that the account may not see: they do not exist for it. */
async function resolve(
  deps: Reading,
  { accountId }: Caller,
  version: DataVersion,
  { uuids, request, ask }: Asked,
): Promise<Float64Array> {
  const given = await deps.db.accounts.grants(accountId);
  const grants = await visibleAt(deps, given, version, (asked) => askRows(ask, asked, LIMIT));
  const query = compileRequested(request, version, { uuids, grants, idsPerFile: uuids.size });
  const rows = await askRows(ask, query, LIMIT);
  const ids = rows.find(({ file }) => file === 0)?.['property_ids'];
  return Float64Array.from(Array.isArray(ids) ? ids : [], Number);
}

interface Asked {
  readonly uuids: UuidList;
  readonly request: DetailsSpec;
  readonly ask: Ask;
}

interface Found {
  readonly properties: readonly ResultRow[];
  readonly propertyIds: Float64Array;
}

async function readAt(deps: Reading, caller: Caller, version: DataVersion, asked: Asked): Promise<Found> {
  const propertyIds = await resolve(deps, caller, version, asked);
  if (propertyIds.length === 0) return { properties: [], propertyIds };
  const { rows, columns: _columns, ...sources } = compileDetails(asked.request, version, propertyIds);
  const question = { ask: 'part', rows, range: { from: 0, to: propertyIds.length - 1 } } as const;
  return { properties: await askRows(asked.ask, { ...sources, question }, LIMIT), propertyIds };
}

/** Counts what a job for these properties would count. */
async function meter({ db, clock, ids }: Reading, caller: Caller, found: Float64Array): Promise<void> {
  const reservation = { accountId: caller.accountId, id: ids() };
  const propertyIds = [...found].sort((left, right) => left - right);
  const sha256 = await digestPropertyIds(propertyIds);
  await db.transaction(async (tx) => {
    await tx.quota.reserve({ job: reservation, month: quotaMonth(clock()), propertyIds });
    await tx.quota.keep(reservation);
    await tx.audit.append({
      ...entryBy(caller, 'property-read', null),
      properties: { count: propertyIds.length, sha256 },
    });
  });
}

async function readMetered(deps: Reading, caller: Caller, asked: Asked): Promise<readonly ResultRow[]> {
  const { properties, propertyIds } = await onCurrentData(async () => {
    const version = await requireDataVersion(deps);
    return readVersion(deps, version, () => readAt(deps, caller, version, asked));
  });
  if (propertyIds.length > 0) await meter(deps, caller, propertyIds);
  return properties;
}

/**
 * Properties as a `property-details` job would write them, in the order of the ids, and metered like it; without those that the
 * account may not see or that do not exist. Throws `quota_exceeded`.
 */
export async function readProperties(
  deps: Reading & Pick<Deps, 'engine'>,
  caller: Caller,
  uuids: UuidList,
  request: DetailsSpec,
): Promise<readonly ResultRow[]> {
  requirePermission(caller, 'read properties');
  return deps.engine.lookUp({ accountId: caller.accountId, size: 'small' }, (ask) =>
    readMetered(deps, caller, { uuids, request, ask }),
  );
}

/** One of them. Throws `not_found`, `invalid_parameter` and `quota_exceeded`. */
export async function readProperty(
  deps: Reading & Pick<Deps, 'engine'>,
  caller: Caller,
  id: string,
  request: DetailsSpec,
): Promise<ResultRow> {
  requirePermission(caller, 'read properties');
  const uuids = UuidList.of([id]);
  if (uuids === null) throw noUuid(id);
  const [property] = await readProperties(deps, caller, uuids, request);
  if (property === undefined) throw propertyNotFound();
  return property;
}
