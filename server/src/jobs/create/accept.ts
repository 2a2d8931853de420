/**
 * Acceptance: a checked request becomes a job, with its quota, its run and its entry in the audit log: all or nothing. In one place,
 * for every kind of job and every source: a request, an upload, a schedule.
 */
import type { Caller } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { decodePropertyIds, digestPropertyIds } from '../../core/ids/property-ids.ts';
import { allInOrder } from '../../core/in-order.ts';
import type { Asked, Job, JobKind, JobOf } from '../../core/job.ts';
import { CommitUnknown } from '../../core/passing-fault.ts';
import type { Tables } from '../../core/ports/database/database.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { DISK_RETRY_SECONDS } from '../../core/ports/store.ts';
import { formatOf, workOf } from '../../core/ports/telemetry.ts';
import { quotaMonth } from '../../core/quota.ts';
import { onCurrentData } from '../../warehouse/on-current-data.ts';
import { acceptOnce, findAccepted, type KeyedRequest } from './idempotency.ts';

type Accepting = Pick<Deps, 'db' | 'clock' | 'meter' | 'tracer'>;

/** The properties that a job is metered by, each once. */
export interface MeteredProperties {
  /** As `encodePropertyIds` writes them, in the order of the request. */
  readonly encoded: Uint8Array;
  /** 0 if the job costs nothing. */
  readonly count: number;
  /** `digestPropertyIds` of them. */
  readonly sha256: string;
}

/** A checked request, ready to become a job. */
interface AnyRequest {
  /** The job's id, if it becomes one. */
  readonly id: string;
  readonly caller: Caller;
  readonly asked: Asked;
  readonly properties: MeteredProperties;
  /** The data version that it was checked against. */
  readonly dataVersion: number;
  readonly callbackUrl: string | null;
  /** See `Job`; none by default. */
  readonly warnings?: readonly string[];
}

export interface JudgedRequest<Kind extends JobKind> extends AnyRequest {
  readonly asked: Extract<Asked, { readonly kind: Kind }>;
}

/** Below this mark an accepted job could not be sealed: better to answer when to come back. @param bytes that are about to be stored. */
export async function requireRoom({ store, policy }: Pick<Deps, 'store' | 'policy'>, bytes = 0): Promise<void> {
  const free = await store.freeBytes();
  if (free === null || free - bytes >= policy.minimumFreeBytes) return;
  throw new ConveyanceError('unavailable', 'The server is low on disk space and takes no new jobs; try again later', {
    retryAfterSeconds: DISK_RETRY_SECONDS,
  });
}

/** Counted and hashed from the stored ids, so that job, quota and audit log cannot mean different properties. */
export async function meterProperties(encoded: Uint8Array, count: number): Promise<MeteredProperties> {
  return { encoded, count, sha256: await digestPropertyIds(decodePropertyIds(encoded)) };
}

async function writeJob(tx: Tables, request: AnyRequest, now: Date): Promise<Job> {
  const { caller, asked, properties, dataVersion, callbackUrl, warnings = [] } = request;
  const { encoded, count, sha256 } = properties;
  const key = { accountId: caller.accountId, id: request.id };
  const [job] = await allInOrder([
    // First: an unfinished job, or replaced data, is reported before the quota.
    tx.jobs.insert({
      ...key,
      ...asked,
      propertyIds: encoded,
      propertyCount: count,
      callbackUrl,
      dataVersion,
      credentialId: caller.credentialId,
      warnings,
    }),
    tx.queue.enqueue({ kind: 'run-job', job: key }),
    tx.audit.append({ ...entryBy(caller, 'job-created', key.id), properties: { count, sha256 } }),
    // Last: the account's other creates wait from here to the end.
    count > 0 && tx.quota.reserve({ job: key, month: quotaMonth(now), propertyIds: decodePropertyIds(encoded) }),
  ]);
  return job;
}

/** Announces the job, once, after the transaction. */
function announce({ meter, tracer }: Accepting, job: Job): void {
  meter.jobCreated(job);
  tracer.jobAccepted(job.id, {
    'conveyance.work': workOf(job),
    'conveyance.output_format': formatOf(job),
    'conveyance.properties': job.propertyCount,
  });
}

function isOfKind<Kind extends JobKind>(job: Job, kind: Kind): job is JobOf<Kind> {
  return job.kind === kind;
}

function ofKind<Kind extends JobKind>(job: Job, kind: Kind): JobOf<Kind> {
  if (!isOfKind(job, kind)) throw new Error(`a job of kind ${kind} was stored as ${job.kind}`);
  return job;
}

/**
 * Decides, inside the transaction, whether the request becomes a job, and does everything that belongs to that or nothing. `accept`
 * makes the job. A different job as the result is an earlier one, which takes its place.
 */
export type Terms<Refusal extends null> = (tx: Tables, accept: () => Promise<Job>) => Promise<Job | Refusal>;

/** What a client whose job may have been made does next: with a key it may ask again at once, without one it would make another job. */
function mayExist(error: CommitUnknown, id: string, key: KeyedRequest | null): CommitUnknown {
  const broke = `The server’s database broke off before it confirmed the job, which may exist as ${id}`;
  const next =
    key === null
      ? 'look for it before you send the request again, which would make another one'
      : 'send the request again with the same Idempotency-Key, which makes no second one';
  return new CommitUnknown(error, `${broke}; ${next}`);
}

/**
 * Makes the job and everything that belongs to it in one transaction, when it is the account’s turn and if the terms allow it; announces it
 * after the commit. If that was not confirmed, the error says that the job may exist.
 */
export async function acceptOn<Kind extends JobKind, Refusal extends null>(
  deps: Accepting,
  request: JudgedRequest<Kind>,
  terms: Terms<Refusal>,
  key: KeyedRequest | null = null,
): Promise<JobOf<Kind> | Refusal> {
  const { db } = deps;
  const write = () => db.transaction((tx) => terms(tx, () => writeJob(tx, request, deps.clock())));
  const job = await db.inTurn(request.caller.accountId, write).catch((error: unknown) => {
    throw error instanceof CommitUnknown ? mayExist(error, request.id, key) : error;
  });
  if (job === null) return job;
  if (job.id === request.id) announce(deps, job);
  return ofKind(job, request.asked.kind);
}

/**
 * Checks the request and makes its job, on the data that is current when the job holds it. With a key, the same request under the same
 * key is answered with the job that the first one made, unchecked, whatever has changed since.
 */
export async function acceptJob<Kind extends JobKind>(
  deps: Accepting,
  judge: () => Promise<JudgedRequest<Kind>>,
  key: KeyedRequest<Kind> | null = null,
): Promise<JobOf<Kind>> {
  const { db, clock } = deps;
  const earlier = key === null ? null : await db.inTurn(key.accountId, () => findAccepted(db, key, clock()));
  if (key !== null && earlier !== null) return ofKind(earlier, key.kind);
  const terms: Terms<never> = (tx, accept) => (key === null ? accept() : acceptOnce(tx, key, clock(), accept));
  return onCurrentData(async () => acceptOn(deps, await judge(), terms, key));
}
