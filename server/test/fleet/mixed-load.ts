/** Customers of both dialects at all nodes of a fleet, who do not mind a node that dies: they repeat at another what was not answered. */
import { randomUUID } from 'node:crypto';
import { GUIDE_IDS, type TestAccount } from '../support/app.ts';
import { basicHeaders, uuidOf } from '../support/file-jobs.ts';
import { readFileOf } from './reading.ts';

const PAUSE_MS = 100;
const LONGEST_WAIT_MS = 1000;
const PATIENCE_MS = 60_000;
const JOBS = '/api/v1/bulk_api/jobs';
export const SUCCESS = ['succeeded', 'SUCCESS'];
const FAILURE = ['failed', 'cancelled', 'FAILURE'];

const REPORTS = [
  { report_type: 'property', output_format: 'csv' },
  { report_type: 'units', output_format: 'parquet' },
  { report_type: 'floorplans', output_format: 'jsonl' },
] as const;

/** What was promised to a customer. */
export interface Acknowledged {
  readonly id: string;
  readonly account: TestAccount;
  readonly kind: 'report' | 'file';
  /** Requests of one name have the same result. */
  readonly request: string;
}

interface Answer {
  readonly status: number;
  /** Where a redirect leads. */
  readonly location: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what a server sent, for a test to look at
  readonly body: any;
}

export interface LoadOptions {
  /** Of the nodes, or of a proxy before them. */
  readonly urls: () => readonly string[];
  /** Where each report job's end is told. */
  readonly callbackUrl: string;
  /** Whether a request that is not answered is a fault: a single node dies with its connections, a proxy does not. */
  readonly mustAnswer: boolean;
  /** Of each request, the digests that its files have where nothing is amiss. */
  readonly expected?: ReadonlyMap<string, string>;
}

export class MixedLoad {
  readonly acknowledged: Acknowledged[] = [];
  readonly statuses = new Map<string, number>();
  readonly faults: string[] = [];
  /** Files that were not as expected, or not there for a job that had succeeded. */
  readonly torn: string[] = [];
  /** Jobs whose end a customer saw, and whose files he read. */
  read = 0;
  /** Files whose reading was cut off, and gone on with. */
  resumed = 0;
  /** When a request was last answered as it should. */
  lastGoodAt = 0;
  #stopped = false;
  #turn = 0;
  #working: Promise<void>[] = [];
  readonly #options: LoadOptions;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  begin(accounts: readonly TestAccount[]): void {
    this.#working = accounts.map((account, index) =>
      index % 2 === 0 ? this.#report(account, index) : this.#upload(account),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#working);
  }

  /** One request at the next node. Null where there was no answer. */
  async ask(path: string, init: RequestInit, alsoFine: readonly number[] = []): Promise<Answer | null> {
    const urls = this.#options.urls();
    const url = `${urls[this.#turn++ % urls.length]}${path}`;
    const what = `${init.method ?? 'GET'} ${path}`;
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      const text = await response.text();
      const { status, headers } = response;
      this.#count(String(status));
      const toldWhen = status === 503 && headers.get('retry-after') !== null;
      if (response.ok) this.lastGoodAt = performance.now();
      else if (!toldWhen && !alsoFine.includes(status)) {
        this.faults.push(`${what}: ${status} ${text.slice(0, 200)}`);
      }
      if (status === 503) await pause(Math.min(LONGEST_WAIT_MS, Number(headers.get('retry-after') ?? 1) * 1000));
      return { status, location: headers.get('location'), body: text.startsWith('{') ? JSON.parse(text) : text };
    } catch (error) {
      this.#count('none');
      if (this.#options.mustAnswer) {
        this.faults.push(`${what}: no answer, ${String(error)} ${String((error as Error).cause ?? '')}`);
      }
      return null;
    }
  }

  #count(status: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  /** Exports one after the other, each under its own key until it is answered, and read when it has ended. */
  async #report(account: TestAccount, index: number): Promise<void> {
    const authorization = `Bearer ${account.token}`;
    for (let turn = index; !this.#stopped; turn++) {
      const form = REPORTS[turn % REPORTS.length] ?? REPORTS[0];
      const body = JSON.stringify({
        ...form,
        start_date: '2025-10-03',
        end_date: '2025-12-31',
        property_ids: GUIDE_IDS,
        callback_url: this.#options.callbackUrl,
      });
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
      while (!this.#stopped) {
        // 409: the request before, whose answer was lost, is still being carried out.
        const made = await this.ask(JOBS, { method: 'POST', headers, body }, [409]);
        if (made?.status === 200) {
          const job = { id: made.body.job_id, account, kind: 'report', request: form.report_type } as const;
          this.acknowledged.push(job);
          await this.#follow(job, `${JOBS}/${job.id}`, { authorization });
          break;
        }
        await pause(PAUSE_MS);
      }
      await this.ask(`${JOBS}?per_page=5`, { headers: { authorization } });
      await pause(PAUSE_MS);
    }
  }

  /** File jobs, of which the key may have one at a time. */
  async #upload(account: TestAccount): Promise<void> {
    const headers = basicHeaders(account);
    const spec = JSON.stringify({ detail_type: ['basic', 'sales'], property_ids: GUIDE_IDS.map(uuidOf) });
    while (!this.#stopped) {
      const form = new FormData();
      form.set('job_type', 'property-details');
      form.set('file', new Blob([spec]), 'ids.json');
      // 429: the job before, acknowledged or not, has not ended.
      const made = await this.ask('/v2/jobs/file', { method: 'POST', headers, body: form }, [429]);
      if (made?.status === 201) {
        const job = { id: made.body.id, account, kind: 'file', request: 'details' } as const;
        this.acknowledged.push(job);
        await this.#follow(job, `/v2/jobs/file/${job.id}`, headers);
      }
      await pause(PAUSE_MS);
    }
  }

  /** Waits for the job's end, and reads what it has made. One that is not waited for to the end is judged afterwards. */
  async #follow(job: Acknowledged, path: string, headers: Readonly<Record<string, string>>): Promise<void> {
    while (!this.#stopped) {
      const found = await this.ask(path, { headers });
      if (found?.status === 200 && SUCCESS.includes(found.body.status)) {
        const links = job.kind === 'file' ? found.body.result_urls : await this.#linkOf(path, headers);
        if (links !== null) await this.#read(job, links);
        return;
      }
      if (found?.status === 200 && FAILURE.includes(found.body.status)) return;
      await pause(PAUSE_MS);
    }
  }

  async #linkOf(path: string, headers: Readonly<Record<string, string>>): Promise<readonly string[] | null> {
    while (!this.#stopped) {
      const answer = await this.ask(`${path}/results`, { headers }, [302]);
      if (answer?.status === 302 && answer.location !== null) return [answer.location];
      await pause(PAUSE_MS);
    }
    return null;
  }

  async #read({ id, request }: Acknowledged, links: readonly string[]): Promise<void> {
    const digests: string[] = [];
    for (const link of links) {
      const read = await readFileOf(link, { onFault: (what) => this.torn.push(`${request} ${id}: ${what}`) });
      if (read === null) return;
      this.resumed += read.resumed;
      digests.push(read.sha256);
    }
    const expected = this.#options.expected?.get(request) ?? digests.join();
    if (digests.join() !== expected) this.torn.push(`${request} ${id}: ${digests.join()} instead of ${expected}`);
    this.read += 1;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
