/** Lets a request be sent again without being carried out twice. */

import { ConveyanceError } from '../../core/errors.ts';
import { encodePropertyIdSet } from '../../core/ids/property-ids.ts';
import type { Job, JobKind, ReportRequest } from '../../core/job.ts';
import type { Tables } from '../../core/ports/database/database.ts';
import type { AcceptedRequest, IdempotencyKey } from '../../core/ports/database/idempotency.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_DAY } from '../../core/time.ts';

const KEPT_MS = MS_PER_DAY;
const MAX_KEY_LENGTH = 255;
const CONFLICT_RETRY_SECONDS = 1;

/** A request with its sender's key. */
export interface KeyedRequest<Kind extends JobKind = JobKind> extends IdempotencyKey {
  readonly kind: Kind;
  readonly fingerprint: Uint8Array;
}

/**
 * SHA-256 of what is requested, not of how it was written: spaces, the order of fields, unknown fields, an option set to its default
 * and a repeated id make no difference. The order of the ids does: the answer repeats it.
 */
async function fingerprintOf(request: ReportRequest): Promise<Uint8Array> {
  const { spec, callbackUrl, propertyList } = request;
  // A list by what it is called: what it holds may have changed when the request comes again.
  const fields = Object.entries({ ...spec, callbackUrl, ...(propertyList !== undefined && { propertyList }) }).sort(
    ([left], [right]) => (left < right ? -1 : 1),
  );
  const text = new TextEncoder().encode(`${JSON.stringify(fields)}\n`);
  const ids = encodePropertyIdSet(request.propertyIds);
  const whole = new Uint8Array(text.length + ids.length);
  whole.set(text);
  whole.set(ids, text.length);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

/** For reports: the contract of file jobs has no keys. Throws `invalid_parameter` for a key that cannot be one. */
export async function keyRequest(
  accountId: string,
  key: string,
  request: ReportRequest,
): Promise<KeyedRequest<'report'>> {
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new ConveyanceError('invalid_parameter', `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters`);
  }
  return { accountId, key, kind: 'report', fingerprint: await fingerprintOf(request) };
}

function isSame({ fingerprint }: KeyedRequest, accepted: AcceptedRequest): boolean {
  return fingerprint.every((byte, index) => byte === accepted.fingerprint[index]);
}

/** The job that exactly this request made within the last 24 hours, in its current state; null if there is none. */
export async function findAccepted(
  { idempotency, jobs }: Pick<Tables, 'idempotency' | 'jobs'>,
  request: KeyedRequest,
  now: Date,
): Promise<Job | null> {
  const accepted = await idempotency.find(request);
  if (accepted === null || now.getTime() - accepted.acceptedAt.getTime() >= KEPT_MS) return null;
  if (!isSame(request, accepted)) {
    throw new ConveyanceError(
      'idempotency_mismatch',
      'The Idempotency-Key was used for another request; use a new key for a new request',
    );
  }
  const job = await jobs.get({ accountId: request.accountId, id: accepted.jobId });
  return job?.kind === request.kind ? job : null;
}

/** Accepts the request in the transaction, unless it was accepted since `findAccepted` looked or is being accepted right now. */
export async function acceptOnce(
  tx: Tables,
  request: KeyedRequest,
  now: Date,
  accept: () => Promise<Job>,
): Promise<Job> {
  if (!(await tx.idempotency.hold(request))) {
    throw new ConveyanceError(
      'idempotency_conflict',
      'A request with this Idempotency-Key is being accepted; send it again in a moment',
      { retryAfterSeconds: CONFLICT_RETRY_SECONDS },
    );
  }
  const accepted = await findAccepted(tx, request, now);
  if (accepted !== null) return accepted;
  const job = await accept();
  await tx.idempotency.remember(request, { fingerprint: request.fingerprint, jobId: job.id, acceptedAt: now });
  return job;
}

/** Deletes expired keys. Returns how many. */
export function forgetOldKeys({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<number> {
  return db.idempotency.forget(new Date(clock().getTime() - KEPT_MS));
}
