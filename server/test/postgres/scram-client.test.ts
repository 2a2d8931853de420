/** The password is proved, never sent: whoever takes the database's port must not learn it by asking. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { PostgresEvents } from '../../src/postgres/connection/events.ts';
import { createPool } from '../../src/postgres/connection/pool.ts';
import { ScramClient } from '../../src/postgres/connection/scram-client.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { keep } from '../../src/postgres/embedded/keeper.ts';
import { asSuperuser, emptyDatabase, silentLog, withClient } from '../support/postgres.ts';
import { PASSWORD, REQUESTS, startImpostor } from './impostor.ts';

const REQUEST_NAMES = ['in clear text', 'as an MD5 hash'] as const;
const LATE_REQUEST_NAMES = ['in clear text, behind a log-in', 'as an MD5 hash, behind a log-in'] as const;
const UNPROVED_NAMES = ['with a log-in', 'without even a log-in'] as const;
/** The type of the message that answers a request for the password. */
const PASSWORD_MESSAGE = 'p';
const QUERY_MESSAGE = 'Q';

function options(url: string) {
  return { url, log: silentLog, applicationName: 'test' };
}

function withoutPassword(url: string): string {
  const open = new URL(url);
  open.password = '';
  return open.href;
}

const CONNECT = {
  'the pool': (url: string) => openDatabase(options(url)),
  'the listener': (url: string) => new PostgresEvents(options(url)).open(),
  'the keeper of the embedded server': (url: string) =>
    keep('/cluster', { host: '127.0.0.1', port: Number(new URL(url).port) }, PASSWORD),
} as const;

for (const [who, connect] of Object.entries(CONNECT)) {
  test.each(REQUEST_NAMES)(
    `${who} sends nothing where the password is asked for %s, and says what to do`,
    async (form) => {
      await using impostor = await startImpostor(REQUESTS[form]);
      const heard = impostor.heard();
      await expect(connect(impostor.url)).rejects.toMatchObject({
        code: 'weak_authentication',
        message: expect.stringMatching(
          new RegExp(`^The database at 127.0.0.1:${impostor.port} asks for the password ${form}.*scram-sha-256`),
        ),
      });
      expect(await heard).toBe('');
    },
  );
}

test.each(LATE_REQUEST_NAMES)('nothing is sent where the password is asked for %s', async (form) => {
  await using impostor = await startImpostor(REQUESTS[form]);
  const heard = impostor.heard();
  // With a password it would not go on from a log-in without a proof.
  const client = new ScramClient(withoutPassword(impostor.url));
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  const ended = new Promise((end) => client.once('end', () => end(undefined)));
  await client.connect();
  await ended;
  expect(await heard).toBe('');
  expect(errors[0]).toMatchObject({ code: 'weak_authentication' });
});

describe.each(UNPROVED_NAMES)('a server that lets everybody in, %s', (form) => {
  test.each(Object.entries(CONNECT))('is sent nothing by %s, which says what to do', async (_who, connect) => {
    await using impostor = await startImpostor(REQUESTS[form]);
    const heard = impostor.heard();
    await expect(connect(impostor.url)).rejects.toMatchObject({
      code: 'weak_authentication',
      message: expect.stringMatching(/lets us in without a proof .* take the password out of DATABASE_URL$/),
    });
    expect(await heard).toBe('');
  });

  test('is believed by the driver itself, and by ours where there is no password to prove', async () => {
    for (const client of [
      (url: string) => new pg.Client(url),
      (url: string) => new ScramClient(withoutPassword(url)),
    ]) {
      await using impostor = await startImpostor(REQUESTS[form]);
      const heard = impostor.heard();
      const believing = client(impostor.url);
      believing.on('error', () => undefined);
      await believing.connect();
      believing.query('select 1').catch(() => undefined);
      expect(await heard).toBe(QUERY_MESSAGE);
    }
  });
});

test('a wrong proof of the server ends the connection, whatever comes with it', async () => {
  await using impostor = await startImpostor(REQUESTS['with a wrong proof']);
  const heard = impostor.heard();
  const pool = createPool(options(impostor.url), { size: 1, statementMs: 1000 });
  await expect(pool.query('select 1')).rejects.toThrow('SASL');
  expect(await heard).not.toContain(QUERY_MESSAGE);
  expect(pool.totalCount).toBe(0);
  await pool.end();
});

test.each([...REQUEST_NAMES, ...LATE_REQUEST_NAMES])('the driver itself sends it, asked for %s', async (form) => {
  await using impostor = await startImpostor(REQUESTS[form]);
  const heard = impostor.heard();
  const client = new pg.Client(impostor.url);
  client.on('error', () => undefined);
  await client.connect().catch(() => undefined);
  expect(await heard).toBe(PASSWORD_MESSAGE);
});

test('SCRAM logs in, and is what the embedded server asks for', async () => {
  const { url, close } = await emptyDatabase();
  const db = await openDatabase(options(url));
  await db.ping();
  await db.close();
  const methods = await withClient(asSuperuser(url), async (client) => {
    const { rows } = await client.query<{ method: string }>(
      'select distinct auth_method as method from pg_hba_file_rules',
    );
    return rows.map(({ method }) => method);
  });
  expect(methods).toEqual(['scram-sha-256']);
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(openDatabase(options(wrong.href))).rejects.toMatchObject({ code: 'bad_setting' });
  await close();
});

test('the loss of a connection ends no process, whether or not anybody listens', async () => {
  const { url, close } = await emptyDatabase();
  const client = new ScramClient(url);
  await client.connect();
  const ended = new Promise((end) => client.once('end', () => end('ended')));
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await withClient(asSuperuser(url), (admin) => admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]));
  // An error that nobody listens for would be an uncaught exception, which fails the run.
  expect(await ended).toBe('ended');
  await client.end();
  expect(() => client.emit('error', new Error('the socket is closed'))).not.toThrow();
  await close();
});

test('the server makes no connection of another kind', () => {
  const source = resolve(import.meta.dirname, '../../src');
  const made = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap(
      (path) =>
        readFileSync(join(source, path), 'utf8').match(/(?:new|extends) pg\.\w+(?:\([^;]*Client:[^,]*)?/g) ?? [],
    )
    .map((text) => text.replaceAll(/\s+/g, ' '));
  expect(made.sort()).toEqual(['extends pg.Client', expect.stringMatching(/^new pg\.Pool\(.*Client: PooledClient$/)]);
  expect(readFileSync(join(source, 'postgres/connection/pool.ts'), 'utf8')).toContain(
    'class PooledClient extends ScramClient',
  );
});
