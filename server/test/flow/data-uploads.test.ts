/** Files of data from another machine: sent in pieces to whichever node, cut off, gone on with, loaded, swept. */
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { sweepIncoming } from '../../src/warehouse/remote/sweep.ts';
import { INCOMING_PREFIX } from '../../src/warehouse/remote/uploads.ts';
import { MASTER_KEY, serverOf, type TestApp, testApp, until } from '../support/app.ts';
import { withClient } from '../support/postgres.ts';

const PATIENCE_MS = 120_000;
const LIMITS = { CONVEYANCE_UPLOAD_LIMIT: '64MB', CONVEYANCE_UPLOADS_LIMIT: '100MB' };

let server: TestApp;
/** Another node on the same database and store; it runs nothing. */
let other: App;
let token: string;

beforeAll(async () => {
  server = await testApp({ demo: false, settings: LIMITS });
  other = await serverOf({
    ...LIMITS,
    CONVEYANCE_DATA_DIR: server.dataDir,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_ROLE: 'api',
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
    DATABASE_URL: server.databaseUrl,
  });
  await other.start();
  token = await issueToken(server.app.deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES, name: 'feeds' });
}, PATIENCE_MS);
afterAll(async () => {
  await other?.stop();
  await server?.close();
}, PATIENCE_MS);

const authorization = () => ({ authorization: `Bearer ${token}` });

function ask(path: string, { at = server.url, ...init }: RequestInit & { at?: string } = {}): Promise<Response> {
  return fetch(`${at}/admin/v1${path}`, { ...init, headers: { ...authorization(), ...init.headers } });
}

interface Begun {
  readonly filename?: string;
  readonly length: number;
  readonly sha256?: string;
  readonly more?: Readonly<Record<string, string>>;
}

function begin({ filename = 'properties.csv', length, sha256, more }: Begun): Promise<Response> {
  const metadata = { filename, ...(sha256 !== undefined && { sha256 }) };
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': String(length), 'upload-metadata': pairs.join(',') };
  return ask('/uploads', { method: 'POST', headers: { ...headers, ...more } });
}

async function begun(asked: Begun): Promise<string> {
  const answer = await begin(asked);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return ((await answer.json()) as { upload_id: string }).upload_id;
}

interface Piece {
  readonly offset: number;
  readonly at?: string;
  readonly more?: Readonly<Record<string, string>>;
}

function append(id: string, bytes: Uint8Array | string, { offset, at, more }: Piece): Promise<Response> {
  const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...more };
  return ask(`/uploads/${id}`, { method: 'PATCH', headers, body: bytes, ...(at !== undefined && { at }) });
}

async function offsetOf(id: string, at = server.url): Promise<number> {
  const answer = await ask(`/uploads/${id}`, { method: 'HEAD', at });
  return answer.status === 200 ? Number(answer.headers.get('upload-offset')) : -answer.status;
}

/** Announces all of it and is gone after the first bytes, as a line that breaks. */
async function cutOff(id: string, bytes: Uint8Array, sent: number): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const head = [
    `PATCH /admin/v1/uploads/${id} HTTP/1.1`,
    `Host: ${hostname}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/offset+octet-stream',
    'Upload-Offset: 0',
    `Content-Length: ${bytes.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await new Promise<void>((resolve) => socket.write(bytes.subarray(0, sent), () => resolve()));
  await new Promise<void>((resolve) => socket.end(() => resolve()));
  socket.destroy();
}

async function load(request: object) {
  const headers = { 'content-type': 'application/json' };
  const made = await ask('/loads', { method: 'POST', headers, body: JSON.stringify(request) });
  const body = (await made.json()) as { load_id: string; message?: string };
  if (made.status !== 202) return { status: made.status, message: body.message };
  return until(
    async () => (await (await ask(`/loads/${body.load_id}`)).json()) as Record<string, unknown>,
    ({ state }) => state === 'succeeded' || state === 'failed',
    60_000,
  );
}

async function objects(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of server.app.deps.store.list(INCOMING_PREFIX)) keys.push(key);
  return keys;
}

const csv = (rows: number) => `property_id,state\n${Array.from({ length: rows }, (_, i) => `${i + 1},GA\n`).join('')}`;
const hexOf = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

describe('an upload', { timeout: PATIENCE_MS }, () => {
  it('is cut off in the middle, goes on at another node, and becomes a data version', async () => {
    const bytes = Buffer.from(csv(200_000));
    const id = await begun({ length: bytes.length, sha256: hexOf(bytes) });
    await cutOff(id, bytes, 1_000_000);
    // What came of it is kept: by the node that noticed, for the other one.
    const offset = await until(
      () => offsetOf(id, other.url),
      (found) => found > 0,
    );
    expect(offset).toBeLessThanOrEqual(1_000_000);
    const rest = await append(id, bytes.subarray(offset), { offset, at: other.url });
    expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, String(bytes.length)]);
    expect(await offsetOf(id)).toBe(bytes.length);
    const done = await load({ upload_ids: [id], note: 'from afar' });
    expect(done).toMatchObject({ state: 'succeeded', failure: null, has_rejects: false });
    expect(done).toMatchObject({ report: { tables: [{ table: 'properties', loaded: 200_000 }] } });
    const [version] = await server.app.deps.db.warehouse.versions();
    expect(version?.origin).toMatchObject({ by: 'feeds', note: 'from afar', files: ['properties.csv'] });
    // The rows are stored: the file has done its duty.
    await expect.poll(() => offsetOf(id)).toBe(-404);
    await expect.poll(objects).toEqual([]);
    const entries = await server.app.deps.db.audit.last({
      ...{ accountId: OPERATORS_ACCOUNT, from: null, until: null, limit: 100 },
      events: ['data-uploaded', 'load-requested', 'warehouse-changed'],
    });
    expect(entries.map(({ event, address }) => [event, address])).toEqual([
      ['data-uploaded', '127.0.0.1'],
      ['load-requested', '127.0.0.1'],
      ['warehouse-changed', null],
    ]);
  });

  it('is spoken by a client of the protocol, which is stopped and goes on elsewhere', async () => {
    const bytes = Buffer.from(csv(60_000));
    const options = (endpoint: string) => ({
      ...{ endpoint: `${endpoint}/admin/v1/uploads`, headers: authorization(), chunkSize: 64 * 1024 },
      metadata: { filename: 'properties.csv', sha256: hexOf(bytes) },
      retryDelays: null,
    });
    const url = await new Promise<string>((resolve, reject) => {
      const first = new Upload(bytes, {
        ...options(server.url),
        onError: reject,
        onSuccess: () => reject(new Error('it was to be stopped')),
        onChunkComplete: (_size, accepted) => {
          if (accepted < 128 * 1024) return;
          void first.abort().then(() => resolve(first.url ?? ''));
        },
      });
      first.start();
    });
    const id = url.slice(url.lastIndexOf('/') + 1);
    const stood = await offsetOf(id, other.url);
    expect(stood).toBeGreaterThanOrEqual(128 * 1024);
    expect(stood).toBeLessThan(bytes.length);
    await new Promise<void>((resolve, reject) => {
      const second = new Upload(bytes, {
        ...options(other.url),
        uploadUrl: `${other.url}/admin/v1/uploads/${id}`,
        onError: reject,
        onSuccess: () => resolve(),
      });
      second.start();
    });
    expect(await offsetOf(id)).toBe(bytes.length);
    expect(await load({ upload_ids: [id], dry_run: true })).toMatchObject({
      state: 'succeeded',
      report: { version: null },
    });
    // A try leaves the file.
    expect(await offsetOf(id)).toBe(bytes.length);
    expect((await ask(`/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await offsetOf(id)).toBe(-404);
    expect(await objects()).toEqual([]);
  });

  it('takes bytes where it stands and nowhere else, and one request at a time', async () => {
    const id = await begun({ length: 6 });
    expect((await append(id, 'def', { offset: 3 })).status).toBe(409);
    expect((await append(id, 'abc', { offset: 0 })).status).toBe(204);
    const again = await append(id, 'abc', { offset: 0 });
    expect([again.status, await again.json()]).toEqual([
      409,
      expect.objectContaining({ message: 'The upload is at byte 3, not at 0: go on there' }),
    ]);
    const both = await Promise.all([append(id, 'def', { offset: 3 }), append(id, 'DEF', { offset: 3, at: other.url })]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await offsetOf(id)).toBe(6);
    expect((await append(id, 'g', { offset: 6 })).status).toBe(413);
    await ask(`/uploads/${id}`, { method: 'DELETE' });
    expect(await objects()).toEqual([]);
  });

  it('keeps nothing of a body that is not what was announced, and all of one that is', async () => {
    const id = await begun({ length: 9 });
    const sum = (text: string) => `sha256 ${createHash('sha256').update(text).digest('base64')}`;
    const bad = await append(id, 'abX', { offset: 0, more: { 'upload-checksum': sum('abc') } });
    expect([bad.status, await offsetOf(id)]).toEqual([460, 0]);
    expect(await objects()).toEqual([]);
    const good = await append(id, 'abc', { offset: 0, more: { 'upload-checksum': sum('abc') } });
    expect([good.status, await offsetOf(id)]).toEqual([204, 3]);
    await ask(`/uploads/${id}`, { method: 'DELETE' });
  });

  it('is no larger than is allowed, by itself and with all others', async () => {
    const large = await begin({ length: 64_000_001 });
    expect([large.status, await large.text()]).toEqual([413, expect.stringContaining('CONVEYANCE_UPLOAD_LIMIT')]);
    const id = await begun({ length: 64_000_000 });
    const more = await begin({ length: 64_000_000 });
    expect([more.status, more.headers.has('retry-after')]).toEqual([429, true]);
    await ask(`/uploads/${id}`, { method: 'DELETE' });
    const next = await begun({ length: 64_000_000 });
    await ask(`/uploads/${next}`, { method: 'DELETE' });
  });

  it.each([
    ['another version', { length: 1, more: { 'tus-resumable': '0.2.2' } }, 412, 'tus 1.0.0'],
    ['no length', { length: Number.NaN }, 400, 'Upload-Length must be a whole number'],
    ['a folder', { length: 1, filename: '../etc/passwd' }, 400, 'must have a filename'],
    ['a hidden file', { length: 1, filename: '.bashrc' }, 400, 'must have a filename'],
    ['a line break', { length: 1, filename: 'a\nb.csv' }, 400, 'must have a filename'],
    ['no hash', { length: 1, sha256: 'abc' }, 400, 'must be a SHA-256 in hex'],
    ['no Base64', { length: 1, more: { 'upload-metadata': 'filename ?' } }, 400, 'in Base64'],
  ])('is refused with %s', async (_case, asked, status, words) => {
    const answer = await begin(asked);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  });

  it('is refused bytes of another type, and an upload that is not there', async () => {
    const id = await begun({ length: 1 });
    expect((await append(id, 'a', { offset: 0, more: { 'content-type': 'text/plain' } })).status).toBe(415);
    await ask(`/uploads/${id}`, { method: 'DELETE' });
    expect((await append(id, 'a', { offset: 0 })).status).toBe(404);
    expect((await append('none', 'a', { offset: 0 })).status).toBe(404);
  });

  it('is swept a day after its last byte, and what belongs to nothing', async () => {
    const [old, young] = [await begun({ length: 6 }), await begun({ length: 6 })];
    for (const id of [old, young]) await append(id, 'abc', { offset: 0 });
    const kept = await objects();
    expect(kept).toHaveLength(2);
    await withClient(server.databaseUrl, (client) =>
      client.query(`update uploads set expires_at = now() - interval '1 second' where id = $1`, [old]),
    );
    const { deps } = server.app;
    expect(await sweepIncoming(deps)).toBe(1);
    expect([await offsetOf(old), await offsetOf(young)]).toEqual([-404, 3]);
    // A part that its upload does not have, a day later; the one that it has stays.
    const writer = await deps.store.create(`${INCOMING_PREFIX}${young}/stray`);
    await writer.write(Buffer.from('x'));
    await writer.finish();
    expect(await sweepIncoming(deps)).toBe(0);
    const tomorrow = () => new Date(Date.now() + 25 * 3_600_000);
    expect(await sweepIncoming({ ...deps, clock: tomorrow })).toBe(1);
    expect(await objects()).toHaveLength(1);
    await ask(`/uploads/${young}`, { method: 'DELETE' });
  });
});

describe('a load of uploads', { timeout: PATIENCE_MS }, () => {
  it('says what is wrong with the files, and hands out every rejected row', async () => {
    const text = 'property_id,state,year_built\n900001,GA,1990\n900002,Nowhere,1990\n900003,GA,soon\n';
    const id = await begun({ length: text.length, filename: 'houses.csv' });
    await append(id, text, { offset: 0 });
    const refused = await load({ upload_ids: [id], table: 'properties', max_rejects: 1 });
    expect(refused).toMatchObject({ state: 'failed', report: null, has_rejects: true });
    expect(String(refused['failure'])).toMatch(/^2 rows were rejected.*houses\.csv:3: state/);
    expect(String(refused['failure'])).not.toContain(server.dataDir);
    const rejects = await (await ask(`/loads/${refused['load_id']}/rejects`)).text();
    expect(rejects.split('\n').slice(0, 3)).toEqual([
      'file,line,column,reason,value,other_faults',
      expect.stringMatching(/^houses\.csv,3,state,/),
      expect.stringMatching(/^houses\.csv,4,year_built,/),
    ]);
    const loaded = await load({ upload_ids: [id], table: 'properties', null_invalid: ['year_built', 'state'] });
    expect(loaded).toMatchObject({ state: 'succeeded', report: { rejected: 0, tables: [{ loaded: 3 }] } });
    expect((await ask(`/loads/${loaded['load_id']}/rejects`)).status).toBe(404);
  });

  it('finds that a file is not the one that was sent', async () => {
    const id = await begun({ length: 3, sha256: hexOf('abd') });
    await append(id, 'abc', { offset: 0 });
    const done = await load({ upload_ids: [id] });
    expect(done).toMatchObject({ state: 'failed', failure: expect.stringContaining('did not arrive as it was sent') });
    await ask(`/uploads/${id}`, { method: 'DELETE' });
  });

  it('is refused for what can be seen to be wrong', async () => {
    const [half, twin] = [await begun({ length: 3 }), await begun({ length: 0 })];
    const other = await begun({ length: 0 });
    for (const [request, words] of [
      [{ upload_ids: [] }, 'upload_ids must name 1 to 100 uploads'],
      [{ upload_ids: [half] }, 'is not whole: 0 of 3 bytes'],
      [{ upload_ids: [twin, other] }, 'two uploads are called properties.csv'],
      [{ upload_ids: [twin], table: 'propertys' }, 'there is no table propertys (nearest: properties)'],
      [{ upload_ids: [twin], tabel: 'x' }, 'unknown field tabel (nearest: table)'],
      [{ upload_ids: [twin], format: { encoding: 'ebcdic' } }, 'format.encoding'],
      [{ upload_ids: [twin], mapping: { name: 'm', document: { mapping: 1, files: 7 } } }, 'mapping: files'],
      [{ upload_ids: ['7'] }, 'There is no upload 7'],
    ] as const) {
      expect(await load(request)).toEqual({
        status: request.upload_ids[0] === '7' ? 404 : 400,
        message: expect.stringContaining(words),
      });
    }
    for (const id of [half, twin, other]) await ask(`/uploads/${id}`, { method: 'DELETE' });
  });

  it('is made by another process when the one that had it has died, and given up after three', async () => {
    const { db } = server.app.deps;
    const text = csv(3).replaceAll('GA', 'TX');
    const id = await begun({ length: text.length });
    await append(id, text, { offset: 0 });
    const upload = { credentialId: 'gone', uploadIds: [id], request: {} };
    const load = await db.remoteLoads.insert({ id: server.app.deps.ids(), ...upload, addresses: [] }, null);
    // Whoever claims it first: this claim has died, or the worker was quicker.
    await db.remoteLoads.claim(-1);
    const ended = await until(
      async () => db.remoteLoads.get(load.id),
      (found) => found?.finishedAt != null,
      60_000,
    );
    expect(ended).toMatchObject({ state: 'succeeded', failure: null });
    // A request that nobody can read is no file's fault.
    const wrong = { id: server.app.deps.ids(), ...upload, addresses: [], request: { table: 7 } };
    const bad = await db.remoteLoads.insert(wrong, null);
    const failed = await until(
      async () => db.remoteLoads.get(bad.id),
      (found) => found?.finishedAt != null,
      60_000,
    );
    expect(failed).toMatchObject({ state: 'failed', attempt: 3 });
  });

  it('is of a large file that came in parts', async () => {
    const wide = randomBytes(60).toString('hex');
    const rows = Array.from({ length: 140_000 }, (_, i) => `${1_000_000 + i},${wide.slice(i % 30)}\n`);
    const bytes = Buffer.from(`property_id,property_name\n${rows.join('')}`);
    expect(bytes.length).toBeGreaterThan(16_000_000);
    const id = await begun({ length: bytes.length, sha256: hexOf(bytes) });
    expect((await append(id, bytes, { offset: 0 })).status).toBe(204);
    expect((await objects()).length).toBeGreaterThan(1);
    expect(await load({ upload_ids: [id] })).toMatchObject({ report: { tables: [{ loaded: 140_000 }] } });
  });
});
