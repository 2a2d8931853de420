/** The errors of Bulk Data Export, whose words the server also uses if no contract has others. */
import { z } from 'zod';
import type { AnsweredCode, ConveyanceError, ErrorCode } from '../../core/errors.ts';
import { integer, text } from '../fields.ts';
import { sentenceOf } from '../permissions.ts';

/** The contract's short texts. */
export const APARTMENTIQ_ERRORS: Readonly<Record<AnsweredCode, string>> = {
  invalid_parameter: 'Invalid parameter',
  file_part_missing: 'FileNotFoundAtPathError',
  invalid_operation: 'Invalid operation',
  user_agent_required: 'Bad Request',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  account_suspended: 'Forbidden',
  foreign_page: 'Forbidden',
  link_refused: 'Forbidden',
  not_found: 'Not Found',
  method_not_allowed: 'Method Not Allowed',
  request_timeout: 'Request Timeout',
  idempotency_conflict: 'Conflict',
  upload_moved: 'Conflict',
  gone: 'Gone',
  tus_version: 'Precondition Failed',
  payload_too_large: 'Payload Too Large',
  unsupported_media_type: 'Unsupported Media Type',
  range_not_satisfiable: 'Range Not Satisfiable',
  idempotency_mismatch: 'Unprocessable Content',
  rate_limited: 'Too Many Requests',
  job_in_progress: 'Too Many Requests',
  quota_exceeded: 'Quota exceeded',
  checksum_mismatch: 'Checksum Mismatch',
  headers_too_large: 'Request Header Fields Too Large',
  internal: 'Internal Server Error',
  unavailable: 'Service Unavailable',
};

export function apartmentiqError(code: ErrorCode): string {
  return Object.hasOwn(APARTMENTIQ_ERRORS, code)
    ? APARTMENTIQ_ERRORS[code as AnsweredCode]
    : APARTMENTIQ_ERRORS.internal;
}

export const errorSchema = z
  .object({
    error: text({ description: 'Short error message', example: 'Invalid parameter' }).optional(),
    message: text({ description: 'Optional detailed message', example: 'account_id is required' }).optional(),
    errors: z.array(z.string()).meta({ description: 'Optional list of validation errors.' }).optional(),
    quota_limit: integer({
      description: 'Quota limit that applied to the request when an account quota was exceeded.',
    }).optional(),
    quota_usage: integer({ description: 'Current quota usage when an account quota was exceeded.' }).optional(),
  })
  .meta({
    id: 'Error',
    description:
      'Error response payload. Most errors include error and optional message; some validation responses include errors; ' +
      'quota responses include quota fields.',
  });

type ErrorFields = z.infer<typeof errorSchema>;
/** Every answer of ours has the first two. */
export type ErrorBody = ErrorFields & Required<Pick<ErrorFields, 'error' | 'message'>>;

/** `errors` holds what `message` does not say. A single fault has the plain body that the contract shows. */
export function errorBody(error: ConveyanceError): ErrorBody {
  const { code, errors = [], quota } = error;
  const message = sentenceOf(error);
  return {
    error: apartmentiqError(code),
    message,
    ...(errors.some((fault) => fault !== message) && { errors: [...errors] }),
    ...(quota && { quota_limit: quota.limit, quota_usage: quota.usage }),
  };
}
