/** An account's webhook secrets as messages. */
import { z } from 'zod';
import type { WebhookSecret } from '../../core/webhooks/secret.ts';
import { text } from '../fields.ts';

export const webhookSecretsSchema = z
  .object({
    secrets: z
      .array(
        z.object({
          secret: text({ description: '`whsec_` and the key in base64.' }),
          created_at: text({ format: 'date-time' }),
          expires_at: text({ format: 'date-time', description: 'Null for the current one.' }).nullable(),
        }),
      )
      .meta({ description: 'Those that sign now, newest first: one, or two for a day after a rotation.' }),
  })
  .meta({ id: 'WebhookSecrets' });

export function webhookSecretFields(secrets: readonly WebhookSecret[]): z.infer<typeof webhookSecretsSchema> {
  return {
    secrets: secrets.map(({ secret, createdAt, expiresAt }) => ({
      secret,
      created_at: createdAt.toISOString(),
      expires_at: expiresAt?.toISOString() ?? null,
    })),
  };
}
