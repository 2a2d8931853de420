import type { Caller } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { digestPropertyIds } from '../../core/ids/property-ids.ts';
import { isReport, type ReportJob } from '../../core/job.ts';
import type { Tables } from '../../core/ports/database/database.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { quotaMonth } from '../../core/quota.ts';
import { onCurrentData } from '../../warehouse/on-current-data.ts';
import { encodeRequestedIds, type ReportRequest } from '../../wire/apartmentiq/report-request.ts';
import { announceJob } from './announce.ts';
import { readRequest, requireProperties } from './check-request.ts';
import { acceptOnce, findAccepted, keyRequest } from './idempotency.ts';

const DISK_RETRY_SECONDS = 30;

type Creating = Pick<Deps, 'db' | 'store' | 'webhooks' | 'clock' | 'ids' | 'meter' | 'tracer' | 'policy'>;

/** Below the low-water mark an accepted job could not be sealed: better an answer that says when to come back. */
export async function requireRoom({ store, policy }: Pick<Deps, 'store' | 'policy'>): Promise<void> {
  const free = await store.freeBytes();
  if (free === null || free >= policy.minimumFreeBytes) return;
  throw new ConveyanceError('unavailable', 'The server is low on disk space and takes no new jobs; try again later', {
    retryAfterSeconds: DISK_RETRY_SECONDS,
  });
}

/** A request that may become a job, and how. */
export interface PreparedJob {
  readonly id: string;
  /** The warehouse's current version, which becomes the job's. */
  readonly version: DataVersion;
  /** Reserves the quota and makes the job and its run in the transaction: all or nothing. */
  accept(tx: Tables): Promise<ReportJob>;
}

/** Everything about a request that needs no transaction: what its properties are to the caller, and whether the server takes work. */
export async function prepareReportJob(
  deps: Omit<Creating, 'webhooks'>,
  caller: Caller,
  request: ReportRequest,
): Promise<PreparedJob> {
  const { clock, ids } = deps;
  const version = await requireProperties(deps, caller, request);
  await requireRoom(deps);
  const key = { accountId: caller.accountId, id: ids() };
  const sha256 = await digestPropertyIds(request.propertyIds);
  return {
    id: key.id,
    version,
    async accept(tx) {
      await tx.quota.reserve({ job: key, month: quotaMonth(clock()), propertyIds: request.propertyIds });
      const job = await tx.jobs.insert({
        ...key,
        kind: 'report',
        spec: request.spec,
        propertyIds: encodeRequestedIds(request),
        propertyCount: request.propertyIds.size,
        callbackUrl: request.callbackUrl,
        dataVersion: version.version,
        credentialId: caller.credentialId,
      });
      await tx.queue.enqueue({ kind: 'run-job', job: key });
      await tx.audit.append({
        ...entryBy(caller, 'job-created', job.id),
        properties: { count: job.propertyCount, sha256 },
      });
      if (!isReport(job)) throw new Error('a report was stored as another kind of job');
      return job;
    },
  };
}

/**
 * Checks the request, reserves its quota and makes the job and its run: all or nothing. The warehouse's current version becomes the
 * job's. With an idempotency key, the same request under the same key answers with the job that the first one made, whatever has changed since.
 */
export async function createReportJob(
  deps: Creating,
  caller: Caller,
  body: unknown,
  idempotencyKey: string | null = null,
): Promise<ReportJob> {
  const { db, clock } = deps;
  const request = readRequest(deps, caller, body);
  const keyed = idempotencyKey === null ? null : await keyRequest(caller.accountId, idempotencyKey, request);
  const accepted = keyed === null ? null : await findAccepted(db, keyed, clock());
  if (accepted !== null) return accepted;
  const { job, isNew } = await onCurrentData(async () => {
    const prepared = await prepareReportJob(deps, caller, request);
    const made = await db.transaction((tx) =>
      keyed === null ? prepared.accept(tx) : acceptOnce(tx, keyed, clock(), () => prepared.accept(tx)),
    );
    // Under a key it may be the job that an earlier request made.
    return { job: made, isNew: made.id === prepared.id };
  });
  if (isNew) announceJob(deps, job);
  return job;
}
