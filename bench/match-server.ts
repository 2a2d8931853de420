/** A whole server for matching, and a client of its match jobs over HTTP. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { type App, createApp } from '../server/dist/app.js';
import { readSettings } from '../server/dist/config.js';
import { DEFAULT_SCOPES } from '../server/dist/core/access.js';
import { issueKey } from '../server/dist/core/logins/credentials.js';
import { Teardown } from '../server/dist/core/teardown.js';
import { say } from './statistics.js';

type Row = Readonly<Record<string, string>>;

interface BatchJob {
  readonly id: string;
  readonly status: string | null;
  readonly message: string | null;
  readonly result_urls: readonly string[];
}

export interface MatchClient {
  /** The result's text, and the seconds from the POST to the end. */
  matchFile(csv: string, metadata: object): Promise<{ readonly text: string; readonly seconds: number }>;
  /** Milliseconds to resolve one address without a job. */
  resolve(body: object): Promise<number>;
}

export interface MatchServer {
  readonly app: App;
  /** Rows of the result, with evidence. */
  match(rows: readonly Row[], mapping: Readonly<Record<string, string>>): Promise<readonly Row[]>;
  close(): Promise<void>;
}

const POLL_MS = 50;
const MS_PER_SECOND = 1000;

export function matchClient(url: string, key: { readonly accessKey: string; readonly secret: string }): MatchClient {
  const headers = {
    authorization: `Basic ${Buffer.from(`${key.accessKey}:${key.secret}`).toString('base64')}`,
    'user-agent': 'bench',
  };

  async function matchFile(csv: string, metadata: object) {
    const started = performance.now();
    const form = new FormData();
    form.set('job_type', 'match');
    form.set('metadata', JSON.stringify(metadata));
    form.set('file', new Blob([csv]), 'rows.csv');
    const response = await fetch(`${url}/v2/jobs/file`, { method: 'POST', headers, body: form });
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    let job = (await response.json()) as BatchJob;
    while (job.status !== 'SUCCESS' && job.status !== 'FAILURE') {
      await new Promise((done) => setTimeout(done, POLL_MS));
      job = (await (await fetch(`${url}/v2/jobs/file/${job.id}`, { headers })).json()) as BatchJob;
    }
    const seconds = (performance.now() - started) / MS_PER_SECOND;
    if (job.status === 'FAILURE') throw new Error(`the job failed: ${job.message}`);
    const text = await (await fetch(job.result_urls[0] ?? '')).text();
    return { text, seconds };
  }

  return {
    matchFile,
    async resolve(body) {
      const started = performance.now();
      const response = await fetch(`${url}/v2/resolve/property`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
      return performance.now() - started;
    },
  };
}

export async function startMatchServer(settings: Readonly<Record<string, string>> = {}): Promise<MatchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-match-'));
  const teardown = new Teardown();
  teardown.add(() => rm(dataDir, { recursive: true, force: true }));
  try {
    return await openMatchServer(dataDir, settings, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function openMatchServer(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
  teardown: Teardown,
): Promise<MatchServer> {
  await chmod(dataDir, 0o711);
  const app = await createApp(
    readSettings({
      CONVEYANCE_DATA_DIR: dataDir,
      CONVEYANCE_PORT: '0',
      CONVEYANCE_LOG_LEVEL: 'error',
      CONVEYANCE_DRAIN_SECONDS: '0',
      CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
      ...settings,
    }),
  );
  teardown.add(async () => app.embedded?.remove());
  teardown.add(() => app.stop());
  await app.start();
  const { id: accountId } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'bench', grants: 'all' });
  const { accessKey, secret } = await issueKey(app.deps, { accountId, scopes: DEFAULT_SCOPES });
  const { matchFile } = matchClient(app.url, { accessKey, secret });

  return {
    app,
    async match(rows, mapping) {
      const [first] = rows;
      if (first === undefined) return [];
      const metadata = { headers: Object.keys(first), mapping, explain: true };
      const { text, seconds } = await matchFile(stringify([...rows], { header: true }), metadata);
      say(
        `${rows.length} rows by ${Object.keys(mapping).join(', ')}: ${seconds.toFixed(1)} s from the POST to the end`,
      );
      return parse(text, { columns: true });
    },
    close: () => teardown.run(),
  };
}
