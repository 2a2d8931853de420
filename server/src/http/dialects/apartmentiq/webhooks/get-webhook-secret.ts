/** `GET /webhooks/secret`: what the account’s webhooks are signed with. */
import { readWebhookSecrets } from '../../../../jobs/webhooks/secrets.ts';
import { webhookSecretFields, webhookSecretsSchema } from '../../../../wire/apartmentiq/webhook-secret.ts';
import { UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';

export const getWebhookSecret: ProtectedOperation = {
  permission: 'view webhook secrets',
  method: 'GET',
  path: '/webhooks/secret',
  document: {
    operationId: 'getWebhookSecret',
    tag: 'Webhooks',
    summary: 'Get Webhook Secret',
    description: 'The secrets that sign your account’s webhooks, to verify them with. The first is made at first need.',
    responses: {
      200: { description: 'The live secrets', schema: webhookSecretsSchema },
      401: UNAUTHORIZED,
    },
  },
  async answer(door, { caller }) {
    return webhookSecretFields(await readWebhookSecrets(door.deps, caller));
  },
};
