import type { Caller } from '../../core/access.ts';
import type { DetailsCounts } from '../../core/file-job-spec.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { type Ask, askRows, type Query } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import type { TimeLimit } from '../../core/turns/time-limit.ts';
import { compileRequested } from '../../reports/compile-requested.ts';
import { requireDataVersion } from '../../warehouse/current.ts';
import { readVersion } from '../../warehouse/on-current-data.ts';
import { visibleAt } from '../../warehouse/visible.ts';
import type { DetailsRequest, Prepare, Prepared } from './prepared.ts';

/** "If you submit more than 25,000 property IDs, the API returns the results in batches of 25,000." */
const IDS_PER_FILE = 25_000;

/** A million ids take seconds. */
const LIMIT: TimeLimit = {
  ms: 300_000,
  tooLong: 'Looking up the property IDs took too long; try again, or send fewer at a time',
};

interface Resolved {
  readonly propertyIds: Float64Array;
  readonly fileSizes: readonly number[];
  readonly counts: DetailsCounts;
}

/** The rows of `compileRequested`: one per file, and one with the counts. */
function readResolved(rows: readonly ResultRow[], requested: number): Resolved {
  const summary = rows.find(({ file }) => file === null);
  const distinct = Number(summary?.['distinct_ids'] ?? 0);
  const known = Number(summary?.['known_ids'] ?? 0);
  const byFile = new Map(rows.map(({ file, property_ids: ids }) => [file, Array.isArray(ids) ? ids : []]));
  const files = Array.from({ length: Math.ceil(distinct / IDS_PER_FILE) }, (_, file) => byFile.get(file) ?? []);
  const fileSizes = files.map(({ length }) => length);
  const kept = fileSizes.reduce((sum, size) => sum + size, 0);
  const propertyIds = new Float64Array(kept);
  let filled = 0;
  for (const ids of files) for (const id of ids) propertyIds[filled++] = Number(id);
  const counts = { requested, duplicate: requested - distinct, unknown: distinct - known, notUpdated: known - kept };
  return { propertyIds, fileSizes, counts };
}

async function prepareOn(
  { db }: Pick<Deps, 'db'>,
  accountId: string,
  { propertyIds: uuids, details }: DetailsRequest,
  ask: Ask,
): Promise<Prepared> {
  const [version, given] = await Promise.all([requireDataVersion({ db }), db.accounts.grants(accountId)]);
  const read = (query: Query) => askRows(ask, query, LIMIT);
  const rows = await readVersion({ db }, version, async () => {
    const grants = await visibleAt({ db }, given, version, read);
    return read(compileRequested(details, version, { uuids, grants, idsPerFile: IDS_PER_FILE }));
  });
  const { propertyIds, fileSizes, counts } = readResolved(rows, uuids.size);
  return { asked: { kind: 'property-details', spec: { ...details, fileSizes, counts } }, version, propertyIds };
}

/**
 * Finds the properties in the data. Properties that the account may not see are unknown to it. Properties that `updated` leaves out
 * are not reserved: "your account is billed based on property data".
 */
export function prepareDetails(
  { db, engine }: Pick<Deps, 'db' | 'engine'>,
  { accountId }: Caller,
  request: DetailsRequest,
): Prepare {
  return () => engine.lookUp({ accountId, size: 'large' }, (ask) => prepareOn({ db }, accountId, request, ask));
}
