import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { downloadFiles } from '../src/node.ts';
import { EXPIRED, FILE_JOB_ID, fileHeaders, fileJob, JOB, sendBroken, sendFile, succeeded } from './file-world.ts';
import { ScriptedServer } from './scripted-server.ts';

/** Two-byte letters, so that a cut through the bytes may go through one. */
const FIRST = '{"id":"ä"}\n{"id":"ö"}\n';
const SECOND = '{"id":"ü"}\n';

let server: ScriptedServer;
let client: Conveyance;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-files-'));
  server = await ScriptedServer.start();
  client = new Conveyance({ url: server.url, accessKey: 'k', secret: 's', maxTries: 3 });
  server
    .on(JOB, succeeded(server, '/files/0', '/files/1'))
    .on('GET /files/0', sendFile(FIRST, 'x_0.ndjson'))
    .on('GET /files/1', sendFile(SECOND, 'x_1.ndjson'));
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The first file as an earlier run left it after so many bytes. */
async function leavePart(bytes: number): Promise<void> {
  const { etag = '', 'repr-digest': digest = '' } = fileHeaders(FIRST, 'x_0.ndjson');
  const sha256 = Buffer.from(digest.slice('sha-256=:'.length, -1), 'base64').toString('hex');
  await writeFile(join(directory, 'x_0.ndjson.part'), Buffer.from(FIRST).subarray(0, bytes));
  await writeFile(join(directory, 'x_0.ndjson.part.json'), JSON.stringify({ jobId: FILE_JOB_ID, sha256, etag }));
}

async function lineIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of client.files.lines(FILE_JOB_ID)) ids.push(id);
  return ids;
}

describe('reading the results', () => {
  it('opens the files in order, without credentials, and says what each is', async () => {
    const files = [];
    for await (const { body, ...file } of client.files.open(FILE_JOB_ID)) {
      files.push({ ...file, text: await new Response(body).text() });
    }
    const common = { count: 2, offset: 0, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), etag: expect.any(String) };
    expect(files).toEqual([
      { ...common, index: 0, filename: 'x_0.ndjson', bytes: Buffer.byteLength(FIRST), text: FIRST },
      { ...common, index: 1, filename: 'x_1.ndjson', bytes: Buffer.byteLength(SECOND), text: SECOND },
    ]);
    for (const { headers } of server.seen('GET /files/0')) expect(headers.authorization).toBeUndefined();
  });

  it('gives the objects of all files, line by line', async () => {
    expect(await lineIds()).toEqual(['ä', 'ö', 'ü']);
  });

  it.each([0, 7, 8, 12])('goes on where a connection broke, after %i bytes', async (bytes) => {
    server.on('GET /files/0', sendBroken(FIRST, 'x_0.ndjson', bytes), sendFile(FIRST, 'x_0.ndjson'));
    expect(await lineIds()).toEqual(['ä', 'ö', 'ü']);
    const { headers } = server.seen('GET /files/0').at(-1) ?? {};
    expect([headers?.range, headers?.['if-range']]).toEqual([
      `bytes=${bytes}-`,
      fileHeaders(FIRST, 'x_0.ndjson')['etag'],
    ]);
  });

  it('does not take up a file that has changed', async () => {
    const changed = (_request: unknown, response: ServerResponse): void =>
      void response.writeHead(200, fileHeaders(SECOND, 'x_0.ndjson')).end(SECOND);
    server.on('GET /files/0', sendBroken(FIRST, 'x_0.ndjson', 7), changed);
    await expect(lineIds()).rejects.toMatchObject({ name: 'IntegrityError' });
  });

  it('gives up when the network stays away', async () => {
    server.on('GET /files/0', sendBroken(FIRST, 'x_0.ndjson', 7), (_request, response) => {
      response.socket?.destroy();
    });
    await expect(lineIds()).rejects.toMatchObject({ name: 'NetworkError' });
  });

  it('asks for fresh links when one has expired', async () => {
    server
      .on(JOB, succeeded(server, '/files/0', '/files/old'), succeeded(server, '/files/0', '/files/1'))
      .on('GET /files/old', EXPIRED);
    expect(await lineIds()).toEqual(['ä', 'ö', 'ü']);
    expect(server.seen(JOB)).toHaveLength(2);
  });

  it('asks once: a fresh link that is refused is an error', async () => {
    server.on('GET /files/0', EXPIRED);
    await expect(lineIds()).rejects.toMatchObject({ name: 'ApiError', status: 403 });
    expect(server.seen(JOB)).toHaveLength(2);
    expect(server.seen('GET /files/0')).toHaveLength(2);
  });

  it('says so when the files have been deleted meanwhile', async () => {
    const deleted = { status: 200, body: fileJob({ status: 'SUCCESS', message: 'deleted on 2026-01-01' }) };
    server.on(JOB, succeeded(server, '/files/0'), deleted).on('GET /files/0', EXPIRED);
    await expect(lineIds()).rejects.toMatchObject({ status: 410, message: 'deleted on 2026-01-01' });
  });

  it('ends with the caller who has seen enough', async () => {
    for await (const { id } of client.files.lines(FILE_JOB_ID)) {
      expect(id).toBe('ä');
      break;
    }
    expect(server.seen('GET /files/1')).toHaveLength(0);
  });
});

describe('downloading the results', () => {
  it('writes them under their own names, verified and counted', async () => {
    const files = await downloadFiles(client, FILE_JOB_ID, directory);
    expect(files.map(({ path, rows }) => [path, rows])).toEqual([
      [join(directory, 'x_0.ndjson'), 2],
      [join(directory, 'x_1.ndjson'), 1],
    ]);
    expect(await readFile(join(directory, 'x_0.ndjson'), 'utf8')).toBe(FIRST);
    expect((await readdir(directory)).sort()).toEqual(['x_0.ndjson', 'x_1.ndjson']);
  });

  it('keeps nothing of a file whose bytes are not the promised ones', async () => {
    const forged = SECOND.replace('ü', 'é');
    server.on('GET /files/1', (_request, response) => {
      response.writeHead(200, { ...fileHeaders(SECOND, 'x_1.ndjson'), 'content-length': Buffer.byteLength(forged) });
      response.end(forged);
    });
    const download = downloadFiles(client, FILE_JOB_ID, directory);
    await expect(download).rejects.toMatchObject({ name: 'IntegrityError', message: /sha256/ });
    expect(await readdir(directory)).toEqual(['x_0.ndjson']);
  });

  it.each([7, 22])('goes on with the %i bytes that an earlier run left', async (bytes) => {
    await leavePart(bytes);
    const [file] = await downloadFiles(client, FILE_JOB_ID, directory);
    expect(file).toMatchObject({ rows: 2, bytes: Buffer.byteLength(FIRST), resumedBytes: bytes });
    expect(await readFile(join(directory, 'x_0.ndjson'), 'utf8')).toBe(FIRST);
    expect(server.seen('GET /files/0').at(-1)?.headers.range).toBe(`bytes=${bytes}-`);
  });

  it('asks for no byte more when the part is complete', async () => {
    await leavePart(Buffer.byteLength(FIRST));
    const [file] = await downloadFiles(client, FILE_JOB_ID, directory);
    expect(file).toMatchObject({ rows: 2, resumedBytes: Buffer.byteLength(FIRST) });
    expect(server.seen('GET /files/0').map(({ headers }) => headers.range)).toEqual([undefined]);
  });

  it('begins anew with bytes of another file', async () => {
    await writeFile(join(directory, 'x_0.ndjson.part'), 'rubbish');
    await writeFile(
      join(directory, 'x_0.ndjson.part.json'),
      JSON.stringify({ jobId: FILE_JOB_ID, sha256: 'another', etag: '"another"' }),
    );
    const [file] = await downloadFiles(client, FILE_JOB_ID, directory);
    expect(file).toMatchObject({ rows: 2, resumedBytes: 0 });
  });
});
