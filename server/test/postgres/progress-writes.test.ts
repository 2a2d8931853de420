/** What a progress write costs: it comes twice a second from every running job. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, World } from '../contract/database-world.ts';
import { type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

let subject: TestDatabase;
beforeAll(async () => {
  subject = await testDatabase();
});
afterAll(() => subject.close());

interface Counts {
  readonly updated: number;
  readonly hot: number;
}

function counts(): Promise<Counts | undefined> {
  return withClient(subject.url, async (client) => {
    const { rows } = await client.query<Counts>(
      `select n_tup_upd::integer as updated, n_tup_hot_upd::integer as hot from pg_stat_user_tables where relname = 'jobs'`,
    );
    return rows[0];
  });
}

it('touches no index', async () => {
  const world = new World(subject.db);
  await world.prepare();
  const job = await world.submit();
  const { attempt } = await world.claim();
  let seen: Counts = { updated: 0, hot: 0 };
  let rowsWritten = 0;
  await eventually(async () => {
    await world.db.jobs.recordProgress(job, attempt, { phase: 'running', rowsWritten: rowsWritten++, rowsTotal: null });
    // A session counts what it did about once a second.
    seen = (await counts()) ?? seen;
    return seen.updated > 20;
  }, 'the counts');
  // Now and then a page is full, and its row moves.
  expect(seen.hot / seen.updated).toBeGreaterThan(0.9);
});
