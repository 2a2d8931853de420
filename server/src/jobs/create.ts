import { type Caller, requireScope } from '../core/access.ts';
import { entryBy } from '../core/audit.ts';
import type { Tables } from '../core/database.ts';
import { ConveyanceError } from '../core/errors.ts';
import type { Job, ReportType } from '../core/job.ts';
import type { Deps } from '../core/ports.ts';
import { digestPropertyIds, PropertyIdSet } from '../core/property-ids.ts';
import { encodeRequestedIds, parseReportRequest } from '../core/report-request.ts';
import { REPORTS } from '../reports/catalogue.ts';
import { acceptOnce, findAccepted, keyRequest } from './idempotency.ts';

const NO_PERMISSION = 'You do not have permission to create batch jobs';
const UNKNOWN_IDS_NAMED = 20;
const DISK_RETRY_SECONDS = 30;

type Creating = Pick<Deps, 'db' | 'store' | 'webhooks' | 'clock' | 'ids' | 'policy'>;

/** Below the low-water mark an accepted job could not be sealed: better an answer that says when to come back. */
async function requireRoom({ store, policy }: Pick<Deps, 'store' | 'policy'>): Promise<void> {
  const free = await store.freeBytes();
  if (free === null || free >= policy.minimumFreeBytes) return;
  throw new ConveyanceError('unavailable', 'The server is low on disk space and takes no new jobs; try again later', {
    retryAfterSeconds: DISK_RETRY_SECONDS,
  });
}

/**
 * An account with all properties may be told which ids do not exist. For any other, an id that it may not see and one that does
 * not exist are the same.
 */
function refuseForeignIds(ids: Iterable<number>, known: PropertyIdSet, grants: 'all' | PropertyIdSet): void {
  if (grants !== 'all') {
    for (const id of ids) if (!grants.has(id) || !known.has(id)) throw new ConveyanceError('forbidden', NO_PERMISSION);
    return;
  }
  const unknown: number[] = [];
  for (const id of ids) if (!known.has(id)) unknown.push(id);
  if (unknown.length === 0) return;
  const named = unknown.slice(0, UNKNOWN_IDS_NAMED).join(', ');
  const more = unknown.length > UNKNOWN_IDS_NAMED ? ', …' : '';
  const message = `property_ids contains ${unknown.length} unknown IDs: ${named}${more}`;
  throw new ConveyanceError('invalid_parameter', message, { errors: [message] });
}

/** The names that `columns` may hold. */
export function columnNames(type: ReportType): readonly string[] {
  return REPORTS[type].columns.map(({ name }) => name);
}

/**
 * Checks the request and makes the job and its run: both or neither. The warehouse's current version becomes the job's. With an
 * idempotency key, the same request under the same key answers with the job that the first one made, whatever has changed since.
 */
export async function createJob(
  deps: Creating,
  caller: Caller,
  body: unknown,
  idempotencyKey: string | null = null,
): Promise<Job> {
  const { db, webhooks, clock, ids } = deps;
  requireScope(caller, 'exports:write', NO_PERMISSION);
  const request = parseReportRequest(body, (url) => webhooks.accepts(url), columnNames);
  const keyed = idempotencyKey === null ? null : await keyRequest(caller.accountId, idempotencyKey, request);
  const accepted = keyed === null ? null : await findAccepted(db, keyed, clock());
  if (accepted !== null) return accepted;
  const [version, grants] = await Promise.all([db.warehouse.current(), db.accounts.grants(caller.accountId)]);
  const known = version === null ? PropertyIdSet.of([]) : await db.warehouse.propertyIds(version.version);
  refuseForeignIds(request.propertyIds, known, grants);
  await requireRoom(deps);
  const key = { accountId: caller.accountId, id: ids() };
  const sha256 = await digestPropertyIds(request.propertyIds);
  const accept = async (tx: Tables): Promise<Job> => {
    const job = await tx.jobs.insert({
      ...key,
      spec: request.spec,
      propertyIds: encodeRequestedIds(request),
      propertyCount: request.propertyIds.size,
      callbackUrl: request.callbackUrl,
      // An empty warehouse knows no id, so every request to it was refused above.
      dataVersion: version?.version ?? 0,
      credentialId: caller.credentialId,
    });
    await tx.queue.enqueue({ kind: 'run-job', job: key });
    await tx.audit.append({
      ...entryBy(caller, 'job-created', job.id),
      properties: { count: job.propertyCount, sha256 },
    });
    return job;
  };
  return db.transaction((tx) => (keyed === null ? accept(tx) : acceptOnce(tx, keyed, clock(), () => accept(tx))));
}
