/** `clients/python/conveyance.py` by Debian's python3 against the whole program, with and without faults in between. */
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { python, pythonValue, WITHOUT_PYTHON } from './python.ts';

const PATIENCE_MS = 240_000;
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: GUIDE_IDS,
};
const ROWS = 93;
const BEGIN = 'import os\nfrom conveyance import *\nclient = Conveyance()\n';

let app: TestApp;
let account: TestAccount;
let proxy: FaultyProxy;
let directory: string;
let env: Readonly<Record<string, string>>;
let jobId: string;
let content: Buffer;

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The end of a job that a program makes and waits for. */
function made(how = ''): string {
  return `${BEGIN}job = client.create(${JSON.stringify(REQUEST)})\nended = client.wait(job["job_id"]${how})\n`;
}

function downloaded(path: string): string {
  return `${BEGIN}print(json.dumps(client.download(os.environ["JOB"], ${JSON.stringify(path)})))`;
}

describe.skipIf(WITHOUT_PYTHON)('the Python client', { timeout: PATIENCE_MS }, () => {
  beforeAll(async () => {
    proxy = await startFaultyProxy();
    app = await testApp({ settings: { CONVEYANCE_PUBLIC_URL: proxy.url } });
    proxy.target = `http://127.0.0.1:${(app.http.server.address() as AddressInfo).port}`;
    account = await app.account();
    directory = await mkdtemp(join(tmpdir(), 'conveyance-python-'));
    const login = { CONVEYANCE_URL: proxy.url, CONVEYANCE_TOKEN: account.token };
    const job = await pythonValue<{ job_id: string }>(`${made()}print(json.dumps(ended))`, login);
    jobId = job.job_id;
    env = { ...login, JOB: jobId };
    const path = join(directory, 'whole.csv');
    await pythonValue(downloaded(path), env);
    content = await readFile(path);
  }, PATIENCE_MS);
  beforeEach(() => {
    proxy.seen.length = 0;
    proxy.fault = () => null;
  });
  afterAll(async () => {
    await app?.close();
    await proxy?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it('submits, follows the events, downloads and verifies', async () => {
    const program = `${made(', on_progress=seen.append')}
result = client.download(job["job_id"], ${JSON.stringify(directory)})
print(json.dumps([job, ended, [each["progress"]["phase"] for each in seen], result]))`;
    type Said = [{ status: string }, { result: { sha256: string; filename: string } }, string[], { path: string }];
    const [job, ended, phases, result] = await pythonValue<Said>(`seen = []\n${program}`, env);
    expect(job.status).toBe('submitted');
    expect(phases.at(-1)).toBe('done');
    const file = await readFile(result.path);
    expect(result).toEqual({
      path: join(directory, ended.result.filename),
      rows: ROWS,
      bytes: file.length,
      sha256: sha256(file),
      resumed_bytes: 0,
    });
    expect(sha256(file)).toBe(ended.result.sha256);
    expect(await readdir(directory)).not.toContain(`${ended.result.filename}.part`);
    const paths = proxy.seen.map(({ path }) => path);
    expect(paths.some((path) => path.endsWith('/events'))).toBe(true);
    // The link is the permission: the credential goes to nobody else.
    const links = proxy.seen.filter(({ path }) => path.startsWith('/files/'));
    expect(links).toHaveLength(1);
    expect(links[0]?.headers).not.toHaveProperty('authorization');
    expect(proxy.seen[0]?.headers).toHaveProperty('authorization');
  });

  it('polls where events cannot be had, and when it is told to', async () => {
    proxy.fault = ({ path }) => (path.endsWith('/events') ? { answer: 501 } : null);
    const program = `${made()}print(json.dumps(ended["status"]))`;
    expect(await pythonValue(program, env)).toBe('succeeded');
    proxy.seen.length = 0;
    expect(await pythonValue(`${made(', events=False')}print(json.dumps(ended["status"]))`, env)).toBe('succeeded');
    expect(proxy.seen.filter(({ path }) => path.endsWith('/events'))).toEqual([]);
  });

  it('takes an access key with its secret', async () => {
    const { accessKey, secret } = account.key;
    const login = { CONVEYANCE_URL: proxy.url, CONVEYANCE_ACCESS_KEY: accessKey, CONVEYANCE_SECRET: secret };
    const usage = await pythonValue(`${BEGIN}print(json.dumps([client.call("GET", "/usage") for _ in "ab"]))`, login);
    expect(usage).toMatchObject([{ quota_usage: expect.any(Number) }, {}]);
    expect(proxy.seen.map(({ path }) => path)).toEqual([
      '/oauth/token',
      '/apartmentiq/api/v1/usage',
      '/apartmentiq/api/v1/usage',
    ]);
  });

  it('obeys Retry-After, and makes one job of a submission whose answer was lost', async () => {
    const posts: unknown[] = [];
    proxy.fault = ({ method, headers }) => {
      if (method !== 'POST') return null;
      posts.push(headers['idempotency-key']);
      if (posts.length === 1) return { answer: 503, headers: { 'retry-after': '1' } };
      return posts.length === 2 ? { drop: true } : null;
    };
    const program = `${BEGIN}import time
before = client.call("GET", "/bulk_api/jobs")["pagination"]["total_count"]
begun = time.monotonic()
client.create(${JSON.stringify(REQUEST)})
print(json.dumps([client.call("GET", "/bulk_api/jobs")["pagination"]["total_count"] - before, time.monotonic() - begun >= 1]))`;
    expect(await pythonValue(program, env)).toEqual([1, true]);
    expect(posts).toHaveLength(3);
    expect(new Set(posts).size).toBe(1);
  });

  it('does not wait for a quota that is used up', async () => {
    const body = { error: 'Too Many Requests', message: 'Quota exceeded', quota_limit: 10, quota_usage: 10 };
    proxy.fault = () => ({ answer: 429, headers: { 'retry-after': '5' }, body });
    const program = `${BEGIN}try:
  client.create({})
except ApiError as error:
  print(json.dumps([error.status, error.message, error.quota_limit]))`;
    expect(await pythonValue(program, env)).toEqual([429, 'Quota exceeded', 10]);
    expect(proxy.seen).toHaveLength(1);
    proxy.fault = () => ({ answer: 503, headers: { 'retry-after': '100000' } });
    expect((await python(`${BEGIN}client.get("x")`, env)).stderr).toContain('ApiError: 503');
    expect(proxy.seen).toHaveLength(2);
  });

  it('names every fault of a request', async () => {
    const program = `${BEGIN}try:
  client.create({"property_ids": []})
except ApiError as error:
  print(json.dumps([error.status, error.errors, bool(error.request_id)]))`;
    const [status, errors, hasId] = await pythonValue<[number, string[], boolean]>(program, env);
    expect([status, hasId]).toEqual([400, true]);
    expect(errors).toContain('property_ids is required and must be a non-empty array');
    expect(errors.length).toBeGreaterThan(3);
  });

  it('raises for a job that was cancelled, one that does not exist, and one that takes too long', async () => {
    const program = `${BEGIN}said = []
job = client.create({**${JSON.stringify(REQUEST)}, "name": "to be cancelled"})
client.call("DELETE", "/bulk_api/jobs/" + job["job_id"])
for work in (lambda: client.wait(job["job_id"]), lambda: client.download(job["job_id"], "x"), lambda: client.wait("${randomUUID()}")):
  try:
    work()
  except (JobFailedError, ApiError) as error:
    said.append([type(error).__name__, str(error)])
print(json.dumps(said))`;
    const said = await pythonValue<[string, string][]>(program, env);
    // Either the cancel came first, or the job had ended before it: then there is nothing to raise.
    expect(said.map(([name]) => name)).toEqual(['JobFailedError', 'JobFailedError', 'ApiError']);
    expect(said[0]?.[1]).toContain('cancelled');
    proxy.fault = ({ path }) =>
      path.endsWith('/events') ? { answer: 501 } : { answer: 200, body: { status: 'submitted' } };
    const late = await python(`${BEGIN}client.wait("x", timeout=0.5)`, env);
    expect(late.stderr).toContain('WaitTimeoutError');
  });

  it('warns once, on standard error, of a secret that would go over plain http to another host', async () => {
    const make = (url: string) => `conveyance.Conveyance(url=${JSON.stringify(url)}, token="t")`;
    const urls = [
      'http://exports.example',
      'http://exports.example/',
      'https://safe.example',
      'http://127.0.0.1:1',
      'http://[::1]:1',
    ];
    const { stderr } = await python(`import conveyance\nfor _ in range(2):\n    ${urls.map(make).join('; ')}`, env);
    expect(stderr.match(/UserWarning: .*/g)).toEqual([
      expect.stringMatching(/^UserWarning: http:\/\/exports\.example is not encrypted/),
    ]);
  });

  describe('a download', () => {
    it('continues where the connection broke, as often as it breaks', async () => {
      const step = Math.ceil(content.length / 4);
      proxy.fault = ({ path }) => (path.startsWith('/files/') ? { cutAfter: step } : null);
      const path = join(directory, 'broken.csv');
      expect(await pythonValue(downloaded(path), env)).toMatchObject({ sha256: sha256(content), resumed_bytes: 0 });
      expect(await readFile(path)).toEqual(content);
      const ranges = proxy.seen.filter((each) => each.path.startsWith('/files/')).map(({ headers }) => headers.range);
      expect(ranges).toEqual([undefined, ...[1, 2, 3].map((count) => `bytes=${count * step}-`)]);
    });

    it('is readable by its owner alone, and goes through no link that somebody has put in its way', async () => {
      const victim = join(directory, 'victim');
      const path = join(directory, 'private.csv');
      await writeFile(victim, 'untouched');
      for (const name of [path, `${path}.part`, `${path}.part.json`]) await symlink(victim, name);
      await pythonValue(downloaded(path), env);
      expect(await readFile(victim, 'utf8')).toBe('untouched');
      const found = await lstat(path);
      expect([found.isFile(), found.mode & 0o777]).toEqual([true, 0o600]);
    });

    it('gives up a server that sends nothing more, and continues in the next run', async () => {
      const half = Math.floor(content.length / 2);
      let opened = 0;
      proxy.fault = ({ path }) => {
        if (!path.startsWith('/files/')) return null;
        opened++;
        return opened === 1 ? { cutAfter: half } : { answer: 400 };
      };
      const path = join(directory, 'later.csv');
      expect((await python(`import json\n${downloaded(path)}`, env)).stderr).toContain('ApiError: 400');
      expect((await readFile(`${path}.part`)).length).toBe(half);
      proxy.fault = () => null;
      expect(await pythonValue(downloaded(path), env)).toMatchObject({ sha256: sha256(content), resumed_bytes: half });
      expect(await readFile(path)).toEqual(content);
      expect((await readdir(directory)).filter((name) => name.startsWith('later.csv'))).toEqual(['later.csv']);
    });

    it('begins again if the beginning that it had is wrong', async () => {
      const path = join(directory, 'wrong.csv');
      await writeFile(`${path}.part`, 'x'.repeat(100));
      const etag = `"${sha256(content)}"`;
      await writeFile(`${path}.part.json`, JSON.stringify({ jobId, sha256: sha256(content), etag }));
      expect(await pythonValue(downloaded(path), env)).toMatchObject({ sha256: sha256(content), resumed_bytes: 0 });
      expect(await readFile(path)).toEqual(content);
      expect(proxy.seen.filter((each) => each.headers.range === 'bytes=100-')).toHaveLength(1);
    });

    it('refuses a file that is not the promised one, and leaves nothing', async () => {
      proxy.fault = ({ path }) =>
        path.startsWith('/files/')
          ? { change: (chunk) => Buffer.from(chunk.map((byte, at) => (at === 50 ? byte ^ 1 : byte))) }
          : null;
      const path = join(directory, 'altered.csv');
      expect((await python(`import json\n${downloaded(path)}`, env)).stderr).toContain('IntegrityError');
      expect((await readdir(directory)).filter((name) => name.startsWith('altered.csv'))).toEqual([]);
    });
  });
});
