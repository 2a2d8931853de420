/** `POST /webhooks/secret/rotate`: a new secret, with the old one beside it for a day. */
import { rotateWebhookSecret as rotate } from '../../../../jobs/webhooks/secrets.ts';
import { webhookSecretFields, webhookSecretsSchema } from '../../../../wire/apartmentiq/webhook-secret.ts';
import { UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';

export const rotateWebhookSecret: ProtectedOperation = {
  permission: 'rotate webhook secrets',
  method: 'POST',
  path: '/webhooks/secret/rotate',
  document: {
    operationId: 'rotateWebhookSecret',
    tag: 'Webhooks',
    summary: 'Rotate Webhook Secret',
    description:
      'Makes a new secret. The one before signs beside it for 24 hours, so that receivers can change over without losing a message; ' +
      'a second rotation within that time ends it at once.',
    responses: {
      200: { description: 'The live secrets', schema: webhookSecretsSchema },
      401: UNAUTHORIZED,
    },
  },
  async answer(door, { caller }) {
    return webhookSecretFields(await rotate(door.deps, caller));
  },
};
