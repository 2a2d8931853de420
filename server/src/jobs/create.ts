import type { Caller } from '../core/access.ts';
import { entryBy } from '../core/audit.ts';
import type { Tables } from '../core/database.ts';
import { ConveyanceError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Deps } from '../core/ports.ts';
import { digestPropertyIds } from '../core/property-ids.ts';
import { quotaMonth } from '../core/quota.ts';
import { encodeRequestedIds } from '../core/report-request.ts';
import { readRequest, requireProperties } from './check-request.ts';
import { acceptOnce, findAccepted, keyRequest } from './idempotency.ts';

const DISK_RETRY_SECONDS = 30;

type Creating = Pick<Deps, 'db' | 'store' | 'webhooks' | 'clock' | 'ids' | 'meter' | 'tracer' | 'policy'>;

/** Below the low-water mark an accepted job could not be sealed: better an answer that says when to come back. */
async function requireRoom({ store, policy }: Pick<Deps, 'store' | 'policy'>): Promise<void> {
  const free = await store.freeBytes();
  if (free === null || free >= policy.minimumFreeBytes) return;
  throw new ConveyanceError('unavailable', 'The server is low on disk space and takes no new jobs; try again later', {
    retryAfterSeconds: DISK_RETRY_SECONDS,
  });
}

function announce({ meter, tracer }: Pick<Deps, 'meter' | 'tracer'>, { id, spec, propertyCount }: Job): void {
  meter.jobCreated(spec);
  tracer.jobAccepted(id, {
    'conveyance.report_type': spec.reportType,
    'conveyance.output_format': spec.outputFormat,
    'conveyance.properties': propertyCount,
  });
}

/**
 * Checks the request, reserves its quota and makes the job and its run: all or nothing. The warehouse's current version becomes the
 * job's. With an idempotency key, the same request under the same key answers with the job that the first one made, whatever has changed since.
 */
export async function createJob(
  deps: Creating,
  caller: Caller,
  body: unknown,
  idempotencyKey: string | null = null,
): Promise<Job> {
  const { db, clock, ids } = deps;
  const request = readRequest(deps, caller, body);
  const keyed = idempotencyKey === null ? null : await keyRequest(caller.accountId, idempotencyKey, request);
  const accepted = keyed === null ? null : await findAccepted(db, keyed, clock());
  if (accepted !== null) return accepted;
  const { version } = await requireProperties(deps, caller, request);
  await requireRoom(deps);
  const key = { accountId: caller.accountId, id: ids() };
  const sha256 = await digestPropertyIds(request.propertyIds);
  const accept = async (tx: Tables): Promise<Job> => {
    await tx.quota.reserve({ job: key, month: quotaMonth(clock()), propertyIds: request.propertyIds });
    const job = await tx.jobs.insert({
      ...key,
      spec: request.spec,
      propertyIds: encodeRequestedIds(request),
      propertyCount: request.propertyIds.size,
      callbackUrl: request.callbackUrl,
      dataVersion: version,
      credentialId: caller.credentialId,
    });
    await tx.queue.enqueue({ kind: 'run-job', job: key });
    await tx.audit.append({
      ...entryBy(caller, 'job-created', job.id),
      properties: { count: job.propertyCount, sha256 },
    });
    return job;
  };
  const job = await db.transaction((tx) =>
    keyed === null ? accept(tx) : acceptOnce(tx, keyed, clock(), () => accept(tx)),
  );
  // Under a key it may be the job that an earlier request made.
  if (job.id === key.id) announce(deps, job);
  return job;
}
