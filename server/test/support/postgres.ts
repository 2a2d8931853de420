/** A real PostgreSQL for tests: one server for a run, a database of its own for each test file. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Logger } from '../../src/core/ports/logger.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { SUPERUSER } from '../../src/postgres/embedded/cluster.ts';
import { startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { SERVER_ROLE } from '../../src/postgres/embedded/roles.ts';

export const TEST_PASSWORD = 'a password for tests';
const TEMPLATE = 'test_template';

export const silentLog: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type OpenDatabase = Awaited<ReturnType<typeof openDatabase>>;

export interface TestDatabase {
  readonly db: OpenDatabase;
  readonly url: string;
  /** Closes `db` and deletes the database. */
  close(): Promise<void>;
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** The same database for the cluster's superuser: the program's own role makes no databases and sees no settings of the server. */
export function asSuperuser(databaseUrl: string, password = TEST_PASSWORD): string {
  const url = new URL(databaseUrl);
  url.username = SUPERUSER;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Runs the work on a plain connection of its own. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database that others are cloned from, made by whoever asks first in the run and filled through its URL. */
async function makeTemplate(serverUrl: string, name: string, fill: (url: string) => Promise<void>): Promise<void> {
  await withClient(asSuperuser(urlOf(serverUrl, 'postgres')), async (admin) => {
    await admin.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    const making = `${name}_making`;
    await admin.query(`drop database if exists ${making}`);
    await admin.query(`create database ${making} owner ${SERVER_ROLE}`);
    await fill(urlOf(serverUrl, making));
    await admin.query(`alter database ${making} rename to ${name}`);
  });
}

async function migrate(url: string): Promise<void> {
  const db = await openDatabase({ url, log: silentLog, applicationName: 'test template' });
  await db.close();
}

let server: Promise<string> | undefined;

/** The first test process to ask starts the server, the others adopt it; it is removed when the run ends. */
async function sharedServer(): Promise<string> {
  const { url } = await startEmbedded({
    dataDir: inject('runDirectory'),
    password: TEST_PASSWORD,
    log: silentLog,
  });
  await makeTemplate(url, TEMPLATE, migrate);
  return url;
}

/** Makes the run's database of that name, unless it is there: to be cloned by `emptyDatabase`. */
export async function sharedTemplate(name: string, fill: (url: string) => Promise<void>): Promise<void> {
  server ??= sharedServer();
  await makeTemplate(await server, name, fill);
}

/** A database of its own, and how to delete it: without tables when no template is named. */
export async function emptyDatabase(template = 'template1'): Promise<Pick<TestDatabase, 'url' | 'close'>> {
  server ??= sharedServer();
  const serverUrl = await server;
  const admin = asSuperuser(urlOf(serverUrl, 'postgres'));
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(admin, (client) =>
    client.query(`create database ${name} template ${template} owner ${SERVER_ROLE}`),
  );
  return {
    url: urlOf(serverUrl, name),
    async close() {
      await withClient(admin, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** A migrated, empty database. */
export async function testDatabase(): Promise<TestDatabase> {
  server ??= sharedServer();
  await server;
  const { url, close } = await emptyDatabase(TEMPLATE);
  const db = await openDatabase({ url, log: silentLog, applicationName: 'test' });
  return {
    db,
    url,
    async close() {
      await db.close();
      await close();
    },
  };
}
