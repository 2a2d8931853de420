/**
 * Never over-granted: creates race each other, cancels and the deaths of whole processes, and the ledger says what the jobs say.
 * Control: without `for no key update` in `LOCK_MONTH` (postgres/stores/quota.ts) more than k are accepted.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import { isConveyanceError } from '../../src/core/errors.ts';
import { decodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Job } from '../../src/core/job.ts';
import { DatabaseAway } from '../../src/core/passing-fault.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { NO_METER, NO_TRACER } from '../../src/core/ports/telemetry.ts';
import { cancelReportJob } from '../../src/jobs/cancel.ts';
import { createReportJob } from '../../src/jobs/create/report-job.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { parseReportRequest } from '../../src/wire/apartmentiq/report-request.ts';
import { silentLog, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

const RACERS = 200;
const ROUNDS = 6;
const LIMIT = 60;
/** Over three blocks of the ledger, so that racers also meet without meeting in a block. */
const KNOWN = Array.from({ length: RACERS * ROUNDS }, (_, index) => 99_000_000 + index * 61);
const MONTH = '2026-03';
const DOOMED = 'doomed';

let database: TestDatabase;
let doomed: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  doomed = await openDatabase({ url: database.url, log: silentLog, applicationName: DOOMED });
  await database.db.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of(KNOWN) });
});
afterAll(async () => {
  await doomed.close();
  await database.close();
});

/** A process as creates and cancels see it; without their turns, so that as many as can race for the quota. */
function node(db: Deps['db']): Deps {
  const parts = {
    db: { ...db, inTurn: <Result>(_accountId: string, work: () => Promise<Result>) => work() },
    store: { freeBytes: async () => null },
    webhooks: { accepts: () => true },
    ids: randomUUID,
    clock: () => new Date(`${MONTH}-15T12:00:00Z`),
    meter: NO_METER,
    tracer: NO_TRACER,
    policy: {},
  };
  // What the verbs use of each port; the compiler wants whole ports.
  return parts as unknown as Deps;
}

async function customer(): Promise<Caller> {
  const { db } = database;
  const accountId = randomUUID();
  const credentialId = randomUUID();
  await db.accounts.create({ id: accountId, name: 'Racer', grants: 'all' });
  const secretHash = new Uint8Array([1]);
  const scopes = ['exports:read', 'exports:write'] as const;
  await db.credentials.insert({
    id: credentialId,
    accountId,
    kind: 'key',
    accessKey: randomUUID(),
    secretHash,
    scopes,
  });
  await db.quota.setLimit(accountId, LIMIT);
  return { accountId, credentialId, scopes };
}

function request(propertyIds: readonly number[]) {
  return {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2026-01-01',
    end_date: '2026-01-31',
    property_ids: propertyIds,
  };
}

/** Every job of the account that counts: not failed, not cancelled. */
async function countingJobs(accountId: string): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let page = 1; ; page++) {
    const { items, totalCount } = await database.db.jobs.list(accountId, { page, perPage: 100 });
    jobs.push(...items.filter(({ status }) => status === 'submitted' || status === 'succeeded'));
    if (page * 100 >= totalCount) return jobs;
  }
}

/** The ledger is exactly what the jobs say: its number, and each property that there is. Returns the number. */
async function audit({ accountId }: Caller): Promise<number> {
  const used = new Set<number>();
  for (const job of await countingJobs(accountId)) {
    for (const id of decodePropertyIds((await database.db.jobs.propertyIds(job)) ?? new Uint8Array())) used.add(id);
  }
  const { usage } = await database.db.quota.usage(accountId, MONTH);
  expect(usage).toBe(used.size);
  expect(usage).toBeLessThanOrEqual(LIMIT);
  const unused = KNOWN.filter((id) => !used.has(id));
  expect((await database.db.quota.preview(accountId, MONTH, used)).added).toBe(0);
  expect((await database.db.quota.preview(accountId, MONTH, unused)).added).toBe(unused.length);
  return usage;
}

interface Outcomes {
  accepted: number;
  refused: number;
  /** The connection died: nobody knows, but the database. */
  lost: number;
}

async function race(caller: Caller, racers: readonly { db: Deps['db']; ids: readonly number[] }[]): Promise<Outcomes> {
  const tally = { accepted: 0, refused: 0, lost: 0 };
  await Promise.all(
    racers.map(async ({ db, ids }) => {
      try {
        await createReportJob(
          node(db),
          caller,
          parseReportRequest(request(ids), () => true),
        );
        tally.accepted++;
      } catch (error) {
        if (isConveyanceError(error, 'quota_exceeded')) {
          expect(error.quota?.limit).toBe(LIMIT);
          tally.refused++;
        } else if (error instanceof DatabaseAway) tally.lost++;
        else throw error;
      }
    }),
  );
  return tally;
}

/** Cancels a few of the unfinished jobs. */
async function cancelSome(caller: Caller, count: number): Promise<void> {
  const { db } = database;
  const live = (await countingJobs(caller.accountId)).filter(({ status }) => status === 'submitted');
  await Promise.all(live.slice(0, count).map(({ id }) => cancelReportJob(node(db), caller, id)));
}

/** Kills the doomed connections as soon as one of them works at something: before that, and afterwards, nothing is lost. */
async function killWorking(over: AbortSignal): Promise<void> {
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1
    and exists (select from pg_stat_activity where application_name = $1 and state <> 'idle')`;
  await withClient(database.url, async (client) => {
    for (let killed = 0; killed === 0 && !over.aborted; ) killed = (await client.query(kill, [DOOMED])).rowCount ?? 0;
  });
}

describe('the quota under concurrency', { timeout: 240_000 }, () => {
  it(`accepts exactly k of ${RACERS} at k left, round after round`, async () => {
    const caller = await customer();
    for (let round = 0; round < ROUNDS; round++) {
      const left = LIMIT - (await audit(caller));
      const racers = Array.from({ length: RACERS }, (_, index) => ({
        db: database.db,
        ids: [KNOWN[round * RACERS + index] ?? 0],
      }));
      expect(await race(caller, racers)).toEqual({ accepted: left, refused: RACERS - left, lost: 0 });
      expect(await audit(caller)).toBe(LIMIT);
      await cancelSome(caller, 1 + ((round * 7) % 23));
    }
  });

  it('stays exact when cancels come between and processes die', async () => {
    const caller = await customer();
    let lost = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const racers = Array.from({ length: RACERS }, (_, index) => ({
        db: index % 2 === 0 ? database.db : doomed,
        // One to three properties, many of them asked for by others too.
        ids: KNOWN.slice((index * 37) % 90, ((index * 37) % 90) + 1 + (index % 3)),
      }));
      const racing = race(caller, racers);
      const ending = cancelSome(caller, 10);
      const over = new AbortController();
      const killing = killWorking(over.signal);
      const [tally] = await Promise.all([racing.finally(() => over.abort()), ending, killing]);
      lost += tally.lost;
      await audit(caller);
    }
    // Control: where nothing died, nothing was proved.
    expect(lost).toBeGreaterThan(0);
    const fill = LIMIT - (await audit(caller));
    const racers = KNOWN.slice(-RACERS).map((id) => ({ db: database.db, ids: [id] }));
    expect(await race(caller, racers)).toEqual({ accepted: fill, refused: RACERS - fill, lost: 0 });
    expect(await audit(caller)).toBe(LIMIT);
  });
});
