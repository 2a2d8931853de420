/** What a customer can do with its account's webhooks: see what became of them, send one again, send a test. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Page, PageRequest } from '../../core/pages.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { type Delivery, parseDeliveryId, receiverHost } from '../../core/webhooks/delivery.ts';
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

/** Sends it again immediately, under its id; if that fails, the schedule restarts. */
export async function redeliver({ db }: Pick<Deps, 'db'>, caller: Caller, deliveryId: string): Promise<Delivery> {
  requirePermission(caller, 'send webhooks');
  const delivery = await db.deliveries.redeliver({ accountId: caller.accountId, id: parseDeliveryId(deliveryId) });
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
  return db.deliveries.enqueue({ accountId, id: ids(), jobId: null, url, host: receiverHost(url), delaySeconds: 0 });
}
