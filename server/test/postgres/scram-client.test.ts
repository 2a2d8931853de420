/** The password is proved, never sent: whoever takes the database's port must not learn it by asking. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { PostgresEvents } from '../../src/postgres/connection/events.ts';
import { ScramClient } from '../../src/postgres/connection/scram-client.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { keep } from '../../src/postgres/embedded/keeper.ts';
import { emptyDatabase, silentLog, withClient } from '../support/postgres.ts';
import { PASSWORD, REQUESTS, startImpostor } from './impostor.ts';

const REQUEST_NAMES = ['in clear text', 'as an MD5 hash'] as const;
const LATE_REQUEST_NAMES = ['in clear text, behind a log-in', 'as an MD5 hash, behind a log-in'] as const;
/** The type of the message that answers a request for the password. */
const PASSWORD_MESSAGE = 'p';

function options(url: string) {
  return { url, log: silentLog, applicationName: 'test' };
}

const CONNECT = {
  'the pool': (url: string) => openDatabase(options(url)),
  'the listener': (url: string) => new PostgresEvents(options(url)).open(),
  'the keeper of the embedded server': (url: string) => keep('/cluster', Number(new URL(url).port), PASSWORD),
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
  const client = new ScramClient(impostor.url);
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  const ended = new Promise((end) => client.once('end', () => end(undefined)));
  await client.connect();
  await ended;
  expect(await heard).toBe('');
  expect(errors[0]).toMatchObject({ code: 'weak_authentication' });
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
  const methods = await withClient(url, async (client) => {
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
