/** A migration beside sessions of the release before: it waits for them without holding what they want next. */
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateTo } from '../../src/postgres/migrate.ts';
import { MIGRATIONS } from '../../src/postgres/migrations/index.ts';
import type { Schema } from '../../src/postgres/tables/schema.ts';
import { emptyDatabase, withClient } from '../support/postgres.ts';

const STEPS = Object.keys(MIGRATIONS);
/** By their names, the first is taken before the second. */
const [FIRST, SECOND] = ['accounts', 'jobs'];
/** After which PostgreSQL looks for a deadlock. */
const DEADLOCK_MS = 1000;

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let db: Kysely<Schema>;

beforeEach(async () => {
  database = await emptyDatabase();
  db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url }) }) });
  await migrateTo(db, STEPS.slice(0, -1));
});
afterEach(async () => {
  await db.destroy();
  await database.close();
});

/** A transaction that has one table and, when another session waits for it, wants the one that is taken before. */
async function workBeside(other: () => Promise<unknown>): Promise<unknown> {
  return withClient(database.url, async (session) => {
    await session.query(`begin; select 1 from ${SECOND}`);
    const waiting = other();
    waiting.catch(() => undefined);
    await delay(DEADLOCK_MS / 5);
    await session.query(`select 1 from ${FIRST}`);
    // As long as it takes to be looked for.
    await delay(DEADLOCK_MS * 1.5);
    await session.query('commit');
    return waiting;
  });
}

it('breaks off nobody’s transaction, and is done when it has ended', async () => {
  expect(await workBeside(() => migrateTo(db, STEPS))).toEqual(STEPS.slice(-1));
});

it('leaves tables alone that are not the program’s', async () => {
  await withClient(database.url, async (session) => {
    await session.query('create schema others; create table others.theirs (id int)');
    await session.query('begin; lock table others.theirs in access exclusive mode');
    expect(await migrateTo(db, STEPS)).toEqual(STEPS.slice(-1));
    await session.query('rollback');
  });
});

it('would break one off if it kept what it has while it waits', async () => {
  const keeping = () =>
    withClient(database.url, (client) =>
      client.query(
        `begin; lock table ${FIRST} in access exclusive mode; lock table ${SECOND} in access exclusive mode; commit`,
      ),
    );
  await expect(workBeside(keeping)).rejects.toMatchObject({ code: '40P01' });
});
