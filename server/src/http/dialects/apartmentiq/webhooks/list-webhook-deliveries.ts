/** `GET /webhook_deliveries`: the account’s webhooks, a page at a time. */
import { z } from 'zod';
import { listDeliveries } from '../../../../jobs/webhooks/deliveries.ts';
import { deliveryFields, deliverySchema } from '../../../../wire/apartmentiq/webhook-delivery.ts';
import { text } from '../../../../wire/fields.ts';
import { badRequest, forbidden, JOB_NOT_FOUND, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../../server/operation.ts';
import { paginationOf } from '../../../server/pagination.ts';
import { pageQuerySchema, paginationSchema } from '../../../server/schemas.ts';

const deliveryListSchema = z
  .object({ deliveries: z.array(deliverySchema), pagination: paginationSchema })
  .meta({ id: 'WebhookDeliveryList' });

export const listWebhookDeliveries: ProtectedOperation = {
  scope: 'exports:read',
  method: 'GET',
  path: '/webhook_deliveries',
  document: {
    operationId: 'listWebhookDeliveries',
    tag: 'Webhooks',
    summary: 'List Webhook Deliveries',
    description:
      'What became of the webhooks of your account, newest first: each with its latest tries and what the receiver answered. ' +
      'Kept for 30 days.',
    query: pageQuerySchema.extend({
      job_id: text({ format: 'uuid', description: 'Only the delivery of this job.' }).optional(),
    }),
    responses: {
      200: { description: 'A page of deliveries', schema: deliveryListSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to view webhook deliveries'),
      404: JOB_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    const { page, per_page: perPage, job_id: jobId } = queryParameters(request);
    const deliveries = await listDeliveries(door.deps, caller, { page, perPage, jobId });
    return { deliveries: deliveries.items.map(deliveryFields), pagination: paginationOf(deliveries) };
  },
};
