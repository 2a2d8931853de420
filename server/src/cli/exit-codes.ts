/** What the process says to the shell, and how an error becomes that. */
import {
  ApiError,
  FileJobFailedError,
  IntegrityError,
  NetworkError,
  ReportJobFailedError,
  WaitTimeoutError,
} from '@conveyance/sdk';
import { CommanderError } from 'commander';
import { ConveyanceError, type ErrorCode } from '../core/errors.ts';

export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done.' },
  other: { code: 1, meaning: 'Something else went wrong; the message says what.' },
  usage: { code: 2, meaning: 'The command, an option, a setting or a field of the request is wrong.' },
  notFound: { code: 3, meaning: 'There is no such job, account, key or file any more.' },
  auth: { code: 4, meaning: 'The credentials are missing, wrong, or not allowed to do this.' },
  quota: {
    code: 5,
    meaning: 'The account’s quota or request rate is used up, or a batch job of its key has not ended.',
  },
  timeout: { code: 6, meaning: 'The job has not ended in the time given; it goes on.' },
  jobFailed: { code: 7, meaning: 'The job failed or was cancelled.' },
  integrity: { code: 8, meaning: 'What arrived is not what the server’s manifest promises; nothing was kept.' },
  network: { code: 9, meaning: 'The server could not be reached, or the connection broke for good.' },
  interrupted: { code: 130, meaning: 'Ctrl-C.' },
} as const satisfies Record<string, { code: number; meaning: string }>;

type Ending = keyof typeof EXIT_CODES;

const BY_ERROR_CODE: Partial<Record<ErrorCode, Ending>> = {
  invalid_parameter: 'usage',
  bad_setting: 'usage',
  payload_too_large: 'usage',
  unsupported_media_type: 'usage',
  not_found: 'notFound',
  gone: 'notFound',
  unauthorized: 'auth',
  forbidden: 'auth',
  link_refused: 'auth',
  rate_limited: 'quota',
  quota_exceeded: 'quota',
};

const BY_STATUS: Readonly<Record<number, Ending>> = {
  401: 'auth',
  403: 'auth',
  404: 'notFound',
  410: 'notFound',
  413: 'usage',
  415: 'usage',
  422: 'usage',
  429: 'quota',
};

export function exitCodeOf(error: unknown): number {
  return EXIT_CODES[endingOf(error)].code;
}

function endingOf(error: unknown): Ending {
  if (error instanceof ConveyanceError) return BY_ERROR_CODE[error.code] ?? 'other';
  if (error instanceof ApiError) return endingOfAnswer(error);
  if (error instanceof WaitTimeoutError) return 'timeout';
  if (error instanceof ReportJobFailedError || error instanceof FileJobFailedError) return 'jobFailed';
  if (error instanceof IntegrityError) return 'integrity';
  if (error instanceof NetworkError) return 'network';
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
  return 'other';
}

/** In the words of the two dialects. */
const INVALID_REQUEST: ReadonlySet<string> = new Set(['Invalid parameter', 'ValidationError']);

function endingOfAnswer({ status, error }: ApiError): Ending {
  // The token route says 400 or 401 for credentials that it does not know (RFC 6749 §5.2).
  if (error === 'invalid_client' || error === 'invalid_scope') return 'auth';
  if (status === 400) return INVALID_REQUEST.has(error) ? 'usage' : 'other';
  return BY_STATUS[status] ?? 'other';
}
