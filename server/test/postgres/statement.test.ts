/** Statements that each connection keeps: planned once, and again where a migration has changed what they return. */
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabaseAway } from '../../src/core/passing-fault.ts';
import { tellingPool } from '../../src/postgres/connection/away.ts';
import { createPool } from '../../src/postgres/connection/pool.ts';
import { statement } from '../../src/postgres/connection/statement.ts';
import type { Schema } from '../../src/postgres/tables/schema.ts';
import { emptyDatabase, silentLog, withClient } from '../support/postgres.ts';

type Subject = Awaited<ReturnType<typeof emptyDatabase>>;

let database: Subject;
let pool: ReturnType<typeof createPool>;
let connection: Kysely<Schema>;

beforeAll(async () => {
  database = await emptyDatabase();
  const options = { url: database.url, log: silentLog, applicationName: 'test' };
  // One connection, so that each statement meets what the one before has left.
  pool = createPool(options, { size: 1, statementMs: null });
  connection = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: tellingPool(pool) }) });
  await withClient(database.url, (client) => client.query('create table kept (id integer, word text)'));
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

async function keptNames(): Promise<unknown[]> {
  const { rows } = await pool.query('select name from pg_prepared_statements order by name');
  return rows.map(({ name }) => name);
}

test('a statement is kept by its name, with its values apart', async () => {
  const read = statement<{ readonly sum: number }>('test-sum', 'select $1::int + $2::int as sum');
  expect(await read(connection, 1, 2)).toEqual({ rows: [{ sum: 3 }], changed: 0 });
  expect(await read(connection, 20, 22)).toEqual({ rows: [{ sum: 42 }], changed: 0 });
  expect(await keptNames()).toEqual(['test-sum']);
});

test('tells how many rows it changed', async () => {
  const insert = statement('test-insert', 'insert into kept (id) select * from generate_series(1, $1::int)');
  expect(await insert(connection, 3)).toEqual({ rows: [], changed: 3 });
});

test('a name stands for one statement', () => {
  expect(() => statement('test-sum', 'select 1')).toThrow('test-sum');
});

test('a new column changes nothing for a statement that names its own', async () => {
  const read = statement('test-named', 'select id from kept where id = $1');
  expect((await read(connection, 1)).rows).toEqual([{ id: 1 }]);
  await withClient(database.url, (client) => client.query('alter table kept add more text'));
  expect((await read(connection, 2)).rows).toEqual([{ id: 2 }]);
});

test('where a migration has changed a column, it is a fault that passes, and the next time is right', async () => {
  const read = statement('test-changed', 'select id from kept order by id limit $1');
  expect((await read(connection, 1)).rows).toEqual([{ id: 1 }]);
  await withClient(database.url, (client) => client.query('alter table kept alter id type text'));
  await expect(read(connection, 1)).rejects.toBeInstanceOf(DatabaseAway);
  expect((await read(connection, 1)).rows).toEqual([{ id: '1' }]);
  expect((await read(connection, 1)).rows).toEqual([{ id: '1' }]);
});
