/** How often a fault of the database or the store is not the job's: a job whose own statement kills the database must come to an end. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../contract/database-world.ts';
import { type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

let subject: TestDatabase;
beforeAll(async () => {
  subject = await testDatabase();
});
afterAll(() => subject.close());

/** How long the task waits, in whole seconds; then it waits no more. */
async function endWait(): Promise<number> {
  return withClient(subject.url, async (client) => {
    const { rows } = await client.query<{ seconds: number }>(
      'select round(extract(epoch from due_at - clock_timestamp()))::int as seconds from tasks',
    );
    await client.query('update tasks set due_at = clock_timestamp()');
    return rows[0]?.seconds ?? 0;
  });
}

it('takes ten attempts back, waits longer before each next one, and counts the eleventh', async () => {
  const world = new World(subject.db);
  await world.prepare();
  await world.submit();
  const attempts: number[] = [];
  const waits: number[] = [];
  for (let fault = 0; fault < 12; fault++) {
    const claim = await world.claim();
    attempts.push(claim.attempt);
    expect(await world.db.queue.excuse(claim)).toBe(true);
    waits.push(await endWait());
  }
  expect(attempts).toEqual([...Array(11).fill(1), 2]);
  // Doubled each time. On a busy machine some of a wait has passed when it is looked at.
  expect(waits[0]).toBeLessThanOrEqual(1);
  expect(waits[3]).toBeLessThanOrEqual(8);
  expect(Math.max(...waits)).toBeGreaterThan(8);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60);
});
