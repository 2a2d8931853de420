/** The Reonomy dialect's errors: `{"error": <name>, "message": <text>}`. */
import type { ConveyanceError, ErrorCode } from '../../../core/errors.ts';

/** The first three are the contract's own names, the others are ours. */
export const REONOMY_ERROR_NAMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  file_part_missing: 'FileNotFoundAtPathError',
  unauthorized: 'AuthorizationException',
  forbidden: 'AuthorizationException',
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

/** What a 4xx or 5xx of the code is called in this dialect. */
export function reonomyErrorName(code: ErrorCode): string {
  return REONOMY_ERROR_NAMES[code] ?? OTHER;
}

interface ReonomyErrorBody {
  readonly error: string;
  readonly message: string;
  /** Every fault, where several came together. */
  readonly errors?: readonly string[];
  readonly quota_limit?: number;
  readonly quota_usage?: number;
}

export function reonomyErrorBody({ code, message, errors = [], quota }: ConveyanceError): ReonomyErrorBody {
  return {
    error: reonomyErrorName(code),
    message,
    ...(errors.length > 1 && { errors }),
    ...(quota && { quota_limit: quota.limit, quota_usage: quota.usage }),
  };
}
