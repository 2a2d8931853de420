/** A customer's requests, in both contracts, and what is learnt from them. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Credential, DownloadedFile, Downloads } from './expected.ts';

export const JOBS = '/api/v1/bulk_api/jobs';
export const SCHEDULES = '/api/v1/bulk_api/schedules';
export const FILE_JOBS = '/v2/jobs/file';

/** An access key has five requests a second. */
const POLL_MS = 300;
const DEADLINE_MS = 120_000;

export type Json = Record<string, unknown>;

export function authorizationOf(credential: Credential): string {
  if (credential.kind === 'token') return `Bearer ${credential.token}`;
  return `Basic ${Buffer.from(`${credential.accessKey}:${credential.secret}`).toString('base64')}`;
}

/** Asks until the answer satisfies. */
export async function until<Value>(ask: () => Promise<Value>, satisfied: (value: Value) => boolean): Promise<Value> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await ask();
    if (satisfied(value)) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain; the last answer was ${JSON.stringify(value)}`);
    await delay(POLL_MS);
  }
}

export class Customer {
  readonly name: string;
  readonly #credential: Credential;
  readonly #origin: () => string;

  /** `origin`: of the running program. */
  constructor(name: string, credential: Credential, origin: () => string) {
    this.name = name;
    this.#credential = credential;
    this.#origin = origin;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: authorizationOf(this.#credential), 'user-agent': 'a customer', ...init.headers };
    const response = await fetch(new URL(path, this.#origin()), { ...init, headers });
    if (response.status !== 429) return response;
    await response.arrayBuffer();
    await delay(1000);
    return this.request(path, init);
  }

  /** The JSON of a request that must succeed. */
  async #json(path: string, init?: RequestInit): Promise<Json> {
    const response = await this.request(path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text) as Json;
  }

  get(path: string): Promise<Json> {
    return this.#json(path);
  }

  post(path: string, body: object, headers: Record<string, string> = {}): Promise<Json> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.#json(path, { method: 'POST', headers: json, body: JSON.stringify(body) });
  }

  delete(path: string): Promise<Json> {
    return this.#json(path, { method: 'DELETE' });
  }

  /** Submits a file job; resolves with its path. */
  async submitFile(jobType: string, file: string, metadata?: object): Promise<string> {
    const body = new FormData();
    body.set('job_type', jobType);
    if (metadata !== undefined) body.set('metadata', JSON.stringify(metadata));
    body.set('file', new Blob([file]), 'file');
    return `${FILE_JOBS}/${(await this.#json(FILE_JOBS, { method: 'POST', body }))['id']}`;
  }

  /** Submits a report job; resolves with its path. */
  async submitReport(body: object, headers?: Record<string, string>): Promise<string> {
    return `${JOBS}/${(await this.post(JOBS, body, headers))['job_id']}`;
  }

  /** The job, once it has this status. */
  reaches(path: string, status: string): Promise<Json> {
    return until(
      () => this.get(path),
      (job) => job['status'] === status,
    );
  }

  async answer(path: string): Promise<Answer> {
    const response = await this.request(path);
    const text = (await response.text()).replaceAll(new URL(this.#origin()).origin, 'ORIGIN');
    return { as: this.name, path, status: response.status, body: JSON.parse(text) };
  }

  async #file(path: string): Promise<DownloadedFile> {
    const response = await this.request(path);
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /** Fetches every file of a job that succeeded. */
  async downloads(path: string): Promise<Downloads> {
    const links = path.startsWith(JOBS) ? [`${path}/results`] : ((await this.get(path))['result_urls'] as string[]);
    const files: DownloadedFile[] = [];
    for (const link of links) files.push(await this.#file(link));
    return { as: this.name, path, files };
  }
}
