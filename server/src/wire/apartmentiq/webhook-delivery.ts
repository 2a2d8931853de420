/** Webhook deliveries and their tries: what they look like, and ours as such. */
import { z } from 'zod';
import { DELIVERY_STATES, type Delivery, type DeliveryTry } from '../../core/webhooks/delivery.ts';
import { integer, text } from '../fields.ts';

const trySchema = z
  .object({
    try: integer({ description: 'From 1, counted on over redeliveries.' }),
    at: text({ format: 'date-time' }),
    status: integer({ description: 'Of the receiver’s answer; null when none came.' }).nullable(),
    latency_ms: integer(),
    failure: text({ description: 'Why the try did not count; null when delivered.' }).nullable(),
    response: text({ description: 'The first KiB of the receiver’s answer.' }),
  })
  .meta({ id: 'WebhookTry' });

export const deliverySchema = z
  .object({
    delivery_id: text({ format: 'uuid', description: 'The `webhook-id` of every try.' }),
    job_id: text({ format: 'uuid', description: 'Null for a test event.' }).nullable(),
    url: text({ format: 'uri' }),
    state: z.enum(DELIVERY_STATES).meta({ id: 'WebhookDeliveryState' }),
    created_at: text({ format: 'date-time' }),
    finished_at: text({ format: 'date-time' }).nullable(),
    next_try_at: text({
      format: 'date-time',
      description: 'Null when there is none to come, and while one is under way.',
    }).nullable(),
    tries: z.array(trySchema).meta({ description: 'The latest 20, oldest of them first.' }),
  })
  .meta({ id: 'WebhookDelivery' });

function tryFields({ number, at, status, latencyMs, failure, responseHead }: DeliveryTry) {
  return { try: number, at: at.toISOString(), status, latency_ms: latencyMs, failure, response: responseHead };
}

export function deliveryFields(delivery: Delivery): z.infer<typeof deliverySchema> {
  return {
    delivery_id: delivery.id,
    job_id: delivery.jobId,
    url: delivery.url,
    state: delivery.state,
    created_at: delivery.createdAt.toISOString(),
    finished_at: delivery.finishedAt?.toISOString() ?? null,
    next_try_at: delivery.nextTryAt?.toISOString() ?? null,
    tries: delivery.tries.map(tryFields),
  };
}
