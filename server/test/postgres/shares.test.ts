/** Nobody has all connections to the database, and no statement has one for ever. */
import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { DatabaseAway } from '../../src/core/passing-fault.ts';
import { tellingPool } from '../../src/postgres/connection/away.ts';
import { createPool, PROMPT_POOL, WORK_POOL } from '../../src/postgres/connection/pool.ts';
import { PostgresWarehouse } from '../../src/postgres/stores/versions/warehouse.ts';
import type { Schema } from '../../src/postgres/tables/schema.ts';
import { eventually } from '../contract/database-world.ts';
import { silentLog, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Works that go on until they are ended. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const CLAIM = { taskId: '1', kind: 'run-job', attempt: 1, workerId: 'w' } as const;

describe('while every connection for work is taken', () => {
  it('log-ins, limits, leases and readiness have theirs', async () => {
    const { db } = database;
    const { opened, open } = gate();
    const holding = Array.from({ length: WORK_POOL.size }, () =>
      db.transaction(async (tx) => {
        await tx.warehouse.current();
        await opened;
      }),
    );
    await eventually(() => db.connections().inUse >= WORK_POOL.size, 'all connections to be taken');
    // Control: what has no share of its own waits.
    let answered = false;
    const waiting = db.warehouse.current().then(() => {
      answered = true;
    });
    await Promise.all([
      db.ping(),
      db.credentials.byAccessKey('cvk_0'),
      db.credentials.byTokenHash([new Uint8Array([1])]),
      db.credentials.byId(randomUUID()),
      db.rateLimits.count(randomUUID(), { door: 'reonomy', limit: 5, windowSeconds: 1 }, 1, null),
      db.queue.renew({ ...CLAIM, job: { accountId: randomUUID(), id: randomUUID() } }, 30),
      db.queue.beat(30),
    ]);
    expect(answered).toBe(false);
    open();
    await Promise.all([...holding, waiting]);
  });
});

describe('works of accounts', () => {
  it('take turns without a connection, two at a time of each', async () => {
    const { db } = database;
    const { opened, open } = gate();
    const begun: string[] = [];
    const work = (account: string) =>
      db.inTurn(account, async () => {
        begun.push(account);
        await opened;
      });
    const held = [...Array.from({ length: 22 }, () => work('a')), work('b')];
    await expect(work('a')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
    await eventually(() => begun.length === 3, 'three works to begin');
    expect(begun).toEqual(['a', 'a', 'b']);
    expect(db.connections().inUse).toBe(0);
    open();
    await Promise.all(held);
    expect(begun).toHaveLength(23);
  });
});

describe('a statement', () => {
  /** Holds the table while it works. */
  function locking(work: (waiting: () => Promise<void>) => Promise<void>) {
    return withClient(database.url, async (client) => {
      await client.query('begin; lock table data_versions in access exclusive mode');
      const waiting = () =>
        eventually(async () => {
          const { rowCount } = await client.query(
            `select from pg_locks where not granted and relation = 'data_versions'::regclass`,
          );
          return rowCount === 1;
        }, 'a statement that waits');
      await work(waiting);
      await client.query('commit');
    });
  }

  it('that takes longer than the pool allows is a fault that passes, unless it may take its time', async () => {
    const options = { url: database.url, log: silentLog, applicationName: 'test' };
    const pool = createPool(options, { size: 2, statementMs: 200 });
    const store = new PostgresWarehouse(
      new Kysely<Schema>({ dialect: new PostgresDialect({ pool: tellingPool(pool) }) }),
    );
    try {
      let commit: Promise<unknown> = Promise.resolve();
      await locking(async (waiting) => {
        await expect(store.current()).rejects.toBeInstanceOf(DatabaseAway);
        commit = store.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of([7]) });
        await waiting();
        // For longer than the other had.
        await expect(store.current()).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
      });
      expect(await commit).toMatchObject({ version: 1 });
    } finally {
      await pool.end();
    }
  });

  it('of the server’s own pools has a limit in each', () => {
    for (const { statementMs } of [WORK_POOL, PROMPT_POOL]) expect(statementMs).toBeGreaterThan(0);
  });
});
