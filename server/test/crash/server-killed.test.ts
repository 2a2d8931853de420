/** kill -9 of the server in the middle of a job: after a restart the job ends as succeeded and its file is whole. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Conveyance } from '@conveyance/sdk';
import { downloadToFile } from '@conveyance/sdk/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/app.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const TIMEOUT_MS = 240_000;
const PROPERTIES = 40;

let dataDir: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-crash-'));
  await chmod(dataDir, 0o711);
});

afterEach(async () => {
  if (running !== undefined && running.exitCode === null && running.signalCode === null) {
    running.kill('SIGTERM');
    await once(running, 'exit');
  }
  // A killed server leaves its database running; whoever uses it last stops it.
  if (running?.signalCode === 'SIGKILL') await command('doctor');
  await rm(dataDir, { recursive: true, force: true });
});

function environment() {
  // One slow thread and a short lease: a job that takes seconds, and a takeover that does not take half a minute.
  return {
    ...process.env,
    CONVEYANCE_DATA_DIR: join(dataDir, 'data'),
    CONVEYANCE_LEASE_SECONDS: '3',
    CONVEYANCE_ENGINE_THREADS: '1',
    CONVEYANCE_DRAIN_SECONDS: '0',
  };
}

async function command(...words: readonly string[]): Promise<Record<string, string>> {
  const child = spawn(process.execPath, [PROGRAM, ...words, '--json'], { env: environment() });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`conveyance ${words.join(' ')} exited with ${code}: ${err}`);
  return JSON.parse(out);
}

/** Resolves with the server's URL when it listens. */
async function serve(): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--json'], { env: environment() });
  running = child;
  child.stderr.resume();
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).url;
  throw new Error('the server ended before it listened');
}

async function kill(): Promise<void> {
  if (running === undefined) return;
  const exited = once(running, 'exit');
  running.kill('SIGKILL');
  await exited;
}

describe('kill -9 of the server in the middle of a job', () => {
  it(
    'costs time and nothing else',
    async () => {
      await command(
        'generate',
        '--size',
        'demo',
        '--properties',
        String(PROPERTIES),
        '--end',
        '2025-12',
        '--out',
        join(dataDir, 'generated'),
      );
      await command('load', join(dataDir, 'generated'));
      const { id } = await command('accounts', 'create', 'Crash test');
      const { token } = await command('tokens', 'create', '--account', String(id));
      let client = new Conveyance({ url: await serve(), token: String(token) });
      const { items } = await allProperties(client);
      const request = {
        report_type: 'property',
        output_format: 'csv',
        start_date: '2025-01-01',
        end_date: '2025-12-31',
        property_ids: items,
      } as const;
      const { job_id: jobId } = await client.jobs.create(request);
      const caught = await until(
        () => client.jobs.get(jobId),
        ({ status, progress }) => status !== 'submitted' || progress?.phase === 'running',
      );
      // Control: a job that had ended already would prove nothing.
      expect(caught.status).toBe('submitted');
      await kill();

      client = new Conveyance({ url: await serve(), token: String(token) });
      const ended = await client.jobs.wait(jobId, { timeoutMs: TIMEOUT_MS / 2 });
      expect(ended.status).toBe('succeeded');
      const path = join(dataDir, 'result.csv');
      await downloadToFile(client, jobId, path);
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      expect(lines.length - 1).toBe(ended.result?.rows);

      // Undisturbed, the same request gives the same bytes.
      const again = await client.jobs.wait((await client.jobs.create(request)).job_id, { timeoutMs: TIMEOUT_MS / 2 });
      expect(again.result?.sha256).toBe(ended.result?.sha256);
      expect(await readdir(join(dataDir, 'data', 'objects', '.scratch')).catch(() => [])).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

async function allProperties(client: Conveyance): Promise<{ items: number[] }> {
  const items: number[] = [];
  for (let page = 1; ; page++) {
    const found = await client.properties.lookup({ page, per_page: 100 });
    items.push(...found.properties.map(({ id }) => id));
    if (page >= found.pagination.total_pages) return { items };
  }
}
