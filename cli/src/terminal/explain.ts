/** An error as the user sees it: how the command ended, what went wrong, what to do next. */
import {
  ApiError,
  CredentialsError,
  FileJobFailedError,
  IntegrityError,
  NetworkError,
  ReportJobFailedError,
  WaitTimeoutError,
} from '@conveyance/sdk';
import { CommandFault } from './errors.ts';
import type { Ending } from './exit-codes.ts';
import { inFlagWords } from './flag-words.ts';

export interface Explanation {
  readonly ending: Ending;
  readonly message: string;
  /** Lines below the message. */
  readonly hints: readonly string[];
}

const BY_STATUS: Readonly<Record<number, Ending>> = {
  401: 'auth',
  403: 'auth',
  404: 'notFound',
  410: 'notFound',
  413: 'usage',
  415: 'usage',
  422: 'usage',
  429: 'tooMany',
};

function endingOf(error: unknown): Ending {
  if (error instanceof CommandFault) return error.ending;
  if (error instanceof CredentialsError) return 'auth';
  if (error instanceof ApiError) return endingOfAnswer(error);
  if (error instanceof WaitTimeoutError) return 'timeout';
  if (error instanceof ReportJobFailedError || error instanceof FileJobFailedError) return 'jobFailed';
  if (error instanceof IntegrityError) return 'integrity';
  if (error instanceof NetworkError) return 'network';
  return 'other';
}

/** In the words of the two dialects. */
const INVALID_REQUEST: ReadonlySet<string> = new Set(['Invalid parameter', 'ValidationError']);

/** Of the 429 of both dialects; the quota of the second has another status. */
const ENDINGS_BY_ERROR: Readonly<Record<string, Ending>> = {
  'Quota exceeded': 'quota',
  QuotaExceeded: 'quota',
  JobInProgress: 'jobInProgress',
  // The token route says 400 or 401 for credentials that it does not know (RFC 6749 §5.2).
  invalid_client: 'auth',
  invalid_scope: 'auth',
};

function endingOfAnswer({ status, error, quota }: ApiError): Ending {
  // In the Reonomy dialect this has the status of what is forbidden.
  if (quota !== null) return 'quota';
  const known = Object.hasOwn(ENDINGS_BY_ERROR, error) ? ENDINGS_BY_ERROR[error] : undefined;
  if (known !== undefined) return known;
  if (status === 400) return INVALID_REQUEST.has(error) ? 'usage' : 'other';
  return BY_STATUS[status] ?? 'other';
}

/** The server's sentences in the words of the command that was typed. */
export function explainIn(fields: Readonly<Record<string, string>>, error: unknown): Explanation {
  const explained = explain(error);
  if (!(error instanceof ApiError)) return explained;
  const told = (sentence: string) => inFlagWords(sentence, fields);
  return { ...explained, message: told(explained.message), hints: explained.hints.map(told) };
}

/** Explains this program's own errors and the client's; a caller with other kinds of errors explains those first. */
export function explain(error: unknown): Explanation {
  const ending = endingOf(error);
  if (!(error instanceof Error)) return { ending, message: String(error), hints: [OWN_FAULT] };
  const { message } = error;
  if (error instanceof CommandFault) return { ending, message, hints: furtherFaults({ message, errors: error.hints }) };
  if (error instanceof ApiError) return { ending, message, hints: [...furtherFaults(error), ...hintsOf(error)] };
  if (error instanceof NetworkError) {
    return {
      ending,
      message,
      hints: ['Is CONVEYANCE_URL right, and is the server running there? It is safe to try again.'],
    };
  }
  // Errors of the file system name the path.
  const isExpected = ending !== 'other' || 'syscall' in error;
  return isExpected ? { ending, message, hints: [] } : { ending, message: error.stack ?? message, hints: [OWN_FAULT] };
}

const OWN_FAULT = 'This is a bug in the program itself.';

const MOST_FAULTS = 20;

/** The faults that the message does not already name. */
export function furtherFaults({
  message,
  errors = [],
}: {
  message: string;
  errors?: readonly string[] | undefined;
}): readonly string[] {
  return errors.filter((fault) => !message.includes(fault)).slice(0, MOST_FAULTS);
}

/** Statuses from here on are not the sender's fault. */
const FIRST_SERVER_FAULT = 500;

function hintsOf({ status, quota, retryAfterSeconds, requestId }: ApiError): string[] {
  const hints: string[] = [];
  if (status === 401) hints.push('Check CONVEYANCE_TOKEN, or CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.');
  if (quota !== null) hints.push(`${quota.usage} of ${quota.limit} properties of this month are used.`);
  // Until a quota starts again, as the message says, weeks may pass.
  if (quota === null && retryAfterSeconds !== null) hints.push(`Try again in ${retryAfterSeconds} s.`);
  // If the request was wrong, the operator knows no more than the message says.
  if (requestId !== null && status >= FIRST_SERVER_FAULT) hints.push(`For the operator: request ${requestId}.`);
  return hints;
}
