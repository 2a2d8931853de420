import { type FollowOptions, followEvents } from './events.ts';
import { type Answer, isRecord, type OpenBody, unexpectedAnswer } from './exchange.ts';
import type { Transport } from './transport.ts';
import type { BatchJob, JobEstimate, JobEvent, JobPage, JobRequest, Manifest } from './types.ts';
import { reportPolling, type WaitOptions, waitForJob } from './wait.ts';

export interface CallOptions {
  /** Aborting it ends the call with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface CreateOptions extends CallOptions {
  /** Your own word for this request, 1 to 255 characters: within 24 hours, sending it again gives the same job. */
  readonly idempotencyKey?: string;
}

export interface ListOptions extends CallOptions {
  /** From 1. */
  readonly page?: number;
  /** 1 to 100; the server's default is 50. */
  readonly perPage?: number;
}

export interface OpenOptions extends CallOptions {
  /** Byte to start from; needs the ETag of the bytes that are there already. */
  readonly from?: { readonly offset: number; readonly etag: string };
}

export interface OpenResult {
  /** Where the body begins: the byte asked for, or 0 when the file is not the one that the ETag names. */
  readonly offset: number;
  /** Names these very bytes; null when the server gives none. */
  readonly etag: string | null;
  /** The file's bytes as they arrive. Read them to the end or cancel. */
  readonly body: ReadableStream<Uint8Array>;
}

/** The account's exports. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Submits an export. With an idempotency key it is tried again like any other call, and makes one job however often it arrives.
   * Without one it is sent again only when the server has certainly not taken it: an answer that is lost on its way ends in
   * `NetworkError`, and `list` shows whether the job exists.
   */
  async create(request: JobRequest, { idempotencyKey, signal }: CreateOptions = {}): Promise<BatchJob> {
    const keyed = idempotencyKey !== undefined;
    return readJob(
      await this.#transport.send({
        method: 'POST',
        path: '/bulk_api/jobs',
        body: request,
        ...(keyed && { headers: { 'idempotency-key': idempotencyKey } }),
        repeatable: keyed,
        signal,
      }),
    );
  }

  /** What a job of this request would come to: rows, bytes, seconds, quota. Makes nothing and costs nothing. */
  async estimate(request: JobRequest, { signal }: CallOptions = {}): Promise<JobEstimate> {
    const path = '/bulk_api/jobs/estimate';
    const answer = await this.#transport.send({ method: 'POST', path, body: request, repeatable: true, signal });
    if (!isEstimate(answer.body)) throw unexpectedAnswer(answer, 'no estimate in the answer');
    return answer.body;
  }

  async get(jobId: string, { signal }: CallOptions = {}): Promise<BatchJob> {
    return readJob(await this.#fetch(jobPath(jobId), signal));
  }

  /** One page of the account's jobs, newest first. */
  async list({ page, perPage, signal }: ListOptions = {}): Promise<JobPage> {
    const query = { page, per_page: perPage };
    const answer = await this.#transport.send({
      method: 'GET',
      path: '/bulk_api/jobs',
      query,
      repeatable: true,
      signal,
    });
    if (!isJobPage(answer.body)) throw unexpectedAnswer(answer, 'no list of jobs in the answer');
    return answer.body;
  }

  /** All of the account's jobs, newest first, fetched page by page. */
  async *all({ perPage = 100, signal }: Omit<ListOptions, 'page'> = {}): AsyncGenerator<BatchJob, void, undefined> {
    let seen: ReadonlySet<string> = new Set();
    for (let page = 1; ; page++) {
      const { jobs, pagination } = await this.list({ page, perPage, ...(signal && { signal }) });
      // Jobs submitted meanwhile push others to the next page, where they would come a second time.
      for (const job of jobs) if (!seen.has(job.job_id)) yield job;
      if (jobs.length === 0 || page >= pagination.total_pages) return;
      seen = new Set(jobs.map((job) => job.job_id));
    }
  }

  /** Stops the job. Cancelling it twice is fine; a job that has ended otherwise answers `Invalid operation`. */
  async cancel(jobId: string, { signal }: CallOptions = {}): Promise<BatchJob> {
    return readJob(await this.#transport.send({ method: 'DELETE', path: jobPath(jobId), repeatable: true, signal }));
  }

  /**
   * Resolves with the job once it has succeeded. Throws `JobFailedError` when it failed or was cancelled,
   * `WaitTimeoutError` after `timeoutMs`, or the signal's reason; in the last two cases the job goes on.
   */
  wait(jobId: string, options: WaitOptions = {}): Promise<BatchJob> {
    const polling = reportPolling(async (signal) => {
      const answer = await this.#fetch(jobPath(jobId), signal);
      return { job: readJob(answer), retryAfter: answer.headers.get('retry-after') };
    });
    return waitForJob(polling, jobId, options);
  }

  /**
   * How the job stands and then its every change, up to its end, as they happen. Broken connections and a restarted server are
   * survived: what was missed is told again.
   */
  events(jobId: string, options: FollowOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const path = `${jobPath(jobId)}/events`;
    return followEvents(
      (lastEventId, signal) => this.#transport.events(path, lastEventId, signal),
      ({ status }) => status !== 'submitted',
      options,
    );
  }

  /** The changes of all of the account's jobs, first those that have not ended. Goes on until the loop is left; a change may come twice. */
  allEvents(options: FollowOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    return followEvents(
      (lastEventId, signal) => this.#transport.events('/bulk_api/events', lastEventId, signal),
      () => false,
      options,
    );
  }

  /** A fresh link to the result, to be fetched without credentials. It lives for days and is a secret as long. */
  async results(jobId: string, { signal }: CallOptions = {}): Promise<string> {
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

  /** Opens the result for reading, from a byte on if asked. Not verified: compare with the manifest what you keep. */
  async open(jobId: string, { from, signal }: OpenOptions = {}): Promise<OpenResult> {
    const link = await this.results(jobId, signal ? { signal } : {});
    const range = from && { range: `bytes=${from.offset}-`, 'if-range': from.etag };
    // A transparently unzipped body has other bytes than the file.
    const { response, body } = await this.#transport.open(link, { 'accept-encoding': 'identity', ...range }, signal);
    const offset = rangeStart(response);
    if (offset !== 0 && offset !== from?.offset) {
      await body.cancel();
      throw unexpectedAnswer(response, `the range begins at ${offset}, not at the byte asked for`);
    }
    return { offset, etag: response.headers.get('etag'), body };
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
  return `/bulk_api/jobs/${encodeURIComponent(jobId)}`;
}

function rangeStart(response: OpenBody['response']): number {
  if (response.status !== 206) return 0;
  const parts = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  if (!parts) throw unexpectedAnswer(response, 'a partial answer without Content-Range');
  return Number(parts[1]);
}

function readJob(answer: Answer): BatchJob {
  if (!isJob(answer.body)) throw unexpectedAnswer(answer, 'no job in the answer');
  return answer.body;
}

function isJob(body: unknown): body is BatchJob {
  return isRecord(body) && typeof body['job_id'] === 'string' && typeof body['status'] === 'string';
}

function isEstimate(body: unknown): body is JobEstimate {
  return isRecord(body) && typeof body['estimated_rows'] === 'number' && isRecord(body['estimated_bytes_by_format']);
}

function isJobPage(body: unknown): body is JobPage {
  return isRecord(body) && Array.isArray(body['jobs']) && isRecord(body['pagination']);
}

function isManifest(body: unknown): body is Manifest {
  return isRecord(body) && Array.isArray(body['resources']);
}
