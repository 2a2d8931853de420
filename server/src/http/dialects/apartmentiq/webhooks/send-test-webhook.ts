/** `POST /webhooks/test`: an event to try out a receiver. */
import { SENT_ON_REQUEST } from '../../../../core/webhooks/message-size.ts';
import { sendTestEvent } from '../../../../jobs/webhooks/deliveries.ts';
import {
  deliveryFields,
  deliverySchema,
  parseWebhookTest,
  webhookTestRequestSchema,
} from '../../../../wire/apartmentiq/webhook-delivery.ts';
import { badRequest, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';

export const sendTestWebhook: ProtectedOperation = {
  permission: 'send webhooks',
  method: 'POST',
  path: '/webhooks/test',
  document: {
    operationId: 'sendTestWebhook',
    tag: 'Webhooks',
    summary: 'Send Test Webhook',
    description:
      'Sends a signed `{"event":"test", …}` to the URL, once. Read the delivery to see what the receiver answered. ' +
      `Tests, and what is sent again, may come to ${SENT_ON_REQUEST.words}.`,
    body: { contentTypes: ['application/json'], schema: webhookTestRequestSchema },
    responses: {
      200: { description: 'The delivery, pending', schema: deliverySchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'url must be a public http or https URL' },
      }),
      401: UNAUTHORIZED,
      415: refused(
        'Body is not JSON',
        'unsupported_media_type',
        'the Content-Type is text/plain; this call takes application/json',
      ),
    },
  },
  async answer(door, { request, caller }) {
    const { deps } = door;
    const url = parseWebhookTest(request.body, (text) => deps.webhooks.accepts(text));
    return deliveryFields(await sendTestEvent(deps, caller, url));
  },
};
