/** The errors of the Reonomy contract: `{"error": <name>, "message": <text>}`. */
import { z } from 'zod';
import type { ConveyanceError, ErrorCode } from '../../core/errors.ts';
import { MOST_FAULTS_SHOWN } from '../../core/faults.ts';
import { JobInProgress } from '../../core/turns/job-in-progress.ts';
import { integer, text } from '../fields.ts';
import { sentenceOf } from '../permissions.ts';

/** The first three are the contract's own names, the others are ours. */
export const REONOMY_ERROR_NAMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  file_part_missing: 'FileNotFoundAtPathError',
  unauthorized: 'AuthorizationException',
  forbidden: 'AuthorizationException',
  account_suspended: 'AuthorizationException',
  foreign_page: 'AuthorizationException',
  invalid_parameter: 'ValidationError',
  invalid_operation: 'ValidationError',
  user_agent_required: 'UserAgentRequired',
  not_found: 'NotFound',
  method_not_allowed: 'MethodNotAllowed',
  request_timeout: 'RequestTimeout',
  gone: 'Gone',
  payload_too_large: 'PayloadTooLarge',
  unsupported_media_type: 'UnsupportedMediaType',
  job_in_progress: 'JobInProgress',
  rate_limited: 'RateLimitExceeded',
  quota_exceeded: 'QuotaExceeded',
  unavailable: 'ServiceUnavailable',
};
const OTHER = 'InternalServerError';

/** Where the contract's status is another than the catalogue's: its 429 asks to wait for a job, which a used-up quota does not end with. */
export const REONOMY_STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = { quota_exceeded: 403 };

/** What a 4xx or 5xx of the code is called. */
export function reonomyErrorName(code: ErrorCode): string {
  return REONOMY_ERROR_NAMES[code] ?? OTHER;
}

export const reonomyErrorSchema = z
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

/** Told in the contract's own words for the end of a job. */
function messageOf(error: ConveyanceError): string {
  if (!(error instanceof JobInProgress)) return sentenceOf(error);
  const job = error.jobId === null ? 'A batch job' : `Job ${error.jobId}`;
  return `${job} of this access key has not ended yet; submit the next one when its status is SUCCESS or FAILURE`;
}

export function reonomyErrorBody(error: ConveyanceError): z.infer<typeof reonomyErrorSchema> {
  const { code, errors = [], quota } = error;
  const message = messageOf(error);
  return {
    error: reonomyErrorName(code),
    message,
    ...(errors.some((fault) => fault !== message) && { errors: [...errors] }),
    ...(quota && { quota_limit: quota.limit, quota_usage: quota.usage }),
  };
}
