/** A database that is away is told from one that has something to say: to whoever asked, and before the error leaves the adapter. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommitUnknown, DatabaseAway } from '../../src/core/passing-fault.ts';
import { isAway, tellingPool } from '../../src/postgres/connection/away.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { World } from '../contract/database-world.ts';
import { type OpenDatabase, silentLog, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';
import { AWAY, type Gateway, openGateway } from './gateway.ts';

const TOLD = { code: 'unavailable', retryAfterSeconds: 5, cause: expect.any(Error) };
const NAME = 'test of a database that goes away';
const UNKNOWN = { accountId: 'c0ffee00-0000-4000-8000-000000000001', id: 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec' };

let database: TestDatabase;
let world: World;
let gateway: Gateway;
let db: OpenDatabase;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await openGateway(database.url);
  db = await openDatabase({ url: gateway.url, log: silentLog, applicationName: NAME });
  world = new World(database.db);
  await world.prepare();
});
afterAll(async () => {
  await gateway.become('there');
  await db.close();
  await gateway[Symbol.asyncDispose]();
  await database.close();
});

const ASKED = {
  'a look': () => db.jobs.get(UNKNOWN),
  'a statement in a transaction': () => db.transaction((tx) => tx.jobs.get(UNKNOWN)),
  'a transaction of the adapter’s own': () =>
    db.queue.giveBack({ taskId: '1', kind: 'run-job', job: UNKNOWN, attempt: 1, workerId: 'worker-1' }),
  'a ping': () => db.ping(),
} as const;

describe.each(AWAY)('a database that is away and %s', (behaviour) => {
  test.each(Object.keys(ASKED) as (keyof typeof ASKED)[])('is told by %s, and is there again', async (what) => {
    await gateway.become('there');
    await ASKED[what]();
    await gateway.become(behaviour);
    const error: unknown = await ASKED[what]().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseAway);
    expect(error).toMatchObject(TOLD);
    await gateway.become('there');
    // Connections that were there may be found broken one by one.
    await expect
      .poll(
        () =>
          ASKED[what]().then(
            () => 'answered',
            () => 'away',
          ),
        { timeout: 20_000 },
      )
      .toBe('answered');
  });
});

test('a session that the operator ends is told, and what it did is undone', async () => {
  const job = await world.insertJob();
  const cut = db.transaction(async (tx) => {
    await tx.jobs.finish(job, { outcome: 'cancelled' });
    await withClient(database.url, (client) =>
      client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [NAME]),
    );
    await tx.jobs.get(job);
  });
  await expect(cut).rejects.toThrow(DatabaseAway);
  expect(await database.db.jobs.get(job)).toMatchObject({ status: 'submitted' });
});

test('a commit whose answer does not come is told as such, and may have been made or not', async () => {
  const job = await world.insertJob();
  for (const behaviour of ['drops the answer', 'ends'] as const) {
    await gateway.become('there');
    await expect
      .poll(
        () =>
          db.ping().then(
            () => 'there',
            () => 'away',
          ),
        { timeout: 20_000 },
      )
      .toBe('there');
    const cut = db.transaction(async (tx) => {
      await tx.jobs.finish(job, { outcome: 'cancelled' });
      await gateway.become(behaviour);
    });
    const error: unknown = await cut.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommitUnknown);
    expect(error).toMatchObject({ ...TOLD, message: expect.stringContaining('may have been carried out') });
    // `ends` meets a job that has ended: what is asked of it here is only what is told.
    expect((await database.db.jobs.get(job))?.status).toBe('cancelled');
  }
});

test('a statement that meets a broken connection before the commit is not told as a commit', async () => {
  await gateway.become('there');
  await expect
    .poll(
      () =>
        db.ping().then(
          () => 'there',
          () => 'away',
        ),
      { timeout: 20_000 },
    )
    .toBe('there');
  const cut = db.transaction(async (tx) => {
    await gateway.become('ends');
    await tx.jobs.get(UNKNOWN);
  });
  await expect(cut).rejects.not.toBeInstanceOf(CommitUnknown);
});

test('no connection in time is told', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 2000 });
  const telling = tellingPool(pool);
  const only = await telling.connect();
  await expect(telling.connect()).rejects.toMatchObject({
    ...TOLD,
    cause: { message: expect.stringMatching(/timeout/) },
  });
  only.release();
  await telling.end();
  await expect(telling.connect()).rejects.toThrow(DatabaseAway);
});

test('what the database has to say of a statement stays as it is', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const telling = tellingPool(pool);
  const client = await telling.connect();
  for (const [statement, code] of [
    ['select 1 / 0', '22012'],
    ['selekt', '42601'],
    ['do $$ begin raise unique_violation; end $$', '23505'],
  ] as const) {
    await expect(client.query(statement, [])).rejects.toMatchObject({ code, severity: 'ERROR' });
  }
  client.release();
  await telling.end();
});

test.each([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', '08000', '08003', '08006', '08P01'],
  ...['57P01', '57P02', '57P03', '53300', '53100', '53200', '25006'],
  // What took longer than a statement may.
  '57014',
])('%s means away', (code) => {
  expect(isAway(Object.assign(new Error('refused'), { code }))).toBe(true);
});

test.each(['23505', '40001', '42P01', 'ENOENT', '0800', '080000'])('%s does not', (code) => {
  expect(isAway(Object.assign(new Error('Connection terminated'), { code }))).toBe(false);
});

test.each([
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  'timeout expired',
  'timeout exceeded when trying to connect',
])('the driver’s “%s” means away', (message) => {
  expect(isAway(new Error(message))).toBe(true);
});

test('nor does anything else that is thrown', () => {
  for (const thrown of [
    new Error('a fault'),
    new TypeError('a fault'),
    'ECONNRESET',
    null,
    undefined,
    { code: '57P01' },
  ]) {
    expect(isAway(thrown)).toBe(false);
  }
});
