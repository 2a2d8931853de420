/** Report jobs. */
import { ReportJobFailedError } from '../contract/errors.ts';
import type {
  Manifest,
  ReportEstimate,
  ReportJob,
  ReportJobEvent,
  ReportJobPage,
  ReportJobStatus,
  ReportRequest,
  ReportType,
  ResultSummary,
} from '../contract/types.ts';
import { type OpenOptions, type OpenResult, openResult } from '../results/open-result.ts';
import type { CallOptions, PageOptions } from '../transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from '../transport/exchange.ts';
import type { Transport } from '../transport/transport.ts';
import { type FollowOptions, followEvents } from './events.ts';
import { readSummary } from './summary.ts';
import { type WaitOptions, waitForJob } from './wait.ts';

export interface CreateOptions extends CallOptions {
  /** Your own key for this request, 1 to 255 characters: sending it again within 24 hours returns the same job. */
  readonly idempotencyKey?: string;
}

/** Of a list of jobs: those that meet all that is given. */
export interface ExportListOptions extends PageOptions {
  /** Any of these. */
  readonly statuses?: readonly ReportJobStatus[];
  readonly reportType?: ReportType;
  /** Made on this day (`YYYY-MM-DD`, UTC) or later. */
  readonly createdFrom?: string;
  /** Made on this day or earlier. */
  readonly createdTo?: string;
  /** Words, each of which is somewhere in the job's id, name, report, format or days, in any case. */
  readonly search?: string;
}

function filterQuery({ statuses, reportType, createdFrom, createdTo, search }: ExportListOptions) {
  return {
    status: statuses?.join(','),
    ...{ report_type: reportType, created_from: createdFrom, created_to: createdTo, search },
  };
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const LIST_LIMIT = 100;
const JOBS = '/bulk_api/jobs';

/** The account's exports: jobs that write a report. */
export class Exports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Submits an export. With an idempotency key it is retried like any other call, and makes one job however often it arrives.
   * Without one it is sent again only if the server has certainly not accepted it: if the answer is lost, it throws
   * `NetworkError`, and `list` shows whether the job exists.
   */
  async create(request: ReportRequest, { idempotencyKey, signal }: CreateOptions = {}): Promise<ReportJob> {
    const keyed = idempotencyKey !== undefined;
    return readJob(
      await this.#transport.send({
        method: 'POST',
        path: JOBS,
        body: request,
        ...(keyed && { headers: { 'idempotency-key': idempotencyKey } }),
        repeatable: keyed,
        signal,
      }),
    );
  }

  /** What a job of this request would take: rows, bytes, seconds, quota. Makes no job and costs nothing. */
  async estimate(request: ReportRequest, { signal }: CallOptions = {}): Promise<ReportEstimate> {
    const path = `${JOBS}/estimate`;
    const answer = await this.#transport.send({ method: 'POST', path, body: request, repeatable: true, signal });
    if (!isEstimate(answer.body)) throw unexpectedAnswer(answer, 'no estimate in the answer');
    return answer.body;
  }

  async get(jobId: string, { signal }: CallOptions = {}): Promise<ReportJob> {
    return readJob(await this.#fetch(jobPath(jobId), signal));
  }

  /** One page of the account's jobs, newest first: of all, or of those that are asked for. */
  async list(options: ExportListOptions = {}): Promise<ReportJobPage> {
    const { page, perPage, signal } = options;
    const query = { page, per_page: perPage, ...filterQuery(options) };
    const answer = await this.#transport.send({ method: 'GET', path: JOBS, query, repeatable: true, signal });
    if (!isJobPage(answer.body)) throw unexpectedAnswer(answer, 'no list of jobs in the answer');
    return answer.body;
  }

  /** All of the account's jobs, newest first, fetched page by page. */
  async *all({
    perPage = LIST_LIMIT,
    ...options
  }: Omit<ExportListOptions, 'page'> = {}): AsyncGenerator<ReportJob, void, undefined> {
    let seen: ReadonlySet<string> = new Set();
    for (let page = 1; ; page++) {
      const { jobs, pagination } = await this.list({ ...options, page, perPage });
      // Jobs submitted meanwhile push others to the next page, where they would appear a second time.
      for (const job of jobs) if (!seen.has(job.job_id)) yield job;
      if (jobs.length === 0 || page >= pagination.total_pages) return;
      seen = new Set(jobs.map((job) => job.job_id));
    }
  }

  /** Stops the job. Cancelling it twice is fine; a job that has ended in another way is refused with `Invalid operation`. */
  async cancel(jobId: string, { signal }: CallOptions = {}): Promise<ReportJob> {
    return readJob(await this.#transport.send({ method: 'DELETE', path: jobPath(jobId), repeatable: true, signal }));
  }

  /**
   * Resolves with the job once it has succeeded. Follows its events, and polls where they do not come. Throws `ReportJobFailedError` if it failed or was cancelled,
   * `WaitTimeoutError` after `timeoutMs`, or the signal's reason; in the last two cases the job continues.
   */
  wait(jobId: string, options: WaitOptions = {}): Promise<ReportJob> {
    const poll = async (signal: AbortSignal | undefined) => {
      const answer = await this.#fetch(jobPath(jobId), signal);
      return { job: readJob(answer), retryAfter: answer.headers.get('retry-after') };
    };
    const polling = {
      changes: (following: FollowOptions) => this.events(jobId, following),
      poll,
      hasEnded: ({ status }: ReportJobEvent) => status !== 'submitted',
      failureOf: (job: ReportJob) => (job.status === 'succeeded' ? null : new ReportJobFailedError(job)),
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
    };
    return waitForJob(polling, jobId, options);
  }

  /**
   * Yields the job's state and then each change, up to its end, as they happen. Survives broken connections and a restart of the
   * server: missed changes are sent again.
   */
  events(jobId: string, options: FollowOptions = {}): AsyncGenerator<ReportJobEvent, void, undefined> {
    const path = `${jobPath(jobId)}/events`;
    return followEvents(
      (lastEventId, signal) => this.#transport.events(path, lastEventId, signal),
      ({ status }) => status !== 'submitted',
      options,
    );
  }

  /** The changes of all of the account's jobs, first the state of unfinished ones. Continues until the loop is left; a change may come twice. */
  allEvents(options: FollowOptions = {}): AsyncGenerator<ReportJobEvent, void, undefined> {
    return followEvents(
      (lastEventId, signal) => this.#transport.events('/bulk_api/events', lastEventId, signal),
      () => false,
      options,
    );
  }

  /** A fresh link to the result, which needs no credentials. It is valid for days; keep it secret until then. */
  async resultLink(jobId: string, { signal }: CallOptions = {}): Promise<string> {
    const path = `${jobPath(jobId)}/results`;
    const asked = await this.#transport.send({ method: 'GET', path, redirect: 'manual', repeatable: true, signal });
    const location = asked.headers.get('location');
    if (location !== null) return new URL(location, asked.url || undefined).href;
    if (!asked.opaque) throw unexpectedAnswer(asked, 'no redirect to the result in the answer');
    return this.#followToLink(path, signal);
  }

  /** What the result consists of: files with their rows, bytes and digests. */
  async manifest(jobId: string, { signal }: CallOptions = {}): Promise<Manifest> {
    const answer = await this.#fetch(`${jobPath(jobId)}/manifest`, signal);
    if (!isManifest(answer.body)) throw unexpectedAnswer(answer, 'no manifest in the answer');
    return answer.body;
  }

  /** What the result holds, as figures: about each column, and for charts. */
  async summary(jobId: string, { signal }: CallOptions = {}): Promise<ResultSummary> {
    return readSummary(await this.#fetch(`${jobPath(jobId)}/summary`, signal));
  }

  /** Opens the result for reading, from a given byte if requested. Not verified: compare what you keep with the manifest. */
  open(jobId: string, options: OpenOptions = {}): Promise<OpenResult> {
    return openResult(this.#transport, (_expired, signal) => this.resultLink(jobId, { signal }), options);
  }

  #fetch(path: string, signal: AbortSignal | undefined): Promise<Answer> {
    return this.#transport.send({ method: 'GET', path, repeatable: true, signal });
  }

  /** Browsers hide a redirect's target from scripts; the address of the followed answer is the same link. */
  async #followToLink(path: string, signal: AbortSignal | undefined): Promise<string> {
    const { response, body } = await this.#transport.follow(path, signal);
    await body.cancel();
    return response.url;
  }
}

function jobPath(jobId: string): string {
  return `${JOBS}/${encodeURIComponent(jobId)}`;
}

function readJob(answer: Answer): ReportJob {
  if (!isJob(answer.body)) throw unexpectedAnswer(answer, 'no job in the answer');
  return answer.body;
}

function isJob(body: unknown): body is ReportJob {
  return isRecord(body) && typeof body['job_id'] === 'string' && typeof body['status'] === 'string';
}

function isEstimate(body: unknown): body is ReportEstimate {
  return isRecord(body) && typeof body['estimated_rows'] === 'number' && isRecord(body['estimated_bytes_by_format']);
}

function isJobPage(body: unknown): body is ReportJobPage {
  return isRecord(body) && Array.isArray(body['jobs']) && isRecord(body['pagination']);
}

function isManifest(body: unknown): body is Manifest {
  return isRecord(body) && Array.isArray(body['resources']);
}
