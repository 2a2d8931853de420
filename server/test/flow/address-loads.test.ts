/** Loads of addresses that are asked for over HTTP: fetched by a worker, with the login of the request and no other. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { type DatabaseDoor, openDatabaseDoor } from '../sources/database-door.ts';
import { type Authority, type FileServer, issueAuthority, sendFile, startFileServer } from '../sources/file-server.ts';
import { type TestApp, testApp, until } from '../support/app.ts';
import { emptyDatabase, withClient } from '../support/postgres.ts';

const PATIENCE_MS = 120_000;

let authority: Authority;
let files: FileServer;
let provider: Awaited<ReturnType<typeof emptyDatabase>>;
let door: DatabaseDoor;
let server: TestApp;
let token: string;
beforeAll(async () => {
  authority = issueAuthority();
  files = await startFileServer(authority);
  provider = await emptyDatabase();
  door = await openDatabaseDoor(provider.url, authority);
  await withClient(provider.url, (client) =>
    client.query("create table homes as select 7 as property_id, 'Kiel' as city"),
  );
  const settings = { CONVEYANCE_LOAD_ALLOW: '127.0.0.1', CONVEYANCE_LOAD_CA: authority.file };
  server = await testApp({ demo: false, settings });
  token = await issueToken(server.app.deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES, name: 'feeds' });
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  await door?.close();
  await provider?.close();
  await files?.close();
  authority?.remove();
}, PATIENCE_MS);
afterEach(() => vi.unstubAllEnvs());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${server.url}/admin/v1${path}`, { ...init, headers });
}

async function request(body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await ask('/loads', { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function load(asked: object): Promise<Record<string, unknown>> {
  const { status, body } = await request(asked);
  expect([status, body['state']], JSON.stringify(body)).toEqual([202, 'waiting']);
  return until(
    async () => (await (await ask(`/loads/${body['load_id']}`)).json()) as Record<string, unknown>,
    ({ state }) => state === 'succeeded' || state === 'failed',
    60_000,
  );
}

const rowsOf = (text: string) =>
  withClient(server.databaseUrl, async (client) => (await client.query<Record<string, string>>(text)).rows);

describe('a load of addresses over HTTP', { timeout: PATIENCE_MS }, () => {
  it('is fetched by a worker, and told without the query', async () => {
    const text = gzipSync('property_id,city\n1,Rome\nx,Oslo\n');
    files.answer = (asked, response) => sendFile(asked, response, text, { etag: '"night"' });
    const address = `${files.origin}/feed/properties.csv.gz`;
    const ended = await load({ addresses: [{ address: `${address}?sig=HUSH` }] });
    expect(ended).toMatchObject({
      ...{ state: 'succeeded', upload_ids: [], addresses: [`${address}?…`], failure: null, has_rejects: true },
      report: {
        version: 1,
        tables: [{ table: 'properties', loaded: 1 }],
        rejects: [{ file: `${address}?…`, line: 3 }],
        sources: [{ address: `${address}?…`, etag: '"night"' }],
      },
    });
    expect(files.seen.at(-1)?.path).toBe('/feed/properties.csv.gz?sig=HUSH');
    const rejects = await (await ask(`/loads/${ended['load_id']}/rejects`)).text();
    const history = JSON.stringify(await (await ask('/warehouse/loads')).json());
    const audit = JSON.stringify(await (await ask('/audit?event=load-requested')).json());
    for (const told of [JSON.stringify(ended), rejects, history, audit]) {
      expect([told.includes('HUSH'), told.includes(server.dataDir)]).toEqual([false, false]);
      expect(told).toContain('/feed/properties.csv.gz');
    }
    expect(await rowsOf('select * from remote_load_secrets')).toEqual([]);
  });

  it('logs in to a database as the request says, and never as the worker’s environment does', async () => {
    const { username, password, pathname } = new URL(provider.url);
    const secret = decodeURIComponent(password);
    const address = `postgres://127.0.0.1:${door.port}${pathname}`;
    const asked = { address, user: username, tables: ['homes'] };
    vi.stubEnv('PGPASSWORD', secret);
    const without = await load({ addresses: [asked], table: 'properties' });
    expect(without).toMatchObject({ state: 'failed', failure: expect.stringContaining(address) });
    vi.unstubAllEnvs();
    const wrong = await load({ addresses: [{ ...asked, secret: 'HUSH' }], table: 'properties' });
    expect([wrong['state'], JSON.stringify(wrong).includes('HUSH')]).toEqual(['failed', false]);
    const { loads } = (await (await ask('/warehouse/loads')).json()) as { loads: readonly object[] };
    expect(loads[0]).toMatchObject({ state: 'failed', sources: [address], failure: wrong['failure'] });
    const right = await load({ addresses: [{ ...asked, secret }], table: 'properties' });
    expect(right, JSON.stringify(right)).toMatchObject({
      state: 'succeeded',
      report: { tables: [{ table: 'properties', loaded: 1 }], sources: [{ one_moment: true }] },
    });
    expect(JSON.stringify(right)).not.toContain(secret);
  });

  it('ends as failed where nothing can be fetched, and can be asked for again', async () => {
    files.answer = (_request, response) => response.writeHead(404).end();
    const address = `${files.origin}/properties.csv`;
    const asked = { addresses: [{ address }], dry_run: true };
    expect(await load(asked)).toMatchObject({ state: 'failed', attempt: 1, failure: `${address} answers 404` });
    files.answer = (request, response) => sendFile(request, response, Buffer.from('property_id,city\n1,Rome\n'));
    expect(await load(asked)).toMatchObject({ state: 'succeeded', report: { version: null } });
  });

  it.each([
    [{}, 'upload_ids must name'],
    [{ addresses: [] }, 'upload_ids must name'],
    [{ addresses: 7 }, 'addresses must be a list of objects'],
    [{ addresses: [{}] }, 'addresses.0.address'],
    [{ addresses: [{ address: 'ftp://127.0.0.1/a.csv' }] }, 'is no address that data is loaded from'],
    [{ addresses: [{ address: '/etc/passwd' }] }, 'is no address that data is loaded from'],
    [{ addresses: [{ address: 'https://me:HUSH@127.0.0.1/a.csv' }] }, 'leave them out'],
    [{ addresses: [{ address: 'https://127.0.0.1/a.csv', password: 'HUSH' }] }, 'addresses.0'],
    [{ addresses: [{ address: 'postgres://127.0.0.1/acme', secret: 'HUSH' }] }, 'nothing says which rows'],
    [{ addresses: [{ address: 's3://me:HUSH@acme/feed/' }] }, 'must be a bucket and a key'],
  ])('is refused: %j', async (asked, words) => {
    const { status, body } = await request(asked);
    expect([status, body['message']]).toEqual([400, expect.stringContaining(words)]);
    expect(JSON.stringify(body)).not.toContain('HUSH');
  });
});

it(
  'neither a service of the machine nor an address that is not public is read for it',
  async () => {
    const service = { address: 'postgres:///acme?service=acme', tables: ['homes'] };
    expect(await load({ addresses: [service] })).toMatchObject({
      ...{ state: 'failed', failure: expect.stringContaining('a service is known to a machine only') },
    });
    // The control: what CONVEYANCE_LOAD_ALLOW lists is read, above.
    const inside = await load({ addresses: [{ address: 'https://10.0.0.1/properties.csv' }] });
    expect(inside).toMatchObject({ state: 'failed', failure: expect.stringContaining('CONVEYANCE_LOAD_ALLOW') });
  },
  PATIENCE_MS,
);
