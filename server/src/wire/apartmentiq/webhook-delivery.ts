/** Webhook deliveries and their tries as messages; and the event that only tests a receiver. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import type { Page } from '../../core/pages.ts';
import { MAX_CALLBACK_URL_CHARACTERS } from '../../core/webhooks/callback-url.ts';
import { DELIVERY_STATES, type Delivery, type DeliveryTry } from '../../core/webhooks/delivery.ts';
import { integer, text } from '../fields.ts';
import { type AcceptsCallback, callbackUrlFault } from './callback-url.ts';
import { pageQuerySchema, paginationFields, paginationSchema } from './pages.ts';

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

export const deliveryListSchema = z
  .object({ deliveries: z.array(deliverySchema), pagination: paginationSchema })
  .meta({ id: 'WebhookDeliveryList' });

export const deliveryListQuerySchema = pageQuerySchema.extend({
  job_id: text({ format: 'uuid', description: 'Only the delivery of this job.' }).optional(),
});

export const deliveryIdParams = z.object({
  delivery_id: text({ format: 'uuid', description: 'UUID of the delivery: the `webhook-id` of its tries.' }),
});

export const webhookTestRequestSchema = z.object({
  url: text({
    format: 'uri',
    maxLength: MAX_CALLBACK_URL_CHARACTERS,
    description: 'Where the test event goes.',
  }),
});

/** How a test identifies itself: a receiver must not take it for a job. */
export const testEventSchema = z.object({
  event: z.literal('test'),
  delivery_id: text({ format: 'uuid' }),
  created_at: text({ format: 'date-time' }),
});

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

export function deliveryListFields(page: Page<Delivery>): z.infer<typeof deliveryListSchema> {
  return { deliveries: page.items.map(deliveryFields), pagination: paginationFields(page) };
}

export function testEventText({ id, createdAt }: Pick<Delivery, 'id' | 'createdAt'>): string {
  const event: z.infer<typeof testEventSchema> = {
    event: 'test',
    delivery_id: id,
    created_at: createdAt.toISOString(),
  };
  return JSON.stringify(event);
}

/** The URL for a test event. Throws `invalid_parameter`. */
export function parseWebhookTest(body: unknown, accepts: AcceptsCallback): string {
  const url = typeof body === 'object' && body !== null && 'url' in body ? body.url : undefined;
  const fault = url === undefined || url === null ? 'url is required' : callbackUrlFault('url', url, accepts);
  if (fault === null) return String(url);
  throw new ConveyanceError('invalid_parameter', fault, { errors: [fault] });
}
