/** A claim costs what it claims, not what is pending. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DELIVERY_CAPS } from '../../src/core/webhooks/delivery.ts';
import { pickDue } from '../../src/postgres/stores/due-delivery.ts';
import type { Connection, Schema } from '../../src/postgres/tables/schema.ts';
import { type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

const LANES = 2000;
/** Far below a row for each account and host. */
const MOST_ROWS_READ = 100;

let database: TestDatabase;
let connection: Kysely<Schema>;
beforeAll(async () => {
  database = await testDatabase();
  connection = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url, max: 1 }) }),
  });
  await withClient(database.url, async (client) => {
    await client.query(
      `insert into accounts (id, name) select gen_random_uuid(), 'n' || n from generate_series(1, ${LANES}) n`,
    );
    await client.query('analyze');
  });
});
afterAll(async () => {
  await connection.destroy();
  await database.close();
});

async function queue(what: string): Promise<void> {
  await withClient(database.url, async (client) => {
    await client.query('truncate deliveries, delivery_lanes, delivery_accounts cascade');
    await client.query(`insert into deliveries (account_id, id, url, host, due_at) ${what}`);
    await client.query('analyze deliveries, delivery_lanes, delivery_accounts');
  });
}

/** Of the tables of deliveries, in this transaction. */
async function rowsRead(tx: Connection): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::int as read
    from pg_stat_xact_user_tables where relname in ('deliveries', 'delivery_lanes', 'delivery_accounts')`.execute(tx);
  return rows[0]?.read ?? 0;
}

function pick(notTo: readonly string[] = []) {
  return connection.transaction().execute(async (tx) => {
    const before = await rowsRead(tx);
    const id = await pickDue(tx, { ...DELIVERY_CAPS, notTo });
    return { id, read: (await rowsRead(tx)) - before };
  });
}

const OF_ONE = `select (select min(id::text)::uuid from accounts), gen_random_uuid(), 'http://h/', 'h' || n`;
const OF_EACH = `select id, gen_random_uuid(), 'http://h/', 'h' || n from (select id, row_number() over () as n from accounts) a`;

describe.each([
  ['of one account to 2,000 hosts', `${OF_ONE}, DUE from generate_series(${LANES}, 1, -1) n`],
  ['of 2,000 accounts', OF_EACH.replace(' from (', ', DUE from (')],
])('%s', (_what, lanes) => {
  it('what is due is found at once', async () => {
    await queue(lanes.replace('DUE', `now() - make_interval(secs => n)`));
    const { id, read } = await pick();
    expect(id).toBeDefined();
    expect(read).toBeLessThan(MOST_ROWS_READ);
  });

  it('that nothing is due is found at once', async () => {
    await queue(lanes.replace('DUE', `now() + make_interval(secs => 600 + n)`));
    const { id, read } = await pick();
    expect(id).toBeUndefined();
    expect(read).toBeLessThan(MOST_ROWS_READ);
  });
});

it('an account at its cap holds up the search for others’ by nothing, however many hosts it has', async () => {
  await queue(`${OF_ONE}, now() - interval '1 hour' from generate_series(1, ${LANES}) n`);
  await withClient(database.url, async (client) => {
    await client.query(`update deliveries set claim = gen_random_uuid(), due_at = now() + interval '30 s'
      where id in (select id from deliveries limit ${DELIVERY_CAPS.perAccount})`);
    await client.query(`insert into deliveries (account_id, id, url, host, due_at)
      select (select max(id::text)::uuid from accounts), gen_random_uuid(), 'http://other/', 'other', now()`);
  });
  const { id, read } = await pick();
  const found = await connection
    .selectFrom('deliveries')
    .select('host')
    .where('id', '=', id ?? '')
    .executeTakeFirst();
  expect(found?.host).toBe('other');
  expect(read).toBeLessThan(MOST_ROWS_READ);
});

it('what is written down of lanes is what is pending, whatever happened to them at once', async () => {
  await queue(`${OF_ONE}, now() + make_interval(secs => n) from generate_series(1, 50) n`);
  const changes = Array.from({ length: 40 }, (_, index) =>
    withClient(database.url, (client) =>
      client.query(
        index % 4 === 0
          ? `delete from deliveries where host = 'h${index}'`
          : `update deliveries set due_at = now() - make_interval(secs => ${index}) where host in ('h${index}', 'h${index + 1}')`,
      ),
    ),
  );
  await Promise.all(changes);
  const { rows } = await sql<{ wrong: number }>`
    with lanes as (
      select account_id, host, min(due_at) as due_at from deliveries where state = 'pending' group by account_id, host
    ), accounts as (select account_id, min(due_at) as due_at from lanes group by account_id)
    select (select count(*) from (select * from lanes except select * from delivery_lanes) a)
      + (select count(*) from (select * from delivery_lanes except select * from lanes) b)
      + (select count(*) from (select * from accounts except select * from delivery_accounts) c)
      + (select count(*) from (select * from delivery_accounts except select * from accounts) d) as wrong`.execute(
    connection,
  );
  expect(Number(rows[0]?.wrong)).toBe(0);
});
