/** What a create does when a load replaces the data under it, on a real database: the look at the data and the job are two steps. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import type { WarehouseStore } from '../../src/core/database.ts';
import type { Deps } from '../../src/core/ports.ts';
import { PropertyIdSet } from '../../src/core/property-ids.ts';
import { NO_METER, NO_TRACER } from '../../src/core/telemetry.ts';
import { createJob } from '../../src/jobs/create.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2026-01-01',
  end_date: '2026-01-31',
  property_ids: [7, 8],
};

let database: TestDatabase;
let caller: Caller;

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  const accountId = randomUUID();
  const credentialId = randomUUID();
  const scopes = ['exports:write'] as const;
  await db.accounts.create({ id: accountId, name: 'Acme', grants: 'all' });
  const secretHash = new Uint8Array([1]);
  await db.credentials.insert({ id: credentialId, accountId, kind: 'token', accessKey: null, secretHash, scopes });
  await db.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of([7, 8]) });
  caller = { accountId, credentialId, scopes };
});
afterAll(() => database.close());

/** A load commits, and the sweep lets go of what nobody reads. */
async function replaceData(propertyIds: readonly number[] = [7, 8]): Promise<void> {
  const { warehouse } = database.db;
  const current = await warehouse.current();
  await warehouse.commit({ base: current?.version ?? null, tables: {}, propertyIds: PropertyIdSet.of(propertyIds) });
  await warehouse.prune();
}

/** The ports that a create touches. Each time it has looked at the data in this way, the next of the loads comes. */
function stage(look: 'current' | 'propertyIds', loads: (() => Promise<void>)[]): Parameters<typeof createJob>[0] {
  const { db } = database;
  async function thenLoad<Result>(result: Result): Promise<Result> {
    await loads.shift()?.();
    return result;
  }
  const looks: Pick<WarehouseStore, 'current' | 'propertyIds'> = {
    current: async () => (look === 'current' ? thenLoad(await db.warehouse.current()) : db.warehouse.current()),
    propertyIds: async (version) =>
      look === 'propertyIds' ? thenLoad(await db.warehouse.propertyIds(version)) : db.warehouse.propertyIds(version),
  };
  const deps = {
    db: { ...looksOf(db), warehouse: looks },
    store: { freeBytes: async () => null },
    webhooks: { accepts: () => true },
    ids: randomUUID,
    clock: () => new Date('2026-03-15T12:00:00Z'),
    meter: NO_METER,
    tracer: NO_TRACER,
    policy: { minimumFreeBytes: 0 },
  };
  // What this verb uses of each port; the compiler wants whole ports.
  return deps as unknown as Deps;
}

function looksOf({ accounts, idempotency, jobs, transaction }: TestDatabase['db']) {
  return { accounts, idempotency, jobs, transaction: transaction.bind(database.db) };
}

async function usage(): Promise<number> {
  return (await database.db.quota.usage(caller.accountId, '2026-03')).usage;
}

// A version that no job reads: the next load lets go of it.
beforeEach(() => replaceData());

describe('a create whose data is replaced under it', () => {
  it.each(['current', 'propertyIds'] as const)('is done again on the new data, after its look at %s', async (look) => {
    const job = await createJob(stage(look, [() => replaceData()]), caller, REQUEST);
    expect(job.dataVersion).toBe((await database.db.warehouse.current())?.version);
    expect(await usage()).toBe(2);
  });

  it('is checked against the new data', async () => {
    const creating = createJob(stage('propertyIds', [() => replaceData([7])]), caller, REQUEST);
    await expect(creating).rejects.toMatchObject({ code: 'invalid_parameter', message: expect.stringContaining('8') });
  });

  it('keeps its idempotency key: sent again, it is the same job', async () => {
    const first = await createJob(stage('propertyIds', [() => replaceData()]), caller, REQUEST, 'monthly');
    expect(await createJob(stage('propertyIds', []), caller, REQUEST, 'monthly')).toEqual(first);
  });

  it('says when to come back where that happens twice, and leaves nothing behind', async () => {
    const before = await database.db.jobs.list(caller.accountId, { page: 1, perPage: 1 });
    const creating = createJob(stage('propertyIds', [() => replaceData(), () => replaceData()]), caller, REQUEST);
    await expect(creating).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    const after = await database.db.jobs.list(caller.accountId, { page: 1, perPage: 1 });
    expect(after.totalCount).toBe(before.totalCount);
  });
});
