import { isReport } from '../../core/job.ts';
import { DatabaseAway } from '../../core/passing-fault.ts';
import type { DeliveryClaim } from '../../core/ports/database/webhooks.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { WebhookMessage } from '../../core/ports/webhooks.ts';
import type { WebhookAttempt } from '../../core/webhooks/delivery.ts';
import { nextWebhookDelay } from '../../core/webhooks/retry.ts';
import { batchJobText } from '../../wire/apartmentiq/batch-job.ts';
import { testEventText } from '../../wire/apartmentiq/webhook-delivery.ts';
import { jobPropertyIds } from '../read.ts';
import { liveWebhookSecrets } from './secrets.ts';

type Delivering = Pick<Deps, 'db' | 'webhooks' | 'secrets' | 'vault' | 'log' | 'meter' | 'policy'>;

/** The customer's message if the fault is in this program. The details are in the log. */
const OUR_FAULT = 'The server could not make the message; its operator finds the reason in the log.';

/** The body: what the API answers for the job from now on. Null if the job is gone. */
async function bodyOf({ db, policy }: Delivering, claim: DeliveryClaim): Promise<Iterable<string> | null> {
  const { accountId, jobId } = claim;
  if (jobId === null) return [testEventText(claim)];
  const job = await db.jobs.get({ accountId, id: jobId });
  // Only reports have a callback URL.
  if (job === null || !isReport(job)) return null;
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

/**
 * One try at a delivery, from claim to log. An abort gives it back uncounted. Rejects only if the database does not answer; the
 * lease then expires and the delivery is claimed again.
 *
 * @param random from 0 up to 1; spreads the next try.
 */
export async function deliver(
  deps: Delivering,
  claim: DeliveryClaim,
  { signal, random }: { readonly signal: AbortSignal; readonly random: number },
): Promise<void> {
  const { db, policy } = deps;
  const body = await bodyOf(deps, claim);
  if (body === null) return;
  const attempt = await send(deps, { id: claim.id, url: claim.url, accountId: claim.accountId, body }, claim, signal);
  if (attempt === null) {
    await db.deliveries.giveBack(claim);
    return;
  }
  const schedule = claim.jobId === null ? [0] : policy.webhookSchedule;
  const delaySeconds = nextWebhookDelay(attempt, claim.triesMade + 1, { schedule, random });
  await db.deliveries.settle(claim, attempt, delaySeconds);
  report(deps, claim, attempt, delaySeconds);
}
