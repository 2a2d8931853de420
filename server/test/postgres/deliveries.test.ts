/** A delivery that is read while a try is settled. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../contract/database-world.ts';
import { type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it('is told as it was before the try, or as it is after it', async () => {
  const { db, url } = database;
  const [accountId, id] = [randomUUID(), randomUUID()];
  await db.accounts.create({ id: accountId, name: 'Harbor', grants: 'all' });
  await db.deliveries.enqueue({ accountId, id, jobId: null, url: 'http://a.test/', host: 'a.test', delaySeconds: 0 });
  await withClient(url, async (settling) => {
    // Reading the row goes through, reading its tries waits.
    await settling.query('begin; lock table delivery_tries in access exclusive mode');
    const reading = db.deliveries.get({ accountId, id });
    await eventually(async () => {
      const { rowCount } = await settling.query(
        `select from pg_locks where not granted and relation = 'delivery_tries'::regclass`,
      );
      return rowCount === 1;
    }, 'the tries to be read');
    await settling.query(`update deliveries set state = 'failed', finished_at = now(), tries = 1 where id = $1`, [id]);
    await settling.query(
      `insert into delivery_tries (delivery_id, number, status, latency_ms, failure, response_head) values ($1, 1, 500, 1, 'no', '')`,
      [id],
    );
    await settling.query('commit');
    expect(await reading).toMatchObject({ state: 'pending', tries: [] });
  });
  expect(await db.deliveries.get({ accountId, id })).toMatchObject({ state: 'failed', tries: [{ number: 1 }] });
});
