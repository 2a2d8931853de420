/** Access keys and personal tokens of an account: what is asked for, and what is told, once with its secret. */
import { z } from 'zod';
import { type Credential, SCOPES, type Scope } from '../../../core/access.ts';
import { isObject } from '../../../core/input/objects.ts';
import { SECONDS_PER_DAY } from '../../../core/time.ts';
import { readBody } from '../../body.ts';
import { credentialFields, credentialSchema } from '../../credential.ts';
import { integer, nameField, text } from '../../fields.ts';
import { ACCOUNT_PARAMETER } from '../request-body.ts';

const LONGEST_KEY_NAME = 200;
const LONGEST_OVERLAP_SECONDS = 30 * SECONDS_PER_DAY;
const DEFAULT_OVERLAP_SECONDS = SECONDS_PER_DAY;

/** Those of customers. */
const KEY_SCOPES = SCOPES.filter((scope): scope is Exclude<Scope, 'admin'> => scope !== 'admin');
const KINDS = ['key', 'token'] as const;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;

const RULES = {
  kind: `must be one of: ${KINDS.join(', ')}`,
  scopes: `must be a list of one or more of: ${KEY_SCOPES.join(', ')}`,
  expiresAt: 'must be an instant such as 2027-01-31T00:00:00Z, or null',
  overlap: `must be an integer between 0 and ${LONGEST_OVERLAP_SECONDS}`,
} as const;

export const newKeySchema = z.object({
  name: nameField(LONGEST_KEY_NAME, 'What people know it by: where it is used, say.'),
  kind: z
    .enum(KINDS, { error: RULES.kind })
    .nullish()
    .meta({ description: '`key`, which is the default: an access key with a secret. `token`: a personal token.' }),
  scopes: z
    .array(z.enum(KEY_SCOPES), { error: RULES.scopes })
    .min(1, RULES.scopes)
    .nullish()
    .meta({ description: 'None that the credential that asks lacks. All that it has but `keys`, if left out.' }),
  expires_at: z
    .string({ error: RULES.expiresAt })
    .refine((given) => INSTANT.test(given) && !Number.isNaN(Date.parse(given)), RULES.expiresAt)
    .nullish()
    .meta({
      format: 'date-time',
      description: 'When it ends by itself: no later than the credential that asks, which is the default.',
    }),
});

export const rotationSchema = z.object({
  overlap_seconds: z
    .int({ error: RULES.overlap })
    .min(0, RULES.overlap)
    .max(LONGEST_OVERLAP_SECONDS, RULES.overlap)
    .nullish()
    .meta({ default: DEFAULT_OVERLAP_SECONDS, description: 'How long the old key still works.' }),
});

export const keyListSchema = z
  .object({
    keys: z
      .array(credentialSchema)
      .meta({ description: 'The newest hundred, ended ones too. People who are invited are not among them.' }),
  })
  .meta({ id: 'KeyList' });

export const issuedKeySchema = z
  .object({
    key: credentialSchema,
    secret: text({ description: 'Of an access key its secret, of a token the token. It is shown here alone.' }),
  })
  .meta({ id: 'IssuedKey' });

export const revokedKeySchema = z
  .object({
    key: credentialSchema,
    schedules_in_need: integer({
      description: 'Active schedules that act for it: their runs fail until somebody resumes them.',
    }),
  })
  .meta({ id: 'RevokedKey' });

export const keyParams = z.object({
  credential_id: text({ format: 'uuid', description: 'UUID of the key or token.' }),
});

/** Clients may name their account in every body; it is judged before. */
function ownFields(body: unknown): unknown {
  if (!isObject(body)) return body;
  const { [ACCOUNT_PARAMETER]: _judged, ...own } = body;
  return own;
}

/** Throws `invalid_parameter`. */
export function parseNewKey(body: unknown) {
  const { name, kind, scopes, expires_at: end } = readBody(newKeySchema, ownFields(body));
  return {
    name,
    kind: kind ?? 'key',
    scopes: scopes === undefined || scopes === null ? null : [...new Set(scopes)],
    expiresAt: end === undefined || end === null ? null : new Date(end),
  } as const;
}

/** Throws `invalid_parameter`. */
export function parseRotation(body: unknown): { readonly overlapSeconds: number } {
  const { overlap_seconds: overlap } = readBody(rotationSchema, ownFields(body));
  return { overlapSeconds: overlap ?? DEFAULT_OVERLAP_SECONDS };
}

export function keyListFields(keys: readonly Credential[]): z.infer<typeof keyListSchema> {
  return { keys: keys.map(credentialFields) };
}

export function issuedKeyFields(made: {
  readonly credential: Credential;
  readonly secret: string;
}): z.infer<typeof issuedKeySchema> {
  return { key: credentialFields(made.credential), secret: made.secret };
}

export function revokedKeyFields(revoked: {
  readonly credential: Credential;
  readonly schedulesInNeed: number;
}): z.infer<typeof revokedKeySchema> {
  return { key: credentialFields(revoked.credential), schedules_in_need: revoked.schedulesInNeed };
}
