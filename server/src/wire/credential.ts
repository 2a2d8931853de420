/** Access keys, tokens and people as messages, to operators and to the account itself: never with a secret. */
import { z } from 'zod';
import type { Credential } from '../core/access.ts';
import { text } from './fields.ts';

export const credentialSchema = z
  .object({
    credential_id: text({ format: 'uuid' }),
    kind: z.enum(['key', 'token', 'person']),
    access_key: text().nullable(),
    name: text().nullable(),
    scopes: z.array(z.string()),
    created_at: text({ format: 'date-time' }),
    expires_at: text({ format: 'date-time' }).nullable(),
    revoked_at: text({ format: 'date-time' }).nullable(),
    last_used_at: text({ format: 'date-time', description: 'To the minute.' }).nullable(),
    last_address: text().nullable(),
  })
  .meta({ id: 'Credential' });

const iso = (date: Date | null) => date?.toISOString() ?? null;

export function credentialFields(credential: Credential): z.infer<typeof credentialSchema> {
  return {
    credential_id: credential.id,
    kind: credential.kind,
    access_key: credential.accessKey,
    name: credential.name,
    scopes: [...credential.scopes],
    created_at: credential.createdAt.toISOString(),
    expires_at: iso(credential.expiresAt),
    revoked_at: iso(credential.revokedAt),
    last_used_at: iso(credential.lastUsedAt),
    last_address: credential.lastAddress,
  };
}
