/** Webhook deliveries as the command line shows them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Conveyance, WebhookDelivery } from '@conveyance/sdk';
import type { Instant, Output } from '../../terminal/output.ts';
import { formatTable } from '../../terminal/table.ts';

const POLL_MS = 250;
/** A try takes 15 s at most. */
const PATIENCE_MS = 25_000;

function lastTry({ tries }: WebhookDelivery): number {
  return tries.at(-1)?.try ?? 0;
}

/** The delivery after another try; unchanged if that takes too long. */
export async function followDelivery(
  client: Conveyance,
  queued: WebhookDelivery,
  signal: AbortSignal,
): Promise<WebhookDelivery> {
  const deadline = performance.now() + PATIENCE_MS;
  let delivery = queued;
  while (lastTry(delivery) <= lastTry(queued) && performance.now() < deadline) {
    await delay(POLL_MS, undefined, { signal });
    delivery = await client.webhooks.delivery(queued.delivery_id, { signal });
  }
  return delivery;
}

export function printDelivery(out: Output, delivery: WebhookDelivery): void {
  const rows = [
    ['delivery', delivery.delivery_id],
    ['job', delivery.job_id ?? '- (a test)'],
    ['to', delivery.url],
    ['state', delivery.state],
    ['next try', out.instant(delivery.next_try_at)],
  ];
  for (const { try: number, at, status, latency_ms, failure, response } of delivery.tries) {
    rows.push([`try ${number}`, `${out.instant(at)}  ${status ?? '-'}  ${latency_ms} ms  ${failure ?? 'delivered'}`]);
    const [line = ''] = response.split('\n', 1);
    if (line !== '') rows.push(['', line]);
  }
  out.data(delivery, formatTable(rows));
}

export function deliveryTable(deliveries: readonly WebhookDelivery[], instant: Instant): string {
  const header = ['DELIVERY', 'JOB', 'STATE', 'TRIES', 'STATUS', 'LATENCY', 'LAST TRY', 'TO'];
  const rows = deliveries.map((delivery) => {
    const last = delivery.tries.at(-1);
    return [
      delivery.delivery_id,
      delivery.job_id ?? '- (a test)',
      delivery.state,
      String(lastTry(delivery)),
      String(last?.status ?? '-'),
      last === undefined ? '-' : `${last.latency_ms} ms`,
      instant(last?.at),
      delivery.url,
    ];
  });
  return formatTable([header, ...rows], ['left', 'left', 'left', 'right', 'right', 'right']);
}
