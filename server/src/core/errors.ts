import { type Fault, MOST_FAULTS_SHOWN, shortened, shownFaults, wordsOf } from './faults.ts';

/**
 * The error catalogue: every answer other than success. Doors translate codes and invent none; `docs/errors.md` is generated from
 * this table.
 */
interface Entry {
  /** The status of an HTTP answer; null for codes that only a job or the command line reports. */
  readonly status: number | null;
  readonly meaning: string;
  readonly remedy: string;
}

export const ERRORS = {
  invalid_parameter: {
    status: 400,
    meaning: `Something in the request is missing, unknown, or has a value that is not valid: \`message\` says what. Where there are several faults, it is the first, and \`errors\` lists all of them: of more than ${MOST_FAULTS_SHOWN} the first, and how many more there are. A single fault has no \`errors\`.`,
    remedy:
      'Correct what `message` names, and with several faults everything that `errors` names, and send the request again.',
  },
  file_part_missing: {
    status: 400,
    meaning:
      'The upload is not a multipart form, or has no usable part named `file`; the message lists the parts that arrived.',
    remedy:
      'Send `multipart/form-data` with the file in a part named `file`, and let the client library set `Content-Type`: it alone knows the boundary.',
  },
  invalid_operation: {
    status: 400,
    meaning: 'The job’s state does not allow this, or a list is still used by a schedule; nothing was changed.',
    remedy:
      'Read the job’s status first: results exist once it is `succeeded`, and only a job that has not ended can be cancelled. Of a list, delete the schedules that `message` names, or change the list.',
  },
  user_agent_required: {
    status: 400,
    meaning: 'A request to the Reonomy dialect came without a `User-Agent` header.',
    remedy: 'Set the header to the name of your program.',
  },
  unauthorized: {
    status: 401,
    meaning:
      'The bearer token is missing, malformed, expired or revoked; in the Reonomy dialect, the access key or its secret is.',
    remedy:
      'Fetch a new token at `POST /oauth/token`, or ask the operator for a personal token. The Reonomy dialect takes access key and secret as HTTP Basic.',
  },
  forbidden: {
    status: 403,
    meaning:
      'The credential lacks the scope for this, `account_id` names another account, or the account may not access some of the properties; `errors` then names the first of them, and those that do not exist in the same way.',
    remedy:
      'Use a credential with the scope, ask the operator for access to the properties, or leave `account_id` out.',
  },
  account_suspended: {
    status: 403,
    meaning:
      'The operator of the server has suspended the account. None of its credentials and download links opens anything until it is resumed; nothing of it is lost.',
    remedy: 'Ask the operator of the server. Credentials stay as they are, and work again once the account is resumed.',
  },
  foreign_page: {
    status: 403,
    meaning:
      'A request that a console session would have to prove did not come from the console’s own page: its `Origin` is another one, or its header `X-Conveyance-Console` is missing. A browser sends the session’s cookie on its own, so the cookie alone opens nothing.',
    remedy:
      'Open the console under the address that `message` names. Programs use an access key or a token in the place of the session.',
  },
  link_refused: {
    status: 403,
    meaning: 'The download link was altered, has expired, or was revoked with all earlier ones of its account.',
    remedy: 'Request the job’s results again: every answer carries a fresh link.',
  },
  not_found: {
    status: 404,
    meaning:
      'It does not exist, or it belongs to another account. Of a path that does not exist the message names the nearest that does.',
    remedy: 'Check the path and the id; list the jobs of the account to find it.',
  },
  method_not_allowed: {
    status: 405,
    meaning: 'The path exists, but not with this method; the message names the path that takes it, if one is near.',
    remedy: 'Use one of the methods in the answer’s `Allow` header, or the path that the message names.',
  },
  request_timeout: {
    status: 408,
    meaning:
      'The request arrived too slowly: its headers took more than 10 seconds, or its body fell below the minimum upload rate.',
    remedy: 'Send it again over a faster connection, or split it.',
  },
  idempotency_conflict: {
    status: 409,
    meaning: 'A request with the same `Idempotency-Key` is being accepted at this moment.',
    remedy: 'Send the same request again after the time in `Retry-After`: the answer is then the job that was created.',
  },
  upload_moved: {
    status: 409,
    meaning: 'The upload does not go on at `Upload-Offset`: more of it has arrived.',
    remedy: 'Ask by HEAD where it stands, and go on there. Clients of the tus protocol do so by themselves.',
  },
  gone: {
    status: 410,
    meaning: 'The result’s files were deleted at the end of their retention, or because a person was erased.',
    remedy: 'Submit the job again.',
  },
  tus_version: {
    status: 412,
    meaning: 'The `Tus-Resumable` header names a version of the protocol that the server does not speak.',
    remedy: 'Use a client of tus 1.0.',
  },
  payload_too_large: {
    status: 413,
    meaning: 'The request body is larger than the server reads.',
    remedy:
      'Split the request: one job takes at most 1,000,000 property ids in at most 24 MiB, or an uploaded file of at most 64 MiB (specification) or 100 MiB (CSV).',
  },
  unsupported_media_type: {
    status: 415,
    meaning:
      'The body is of a type that this call does not accept, compressed, or not UTF-8. JSON is read under any type but a form’s, and without one.',
    remedy: 'Send JSON in UTF-8 with `Content-Type: application/json`, and without `Content-Encoding`.',
  },
  range_not_satisfiable: {
    status: 416,
    meaning: 'The range begins after the end of the file; `Content-Range` tells its size.',
    remedy: 'Request a range within the file, or the whole file.',
  },
  idempotency_mismatch: {
    status: 422,
    meaning: 'The `Idempotency-Key` was used within the last 24 hours for another request.',
    remedy: 'Use a new key for every new request, and the old one only to repeat a request unchanged.',
  },
  rate_limited: {
    status: 429,
    meaning:
      'The credential sent more requests than it may, an address tried more wrong secrets for an access key than it may, or an account, a credential or an address has more of something, or more of it at once, than its share; `message` says of what.',
    remedy:
      'Wait as long as `Retry-After` says, and send fewer requests at once; where the account has too much of something, remove what it no longer needs.',
  },
  job_in_progress: {
    status: 429,
    meaning: 'The access key has a batch job that has not ended, and its batch jobs run one at a time.',
    remedy: 'Poll the running job and submit the next one when it has ended, or use another access key.',
  },
  quota_exceeded: {
    status: 429,
    meaning:
      'The job would export more new properties than the account’s monthly quota has left; `quota_limit` and `quota_usage` tell both. In the Reonomy dialect, where 429 asks to wait for another job, the status is 403 and there is no `Retry-After`.',
    remedy:
      'Request fewer properties, or ones already exported this month: those are free. The quota starts again each month (UTC); the message has the day, and `Retry-After` the seconds until then.',
  },
  checksum_mismatch: {
    status: 460,
    meaning: 'What arrived is not what `Upload-Checksum` says. Nothing of it was kept.',
    remedy: 'Send the same bytes again, at the same offset.',
  },
  headers_too_large: {
    status: 431,
    meaning: 'The headers or the URL are longer than the server reads.',
    remedy: 'Send at most 16 KiB of headers.',
  },
  internal: {
    status: 500,
    meaning: 'The server failed; the fault is not in the request.',
    remedy: 'Try again; if it persists, give the operator the `X-Request-Id` of the answer.',
  },
  unavailable: {
    status: 503,
    meaning:
      'The server cannot take work at the moment: it is starting, stopping, out of disk, full, or its database does not answer; or what was asked for took longer than it may.',
    remedy: 'Try again after the time in `Retry-After`.',
  },
  attempts_exhausted: {
    status: null,
    meaning: 'Every attempt at the job ended early, because its worker died or because of an error.',
    remedy: 'Submit it again with fewer properties or a shorter range; tell the operator if that fails too.',
  },
  export_failed: {
    status: null,
    meaning: 'The export could not be written, even after retries.',
    remedy: 'Submit it again; if it persists, give the operator the job id.',
  },
  time_limit_exceeded: {
    status: null,
    meaning: 'The job ran longer than the server allows.',
    remedy: 'Split it by properties or by dates.',
  },
  out_of_disk: {
    status: null,
    meaning: 'The server had no disk space left for the result.',
    remedy: 'Submit it again later; the operator has been notified.',
  },
  result_too_large: {
    status: null,
    meaning: 'A file of the result would be larger than an object of the store can be, some 500 GiB.',
    remedy: 'Split the job by properties or by dates.',
  },
  load_refused: {
    status: null,
    meaning: 'The data was not changed: too many rows were rejected, or a file could not be read.',
    remedy: 'Correct what the message names, in the files or in the options, and do it again; nothing was changed.',
  },
  data_changed: {
    status: null,
    meaning: 'The data was not changed, because another change of it came first.',
    remedy: 'Do it again; nothing is wrong with the files.',
  },
  unsafe_database: {
    status: null,
    meaning: 'The database may lose what it has acknowledged: fsync, synchronous_commit or full_page_writes is off.',
    remedy: 'Turn the setting on in the database; without it the server accepts no jobs.',
  },
  weak_authentication: {
    status: null,
    meaning:
      'The database asks for the password in clear text or as an MD5 hash, or lets the server in without a proof that it knows the password; nothing was sent.',
    remedy: 'Make sure that the database server is yours, and set it up for scram-sha-256; `SECURITY.md` says why.',
  },
  backup_unusable: {
    status: null,
    meaning: 'There is no whole backup at that place, it was altered or damaged, or a newer release made it.',
    remedy:
      'Use another backup of that place (`conveyance restore DIR --list` shows them), or the release that made it.',
  },
  restore_refused: {
    status: null,
    meaning: 'The place to restore into is not empty, or the master key at hand is not the one of the backup.',
    remedy: 'Restore into an empty data directory or database, with the master key of the server that was backed up.',
  },
  bad_setting: {
    status: null,
    meaning: 'An environment variable or option has a value that is not valid.',
    remedy: 'Correct what the message names; `docs/configuration.md` lists the settings.',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof ERRORS;
/** Those that a request may be answered with. Each contract has a word for it in `wire`. */
export type AnsweredCode = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]['status'] extends null ? never : Code;
}[ErrorCode];

export interface ExceededQuota {
  readonly limit: number;
  readonly usage: number;
  /** The day (UTC) with which the next month begins, and the count anew. */
  readonly resetsOn: string;
}

interface Details {
  /** Every fault, if there are several: the first ones in words, the others as a count. */
  readonly errors?: readonly Fault[];
  /** When to try again. */
  readonly retryAfterSeconds?: number;
  /** Of the account this month, if they are why the request was refused. */
  readonly quota?: ExceededQuota;
  /** The underlying error; logged, never shown to a customer. */
  readonly cause?: unknown;
}

/** An error that a person is meant to read: its message says what, where, and what to do. */
export class ConveyanceError extends Error {
  override readonly name: string = 'ConveyanceError';
  readonly code: ErrorCode;
  readonly errors: readonly string[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly quota: Details['quota'] | undefined;

  constructor(code: ErrorCode, message: string, { errors, retryAfterSeconds, quota, cause }: Details = {}) {
    // What was sent may be in it, of any length.
    super(code === 'invalid_parameter' ? shortened(message) : message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.errors = errors && shownFaults(errors);
    this.retryAfterSeconds = retryAfterSeconds;
    this.quota = quota;
  }
}

/** Throws `invalid_parameter` if there are faults; the message is the first one. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  const message = wordsOf(first);
  throw new ConveyanceError('invalid_parameter', message, { errors: [message, ...others] });
}

export function isConveyanceError(error: unknown, code?: ErrorCode): error is ConveyanceError {
  return error instanceof ConveyanceError && (code === undefined || error.code === code);
}

/** A port that cannot be had, and how to choose another. @param settings the names of the settings of host and port. */
export function cannotListen(
  { host, port }: { readonly host: string; readonly port: number },
  settings: string,
  cause: unknown,
): ConveyanceError {
  const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  const message = isTaken
    ? `port ${port} on ${host} is already in use: another server may be running; stop it, or choose another port (${settings})`
    : `cannot listen on ${host} port ${port} (${settings})`;
  return new ConveyanceError('bad_setting', message, { cause });
}
