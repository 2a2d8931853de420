/** The answers that operations of the batch dialect share, as documented. */
import { z } from 'zod';
import type { ErrorCode } from '../../core/errors.ts';
import { MOST_FAULTS_SHOWN } from '../../core/faults.ts';
import type { ResponseDocument } from '../operation.ts';
import { integer, text } from '../schemas.ts';
import { batchErrorName } from './errors.ts';

const batchErrorSchema = z
  .object({
    error: text({ description: 'A name for programs.' }),
    message: text({ description: 'A sentence for people: what, where, and what to do.' }),
    errors: z
      .array(z.string())
      .meta({
        description: `Every fault, where several came together; of more than ${MOST_FAULTS_SHOWN} the first ones, and how many more there are.`,
      })
      .optional(),
    quota_limit: integer().optional(),
    quota_usage: integer().optional(),
  })
  .meta({ id: 'BatchDialectError' });

export function batchRefusal(description: string, code: ErrorCode, message: string): ResponseDocument {
  return { description, schema: batchErrorSchema, example: { error: batchErrorName(code), message } };
}

/** Several refusals of one status, each with an example. */
export function batchRefusals(
  description: string,
  examples: readonly (readonly [code: ErrorCode, message: string])[],
): ResponseDocument {
  return {
    description,
    schema: batchErrorSchema,
    examples: Object.fromEntries(
      examples.map(([code, message]) => [batchErrorName(code), { value: { error: batchErrorName(code), message } }]),
    ),
  };
}

export const BATCH_UNAUTHORIZED = batchRefusal(
  'Unknown access key or wrong secret',
  'unauthorized',
  'The access key is unknown or its secret is wrong; send both as HTTP Basic',
);

export function batchForbidden(message: string): ResponseDocument {
  return batchRefusal('The access key lacks the scope', 'forbidden', message);
}

export const BATCH_JOB_NOT_FOUND = batchRefusal(
  'No such job of this access key',
  'not_found',
  'Job with the specified ID does not exist',
);

export const BATCH_RATE_LIMITED: ResponseDocument = {
  ...batchRefusal(
    'More requests than the access key may send in a second, or more wrong secrets for it than an address may try',
    'rate_limited',
    'This credential may send 5 requests a second; wait and go on',
  ),
  headers: { 'Retry-After': { description: 'Seconds to wait.', type: 'integer' } },
};
