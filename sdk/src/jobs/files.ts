/** File jobs. */
import { FileJobFailedError } from '../contract/errors.ts';
import type {
  DetailsRequest,
  FileJob,
  FileJobPage,
  MatchMetadata,
  PropertyDetails,
  ResultSummary,
  SearchSettings,
} from '../contract/types.ts';
import { type OpenResultFile, ResultLinks } from '../results/file-links.ts';
import { parseNdjson } from '../results/ndjson.ts';
import type { CallOptions } from '../transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from '../transport/exchange.ts';
import type { Call, Transport } from '../transport/transport.ts';
import { readSummary } from './summary.ts';
import { detailsSpec, uploadForm } from './upload.ts';
import { type Polling, type WaitOptions, waitForJob } from './wait.ts';

export interface FileJobListOptions extends CallOptions {
  /** 1 to 1000; the server's default is 100. */
  readonly limit?: number;
  /** Jobs to skip. */
  readonly offset?: number;
}

/** An access key may send five requests a second: one poll a second leaves room for the rest of the program. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;
const LIST_LIMIT = 1_000;
const JOBS = '/jobs/file';

/**
 * The access key's file jobs: made from an uploaded file, they fetch details of properties, search, and match addresses. They need
 * an access key with its secret, not a token: keep it out of browsers.
 */
export class Files {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Submits a details job. File jobs of an access key run one at a time: while one has not ended, this throws an `ApiError`
   * whose `error` is `JobInProgress`. If the answer is lost, it throws `NetworkError`, and `list` shows whether the job exists.
   */
  async submitDetails(request: DetailsRequest, options: CallOptions = {}): Promise<FileJob> {
    return this.submit('property-details', await detailsSpec(request), { ...options, filename: 'details.json' });
  }

  /** Submits a search as a job, for more properties than you want to page through. Otherwise like `submitDetails`. */
  submitSearch(settings: SearchSettings, options: CallOptions = {}): Promise<FileJob> {
    const file = new Blob([JSON.stringify({ settings })]);
    return this.submit('search', file, { ...options, filename: 'search.json' });
  }

  /** Submits a CSV file of addresses or coordinates, at most 100,000 rows. Otherwise like `submitDetails`. */
  submitMatch(file: Blob, metadata: MatchMetadata, options: CallOptions = {}): Promise<FileJob> {
    return this.submit('match', file, { ...options, filename: 'match.csv', metadata });
  }

  /** Submits a file unchanged. */
  async submit(
    jobType: FileJob['job_type'],
    file: Blob,
    { filename = 'file', metadata, signal }: CallOptions & { filename?: string; metadata?: MatchMetadata } = {},
  ): Promise<FileJob> {
    const form = uploadForm({ jobType, file, filename, metadata });
    const upload = { form, bytes: file.size };
    return readJob(await this.#send({ method: 'POST', path: JOBS, upload, repeatable: false, signal }));
  }

  async get(jobId: string, { signal }: CallOptions = {}): Promise<FileJob> {
    return readJob(await this.#fetch(jobPath(jobId), signal));
  }

  /** The access key's file jobs, newest first. */
  async list({ limit, offset, signal }: FileJobListOptions = {}): Promise<FileJobPage> {
    const query = { limit, offset };
    const answer = await this.#send({ method: 'GET', path: JOBS, query, repeatable: true, signal });
    if (!isJobPage(answer.body)) throw unexpectedAnswer(answer, 'no list of jobs in the answer');
    return answer.body;
  }

  /** All of the access key's file jobs, newest first, fetched page by page. */
  async *all({
    limit = LIST_LIMIT,
    signal,
  }: Omit<FileJobListOptions, 'offset'> = {}): AsyncGenerator<FileJob, void, undefined> {
    let seen: ReadonlySet<string> = new Set();
    for (let offset = 0; ; ) {
      const { items, count } = await this.list({ limit, offset, signal });
      // Jobs submitted meanwhile push others to the next page, where they would appear a second time.
      for (const job of items) if (!seen.has(job.id)) yield job;
      offset += items.length;
      if (items.length === 0 || offset >= count) return;
      seen = new Set(items.map(({ id }) => id));
    }
  }

  /**
   * Resolves with the job once its files are there. Throws `FileJobFailedError` if it failed, `WaitTimeoutError` after `timeoutMs`, or
   * the signal's reason; in the last two cases the job continues. Polls about once a second.
   */
  wait(jobId: string, options: WaitOptions<FileJob> = {}): Promise<FileJob> {
    const polling: Polling<FileJob, FileJob> = {
      poll: async (signal) => {
        const answer = await this.#fetch(jobPath(jobId), signal);
        return { job: readJob(answer), retryAfter: answer.headers.get('retry-after') };
      },
      hasEnded: ({ status }) => status === 'SUCCESS' || status === 'FAILURE',
      failureOf: (job) => (job.status === 'FAILURE' ? new FileJobFailedError(job) : null),
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
    };
    return waitForJob(polling, jobId, options);
  }

  /** The result files of the job; waits for its end first. The caller opens each; `open` opens all in turn. */
  async results(jobId: string, options: WaitOptions<FileJob> = {}): Promise<ResultLinks> {
    const job = await this.wait(jobId, options);
    return new ResultLinks(this.#transport, job, (signal) => this.get(jobId, { signal }));
  }

  /** Opens the job's files one after the other, each when the previous one is done with; waits for the job's end first. */
  async *open(jobId: string, options: WaitOptions<FileJob> = {}): AsyncGenerator<OpenResultFile, void, undefined> {
    const links = await this.results(jobId, options);
    for (let index = 0; index < links.count; index++) {
      const file = await links.open(index, { signal: options.signal });
      try {
        yield file;
      } finally {
        // A reader has it locked; a body that nobody reads would hold its connection for ever.
        if (!file.body.locked) await file.body.cancel();
      }
    }
  }

  /**
   * The lines of all files, in order: properties of `property-details`, summaries of `search`. Reads no faster than they are consumed.
   * @typeParam Line what the caller requested: the lines themselves are not checked.
   */
  async *lines<Line = PropertyDetails>(
    jobId: string,
    options: WaitOptions<FileJob> = {},
  ): AsyncGenerator<Line, void, undefined> {
    for await (const { body } of this.open(jobId, options)) {
      for await (const line of parseNdjson(body)) yield line as Line;
    }
  }

  /**
   * What the job’s files hold, as figures: about each column, and for charts; of a match and a search, also of the properties that were
   * found.
   */
  async summary(jobId: string, { signal }: CallOptions = {}): Promise<ResultSummary> {
    return readSummary(await this.#fetch(`${jobPath(jobId)}/summary`, signal));
  }

  #fetch(path: string, signal: AbortSignal | undefined): Promise<Answer> {
    return this.#send({ method: 'GET', path, repeatable: true, signal });
  }

  #send(call: Call): Promise<Answer> {
    return this.#transport.send({ ...call, contract: 'reonomy' });
  }
}

function jobPath(jobId: string): string {
  return `${JOBS}/${encodeURIComponent(jobId)}`;
}

function readJob(answer: Answer): FileJob {
  if (!isJob(answer.body)) throw unexpectedAnswer(answer, 'no file job in the answer');
  return answer.body;
}

function isJob(body: unknown): body is FileJob {
  return isRecord(body) && typeof body['job_type'] === 'string' && Array.isArray(body['result_urls']);
}

function isJobPage(body: unknown): body is FileJobPage {
  return isRecord(body) && typeof body['count'] === 'number' && Array.isArray(body['items']);
}
