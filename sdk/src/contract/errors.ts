/** What can go wrong, as classes. */
import type { FileJob, ReportJob, ReportJobEvent } from './types.ts';

/** Base class of the errors that this package throws. An abort throws the signal's reason instead. */
export abstract class ConveyanceError extends Error {
  abstract override readonly name: string;
}

interface ApiErrorParts {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly errors: readonly string[];
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly quota: Quota | null;
}

export interface Quota {
  readonly limit: number;
  readonly usage: number;
}

/** The server answered with an error status. */
export class ApiError extends ConveyanceError {
  override readonly name = 'ApiError';
  /** The HTTP status. */
  readonly status: number;
  /** The short text of the answer, e.g. `Invalid parameter`. */
  readonly error: string;
  /** Every fault, if the server found several; else empty. */
  readonly errors: readonly string[];
  /** What to give the operator when asking for help. */
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  /** Set when the account's quota is used up: then waiting a few seconds does not help. */
  readonly quota: Quota | null;

  constructor(parts: ApiErrorParts) {
    super(parts.message);
    this.status = parts.status;
    this.error = parts.error;
    this.errors = parts.errors;
    this.requestId = parts.requestId;
    this.retryAfterSeconds = parts.retryAfterSeconds;
    this.quota = parts.quota;
  }
}

/** The client has no credentials, or not of the kind that the call needs. Nothing was sent. */
export class CredentialsError extends ConveyanceError {
  override readonly name = 'CredentialsError';
}

/** The server could not be reached, fell silent, or the connection broke. The `cause` says how. */
export class NetworkError extends ConveyanceError {
  override readonly name = 'NetworkError';
  /** False if the connection was never made, so the server cannot have seen the request. */
  readonly sent: boolean;

  constructor(message: string, { sent, cause }: { readonly sent: boolean; readonly cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.sent = sent;
  }
}

/** The job has not ended in the time given. It continues: wait again, or cancel it. */
export class WaitTimeoutError extends ConveyanceError {
  override readonly name = 'WaitTimeoutError';
  readonly jobId: string;
  /** Its last known state; null if the server never answered. */
  readonly job: ReportJobEvent | FileJob | null;

  constructor(jobId: string, timeoutMs: number, job: ReportJobEvent | FileJob | null) {
    super(`job ${jobId} has not ended within ${timeoutMs / 1000} s`);
    this.jobId = jobId;
    this.job = job;
  }
}

/** The report job ended without a result: it failed or was cancelled, as `job.status` says. */
export class ReportJobFailedError extends ConveyanceError {
  override readonly name = 'ReportJobFailedError';
  readonly job: ReportJob;

  constructor(job: ReportJob) {
    const reason = job.error_message ? `: ${job.error_message}` : '';
    super(`job ${job.job_id} ${job.status === 'cancelled' ? 'was cancelled' : 'failed'}${reason}`);
    this.job = job;
  }
}

/** The file job ended without result files; `job.message` says why. */
export class FileJobFailedError extends ConveyanceError {
  override readonly name = 'FileJobFailedError';
  readonly job: FileJob;

  constructor(job: FileJob) {
    super(`job ${job.id} failed${job.message === null ? '' : `: ${job.message}`}`);
    this.job = job;
  }
}

/** The download does not match the server's manifest. Nothing of it was kept. */
export class IntegrityError extends ConveyanceError {
  override readonly name = 'IntegrityError';
  readonly expected: string;
  readonly actual: string;

  constructor(what: string, { expected, actual }: { readonly expected: string; readonly actual: string }) {
    super(`${what}: expected ${expected}, got ${actual}`);
    this.expected = expected;
    this.actual = actual;
  }
}

/** The first line of a CSV file does not name its columns. */
export class CsvHeaderError extends ConveyanceError {
  override readonly name = 'CsvHeaderError';
}

/** The request is not a webhook of the server, or not a fresh one: answer with a 4xx status and do not trust it. */
export class WebhookVerificationError extends ConveyanceError {
  override readonly name = 'WebhookVerificationError';
}
