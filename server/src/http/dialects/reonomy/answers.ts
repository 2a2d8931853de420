/** The answers that operations of the Reonomy dialect share, as documented. */
import type { Permission } from '../../../core/access.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import { REFUSALS } from '../../../wire/permissions.ts';
import { reonomyErrorName, reonomyErrorSchema } from '../../../wire/reonomy/errors.ts';
import type { ResponseDocument } from '../../server/operation.ts';

export function reonomyRefusal(description: string, code: ErrorCode, message: string): ResponseDocument {
  return { description, schema: reonomyErrorSchema, example: { error: reonomyErrorName(code), message } };
}

/** Several refusals of one status, each with an example. */
export function reonomyRefusals(
  description: string,
  examples: readonly (readonly [code: ErrorCode, message: string])[],
): ResponseDocument {
  return {
    description,
    schema: reonomyErrorSchema,
    examples: Object.fromEntries(
      examples.map(([code, message]) => [
        reonomyErrorName(code),
        { value: { error: reonomyErrorName(code), message } },
      ]),
    ),
  };
}

export const REONOMY_UNAUTHORIZED = reonomyRefusal(
  'Unknown access key or wrong secret',
  'unauthorized',
  'The access key is unknown or its secret is wrong; send both as HTTP Basic',
);

export function reonomyForbidden(permission: Permission): ResponseDocument {
  return reonomyRefusal('The access key lacks the scope', 'forbidden', REFUSALS[permission]);
}

/** For what is metered. */
export function reonomyForbiddenOrUsedUp(permission: Permission): ResponseDocument {
  return reonomyRefusals('The access key lacks the scope, or the account’s quota of the month is used up.', [
    ['forbidden', REFUSALS[permission]],
    [
      'quota_exceeded',
      'This job has 3 properties that do not count yet in 2026-01, and 2 of 100 are left; ask for fewer, or for properties that were exported this month; the quota starts again on 2026-02-01 (UTC)',
    ],
  ]);
}

export const FILE_JOB_NOT_FOUND = reonomyRefusal(
  'No such job of this access key',
  'not_found',
  'Job with the specified ID does not exist',
);

export const REONOMY_RATE_LIMITED: ResponseDocument = {
  ...reonomyRefusal(
    'More requests than the access key may send in a second, or more wrong secrets for it than an address may try',
    'rate_limited',
    'This credential may send 5 requests a second; wait and go on',
  ),
  headers: { 'Retry-After': { description: 'Seconds to wait.', type: 'integer' } },
};
