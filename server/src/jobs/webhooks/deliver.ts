import { ConveyanceError } from '../../core/errors.ts';
import { isReport, type ReportJob } from '../../core/job.ts';
import { DatabaseAway } from '../../core/passing-fault.ts';
import type { DeliveryClaim } from '../../core/ports/database/webhooks.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { WebhookMessage } from '../../core/ports/webhooks.ts';
import type { Admission, Release } from '../../core/turns/admission.ts';
import type { WebhookAttempt } from '../../core/webhooks/delivery.ts';
import { messageBytes, scheduleFor } from '../../core/webhooks/message-size.ts';
import { nextWebhookDelay } from '../../core/webhooks/retry.ts';
import { batchJobText } from '../../wire/apartmentiq/batch-job.ts';
import { testEventText } from '../../wire/apartmentiq/webhook-delivery.ts';
import { jobPropertyIds } from '../read.ts';
import { liveWebhookSecrets } from './secrets.ts';

type Delivering = Pick<Deps, 'db' | 'webhooks' | 'secrets' | 'vault' | 'log' | 'meter' | 'policy'>;

/** By then a try has ended: it may take 15 s. A random part keeps those that wait from coming all at once. */
const NO_ROOM_SECONDS = 8;

/** The customer's message if the fault is in this program. The details are in the log. */
const OUR_FAULT = 'The server could not make the message; its operator finds the reason in the log.';

/** The body: what the API answers for the job from now on. */
async function bodyOf(
  { db, policy }: Delivering,
  claim: DeliveryClaim,
  job: ReportJob | null,
): Promise<Iterable<string>> {
  if (job === null) return [testEventText(claim)];
  const ids = await jobPropertyIds({ db }, job);
  // Each reading starts from the beginning.
  return { [Symbol.iterator]: () => batchJobText(job, ids, policy.publicUrl) };
}

async function send(
  deps: Delivering,
  message: Omit<WebhookMessage, 'secrets'>,
  claim: DeliveryClaim,
  signal: AbortSignal,
) {
  try {
    const secrets = await liveWebhookSecrets(deps, claim.accountId);
    return await deps.webhooks.send({ ...message, secrets: secrets.map(({ secret }) => secret) }, signal);
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof DatabaseAway) throw error;
    deps.log.error('webhook-not-sent', { deliveryId: claim.id, jobId: claim.jobId, error });
    return { status: null, latencyMs: 0, failure: OUR_FAULT, responseHead: '', retryAfterSeconds: null };
  }
}

function report(
  { log, meter }: Delivering,
  claim: DeliveryClaim,
  attempt: WebhookAttempt,
  delaySeconds: number | null,
): void {
  const { id: deliveryId, accountId, jobId } = claim;
  const { status, latencyMs, failure } = attempt;
  const fields = { deliveryId, accountId, jobId, try: claim.triesMade + 1, status, latencyMs };
  if (failure === null) log.info('webhook-delivered', fields);
  else log.warn('webhook-try-failed', { ...fields, failure, nextTryInSeconds: delaySeconds });
  if (failure !== null && delaySeconds === null) meter.webhookGivenUp();
}

export interface DeliveryTerms {
  readonly signal: AbortSignal;
  /** From 0 up to 1; spreads the next try. */
  readonly random: number;
  /** Of the bytes that the process is sending. */
  readonly inFlight: Admission;
}

/** Null if the account, or all of them, have as much in flight as they may. */
function admitted({ accountId }: DeliveryClaim, inFlight: Admission, bytes: number): Release | null {
  try {
    return inFlight.enter(accountId, bytes);
  } catch (error) {
    if (error instanceof ConveyanceError) return null;
    throw error;
  }
}

async function tryOnce(
  deps: Delivering,
  claim: DeliveryClaim,
  job: ReportJob | null,
  { signal, random }: DeliveryTerms,
): Promise<void> {
  const { db, policy } = deps;
  const body = await bodyOf(deps, claim, job);
  const attempt = await send(deps, { id: claim.id, url: claim.url, accountId: claim.accountId, body }, claim, signal);
  if (attempt === null) {
    await db.deliveries.giveBack(claim);
    return;
  }
  const schedule = job === null ? [0] : scheduleFor(policy.webhookSchedule, messageBytes(job));
  const delaySeconds = nextWebhookDelay(attempt, claim.triesMade + 1, { schedule, random });
  await db.deliveries.settle(claim, attempt, delaySeconds);
  report(deps, claim, attempt, delaySeconds);
}

/**
 * One try at a delivery, from claim to log. An abort gives it back uncounted, and so does a body for which there is no room. Rejects only if
 * the database does not answer; the lease then expires and the delivery is claimed again.
 */
export async function deliver(deps: Delivering, claim: DeliveryClaim, terms: DeliveryTerms): Promise<void> {
  const { accountId, jobId } = claim;
  const job = jobId === null ? null : await deps.db.jobs.get({ accountId, id: jobId });
  // The job is gone. Only reports have a callback URL.
  if (jobId !== null && (job === null || !isReport(job))) return;
  const ofReport = job !== null && isReport(job) ? job : null;
  const release = admitted(claim, terms.inFlight, messageBytes(ofReport ?? { propertyCount: 0 }));
  if (release === null) {
    await deps.db.deliveries.giveBack(claim, NO_ROOM_SECONDS * (1 + terms.random));
    return;
  }
  try {
    await tryOnce(deps, claim, ofReport, terms);
  } finally {
    release();
  }
}
