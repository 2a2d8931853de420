/** The result files of a batch job: links that expire, and bytes that are taken up where a connection broke. */
import type { BatchTransport } from './batch-transport.ts';
import type { FileJob } from './batch-types.ts';
import { ApiError, IntegrityError } from './errors.ts';
import { type OpenBody, unexpectedAnswer } from './exchange.ts';
import { persist, retryDelayMs, sleep } from './retry.ts';

/** What the server says of a file before its first byte. */
export interface ResultFile {
  /** From 0, in the order of the request. */
  readonly index: number;
  /** How many files the job has. */
  readonly count: number;
  /** The name that the server gives it. */
  readonly filename: string;
  /** Null when the server does not say. */
  readonly bytes: number | null;
  /** Hex; null when the server does not say. */
  readonly sha256: string | null;
  /** Names these very bytes; null when the server gives none. */
  readonly etag: string | null;
}

export interface OpenResultFile extends ResultFile {
  /** Where the body begins: the byte asked for, or 0 when the file is not the one that the ETag names. */
  readonly offset: number;
  /** The bytes as they arrive, over broken connections too. Read them to the end or cancel. */
  readonly body: ReadableStream<Uint8Array>;
}

/** Bytes that are there already. */
export interface ResumePoint {
  readonly offset: number;
  readonly etag: string;
}

const FORBIDDEN = 403;
const GONE = 410;

/** The links of a job. Each lives ten minutes: an expired one is replaced by asking for the job again, once for each opening. */
export class ResultLinks {
  readonly #transport: BatchTransport;
  readonly #refresh: (signal: AbortSignal | undefined) => Promise<FileJob>;
  #job: FileJob;

  constructor(transport: BatchTransport, job: FileJob, refresh: (signal: AbortSignal | undefined) => Promise<FileJob>) {
    this.#transport = transport;
    this.#job = job;
    this.#refresh = refresh;
  }

  get count(): number {
    return this.#job.result_urls.length;
  }

  /** Opens one file for reading, from a byte on if asked. */
  async open(index: number, from?: ResumePoint, signal?: AbortSignal): Promise<OpenResultFile> {
    const opened = await persist({ maxTries: this.#transport.maxTries, repeatable: true, signal }, () =>
      this.#openOnce(index, from, signal),
    );
    const offset = await rangeStart(opened, from);
    const { headers } = opened.response;
    const length = headers.get('content-length');
    const file = {
      index,
      count: this.count,
      filename: filenameOf(headers) ?? `${this.#job.id}_${index}`,
      bytes: length === null ? null : offset + Number(length),
      sha256: digestOf(headers),
      etag: headers.get('etag'),
    };
    return { ...file, offset, body: this.#resuming(file, offset, opened.body, signal) };
  }

  async #openOnce(index: number, from: ResumePoint | undefined, signal: AbortSignal | undefined): Promise<OpenBody> {
    const range = from && { range: `bytes=${from.offset}-`, 'if-range': from.etag };
    // A transparently unzipped body has other bytes than the file.
    const headers = { 'accept-encoding': 'identity', ...range };
    try {
      return await this.#transport.open(this.#link(index), headers, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== FORBIDDEN) throw error;
      this.#job = await this.#refresh(signal);
      return await this.#transport.open(this.#link(index), headers, signal);
    }
  }

  #link(index: number): string {
    const link = this.#job.result_urls[index];
    if (link !== undefined) return link;
    throw new ApiError({
      status: GONE,
      error: 'Gone',
      message: this.#job.message ?? `job ${this.#job.id} has no result files any more; submit it again`,
      errors: [],
      requestId: null,
      retryAfterSeconds: null,
      quota: null,
    });
  }

  #resuming(
    { index, etag }: ResultFile,
    offset: number,
    first: ReadableStream<Uint8Array>,
    signal: AbortSignal | undefined,
  ): ReadableStream<Uint8Array> {
    let reader = first.getReader();
    const reopen = async (at: number): Promise<void> => {
      const opened = await this.#openOnce(index, { offset: at, etag: etag ?? '' }, signal);
      reader = opened.body.getReader();
      if (opened.response.status === 206) return;
      await reader.cancel();
      throw new IntegrityError('the file behind the link', {
        expected: etag ?? '',
        actual: opened.response.headers.get('etag') ?? 'none',
      });
    };
    const { maxTries } = this.#transport;
    /** Tries count anew whenever bytes have come. */
    async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
      let at = offset;
      for (let tries = 1, broken = false; ; tries++) {
        try {
          if (broken) await reopen(at);
          for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            at += value.byteLength;
            tries = 1;
            yield value;
          }
        } catch (error) {
          const delay = etag === null ? null : retryDelayMs(error, { tries, maxTries, repeatable: true });
          if (delay === null) throw error;
          await sleep(delay, signal);
          broken = true;
        }
      }
    }
    const source = chunks();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await source.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }
}

async function rangeStart({ response, body }: OpenBody, from: ResumePoint | undefined): Promise<number> {
  if (response.status !== 206) return 0;
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  if (from !== undefined && Number(start) === from.offset) return from.offset;
  await body.cancel();
  throw unexpectedAnswer(response, 'another range than the one asked for');
}

/** RFC 6266, as far as a server like ours writes it. */
function filenameOf(headers: Headers): string | null {
  const [, name] = /filename="([^"/\\]+)"/.exec(headers.get('content-disposition') ?? '') ?? [];
  return name ?? null;
}

/** RFC 9530: `sha-256=:<base64>:`, of the whole file. */
function digestOf(headers: Headers): string | null {
  const [, base64] = /sha-256=:([A-Za-z0-9+/=]+):/.exec(headers.get('repr-digest') ?? '') ?? [];
  if (base64 === undefined) return null;
  return Array.from(atob(base64), (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
