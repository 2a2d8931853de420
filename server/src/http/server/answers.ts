/** The answers that many operations share, as documented. */
import type { Permission } from '../../core/access.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { apartmentiqError, errorSchema } from '../../wire/apartmentiq/errors.ts';
import { REFUSALS } from '../../wire/permissions.ts';
import type { ResponseDocument } from './operation.ts';

function errorExample(code: ErrorCode, message: string) {
  return { error: apartmentiqError(code), message };
}

/** A 400 with one named example for each sentence that the operation can answer. */
export function badRequest(
  examples: Readonly<Record<string, { code: 'invalid_parameter' | 'invalid_operation'; message: string }>>,
): ResponseDocument {
  return {
    description: 'The request was invalid or malformed.',
    schema: errorSchema,
    examples: Object.fromEntries(
      Object.entries(examples).map(([name, { code, message }]) => [name, { value: errorExample(code, message) }]),
    ),
  };
}

export const UNAUTHORIZED: ResponseDocument = {
  description: 'Unauthorized - Invalid or missing authentication',
  schema: errorSchema,
  example: errorExample('unauthorized', 'Missing or invalid bearer token'),
};

export function forbidden(permission: Permission): ResponseDocument {
  return {
    description: 'Forbidden - Insufficient permissions',
    schema: errorSchema,
    example: errorExample('forbidden', REFUSALS[permission]),
  };
}

export function refused(description: string, code: ErrorCode, message: string): ResponseDocument {
  return { description, schema: errorSchema, example: errorExample(code, message) };
}

export const JOB_NOT_FOUND = refused('Job not found', 'not_found', 'Job with the specified ID does not exist');

const WHOLE_NUMBER = 'integer';

export const TOO_MANY_REQUESTS: ResponseDocument = {
  ...refused(
    'More requests than the credential may send in a minute. These headers but the last are on every answer to a credential.',
    'rate_limited',
    'This credential may send 12000 requests a minute; wait and go on',
  ),
  headers: {
    'X-RateLimit-Limit': { description: 'Requests a minute.', type: WHOLE_NUMBER },
    'X-RateLimit-Remaining': { description: 'What is left of this minute.', type: WHOLE_NUMBER },
    'X-RateLimit-Reset': { description: 'When the next one begins, in seconds since 1970.', type: WHOLE_NUMBER },
    'X-RateLimit-Reset-After': { description: 'Seconds until then.', type: WHOLE_NUMBER },
    'Retry-After': { description: 'Seconds to wait.', type: WHOLE_NUMBER },
  },
};

export const TOO_MANY_LOGINS: ResponseDocument = {
  ...refused(
    'More wrong secrets for the access key than an address may try. The right secret is taken all the same.',
    'rate_limited',
    'The access key is unknown or its secret is wrong, and this address has tried too often; correct them, and wait',
  ),
  headers: { 'Retry-After': { description: 'Seconds to wait.', type: WHOLE_NUMBER } },
};
