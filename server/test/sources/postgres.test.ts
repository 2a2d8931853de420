/** Rows of a provider’s database as a load fetches them: a real PostgreSQL behind TLS, whose connections break. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config.ts';
import type { SourceRequest } from '../../src/core/sources/load-sources.ts';
import { openLoadSources } from '../../src/load-sources.ts';
import { asSuperuser, emptyDatabase, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';
import { type DatabaseDoor, openDatabaseDoor } from './database-door.ts';
import { type Authority, issueAuthority } from './file-server.ts';

const ROWS = 4_000;
const PATIENCE_MS = 120_000;

let authority: Authority;
let directory: string;
let database: Pick<TestDatabase, 'url' | 'close'>;
let door: DatabaseDoor;
let url: URL;

beforeAll(async () => {
  authority = issueAuthority();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-database-'));
  database = await emptyDatabase();
  url = new URL(database.url);
  door = await openDatabaseDoor(database.url, authority);
  await withClient(database.url, async (client) => {
    await client.query(
      `create table rents (id int primary key, name text, amenities text[], sold date, price numeric, is_new boolean)`,
    );
    await client.query(
      `insert into rents select n, case n % 3 when 0 then null when 1 then 'Peña, "the" ' || n else E'two\nlines' end,
         array['pool', 'gym'], '2019-01-31', n + 0.50, n % 2 = 0 from generate_series(1, ${ROWS}) as n`,
    );
    await client.query(`create table flats as select id, 'x' as name from rents`);
    await client.query('create table gaps as select nullif(id, 3) as id, id / 2 as twice from rents');
  });
}, PATIENCE_MS);
afterAll(async () => {
  await door?.close();
  await database?.close();
  authority?.remove();
  await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);
beforeEach(() => {
  door.onBytes = () => undefined;
});

const password = () => decodeURIComponent(url.password);

function addressOf({ port = door.port, parameters = '', name = url.pathname.slice(1) } = {}): string {
  return `postgres://${url.username}@127.0.0.1:${port}/${name}${parameters}`;
}

interface Surroundings {
  readonly settings?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

async function fetched(request: Partial<SourceRequest>, { settings = {}, environment }: Surroundings = {}) {
  const given = { CONVEYANCE_LOAD_ALLOW: '127.0.0.1', CONVEYANCE_LOAD_CA: authority.file, ...settings };
  const around = { firstPauseMs: 1, environment: environment ?? { PGPASSWORD: password(), PGPASSFILE: '/nowhere' } };
  const sources = await openLoadSources(readSettings(given), around);
  const { signal } = new AbortController();
  const source = sources.open({ address: addressOf(), ...request });
  const files = await source.fetch(join(directory, randomUUID()), { signal });
  return Promise.all(
    files.map(async (file) => ({
      ...file,
      rows: parse(await readFile(file.path), { columns: true }) as Record<string, string>[],
    })),
  );
}

function refused(
  request: Partial<SourceRequest>,
  surroundings: Surroundings = {},
): Promise<{ code: string; message: string }> {
  return fetched(request, surroundings).then(
    () => Promise.reject(new Error('it was fetched')),
    ({ code, message }) => ({ code, message }),
  );
}

/** Ends the door’s sessions as an administrator does. */
function kill(): Promise<unknown> {
  const sql = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'conveyance load'`;
  return withClient(asSuperuser(database.url), (client) => client.query(sql));
}

/** Once, when so much has come from the database since now. */
function after(bytes: number, work: () => Promise<unknown>): void {
  let sum = 0;
  door.onBytes = async (count) => {
    sum += count;
    if (sum < bytes) return;
    door.onBytes = () => undefined;
    await work();
  };
}

describe('tables', { timeout: PATIENCE_MS }, () => {
  it('come whole, as text that a load reads', async () => {
    const [file] = await fetched({ tables: ['public.rents'] });
    const { rows, ...facts } = file ?? { rows: [] };
    expect(facts).toMatchObject({
      address: `postgres://127.0.0.1:${door.port}${url.pathname}/rents`,
      path: expect.stringMatching(/\/database\/rents\.csv$/),
      snapshot: expect.stringMatching(/^\d+:\d+:/),
      isOneMoment: true,
    });
    expect(rows).toHaveLength(ROWS);
    const byId = new Map(rows.map((row) => [row['id'], row]));
    expect(byId.get('1')).toEqual({
      id: '1',
      name: 'Peña, "the" 1',
      amenities: '["pool","gym"]',
      sold: '2019-01-31',
      price: '1.50',
      is_new: 'false',
    });
    expect([byId.get('2')?.['name'], byId.get('3')?.['name']]).toEqual(['two\nlines', '']);
  });

  it('are of one moment, all of them', async () => {
    after(50_000, () =>
      withClient(database.url, (client) =>
        client.query(`insert into rents (id) values (0); insert into flats values (0, 'late')`),
      ),
    );
    const files = await fetched({ tables: ['rents', 'flats'] });
    await withClient(database.url, (client) =>
      client.query('delete from rents where id = 0; delete from flats where id = 0'),
    );
    expect(files.map(({ rows }) => rows.length)).toEqual([ROWS, ROWS]);
    expect(new Set(files.map(({ snapshot }) => snapshot)).size).toBe(1);
  });

  it('are read again from nothing where the connection is killed', async () => {
    const before = door.connections();
    after(100_000, kill);
    const [file] = await fetched({ tables: ['rents'] });
    expect(new Set(file?.rows.map(({ id }) => id)).size).toBe(ROWS);
    expect([file?.rows.length, file?.isOneMoment, door.connections() - before]).toEqual([ROWS, true, 2]);
  });

  it('go on behind the last row by a column that allows it, and say that they are of several moments', async () => {
    const [before] = await fetched({ query: 'select * from rents;', cursor: 'id' });
    after(100_000, kill);
    const connections = door.connections();
    const [file] = await fetched({ query: 'select * from rents;', cursor: 'id' });
    expect(file?.rows).toEqual(before?.rows);
    expect(file).toMatchObject({ snapshot: null, isOneMoment: false });
    // One to see what is asked for, one that is killed, one that goes on; to begin again would take a fourth.
    expect(door.connections() - connections).toBe(3);
  });

  it.each([
    ['id', 'is empty in some rows'],
    ['twice', 'has the same value in several rows'],
    ['nothing', 'there is no column nothing'],
  ])('are not read in the order of a column that does not allow it: %s', async (cursor, words) => {
    expect((await refused({ tables: ['gaps'], cursor })).message).toContain(words);
  });
});

describe('a query', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['select 1; select 2', 'syntax error'],
    ['select 1) as a; select (2', 'multiple commands'],
    ['delete from rents returning *', 'syntax error'],
    [`select nextval('made')`, 'read-only transaction'],
    ['select * from nowhere', 'does not exist'],
  ])('reads, and does nothing else: %s', async (query, words) => {
    await withClient(database.url, (client) => client.query('create sequence if not exists made'));
    expect(await refused({ query })).toMatchObject({ code: 'load_refused', message: expect.stringContaining(words) });
  });

  it('is bounded as every source is', async () => {
    const settings = { CONVEYANCE_LOAD_LIMIT: '10KB' };
    expect((await refused({ tables: ['rents'] }, { settings })).message).toContain('CONVEYANCE_LOAD_LIMIT');
  });

  it('has to be asked for', async () => {
    expect((await refused({})).message).toContain('nothing says which rows');
    expect((await refused({ tables: ['rents'], query: 'select 1' })).message).toContain('not both');
  });
});

describe('who logs in', { timeout: PATIENCE_MS }, () => {
  const ONE = { query: 'select 1 as property_id' };

  it('has the password from the environment, a password file, a service file, or whoever asks', async () => {
    const passwords = join(directory, 'passwords');
    await writeFile(passwords, `# ours\nelsewhere:*:*:*:no\n127.0.0.1:${door.port}:*:${url.username}:${password()}\n`, {
      mode: 0o600,
    });
    const services = join(directory, 'services');
    const service = [
      '[other]',
      'host=nowhere',
      '[acme]',
      'host=127.0.0.1',
      `port=${door.port}`,
      `user=${url.username}`,
    ];
    await writeFile(services, [...service, `dbname=${url.pathname.slice(1)}`, `password=${password()}`, ''].join('\n'));
    const none = { PGPASSFILE: '/nowhere' };
    expect(await fetched(ONE, { environment: { PGPASSFILE: passwords } })).toHaveLength(1);
    expect(
      await fetched(
        { ...ONE, address: 'postgres:///?service=acme' },
        { environment: { ...none, PGSERVICEFILE: services } },
      ),
    ).toHaveLength(1);
    expect(await fetched({ ...ONE, secret: { user: null, secret: password() } }, { environment: none })).toHaveLength(
      1,
    );
    // The control, and what others can read.
    expect(await refused(ONE, { environment: none })).toMatchObject({ code: 'load_refused' });
    await writeFile(join(directory, 'open'), '', { mode: 0o644 });
    expect((await refused(ONE, { environment: { PGPASSFILE: join(directory, 'open') } })).message).toContain(
      'chmod 600',
    );
  });

  it('is refused with a password in the address, which is repeated nowhere', async () => {
    for (const address of [addressOf().replace('@', ':hunter2@'), addressOf({ parameters: '?password=hunter2' })]) {
      const { code, message } = await refused({ ...ONE, address });
      expect([code, message]).toEqual(['load_refused', expect.stringContaining('PGPASSWORD')]);
      expect(message).not.toContain('hunter2');
    }
    const wrong = await refused(ONE, { environment: { PGPASSWORD: 'hunter2', PGPASSFILE: '/nowhere' } });
    expect([wrong.code, wrong.message.includes('hunter2')]).toEqual(['load_refused', false]);
    expect(wrong.message).toContain('password authentication failed');
  });

  it('is encrypted, to whom it is meant; in clear text only to a host that is listed itself', async () => {
    expect((await refused(ONE, { settings: { CONVEYANCE_LOAD_CA: '' } })).message).toContain('CONVEYANCE_LOAD_CA');
    const address = addressOf({ parameters: '?sslmode=disable' });
    const byRange = { settings: { CONVEYANCE_LOAD_ALLOW: '127.0.0.1,localhost:1' } };
    const elsewhere = address.replace('127.0.0.1', 'db.example.com');
    expect((await refused({ ...ONE, address: elsewhere }, byRange)).message).toContain('is not encrypted');
    expect(await fetched({ ...ONE, address })).toHaveLength(1);
  });

  it('is never connected where nobody listed it, nor to a database of this program', async () => {
    const before = door.connections();
    expect((await refused(ONE, { settings: { CONVEYANCE_LOAD_ALLOW: '' } })).message).toContain(
      'CONVEYANCE_LOAD_ALLOW',
    );
    const settings = {
      DATABASE_URL: `postgres://x@localhost:${door.port}/x`,
      CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
    };
    expect((await refused(ONE, { settings })).message).toContain('is a part of this installation');
    expect(door.connections()).toBe(before);
    const own = await testDatabase();
    try {
      const name = new URL(own.url).pathname.slice(1);
      expect((await refused({ ...ONE, address: addressOf({ name }) })).message).toContain(
        'is a database of this program',
      );
    } finally {
      await own.close();
    }
  });
});
