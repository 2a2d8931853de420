/** `GET /webhook_deliveries/{delivery_id}`: one webhook and its tries. */
import { readDelivery } from '../../../../jobs/webhooks/deliveries.ts';
import { deliveryFields, deliveryIdParams, deliverySchema } from '../../../../wire/apartmentiq/webhook-delivery.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { DELIVERY_NOT_FOUND } from './webhook-delivery.ts';

export const getWebhookDelivery: ProtectedOperation = {
  permission: 'view webhook deliveries',
  method: 'GET',
  path: '/webhook_deliveries/:delivery_id',
  document: {
    operationId: 'getWebhookDelivery',
    tag: 'Webhooks',
    summary: 'Get Webhook Delivery',
    description: 'One webhook with its latest tries.',
    params: deliveryIdParams,
    responses: {
      200: { description: 'The delivery', schema: deliverySchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'delivery_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: DELIVERY_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    return deliveryFields(await readDelivery(door.deps, caller, pathParameter(request, 'delivery_id')));
  },
};
