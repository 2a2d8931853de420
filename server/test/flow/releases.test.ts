/**
 * Data that earlier releases left behind: opened, migrated and served by this one. Each folder of server/test/releases is a release's
 * database and objects as `npm run release-data` wrote them in its commit, with what it answered for them.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Customer, FILE_JOBS, type Json } from '../../../scripts/release-data/customer.ts';
import { dumpDatabase } from '../../../scripts/release-data/dump.ts';
import type { Expected } from '../../../scripts/release-data/expected.ts';
import type { App } from '../../src/app.ts';
import { serverOf } from '../support/app.ts';
import { asSuperuser, emptyDatabase, testDatabase, withClient } from '../support/postgres.ts';

const RELEASES = resolve(import.meta.dirname, '../releases');
const FOLDERS = readdirSync(RELEASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)$/;
/** The month that the quota is counted in. */
const PERIOD = /^period_(?:start|end)$/;
const TIMEOUT_MS = 120_000;

test('the first release is among them', () => {
  expect(FOLDERS.map(({ name }) => name)).toContain('0.1');
});

/**
 * Moves all that is stored from the day of the dump to today, as if it had been written just now: results would be past their
 * retention one day, and deliveries, keys and months forgotten. As a replica, because triggers number and refuse changes.
 */
async function moveToToday(client: pg.Client, madeAt: string): Promise<void> {
  await client.query('set session_replication_role = replica');
  const { rows } = await client.query<{ table: string; column: string; type: string }>(
    `select table_name as table, column_name as column, data_type as type from information_schema.columns
     where table_schema = 'public' and (data_type = 'timestamp with time zone' or (data_type = 'date' and column_name = 'month'))`,
  );
  const age = `(now() - timestamptz '${madeAt}')`;
  const months = `(date_trunc('month', now() at time zone 'UTC')::date - date_trunc('month', timestamptz '${madeAt}' at time zone 'UTC')::date)`;
  for (const { table, column, type } of rows) {
    await client.query(`update ${table} set ${column} = ${column} + ${type === 'date' ? months : age}`);
  }
}

/** How the dictionary of a later release puts what a column is, and how closely it classes it. */
const REWORDED = new Set(['description', 'pii']);

/** The same on every day and at every origin: instants, the quota's month, and what signs a link. */
function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([name]) => !PERIOD.test(name) && !REWORDED.has(name));
    return Object.fromEntries(fields.map(([name, each]) => [name, timeless(each)]));
  }
  if (typeof value !== 'string') return value;
  if (INSTANT.test(value)) return 'an instant';
  return value.replace(/\?expires=[^,]*/g, '?signed');
}

describe.each(FOLDERS.map(({ name }) => name))('the data of release %s', (name) => {
  const folder = join(RELEASES, name);
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
  const { answers, downloads, repeats, queued, credentials } = expected;
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let dataDir: string;
  let app: App | undefined;

  /** In the place of the one before. */
  async function open(role: 'all' | 'api'): Promise<void> {
    await app?.stop();
    app = undefined;
    app = await serverOf({
      CONVEYANCE_DATA_DIR: dataDir,
      CONVEYANCE_MASTER_KEY: expected.masterKey,
      CONVEYANCE_PORT: '0',
      CONVEYANCE_LOG_LEVEL: 'silent',
      CONVEYANCE_DRAIN_SECONDS: '0',
      CONVEYANCE_BATCH_RATE_LIMIT_PER_SECOND: '1000',
      CONVEYANCE_ROLE: role,
      DATABASE_URL: database.url,
    });
    await app.start();
  }

  function customer(as: string): Customer {
    const credential = credentials[as];
    if (credential === undefined) throw new Error(`${name} has no credential ${as}`);
    return new Customer(as, credential, () => app?.url ?? '');
  }

  beforeAll(async () => {
    database = await emptyDatabase();
    await withClient(database.url, async (client) => {
      await client.query(readFileSync(join(folder, 'dump.sql'), 'utf8'));
    });
    await withClient(asSuperuser(database.url), (client) => moveToToday(client, expected.madeAt));
    dataDir = await mkdtemp(join(tmpdir(), 'conveyance-release-'));
    await cp(join(folder, 'objects'), join(dataDir, 'objects'), { recursive: true });
    await open('api');
  }, TIMEOUT_MS);
  afterAll(async () => {
    await app?.stop();
    await database?.close();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  test('has the schema of a new installation', async () => {
    const fresh = await testDatabase();
    try {
      const schemas = [fresh.url, database.url].map((url) =>
        withClient(url, (client) => dumpDatabase(client, 'schema')),
      );
      const [made, migrated] = await Promise.all(schemas);
      expect(migrated).toBe(made);
    } finally {
      await fresh.close();
    }
  });

  test.each(answers.map((answer) => [`${answer.path} as ${answer.as}`, answer] as const))(
    'is shown as it was: %s',
    async (_what, { as, path, status, body }) => {
      const now = await customer(as).answer(path);
      expect({ status: now.status, body: timeless(now.body) }).toMatchObject({ status, body: timeless(body) });
    },
  );

  test.each(downloads)('has the files of $path to the byte', async ({ as, path, files }) => {
    expect((await customer(as).downloads(path)).files).toEqual(files);
  });

  test('gives access tokens for its keys', async () => {
    const { key } = credentials;
    if (key?.kind !== 'key') throw new Error(`${name} has no key`);
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const response = await customer('key').request('/oauth/token', { method: 'POST', body });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ access_token: expect.any(String) });
  });

  test.each(repeats)('knows the job that was made under $key', async ({ as, path, key, body, jobId }) => {
    expect(await customer(as).post(path, body, { 'idempotency-key': key })).toMatchObject({ job_id: jobId });
    // Another key is another job: the positive control. It is cancelled, so that it takes nothing of the quota.
    const other = await customer(as).submitReport(body, { 'idempotency-key': randomUUID() });
    expect(other).not.toContain(jobId);
    await customer(as).delete(other);
  });

  test(
    'goes on: what waited for a worker runs to its end, and the quota stays as it was',
    async () => {
      await open('all');
      for (const { as, path, files } of queued) {
        await customer(as).reaches(path, path.startsWith(FILE_JOBS) ? 'SUCCESS' : 'succeeded');
        expect((await customer(as).downloads(path)).files).toEqual(files);
      }
      const usage = answers.filter(({ path }) => path.endsWith('/usage'));
      expect(usage).not.toEqual([]);
      for (const { as, path, body } of usage)
        expect(await customer(as).get(path)).toMatchObject(timeless(body) as Json);
    },
    TIMEOUT_MS,
  );
});

test('each has its files', () => {
  for (const { name } of FOLDERS) {
    for (const file of ['dump.sql', 'expected.json', 'objects'])
      expect(existsSync(join(RELEASES, name, file))).toBe(true);
  }
});
