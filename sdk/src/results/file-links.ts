/** The result files of a file job, behind links of ten minutes. */
import { ApiError } from '../contract/errors.ts';
import type { FileJob } from '../contract/types.ts';
import type { Transport } from '../transport/transport.ts';
import { type OpenOptions, type OpenResult, openResult } from './open-result.ts';

/** What the server says about a file before its first byte. */
export interface ResultFile extends Omit<OpenResult, 'offset' | 'body'> {
  readonly filename: string;
  /** From 0, in the order of the request. */
  readonly index: number;
  /** How many files the job has. */
  readonly count: number;
}

export type OpenResultFile = OpenResult & ResultFile;

const GONE = 410;

/** An expired link is replaced by fetching the job again. */
export class ResultLinks {
  readonly #transport: Transport;
  readonly #refresh: (signal: AbortSignal | undefined) => Promise<FileJob>;
  #job: FileJob;

  constructor(transport: Transport, job: FileJob, refresh: (signal: AbortSignal | undefined) => Promise<FileJob>) {
    this.#transport = transport;
    this.#job = job;
    this.#refresh = refresh;
  }

  get count(): number {
    return this.#job.result_urls.length;
  }

  /** Opens one file for reading, from a given byte if requested. */
  async open(index: number, options: OpenOptions = {}): Promise<OpenResultFile> {
    const opened = await openResult(this.#transport, (expired, signal) => this.#link(index, expired, signal), options);
    return { ...opened, index, count: this.count, filename: opened.filename ?? `${this.#job.id}_${index}` };
  }

  async #link(index: number, expired: boolean, signal: AbortSignal | undefined): Promise<string> {
    if (expired) this.#job = await this.#refresh(signal);
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
}
