/** kill -9 of the server in the middle of a match job: after a restart it succeeds with the bytes that it would have had. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestApp, until } from '../support/app.ts';
import { BatchClient, type BatchJobBody } from '../support/file-jobs.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const TIMEOUT_MS = 240_000;
/** Seconds of work, in a job that a test can catch. */
const ROWS = 60_000;
const PROPERTIES = 2000;
const HEADERS = ['a', 'c', 's', 'z'];
const METADATA = {
  headers: HEADERS,
  mapping: { address_line_1: 'a', address_city: 'c', address_state: 's', address_postal: 'z' },
};

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
  return {
    ...process.env,
    CONVEYANCE_DATA_DIR: join(dataDir, 'data'),
    CONVEYANCE_LEASE_SECONDS: '3',
    CONVEYANCE_ENGINE_THREADS: '1',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
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

async function load(): Promise<void> {
  const lines = Array.from(
    { length: PROPERTIES },
    (_, i) => `${i + 1},${i + 1} Main St,Springfield,IL,62701,commercial`,
  );
  await mkdir(join(dataDir, 'input'));
  const header = 'property_id,address,city,state,zip_code,asset_category';
  await writeFile(join(dataDir, 'input', 'properties.csv'), `${header}\n${lines.join('\n')}\n`);
  await command('load', join(dataDir, 'input'));
}

function rows(): string {
  const lines = Array.from(
    { length: ROWS },
    (_, i) => `${1 + (i % (2 * PROPERTIES))} Mian Street,Springfield,IL,62701`,
  );
  return `${HEADERS.join()}\n${lines.join('\n')}\n`;
}

it('costs time and nothing else', { timeout: TIMEOUT_MS }, async () => {
  await load();
  const { id: account } = await command('accounts', 'create', 'Crash test');
  const { access_key, secret } = await command('keys', 'create', '--account', String(account));
  const key = { accountId: String(account), accessKey: String(access_key), secret: String(secret) };
  const clientOf = (url: string) => new BatchClient({ url } as TestApp, { key });
  let client = clientOf(await serve());
  const { id } = (await (await client.submit('match', rows(), METADATA)).json()) as BatchJobBody;
  const caught = await until(
    () => client.get(id),
    ({ status }) => status !== null && status !== 'PENDING',
  );
  // Control: a job that had ended already would prove nothing.
  expect(caught.status).toBe('STARTED');
  await kill();

  client = clientOf(await serve());
  const ended = async () => {
    const job = await client.get(id);
    return job.status === 'SUCCESS' || job.status === 'FAILURE' ? job : null;
  };
  const deadline = Date.now() + TIMEOUT_MS / 2;
  let job = await ended();
  while (job === null && Date.now() < deadline) {
    job = await until(ended, (found) => found !== null).catch(() => null);
  }
  expect(job?.status).toBe('SUCCESS');
  const result = await (await fetch(job?.result_urls[0] ?? '')).text();
  expect(result.split('\n')).toHaveLength(ROWS + 2);

  // Undisturbed, the same file gives the same bytes.
  const { files } = await client.run('match', rows(), METADATA);
  expect(files[0] === result).toBe(true);
  expect(await readdir(join(dataDir, 'data', 'objects', '.scratch')).catch(() => [])).toEqual([]);
});
