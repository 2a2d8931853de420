/** What an account has sent to its receivers because it asks for it: bounded in bytes, over all processes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, SCOPES } from '../../src/core/access.ts';
import type { Job } from '../../src/core/job.ts';
import type { Database } from '../../src/core/ports/database/database.ts';
import { redeliver, sendTestEvent } from '../../src/jobs/webhooks/deliveries.ts';
import { testDatabase } from '../support/postgres.ts';
import { submittedJob } from './submitted-job.ts';

const URL = 'https://hooks.example.com/in';
const LIMITED = {
  code: 'rate_limited',
  retryAfterSeconds: expect.toSatisfy((seconds) => seconds > 0 && seconds <= 3600),
};

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** An account with a delivery of a job of so many ids. */
async function accountWith(propertyCount: number) {
  const { db } = database;
  const { id: accountId } = await db.accounts.create({ id: randomUUID(), name: 'Harbor', grants: 'all' });
  const caller: Caller = { accountId, credentialId: randomUUID(), scopes: SCOPES };
  const { id } = await db.deliveries.enqueue({
    accountId,
    id: randomUUID(),
    jobId: null,
    url: URL,
    host: 'hooks.example.com',
    delaySeconds: 0,
  });
  const job: Job = { ...submittedJob(), accountId, propertyCount };
  const get: Database['deliveries']['get'] = async (key) => {
    const delivery = await db.deliveries.get(key);
    return delivery && { ...delivery, jobId: job.id };
  };
  // The job alone is a literal: a real one of a million ids takes seconds.
  const literal = {
    rateLimits: db.rateLimits,
    deliveries: {
      get,
      redeliver: db.deliveries.redeliver.bind(db.deliveries),
      enqueue: db.deliveries.enqueue.bind(db.deliveries),
    },
    jobs: { get: async () => job },
  };
  const deps = { db: literal as unknown as Database };
  return { deps: { ...deps, ids: randomUUID }, caller, id };
}

describe('an hour of what an account has sent again', () => {
  it('ends after 26 messages of a million ids', async () => {
    const { deps, caller, id } = await accountWith(1_000_000);
    for (let sent = 0; sent < 26; sent++) await redeliver(deps, caller, id);
    await expect(redeliver(deps, caller, id)).rejects.toMatchObject(LIMITED);
    // What is refused uses nothing up: there is room for a small one.
    await sendTestEvent(deps, caller, URL);
  });

  it('has room for thousands of small ones, and tests count as such', async () => {
    const { deps, caller, id } = await accountWith(10);
    await redeliver(deps, caller, id);
    await sendTestEvent(deps, caller, URL);
    const { remaining } = await database.db.rateLimits.count(
      caller.accountId,
      { door: 'webhooks', limit: 4_096, windowSeconds: 3_600 },
      0,
      null,
    );
    expect(remaining).toBe(4_094);
    await database.db.rateLimits.count(
      caller.accountId,
      { door: 'webhooks', limit: 4_096, windowSeconds: 3_600 },
      4_094,
      null,
    );
    await expect(redeliver(deps, caller, id)).rejects.toMatchObject(LIMITED);
    await expect(sendTestEvent(deps, caller, URL)).rejects.toMatchObject(LIMITED);
  });

  it('is each account’s own', async () => {
    const one = await accountWith(1_000_000);
    for (let sent = 0; sent < 26; sent++) await redeliver(one.deps, one.caller, one.id);
    const other = await accountWith(1_000_000);
    await redeliver(other.deps, other.caller, other.id);
  });
});
