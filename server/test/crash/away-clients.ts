/** Customers of both dialects who work while the database comes and goes, and write down every answer. */
import { randomUUID } from 'node:crypto';
import { GUIDE_IDS, type TestAccount } from '../support/app.ts';
import { basicHeaders, uuidOf } from '../support/file-jobs.ts';

const PAUSE_MS = 40;
/** A client that obeyed the five seconds would be there for a moment of each outage only. */
const LONGEST_WAIT_MS = 1000;
/** A hanging answer is a fault, which must not keep the trial from its end. Twice what the server gives a look-up before it refuses it. */
const PATIENCE_MS = 60_000;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a server sent, for a test to look at
  readonly body: any;
}

/** A request that may be answered otherwise than by success: that is then the client's own fault. */
interface Asked extends RequestInit {
  readonly alsoFine?: readonly number[];
}

export class AwayClients {
  /** How often each status was answered. */
  readonly statuses = new Map<string, number>();
  /** Answers that nobody should get. */
  readonly faults: string[] = [];
  /** Jobs that were acknowledged, by their path, with the headers to ask for them. */
  readonly acknowledged = new Map<string, Readonly<Record<string, string>>>();
  /** 503 that said that the job may exist. */
  unsure = 0;
  slowest = { ms: 0, what: '' };
  #stopped = false;
  #working: Promise<void>[] = [];
  readonly #urls: readonly string[];

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  begin(reporters: readonly TestAccount[], uploaders: readonly TestAccount[]): void {
    this.#working = [
      ...reporters.map((account, index) => this.#report(account, index)),
      ...uploaders.map((account, index) => this.#upload(account, index)),
    ];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#working);
  }

  /** One request, judged: 2xx, a fault of its own, or 503 with the time to come back. Null if there was no answer. */
  async ask(index: number, path: string, { alsoFine = [], ...init }: Asked): Promise<Answer | null> {
    const what = `${init.method ?? 'GET'} ${path}`;
    const startedAt = performance.now();
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(`${this.#urls[index % this.#urls.length]}${path}`, { ...init, signal });
      const text = await response.text();
      const ms = Math.round(performance.now() - startedAt);
      if (ms > this.slowest.ms) this.slowest = { ms, what: `${what}: ${response.status}` };
      const { status, headers } = response;
      this.statuses.set(String(status), (this.statuses.get(String(status)) ?? 0) + 1);
      const toldWhen = status === 503 && headers.get('retry-after') !== null;
      if (!response.ok && !toldWhen && !alsoFine.includes(status)) this.faults.push(`${what}: ${status} ${text}`);
      if (status === 503 && text.includes('may exist')) this.unsure += 1;
      return { status, headers, body: text.startsWith('{') ? JSON.parse(text) : text };
    } catch (error) {
      this.faults.push(`${what}: no answer, ${String(error)} ${String((error as Error).cause ?? '')}`);
      return null;
    }
  }

  async #pause(answer: Answer | null): Promise<void> {
    const asked = Number(answer?.headers.get('retry-after') ?? 0) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, Math.min(asked, LONGEST_WAIT_MS))));
  }

  /** Exports one after the other, each request under its own key until it is answered, and looks around meanwhile. */
  async #report({ token }: TestAccount, index: number): Promise<void> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      report_type: index % 2 === 0 ? 'property' : 'units',
      output_format: index % 2 === 0 ? 'csv' : 'parquet',
      start_date: '2025-10-03',
      end_date: '2025-12-31',
      property_ids: GUIDE_IDS,
    });
    let key = randomUUID();
    let last = '/api/v1/usage';
    for (let turn = 0; !this.#stopped; turn++) {
      const keyed = { ...headers, 'idempotency-key': key };
      // 409: the request before, whose answer was lost, is still being carried out.
      const made = await this.ask(index, '/api/v1/bulk_api/jobs', {
        method: 'POST',
        headers: keyed,
        body,
        alsoFine: [409],
      });
      if (made?.status === 200) {
        last = `/api/v1/bulk_api/jobs/${made.body.job_id}`;
        this.acknowledged.set(last, { authorization: headers.authorization });
        key = randomUUID();
      }
      await this.#pause(made);
      const others = [last, '/api/v1/bulk_api/jobs?per_page=5', '/api/v1/usage', '/api/v1/properties/lookup'];
      await this.#pause(await this.ask(index + turn, others[turn % others.length] ?? last, { headers }));
    }
  }

  /** File jobs, of which the key may have one at a time. */
  async #upload(account: TestAccount, index: number): Promise<void> {
    const headers = basicHeaders(account);
    const ids = GUIDE_IDS.map(uuidOf);
    while (!this.#stopped) {
      const form = new FormData();
      form.set('job_type', 'property-details');
      form.set('file', new Blob([JSON.stringify({ detail_type: ['basic', 'sales'], property_ids: ids })]), 'ids.json');
      // 429: the job before, acknowledged or not, has not ended.
      const made = await this.ask(index, '/v2/jobs/file', { method: 'POST', headers, body: form, alsoFine: [429] });
      if (made !== null && made.status < 300) this.acknowledged.set(`/v2/jobs/file/${made.body.id}`, headers);
      await this.#pause(made);
      await this.#pause(await this.ask(index + 1, `/v2/property/${ids[0]}?detail_type=basic`, { headers }));
    }
  }

  /** How every acknowledged job stands now, by the word of its contract. */
  async outcomes(): Promise<ReadonlyMap<string, string>> {
    const outcomes = new Map<string, string>();
    for (const [path, headers] of this.acknowledged) {
      const answer = await this.ask(0, path, { headers });
      outcomes.set(path, String(answer?.body.status));
    }
    return outcomes;
  }
}
