/** Nothing is stored without an end, or a reason why it needs none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deps } from '../../src/core/ports/deps.ts';
import { CHORES } from '../../src/core/ports/telemetry.ts';
import { forgetOldRows } from '../../src/jobs/retention.ts';
import { TABLE_RETENTION } from '../../src/jobs/retention-table.ts';
import { PostgresRetention } from '../../src/postgres/stores/retention.ts';
import { type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

async function tables(): Promise<string[]> {
  return withClient(database.url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    return rows.map(({ name }) => name).sort();
  });
}

it('every table has a retention, and no table that is not there', async () => {
  const declared = Object.keys(TABLE_RETENTION).sort();
  expect(await tables()).toEqual(declared);
  // The positive control: a table that nobody thought of is seen.
  await withClient(database.url, (client) => client.query('create table unthought_of (id bigint)'));
  expect(await tables()).not.toEqual(declared);
});

it('what is deleted has a chore that deletes it, or a table whose rows take it along', () => {
  for (const [name, retention] of Object.entries(TABLE_RETENTION)) {
    if (retention.kept === 'until') expect(CHORES, name).toContain(retention.chore);
    if (retention.kept === 'with') expect(TABLE_RETENTION, name).toHaveProperty(retention.table);
    if (retention.kept === 'always') expect(retention.because, name).not.toBe('');
  }
});

/** Stores of which each has as many old rows as it has, and writes down each time that it is asked to delete some. */
function storesWith(rows: number) {
  const asked: string[] = [];
  const left = new Map<string, number>();
  const deleting = (name: string) => async (_before: unknown, limit: number) => {
    asked.push(name);
    const deleted = Math.min(limit, left.get(name) ?? rows);
    left.set(name, (left.get(name) ?? rows) - deleted);
    return deleted;
  };
  const names = Object.getOwnPropertyNames(PostgresRetention.prototype).filter((name) => name !== 'constructor');
  const retention = Object.fromEntries(names.map((name) => [name, deleting(name)]));
  const deps = {
    db: { retention, nodes: { forget: deleting('forget') }, loads: { deleteOld: deleting('deleteOld') } },
    clock: () => new Date('2026-03-01T12:00:00Z'),
    policy: { jobRetentionDays: 400 },
  };
  // The literals implement what the sweeps use of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Deps, asked, expected: [...names, 'forget', 'deleteOld'].sort() };
}

it('whatever the stores can delete, the sweeps ask them to', async () => {
  const { deps, asked, expected } = storesWith(0);
  await forgetOldRows(deps, new AbortController().signal);
  expect(expected.length).toBeGreaterThan(5);
  expect(asked.sort()).toEqual(expected);
});

it('all that is old is deleted, in portions, unless the worker is stopped', async () => {
  const { deps, expected } = storesWith(1000);
  const counts = await forgetOldRows(deps, new AbortController().signal);
  expect([...counts.values()]).toEqual(expected.map(() => 1000));
  const stopped = storesWith(1000);
  await forgetOldRows(stopped.deps, AbortSignal.abort());
  expect(stopped.asked).toEqual([]);
});

/** What each sweep of old rows looks through, and the index that it has for that. */
it.each([
  ['jobs', 'finished_at < $1', 'jobs_finished'],
  ['schedule_runs', `planned_at < $1 and state in ('skipped', 'failed')`, 'schedule_runs_without_job'],
  ['deliveries', `created_at < $1 and job_id is null and state = 'pending'`, 'deliveries_unsent_tests'],
  ['deliveries', 'finished_at < $1', 'deliveries_finished'],
  ['delivery_tries', 'at < $1', 'delivery_tries_made'],
  ['idempotency_keys', 'accepted_at < $1', 'idempotency_keys_age'],
])('old rows of %s are found by an index', async (table, condition, index) => {
  const plan = await withClient(database.url, async (client) => {
    // Empty tables are read whole unless that is forbidden.
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select from ${table} where ${condition.replace('$1', `'2020-01-01'::timestamptz`)}`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(plan).toContain(index);
});
