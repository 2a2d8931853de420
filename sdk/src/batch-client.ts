import { type OpenResultFile, ResultLinks } from './batch-results.ts';
import { type BatchCredentials, BatchTransport } from './batch-transport.ts';
import type {
  DetailsRequest,
  DetailType,
  FileJob,
  FileJobPage,
  FileJobType,
  MatchMetadata,
  PlaceQuery,
  PropertyDetails,
  Resolution,
  SearchPage,
  SearchSettings,
  SearchSummary,
} from './batch-types.ts';
import { detailsSpec, uploadForm } from './batch-upload.ts';
import { DEFAULT_MAX_TRIES, DEFAULT_SILENCE_MS } from './client.ts';
import { FileJobFailedError } from './errors.ts';
import { type Answer, type Fetch, isRecord, unexpectedAnswer } from './exchange.ts';
import type { CallOptions } from './jobs.ts';
import { parseNdjson } from './ndjson.ts';
import { type Polling, type WaitOptions, waitForJob } from './wait.ts';

export interface BatchClientOptions extends BatchCredentials {
  /** Where the server is, e.g. `https://exports.example.com`; `/v2` at its end is understood. */
  readonly url: string;
  /** How often one call is tried at most when the server is busy or the network fails. Default 5. */
  readonly maxTries?: number;
  /** How long the server may be silent before a try counts as failed. Default 60,000. */
  readonly silenceMs?: number;
  /** Replaces the built-in `fetch`, e.g. to go through a proxy. */
  readonly fetch?: Fetch;
}

export interface FileJobListOptions extends CallOptions {
  /** 1 to 1000; the server's default is 100. */
  readonly limit?: number;
  /** Jobs to pass over. */
  readonly offset?: number;
}

export interface PropertyOptions extends CallOptions {
  /** Default: `basic`. */
  readonly detailTypes?: readonly DetailType[];
  /** Leaves out what points at a person. */
  readonly filterPii?: boolean;
}

export interface SearchOptions extends CallOptions {
  /** From the page before. */
  readonly searchToken?: string;
}

/** An access key may send five requests a second: one poll a second leaves room for the rest of the program. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;
const LIST_LIMIT = 1_000;
const JOBS = '/jobs/file';

/**
 * The batch side of a Conveyance server as one access key sees it: details of properties, searches, and matching of addresses, as jobs
 * from uploaded files or at once. It takes no token, only an access key with its secret: keep it out of browsers.
 */
export class BatchClient {
  readonly #transport: BatchTransport;

  /** Sends nothing yet. */
  constructor({ url, maxTries, silenceMs, fetch, accessKey, secret }: BatchClientOptions) {
    this.#transport = new BatchTransport({
      url,
      credentials: { accessKey, secret },
      // A browser's fetch must be called on its window.
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      maxTries: maxTries ?? DEFAULT_MAX_TRIES,
      silenceMs: silenceMs ?? DEFAULT_SILENCE_MS,
    });
  }

  /**
   * Submits a job of details. Batch jobs of an access key run one after the other: while one has not ended, this ends in an `ApiError`
   * whose `error` is `JobInProgress`. An answer that is lost on its way ends in `NetworkError`, and `list` shows whether the job exists.
   */
  async submitDetails(request: DetailsRequest, options: CallOptions = {}): Promise<FileJob> {
    return this.submit('property-details', await detailsSpec(request), { ...options, filename: 'details.json' });
  }

  /** Submits a search as a job: for more properties than one wants to page through. Else like `submitDetails`. */
  submitSearch(settings: SearchSettings, options: CallOptions = {}): Promise<FileJob> {
    const file = new Blob([JSON.stringify({ settings })]);
    return this.submit('search', file, { ...options, filename: 'search.json' });
  }

  /** Submits a CSV file of addresses or coordinates, at most 100,000 rows. Else like `submitDetails`. */
  submitMatch(file: Blob, metadata: MatchMetadata, options: CallOptions = {}): Promise<FileJob> {
    return this.submit('match', file, { ...options, filename: 'match.csv', metadata });
  }

  /** Submits a file as it is. */
  async submit(
    jobType: FileJobType,
    file: Blob,
    { filename = 'file', metadata, signal }: CallOptions & { filename?: string; metadata?: MatchMetadata } = {},
  ): Promise<FileJob> {
    const form = uploadForm({ jobType, file, filename, metadata });
    const upload = { form, bytes: file.size };
    return readJob(await this.#transport.send({ method: 'POST', path: JOBS, upload, repeatable: false, signal }));
  }

  async get(jobId: string, { signal }: CallOptions = {}): Promise<FileJob> {
    return readJob(await this.#fetch(jobPath(jobId), signal));
  }

  /** The access key's batch jobs, newest first. */
  async list({ limit, offset, signal }: FileJobListOptions = {}): Promise<FileJobPage> {
    const query = { limit, offset };
    const answer = await this.#transport.send({ method: 'GET', path: JOBS, query, repeatable: true, signal });
    if (!isJobPage(answer.body)) throw unexpectedAnswer(answer, 'no list of jobs in the answer');
    return answer.body;
  }

  /** All of the access key's batch jobs, newest first, fetched page by page. */
  async *all({
    limit = LIST_LIMIT,
    signal,
  }: Omit<FileJobListOptions, 'offset'> = {}): AsyncGenerator<FileJob, void, undefined> {
    let seen: ReadonlySet<string> = new Set();
    for (let offset = 0; ; ) {
      const { items, count } = await this.list({ limit, offset, ...(signal && { signal }) });
      // Jobs submitted meanwhile push others to the next page, where they would come a second time.
      for (const job of items) if (!seen.has(job.id)) yield job;
      offset += items.length;
      if (items.length === 0 || offset >= count) return;
      seen = new Set(items.map(({ id }) => id));
    }
  }

  /**
   * Resolves with the job once its files are there. Throws `FileJobFailedError` when it failed, `WaitTimeoutError` after `timeoutMs`, or
   * the signal's reason; in the last two cases the job goes on. Polls about once a second.
   */
  wait(jobId: string, options: WaitOptions<FileJob> = {}): Promise<FileJob> {
    const polling: Polling<FileJob> = {
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

  /** The result files of the job; waits for its end first. Opening one is up to the caller: `files` opens all in turn. */
  async results(jobId: string, options: WaitOptions<FileJob> = {}): Promise<ResultLinks> {
    const job = await this.wait(jobId, options);
    return new ResultLinks(this.#transport, job, (signal) => this.get(jobId, signal ? { signal } : {}));
  }

  /** Opens the job's files one after the other, each when the one before is done with; waits for the job's end first. */
  async *files(jobId: string, options: WaitOptions<FileJob> = {}): AsyncGenerator<OpenResultFile, void, undefined> {
    const links = await this.results(jobId, options);
    for (let index = 0; index < links.count; index++) {
      const file = await links.open(index, undefined, options.signal);
      try {
        yield file;
      } finally {
        // Whoever reads it has it locked; one that nobody read would hold its connection for ever.
        if (!file.body.locked) await file.body.cancel();
      }
    }
  }

  /**
   * The lines of all files, in order: properties of `property-details`, summaries of `search`. Reads no faster than they are taken.
   * @typeParam Line what the caller asked for: the lines themselves are not checked.
   */
  async *lines<Line = PropertyDetails>(
    jobId: string,
    options: WaitOptions<FileJob> = {},
  ): AsyncGenerator<Line, void, undefined> {
    for await (const { body } of this.files(jobId, options)) {
      for await (const line of parseNdjson(body)) yield line as Line;
    }
  }

  /** One property, as a job would write it, at once. Counts against the quota like the job. */
  async property(propertyId: string, options: PropertyOptions = {}): Promise<PropertyDetails> {
    const { detailTypes, filterPii, signal } = options;
    const query = { detail_type: detailTypes, filter_pii: filterPii?.toString() };
    const path = `/property/${encodeURIComponent(propertyId)}`;
    const answer = await this.#transport.send({ method: 'GET', path, query, repeatable: true, signal });
    if (!isProperty(answer.body)) throw unexpectedAnswer(answer, 'no property in the answer');
    return answer.body;
  }

  /** The property at an address or a point, or why there is none. Costs no quota. */
  async resolve(place: PlaceQuery, { signal }: CallOptions = {}): Promise<Resolution> {
    const path = '/resolve/property';
    const answer = await this.#transport.send({ method: 'POST', path, body: place, repeatable: true, signal });
    if (!isResolution(answer.body)) throw unexpectedAnswer(answer, 'no resolution in the answer');
    return answer.body;
  }

  /** One page of the properties that meet every setting. Costs no quota. */
  async search(settings: SearchSettings, { searchToken, signal }: SearchOptions = {}): Promise<SearchPage> {
    const path = '/search/summaries';
    const query = { search_token: searchToken };
    const body = { settings };
    const answer = await this.#transport.send({ method: 'POST', path, query, body, repeatable: true, signal });
    if (!isSearchPage(answer.body)) throw unexpectedAnswer(answer, 'no page of properties in the answer');
    return answer.body;
  }

  /** All of them, each once, fetched page by page: all pages read the data that the first one read. */
  async *searchAll(
    settings: SearchSettings,
    { signal }: CallOptions = {},
  ): AsyncGenerator<SearchSummary, void, undefined> {
    let searchToken: string | null = null;
    do {
      const page: SearchPage = await this.search(settings, {
        ...(searchToken !== null && { searchToken }),
        ...(signal && { signal }),
      });
      yield* page.items;
      searchToken = page.search_token;
    } while (searchToken !== null);
  }

  #fetch(path: string, signal: AbortSignal | undefined): Promise<Answer> {
    return this.#transport.send({ method: 'GET', path, repeatable: true, signal });
  }
}

function jobPath(jobId: string): string {
  return `${JOBS}/${encodeURIComponent(jobId)}`;
}

function readJob(answer: Answer): FileJob {
  if (!isJob(answer.body)) throw unexpectedAnswer(answer, 'no batch job in the answer');
  return answer.body;
}

function isJob(body: unknown): body is FileJob {
  return isRecord(body) && typeof body['job_type'] === 'string' && Array.isArray(body['result_urls']);
}

function isJobPage(body: unknown): body is FileJobPage {
  return isRecord(body) && typeof body['count'] === 'number' && Array.isArray(body['items']);
}

function isProperty(body: unknown): body is PropertyDetails {
  return isRecord(body) && typeof body['id'] === 'string';
}

function isResolution(body: unknown): body is Resolution {
  return isRecord(body) && 'reonomy_id' in body && typeof body['status'] === 'string';
}

function isSearchPage(body: unknown): body is SearchPage {
  return isRecord(body) && Array.isArray(body['items']) && 'search_token' in body;
}
