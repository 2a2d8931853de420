import { createHash } from 'node:crypto';
import { chmod, link, lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { downloadExport } from '../src/node.ts';
import { JOB_ID, RESET, ScriptedServer, type SeenRequest, SILENT, type Step } from './scripted-server.ts';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const ETAG = `"${SHA256.slice(0, 16)}"`;
const FILE = 'GET /files/result.csv';
const RESULTS = `GET /api/v1/bulk_api/jobs/${JOB_ID}/results`;
const MANIFEST = `GET /api/v1/bulk_api/jobs/${JOB_ID}/manifest`;

let server: ScriptedServer;
let directory: string;
let path: string;
beforeEach(async () => {
  server = await ScriptedServer.start();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-sdk-'));
  path = join(directory, 'result.csv');
  promise({});
  server.on(RESULTS, { status: 302, headers: { location: `${server.url}/files/result.csv?signature=abc` } });
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function promise(fields: Readonly<Record<string, unknown>>): void {
  const resource = { name: 'property', path: 'result.csv', rows: 42, bytes: CONTENT.length, sha256: SHA256, ...fields };
  server.on(MANIFEST, { status: 200, body: { resources: [resource] } });
}

const client = (options = {}) => new Conveyance({ url: server.url, token: 't', ...options });

/** As the server's file route answers: the whole, or the rest when the range is of these very bytes. */
function serve({ headers }: SeenRequest, response: ServerResponse, upTo = CONTENT.length, content = CONTENT): void {
  const start = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  const from = start !== undefined && headers['if-range'] === ETAG ? Number(start) : 0;
  const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from > 0 ? 206 : 200, {
    etag: ETAG,
    'content-length': content.length - from,
    ...(from > 0 ? range : {}),
  });
  if (upTo < content.length) response.write(content.subarray(from, upTo), () => response.socket?.destroy());
  else response.end(content.subarray(from));
}
const whole: Step = (request, response) => serve(request, response);
const brokenAt =
  (bytes: number): Step =>
  (request, response) =>
    serve(request, response, bytes);
/** Compared as bytes: as an array of 300,000 numbers it takes the test runner most of a second. */
const isWhole = async () => CONTENT.equals(await readFile(path));
const ranges = () => server.seen(FILE).map(({ headers }) => headers.range);

describe('downloadExport', () => {
  it('gives the file its name once it is whole, and leaves nothing beside it', async () => {
    server.on(FILE, whole);
    const seen: number[] = [];
    const done = await downloadExport(client(), JOB_ID, path, { onProgress: ({ bytes }) => seen.push(bytes) });
    expect(done).toEqual({ path, rows: 42, bytes: CONTENT.length, sha256: SHA256, resumedBytes: 0 });
    expect(await isWhole()).toBe(true);
    expect(await readdir(directory)).toEqual(['result.csv']);
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(CONTENT.length);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
  });

  it('makes a file for its owner alone, whatever had the names, and writes through no link', async () => {
    server.on(FILE, whole);
    // A file with two names is refused for that alone: the one behind the symbolic links has one.
    const [victim, named] = [join(directory, 'victim'), join(directory, 'named')];
    for (const each of [victim, named]) await writeFile(each, 'untouched', { mode: 0o644 });
    await symlink(victim, path);
    await symlink(victim, `${path}.part`);
    // A second name of a file is another way to it.
    await link(named, `${path}.part.json`);
    await downloadExport(client(), JOB_ID, path);
    for (const each of [victim, named]) expect(await readFile(each, 'utf8')).toBe('untouched');
    expect(await isWhole()).toBe(true);
    const found = await lstat(path);
    expect([found.isFile(), found.mode & 0o777]).toEqual([true, 0o600]);
    expect((await readdir(directory)).toSorted()).toEqual(['named', 'result.csv', 'victim']);
  });

  it('closes what an earlier release left open to others, and continues it', async () => {
    server.on(FILE, brokenAt(100_000), whole);
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toThrow();
    const kept = (await lstat(`${path}.part`)).size;
    await chmod(`${path}.part`, 0o644);
    expect(await downloadExport(client(), JOB_ID, path)).toMatchObject({ resumedBytes: kept });
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
  });

  it('sends the link no credential and asks for the bytes as they are', async () => {
    server.on(FILE, whole);
    await downloadExport(client(), JOB_ID, path);
    const [{ headers } = { headers: {} }] = server.seen(FILE);
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it('goes on after resets where it stopped, with a fresh link each time', async () => {
    server.on(FILE, brokenAt(100_000), brokenAt(200_000), whole);
    await downloadExport(client(), JOB_ID, path);
    expect(await isWhole()).toBe(true);
    const [first, ...rest] = ranges();
    expect(first).toBeUndefined();
    expect(rest).toHaveLength(2);
    for (const range of rest) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(server.seen(RESULTS)).toHaveLength(3);
  });

  it('goes on in a later run', async () => {
    server.on(FILE, brokenAt(100_000));
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toMatchObject({ name: 'NetworkError' });
    const { length } = await readFile(`${path}.part`);
    expect(length).toBeGreaterThan(0);
    server.on(FILE, whole);
    const done = await downloadExport(client(), JOB_ID, path);
    expect(done.resumedBytes).toBe(length);
    expect(ranges().at(-1)).toBe(`bytes=${length}-`);
    expect(server.seen(FILE).at(-1)?.headers['if-range']).toBe(ETAG);
    expect(await isWhole()).toBe(true);
    expect(await readdir(directory)).toEqual(['result.csv']);
  });

  it('begins anew when told to', async () => {
    server.on(FILE, brokenAt(100_000));
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toThrow();
    server.on(FILE, whole);
    expect(await downloadExport(client(), JOB_ID, path, { resume: false })).toMatchObject({ resumedBytes: 0 });
    expect(ranges().at(-1)).toBeUndefined();
  });

  it('begins anew over the bytes of another result', async () => {
    server.on(FILE, brokenAt(100_000));
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toThrow();
    const origin = JSON.parse(await readFile(`${path}.part.json`, 'utf8'));
    await writeFile(`${path}.part.json`, JSON.stringify({ ...origin, jobId: 'another' }));
    server.on(FILE, whole);
    expect(await downloadExport(client(), JOB_ID, path)).toMatchObject({ resumedBytes: 0 });
    expect(await isWhole()).toBe(true);
  });

  it('begins anew when the server has other bytes under the ETag', async () => {
    server.on(FILE, brokenAt(100_000));
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toThrow();
    const origin = JSON.parse(await readFile(`${path}.part.json`, 'utf8'));
    await writeFile(`${path}.part.json`, JSON.stringify({ ...origin, etag: '"older"' }));
    server.on(FILE, whole);
    await downloadExport(client(), JOB_ID, path);
    expect(server.seen(FILE).at(-1)?.headers).toMatchObject({ 'if-range': '"older"' });
    expect(await isWhole()).toBe(true);
  });

  it('fetches all again when the bytes of an earlier run turn out wrong', async () => {
    server.on(FILE, brokenAt(100_000));
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toThrow();
    const part = await readFile(`${path}.part`);
    part[0] = 255;
    await writeFile(`${path}.part`, part);
    server.on(FILE, whole);
    await downloadExport(client(), JOB_ID, path);
    expect(await isWhole()).toBe(true);
    expect(ranges().slice(-2)).toEqual([`bytes=${part.length}-`, undefined]);
  });

  it('needs no byte more when the part is complete', async () => {
    server.on(FILE, brokenAt(100_000));
    await expect(downloadExport(client({ maxTries: 1 }), JOB_ID, path)).rejects.toThrow();
    await writeFile(`${path}.part`, CONTENT);
    const before = server.seen(FILE).length;
    expect(await downloadExport(client(), JOB_ID, path)).toMatchObject({ resumedBytes: CONTENT.length });
    expect(server.seen(FILE)).toHaveLength(before);
  });

  it('waits as the server asks when it is busy', async () => {
    server.on(FILE, { status: 503, headers: { 'retry-after': '0' } }, whole);
    await downloadExport(client(), JOB_ID, path);
    expect(server.seen(FILE)).toHaveLength(2);
  });

  it('gives up when no byte comes in all of its tries', async () => {
    server.on(FILE, RESET);
    await expect(downloadExport(client({ maxTries: 2 }), JOB_ID, path)).rejects.toMatchObject({ name: 'NetworkError' });
    expect(server.seen(FILE)).toHaveLength(2);
  });

  it('does not wait for a server that falls silent in the middle', async () => {
    server.on(FILE, (_request, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': CONTENT.length }).write(CONTENT.subarray(0, 1_000));
    });
    await expect(downloadExport(client({ maxTries: 1, silenceMs: 50 }), JOB_ID, path)).rejects.toThrow(/was silent/);
    server.on(FILE, SILENT);
    await expect(downloadExport(client({ maxTries: 1, silenceMs: 50 }), JOB_ID, path)).rejects.toThrow(/was silent/);
  });

  it('keeps what it has when it is stopped', async () => {
    const reason = new Error('Ctrl-C');
    const stop = new AbortController();
    server.on(FILE, (_request, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': CONTENT.length }).write(CONTENT.subarray(0, 1_000));
    });
    const onProgress = ({ bytes }: { bytes: number }) => void (bytes > 0 && stop.abort(reason));
    await expect(downloadExport(client(), JOB_ID, path, { signal: stop.signal, onProgress })).rejects.toBe(reason);
    expect(await readdir(directory)).toEqual(['result.csv.part', 'result.csv.part.json']);
  });
});

describe('verification', () => {
  it('refuses wrong bytes of the right size and keeps what was there before', async () => {
    const wrong = Buffer.from(CONTENT);
    wrong[CONTENT.length - 1] = 255;
    await writeFile(path, 'the old file');
    server.on(FILE, (request, response) => serve(request, response, wrong.length, wrong));
    await expect(downloadExport(client(), JOB_ID, path)).rejects.toMatchObject({
      name: 'IntegrityError',
      expected: SHA256,
      message: /^sha256 of the file: expected [0-9a-f]{64}, got [0-9a-f]{64}$/,
    });
    expect(await readdir(directory)).toEqual(['result.csv']);
    expect(await readFile(path, 'utf8')).toBe('the old file');
  });

  it('refuses a file that ends early', async () => {
    server.on(
      FILE,
      (_request, response) => void response.writeHead(200, { etag: ETAG }).end(CONTENT.subarray(0, 1_000)),
    );
    await expect(downloadExport(client(), JOB_ID, path)).rejects.toThrow(
      'bytes of the file: expected 300000, got 1000',
    );
  });

  it('stops reading a file that does not end', async () => {
    server.on(FILE, (_request, response) => {
      const pump = (): void => void (response.writable && response.write(CONTENT, pump));
      response.writeHead(200, { etag: ETAG });
      pump();
    });
    await expect(downloadExport(client(), JOB_ID, path)).rejects.toMatchObject({ name: 'IntegrityError' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes an empty result for what it is', async () => {
    const sha256 = createHash('sha256').digest('hex');
    promise({ bytes: 0, rows: 0, sha256 });
    await downloadExport(client(), JOB_ID, path);
    expect(await readFile(path)).toHaveLength(0);
    expect(server.seen(FILE)).toEqual([]);
  });

  it('does not guess at a manifest that it does not know', async () => {
    server.on(MANIFEST, { status: 200, body: { resources: [] } });
    await expect(downloadExport(client(), JOB_ID, path)).rejects.toThrow('files in the manifest: expected 1, got 0');
  });

  it('says when the result is not there yet', async () => {
    const body = {
      error: 'Invalid operation',
      message: 'Results are not available because the job has not completed successfully',
    };
    server.on(MANIFEST, { status: 400, body });
    await expect(downloadExport(client(), JOB_ID, path)).rejects.toMatchObject({ status: 400, ...body });
    expect(await readdir(directory)).toEqual([]);
  });
});
