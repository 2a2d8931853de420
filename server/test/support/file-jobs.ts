/** A client of the Reonomy dialect, on real sockets. */
import { createHash } from 'node:crypto';
import { PROPERTY_ID_NAMESPACE } from '../../src/core/details.ts';
import { type TestAccount, type TestApp, until } from './app.ts';

export interface BatchJobBody {
  readonly id: string;
  readonly job_type: string;
  readonly status: string | null;
  readonly message: string | null;
  readonly progress: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly result_url: string | null;
  readonly result_urls: readonly string[];
}

/** RFC 9562 §5.5, apart from the engine's own way to it. */
export function uuidOf(propertyId: number): string {
  const namespace = Buffer.from(PROPERTY_ID_NAMESPACE.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(namespace).update(String(propertyId)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Whoever has a key pair, however it came by it. */
export interface KeyHolder {
  readonly key: Pick<TestAccount['key'], 'accessKey' | 'secret'>;
}

export function basicHeaders({ key }: KeyHolder): { authorization: string; 'user-agent': string } {
  const pair = Buffer.from(`${key.accessKey}:${key.secret}`).toString('base64');
  return { authorization: `Basic ${pair}`, 'user-agent': 'a test' };
}

export class BatchClient {
  readonly #server: Pick<TestApp, 'url'>;
  readonly #patienceMs: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /** @param patienceMs for a job's end; as of `until` when left out */
  constructor(server: Pick<TestApp, 'url'>, account: KeyHolder, patienceMs?: number) {
    this.#server = server;
    this.#patienceMs = patienceMs;
    this.headers = basicHeaders(account);
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#server.url}/v2${path}`, { ...init, headers: { ...this.headers, ...init.headers } });
  }

  async submit(jobType: string, file: string | Blob, metadata?: object): Promise<Response> {
    const form = new FormData();
    form.set('job_type', jobType);
    if (metadata !== undefined) form.set('metadata', JSON.stringify(metadata));
    form.set('file', typeof file === 'string' ? new Blob([file]) : file, 'file');
    return this.request('/jobs/file', { method: 'POST', body: form });
  }

  async get(id: string): Promise<BatchJobBody> {
    const response = await this.request(`/jobs/file/${id}`);
    return (await response.json()) as BatchJobBody;
  }

  /** Polls until the job has ended. */
  ended(id: string): Promise<BatchJobBody> {
    return until(
      () => this.get(id),
      ({ status }) => status === 'SUCCESS' || status === 'FAILURE',
      this.#patienceMs,
    );
  }

  /** Submits, waits, and downloads every file; throws what the job failed with. */
  async run(jobType: string, file: string | Blob, metadata?: object): Promise<{ job: BatchJobBody; files: string[] }> {
    const response = await this.submit(jobType, file, metadata);
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    const { id } = (await response.json()) as BatchJobBody;
    const job = await this.ended(id);
    if (job.status !== 'SUCCESS') throw new Error(`the job failed: ${job.message}`);
    const files = await Promise.all(job.result_urls.map(async (url) => (await fetch(url)).text()));
    return { job, files };
  }
}

/** The objects of an NDJSON file. */
export function parseLines<Line>(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
