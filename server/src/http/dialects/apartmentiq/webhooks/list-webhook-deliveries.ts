/** `GET /webhook_deliveries`: the account’s webhooks, a page at a time. */
import { listDeliveries } from '../../../../jobs/webhooks/deliveries.ts';
import { parsePageRequest } from '../../../../wire/apartmentiq/pages.ts';
import {
  deliveryListFields,
  deliveryListQuerySchema,
  deliveryListSchema,
} from '../../../../wire/apartmentiq/webhook-delivery.ts';
import { badRequest, JOB_NOT_FOUND, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../../server/operation.ts';

export const listWebhookDeliveries: ProtectedOperation = {
  permission: 'view webhook deliveries',
  method: 'GET',
  path: '/webhook_deliveries',
  unknownQuery: 'refused',
  readQuery: parsePageRequest,
  document: {
    operationId: 'listWebhookDeliveries',
    tag: 'Webhooks',
    summary: 'List Webhook Deliveries',
    description:
      'What became of the webhooks of your account, newest first: each with its latest tries and what the receiver answered. ' +
      'Kept for 30 days.',
    query: deliveryListQuerySchema,
    responses: {
      200: { description: 'A page of deliveries', schema: deliveryListSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: JOB_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    const query = queryParameters(request);
    const page = parsePageRequest(query);
    return deliveryListFields(await listDeliveries(door.deps, caller, page, query['job_id']));
  },
};
