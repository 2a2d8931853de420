/** The built program as its users run it: processes, signals, files, a database of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { type OpenDeps, openDeps } from '../../src/deps.ts';
import { connectTo } from '../sftp/door.ts';
import { namesIn } from '../sftp/requests.ts';
import { cli, type Ran } from './cli-world.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** A database is made, and data generated and loaded, on a machine that may be busy. */
const PATIENCE_MS = 180_000;
const GUIDE_IDS = '99001416,99001470,99004737';

let directory: string;
let environment: Record<string, string>;
let server: ChildProcess;
let account: string;

function conveyance(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: directory, env: { ...environment, ...env } };
    execFile(process.execPath, [MAIN, ...argv], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function parsed({ code, stdout, stderr }: Ran) {
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function json(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return parsed(await conveyance([...argv, '--json'], env));
}

/**
 * A customer's command in this process. One of its own takes a processor for half a second, and what it adds (the environment, the exit
 * code, the streams) the other tests have seen.
 */
function here(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return cli(argv, { env: { ...environment, ...env } });
}

/** On the data that the server works with, while it runs. */
let beside: OpenDeps;

/** An operator's command in this process. */
function operator(argv: readonly string[]): Promise<Ran> {
  return cli(argv, { deps: beside.deps });
}

async function operate(argv: readonly string[]) {
  return parsed(await operator([...argv, '--json']));
}

/** In the directory in which the processes run. */
function at(name: string): string {
  return join(directory, name);
}

/** The first text on a stream that satisfies. The stream stays open: its writer must not notice. */
function heard(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    stream?.on('data', (chunk) => {
      text += String(chunk);
      const found = pattern.exec(text);
      if (found) resolve(found[0]);
    });
    stream?.on('end', () => reject(new Error(`the stream ended without ${pattern}: ${text}`)));
  });
}

function exited(child: ChildProcess): Promise<unknown[]> {
  return child.exitCode === null ? once(child, 'exit') : Promise.resolve([child.exitCode, child.signalCode]);
}

async function serve(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--json'], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { url } = JSON.parse(await heard(child.stdout, /\{.*\}\n/));
  environment['CONVEYANCE_URL'] = url;
  return child;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-e2e-'));
  // As root the database runs as somebody else, who has to enter; else its files would go elsewhere and stay.
  await chmod(directory, 0o711);
  const temporary = join(directory, 'tmp');
  await mkdir(temporary);
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    TMPDIR: temporary,
    CONVEYANCE_DATA_DIR: join(directory, 'data'),
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_LOG_LEVEL: 'error',
  };
  server = await serve();
  const options = { exportChildren: 0, publicUrl: environment['CONVEYANCE_URL'] ?? '' };
  beside = await openDeps(readSettings(environment), options);
}, PATIENCE_MS);

afterAll(async () => {
  await beside?.close();
  server?.kill('SIGTERM');
  if (server) await exited(server);
  await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);

describe('an operator beside the running server', { timeout: PATIENCE_MS }, () => {
  it('generates and loads data', async () => {
    const generated = await json(['generate', '--size', 'tiny', '--end', '2025-12', '--out', 'demo']);
    expect(generated).toMatchObject({
      first_day: '2025-10-03',
      last_day: '2025-12-31',
      tables: { properties: { rows: 46 } },
    });
    const loaded = await json(['load', 'demo']);
    expect(loaded).toMatchObject({ version: 1, rejected: 0, reject_file: null });
    expect(loaded.tables).toContainEqual({
      table: 'properties',
      loaded: 46,
      replaced: 0,
      unchanged: 0,
      deleted: 0,
      rows: 46,
    });
  });

  it('gets histories for properties of its own', async () => {
    const own = 'key,lat,lon,st\nsea-1,47.6,-122.3,WA\nnyc-2,,,NY\n';
    await writeFile(at('own.csv'), own);
    const maps = ['--map', 'source_id=key', '--map', 'latitude=lat', '--map', 'longitude=lon', '--map', 'state=st'];
    const made = await operate([
      ...['generate', '--properties-from', at('own.csv'), ...maps],
      ...['--days', '31', '--out', at('own')],
    ]);
    expect(made.tables.property_days.rows).toBe(62);
    expect(made.tables).not.toHaveProperty('properties');
    const missing = await operator(['generate', '--properties-from', at('none.csv'), '--out', at('own')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/there is no file .*none\.csv/);
  });

  it('is told which rows do not fit, and why', async () => {
    await writeFile(at('bad.csv'), 'property_id,state\n1,WA\nx,WA\n');
    const refused = await conveyance(['load', 'bad.csv', '--table', 'properties', '--max-rejects', '0']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('bad.csv:3: property_id');
    expect(existsSync(at('rejects.csv'))).toBe(false);
    expect(refused.stderr).toContain('--max-rejects');
    const rejects = ['--reject-file', at('rejects.csv')];
    const dry = await operate(['load', at('bad.csv'), '--table', 'properties', '--dry-run', ...rejects]);
    expect(dry).toMatchObject({ version: null, rejected: 1, tables: [] });
    expect(await readFile(at('rejects.csv'), 'utf8')).toContain('property_id');
  });

  it('makes an account, keys and tokens in the promised shapes', async () => {
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    const made = await json(['accounts', 'create', 'Acme, Inc.']);
    expect(made).toEqual({ id: expect.stringMatching(uuid), name: 'Acme, Inc.' });
    account = made.id;
    const key = await json(['keys', 'create', '--account', account]);
    expect(key).toEqual({ account_id: account, access_key: expect.any(String), secret: expect.any(String) });
    environment['CONVEYANCE_ACCESS_KEY'] = key.access_key;
    environment['CONVEYANCE_SECRET'] = key.secret;
    const token = await operate(['tokens', 'create', '--account', account, '--scopes', 'exports:read']);
    expect(token).toEqual({ token: expect.any(String) });
    const { keys } = await operate(['keys', 'list', '--account', account]);
    expect(keys.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['key', 'token']);
    expect(JSON.stringify(keys)).not.toContain(key.secret);
    const create = await here(['export', '--from', '2025-12', '--to', '2025-12', '--ids', '99001416'], {
      CONVEYANCE_TOKEN: token.token,
    });
    expect(create.code, 'a token that may only read').toBe(4);
  });

  it('is told that all is well', async () => {
    const { ok, checks } = await json(['doctor']);
    expect(checks.filter((finding: { ok: boolean }) => !finding.ok)).toEqual([]);
    expect(ok).toBe(true);
    expect(checks.map(({ check }: { check: string }) => check)).toEqual(
      expect.arrayContaining(['node', 'database', 'engine', 'disk', 'warehouse', 'objects', 'accounts', 'client']),
    );
  });
});

describe('an operator of the same data', { timeout: PATIENCE_MS }, () => {
  it('gives and takes properties', async () => {
    const [ids, one] = [at('ids.txt'), at('one.txt')];
    await writeFile(ids, '99001416\n99001470\n');
    const { id } = await operate(['accounts', 'create', 'Small', '--properties', ids]);
    const listed = async () =>
      (await operate(['accounts', 'list'])).accounts.find((each: { id: string }) => each.id === id);
    expect(await listed()).toMatchObject({ name: 'Small', properties: 2 });
    await writeFile(one, '99001470\n99004737\n');
    expect(await operate(['accounts', 'grant', id, '--properties', one])).toMatchObject({ id, properties: 3 });
    expect(await operate(['accounts', 'revoke', id, '--properties', one])).toMatchObject({ id, properties: 1 });
    expect(await operate(['accounts', 'grant', id, '--properties', 'all'])).toMatchObject({ id, properties: 'all' });
    const impossible = await operator(['accounts', 'revoke', id, '--properties', one]);
    expect(impossible.code).toBe(2);
    expect(impossible.stderr).toContain('Revoke all first');
    expect(await operate(['accounts', 'revoke', id, '--properties', 'all'])).toMatchObject({ id, properties: 0 });
  });

  it('is told what does not exist', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const argv of [
      ['keys', 'create', '--account', nobody],
      ['keys', 'create', '--account', 'acme'],
      ['keys', 'revoke', 'cvk_none'],
      ['jobs', 'list', '--account', nobody],
      ['load', 'nowhere.csv'],
    ]) {
      const { code, stderr } = await operator(argv);
      expect({ argv, code }).toEqual({ argv, code: argv[0] === 'load' ? 1 : 3 });
      expect(stderr).toMatch(/^error: \S/m);
    }
  });
});

describe('a customer', { timeout: PATIENCE_MS }, () => {
  const request = ['export', '--from', '2025-12', '--to', '2025-12', '--ids', GUIDE_IDS];

  async function rowsOf(path: string): Promise<string[]> {
    const ids = (rows: Record<string, unknown>[], day: (value: unknown) => string) =>
      rows.map(({ id, report_generation_date }) => `${id} ${day(report_generation_date)}`);
    if (path.endsWith('.parquet')) {
      const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
      return ids(rows, (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)));
    }
    const text = await readFile(path, 'utf8');
    if (path.endsWith('.csv')) return ids(parse(text, { columns: true }), String);
    return ids(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      String,
    );
  }

  it('gets the same rows in every format', async () => {
    const files: string[][] = [];
    for (const format of ['parquet', 'csv', 'jsonl']) {
      const done =
        format === 'parquet'
          ? await json([...request, '-o', `rents.${format}`])
          : parsed(await here([...request, '-o', at(`rents.${format}`), '--json']));
      const bytes = await readFile(at(`rents.${format}`));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(done.sha256);
      const rows = await rowsOf(done.path);
      expect(rows).toHaveLength(done.rows);
      files.push(rows);
    }
    expect(files[0]?.length).toBeGreaterThan(60);
    expect(files[1]).toEqual(files[0]);
    expect(files[2]).toEqual(files[0]);
    expect((await readdir(directory)).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('submits now and fetches later', async () => {
    const { stdout } = await conveyance([...request, '--report', 'units', '--detach']);
    const done = parsed(await here(['export', '--job', stdout.trim(), '-o', at('units.csv'), '--json']));
    expect(done.rows).toBeGreaterThan(0);
  });

  it('sees the jobs that the operator sees', async () => {
    const mine = parsed(await here(['jobs', 'list', '--per-page', '2', '--json']));
    const theirs = await operate(['jobs', 'list', '--per-page', '2', '--account', account]);
    const ids = ({ jobs }: { jobs: { job_id: string }[] }) => jobs.map((job) => job.job_id);
    expect(ids(mine)).toEqual(ids(theirs));
    expect(theirs.pagination).toEqual(mine.pagination);
    const [first = ''] = ids(mine);
    const shown = await operate(['jobs', 'show', first, '--account', account]);
    expect(shown).toMatchObject({ job_id: first, account_id: account, status: 'succeeded', property_count: 3 });
    const { files, ...result } = shown.result;
    expect(files).toBe(1);
    expect(parsed(await here(['jobs', 'show', first, '--json']))).toMatchObject({ status: 'succeeded', result });
  });

  it('is answered with the exit codes of the contract', async () => {
    const none = await conveyance(['jobs', 'show', '00000000-0000-4000-8000-000000000000']);
    expect(none.code).toBe(3);
    const form = await here(['jobs', 'show', 'not-a-uuid']);
    expect(form.code).toBe(2);
    const backwards = await here(['export', '--from', '2025-12', '--to', '2025-11', '--ids', '1', '-o', 'x.csv']);
    expect(backwards.code).toBe(2);
    expect(backwards.stderr).toContain('--to must be on or after --from');
    const { jobs } = parsed(await here(['jobs', 'list', '--json']));
    const ended = await here(['jobs', 'cancel', jobs[0].job_id]);
    expect(ended.code).toBe(1);
    const stranger = await here(['jobs', 'list'], { CONVEYANCE_SECRET: 'wrong' });
    expect(stranger.code).toBe(4);
  });

  it('has no more access once the key is revoked', async () => {
    const key = environment['CONVEYANCE_ACCESS_KEY'] ?? '';
    expect(await operate(['keys', 'revoke', key])).toMatchObject({ status: 'revoked' });
    await expect.poll(async () => (await here(['jobs', 'list'])).code, { timeout: 20_000 }).toBe(4);
  });
});

describe('signals', { timeout: PATIENCE_MS }, () => {
  it('end the server cleanly, and operators go on without it', async () => {
    // What else uses the database would keep it from going with the server.
    await beside.close();
    server.kill('SIGINT');
    expect(await exited(server)).toEqual([0, null]);
    const { accounts } = await json(['accounts', 'list']);
    expect(accounts.map(({ name }: { name: string }) => name)).toContain('Acme, Inc.');
    const gone = await here(['jobs', 'list'], { CONVEYANCE_TOKEN: 'any' });
    expect(gone.code).toBe(9);
  });

  it('end the demo at any point with 130 and nothing left behind', async () => {
    const child = spawn(process.execPath, [MAIN, 'demo', '--size', 'tiny', '-o', 'interrupted'], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await heard(child.stderr, /✓ Start a server/);
    child.kill('SIGINT');
    expect(await exited(child)).toEqual([130, null]);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });
});

describe('the demo', { timeout: PATIENCE_MS }, () => {
  it('leaves three verified files and nothing else, and is called back about each', async () => {
    const { code, stdout, stderr } = await conveyance(['demo', '--size', 'tiny', '-o', 'shown', '--json']);
    expect(code, stderr).toBe(0);
    expect(stderr.match(/✓ Receive the webhook for .* signature verified/g)).toHaveLength(3);
    const { exports, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({});
    expect(exports.map(({ file }: { file: string }) => file)).toEqual([
      'shown/property.parquet',
      'shown/units.csv',
      'shown/floorplans.jsonl',
    ]);
    for (const { file, sha256, rows } of exports) {
      const bytes = await readFile(join(directory, file));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      expect(rows).toBeGreaterThan(0);
    }
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('stays up with --keep, to be used with what it prints', async () => {
    const child = spawn(process.execPath, [MAIN, 'demo', '--size', 'tiny', '--keep', '--json', '-o', 'kept'], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = heard(child.stderr, /sftp -P.*Ctrl-C stops it/s);
    const { url, sftp, access_key, secret, token } = JSON.parse(await heard(child.stdout, /\{.*\}\n/));
    expect(await told).toContain(`sftp -P ${sftp.port} ${access_key}@127.0.0.1:/jobs/reports\n`);
    const withKey = { CONVEYANCE_URL: url, CONVEYANCE_ACCESS_KEY: access_key, CONVEYANCE_SECRET: secret };
    expect(parsed(await here(['jobs', 'list', '--json'], withKey)).pagination.total_count).toBe(3);
    const answer = await fetch(`${url}/apartmentiq/api/v1/bulk_api/jobs`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    const client = await connectTo(sftp.port, { username: access_key, password: secret });
    expect(await namesIn(await client.sftp(), '/jobs/reports')).toHaveLength(3);
    await client[Symbol.asyncDispose]();
    child.kill('SIGINT');
    expect(await exited(child)).toEqual([0, null]);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });
});
