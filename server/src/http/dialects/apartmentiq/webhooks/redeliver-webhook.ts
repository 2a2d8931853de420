/** `POST /webhook_deliveries/{delivery_id}/redeliver`: sends a webhook again. */
import { SENT_ON_REQUEST } from '../../../../core/webhooks/message-size.ts';
import { redeliver } from '../../../../jobs/webhooks/deliveries.ts';
import { deliveryFields, deliveryIdParams, deliverySchema } from '../../../../wire/apartmentiq/webhook-delivery.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { DELIVERY_NOT_FOUND } from './webhook-delivery.ts';

export const redeliverWebhook: ProtectedOperation = {
  permission: 'send webhooks',
  method: 'POST',
  path: '/webhook_deliveries/:delivery_id/redeliver',
  document: {
    operationId: 'redeliverWebhook',
    tag: 'Webhooks',
    summary: 'Redeliver Webhook',
    description:
      'Sends the webhook once more, at once and under the same `webhook-id`; if that fails, the schedule of retries begins anew. ' +
      'While a try is under way nothing is added to it. ' +
      `What is sent again, and as tests, may come to ${SENT_ON_REQUEST.words}.`,
    params: deliveryIdParams,
    responses: {
      200: { description: 'The delivery, pending', schema: deliverySchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'delivery_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: DELIVERY_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    return deliveryFields(await redeliver(door.deps, caller, pathParameter(request, 'delivery_id')));
  },
};
