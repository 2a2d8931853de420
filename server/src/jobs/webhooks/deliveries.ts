/** What a customer can do with its account's webhooks: see what became of them, send one again, send a test. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Page, PageRequest } from '../../core/pages.ts';
import type { RateTerms } from '../../core/ports/database/rate-limits.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { type Delivery, parseDeliveryId, receiverHost } from '../../core/webhooks/delivery.ts';
import { messageBytes, SENT_ON_REQUEST, unitsOf } from '../../core/webhooks/message-size.ts';
import { readJob } from '../read.ts';

function deliveryNotFound(): ConveyanceError {
  return new ConveyanceError('not_found', 'Webhook delivery with the specified ID does not exist');
}

/** The account's deliveries, newest first; with `jobId`, that job's. */
export async function listDeliveries(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  request: PageRequest,
  jobId: string | undefined,
): Promise<Page<Delivery>> {
  requirePermission(caller, 'view webhook deliveries');
  const job = jobId === undefined ? null : await readJob({ db }, caller, jobId);
  return db.deliveries.list(caller.accountId, job?.id ?? null, request);
}

/** A delivery of the caller's account. Another account's does not exist for it. */
export async function readDelivery({ db }: Pick<Deps, 'db'>, caller: Caller, deliveryId: string): Promise<Delivery> {
  requirePermission(caller, 'view webhook deliveries');
  const delivery = await db.deliveries.get({ accountId: caller.accountId, id: parseDeliveryId(deliveryId) });
  if (delivery === null) throw deliveryNotFound();
  return delivery;
}

/**
 * Counts what an account has sent on request, over all processes. Throws `rate_limited` if it is more than in an hour may be: each call sends
 * a message of up to 10 MB to an address that the account chooses.
 */
async function countSending({ db }: Pick<Deps, 'db'>, { accountId }: Caller, bytes: number): Promise<void> {
  const { unitsPerWindow, windowSeconds, words } = SENT_ON_REQUEST;
  const terms: RateTerms = { door: 'webhooks', limit: unitsPerWindow, windowSeconds };
  const units = unitsOf(bytes);
  // Asked first: what is refused must not use up the rest.
  const { remaining, windowEndsInMs } = await db.rateLimits.count(accountId, terms, 0, null);
  if (remaining >= units && (await db.rateLimits.count(accountId, terms, units, null)).granted === units) return;
  throw new ConveyanceError(
    'rate_limited',
    `The webhooks that an account has sent again or as tests may come to ${words}; wait and go on`,
    { retryAfterSeconds: Math.max(1, Math.ceil(windowEndsInMs / MS_PER_SECOND)) },
  );
}

/** Sends it again immediately, under its id; if that fails, the schedule restarts. */
export async function redeliver({ db }: Pick<Deps, 'db'>, caller: Caller, deliveryId: string): Promise<Delivery> {
  requirePermission(caller, 'send webhooks');
  const { accountId } = caller;
  const key = { accountId, id: parseDeliveryId(deliveryId) };
  const known = await db.deliveries.get(key);
  if (known === null) throw deliveryNotFound();
  const job = known.jobId === null ? null : await db.jobs.get({ accountId, id: known.jobId });
  await countSending({ db }, caller, messageBytes(job ?? { propertyCount: 0 }));
  const delivery = await db.deliveries.redeliver(key);
  if (delivery === null) throw deliveryNotFound();
  return delivery;
}

/** Queues a signed test event to the URL. It is tried once: a tester wants to know now. */
export async function sendTestEvent(
  { db, ids }: Pick<Deps, 'db' | 'ids'>,
  caller: Caller,
  url: string,
): Promise<Delivery> {
  requirePermission(caller, 'send webhooks');
  const { accountId } = caller;
  await countSending({ db }, caller, messageBytes({ propertyCount: 0 }));
  return db.deliveries.enqueue({ accountId, id: ids(), jobId: null, url, host: receiverHost(url), delaySeconds: 0 });
}
