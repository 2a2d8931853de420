/**
 * A worker that stands still beyond its lease (SIGSTOP), and goes on when another is at its job, or has ended it: nothing that the late one
 * does is seen.
 *
 * Two guards stand one behind the other: a worker stops by its own clock, and the database takes no end of an attempt that is over. The second
 * is not met as long as the first holds, so it is tried on a worker that lacks the first, and the controls lack both. That an end is told once
 * is a constraint of its own in the database.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { NO_FAULT } from '../support/fault-proxy.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { BY_CHANGEABLE, type Change, without } from '../support/fleet/without.ts';
import { withClient } from '../support/postgres.ts';
import { swiftMissing } from '../support/swift.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import type { Acknowledged } from './mixed-load.ts';
import { judge } from './verdict.ts';

const TIMEOUT_MS = 480_000;
/** Long enough to be stopped in the middle of it. */
const PUT_MS = 1_500;
/** Of the attempt that follows: the late one must have done with its own before. */
const NEXT_PUT_MS = 20_000;
/** A worker has done with a job when it logs one of these. */
const DONE = ['job-finished', 'job-ending-ignored', 'job-interrupted', 'job-attempt-failed'];

let fleet: Fleet;
let account: TestAccount;

async function rows<Row extends object>(sql: string, ...values: readonly unknown[]): Promise<readonly Row[]> {
  const found = await withClient(fleet.postgres.url, (database) => database.query<Row>(sql, [...values]));
  return found.rows;
}

async function create(callbackUrl: string): Promise<string> {
  const made = await fetch(`${fleet.api(0).url}/api/v1/bulk_api/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      report_type: 'property',
      output_format: 'csv',
      start_date: '2025-12-01',
      end_date: '2025-12-31',
      property_ids: GUIDE_IDS,
      callback_url: callbackUrl,
    }),
  });
  return ((await made.json()) as { job_id: string }).job_id;
}

/** The attempt whose files the job names. */
async function namedAttempt(id: string): Promise<number> {
  const [job] = await rows<{ results: readonly { key: string }[] }>('select results from jobs where id = $1', id);
  return Number(job?.results[0]?.key.split('/').at(-2));
}

/** The worker goes on as if nothing had happened: neither clock nor database tells it that its attempt is over. */
const UNTOLD: readonly Change[] = [
  {
    file: 'worker/running-jobs.js',
    from: 'await work(controller.signal)',
    to: 'await work(new AbortController().signal)',
  },
  { file: 'jobs/run/result-writer.js', from: "lost(new Interruption('lost'))", to: 'void 0' },
];
const STATEMENTS = 'postgres/stores/job-statements.js';
const FENCE = `and status = 'submitted' and attempt = coalesce($3::int, attempt)`;
/** The database takes the end of any attempt. */
const UNFENCED: readonly Change[] = [
  ...UNTOLD,
  { file: STATEMENTS, from: FENCE, to: `and status = 'submitted' and $3::int is not distinct from $3::int` },
];
/** And of a job that has ended. */
const ENDLESS: readonly Change[] = [
  ...UNTOLD,
  { file: STATEMENTS, from: FENCE, to: 'and $3::int is not distinct from $3::int' },
];

interface Trial {
  readonly job: Acknowledged;
  /** What the late worker logged of the job after it went on. */
  readonly late: readonly string[];
  /** The attempt whose files the job names in the end. */
  readonly named: number;
  readonly ends: number;
}

/** When the worker that was held goes on: while the other is at the job, or when it has ended it. */
type Moment = 'meanwhile' | 'afterwards';

async function puts(id: string, attempt: number): Promise<number> {
  const path = new RegExp(`/results/.*${id}/${attempt}/`);
  return fleet.store.seen.filter(({ method, url }) => method === 'PUT' && path.test(url)).length;
}

async function ended(id: string): Promise<void> {
  await until(
    () => rows<{ status: string }>('select status from jobs where id = $1', id),
    ([job]) => job?.status === 'succeeded',
    TIMEOUT_MS / 3,
  );
}

/** Has a worker begin the job, stand still beyond its lease, and go on until it has done with it. */
async function holdBeyondLease(moment: Moment, changes: readonly Change[] = []): Promise<Trial> {
  const [worker, other] = fleet.workers;
  if (worker === undefined || other === undefined) throw new Error('the fleet has too few workers');
  const sink = await startReceiver();
  onTestFinished(() => sink.close());
  await worker.start(without(changes));
  fleet.store.decide = ({ method, url }) => {
    if (method !== 'PUT' || !url.includes('/results/')) return null;
    if (url.includes('/1/')) return { kind: 'late', ms: PUT_MS };
    return moment === 'meanwhile' ? { kind: 'late', ms: NEXT_PUT_MS } : null;
  };
  const late: string[] = [];
  let isLate = false;
  const id = await create(sink.url());
  worker.onLog = ({ event, jobId, error }) => {
    if (isLate && jobId === id) late.push(error === undefined ? event : `${event}: ${error.message}`);
  };
  await until(
    () => puts(id, 1),
    (count) => count > 0,
    TIMEOUT_MS / 3,
  );
  worker.hold();
  await other.start();
  if (moment === 'afterwards') await ended(id);
  else {
    await until(
      () => puts(id, 2),
      (count) => count > 0,
      TIMEOUT_MS / 3,
    );
  }
  isLate = true;
  worker.release();
  await until(
    async () => late,
    (events) => events.some((event) => DONE.some((done) => event.startsWith(done))),
    TIMEOUT_MS / 3,
  );
  await ended(id);
  const [told] = await rows<{ ends: string }>('select count(*) as ends from deliveries where job_id = $1', id);
  const job = { id, account, kind: 'report', request: id } as const;
  return { job, late, named: await namedAttempt(id), ends: Number(told?.ends) };
}

const missing = notInThisTier ?? swiftMissing;

describe.skipIf(missing !== null)(
  `a worker that stands still beyond its lease${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      fleet = await Fleet.make({ api: 1, workers: 2, node: () => ({ by: BY_CHANGEABLE }) });
      await fleet.api(0).start();
      account = await fleet.account();
    }, TIMEOUT_MS);
    afterAll(() => fleet?.[Symbol.asyncDispose](), TIMEOUT_MS);
    beforeEach(async () => {
      fleet.store.decide = NO_FAULT;
      fleet.store.seen.length = 0;
      await Promise.all(fleet.workers.map((worker) => worker.kill()));
    });

    const MOMENTS = ['meanwhile', 'afterwards'] as const;

    it.each(MOMENTS)('ends nothing when it goes on %s, and nothing of its file is seen', async (moment) => {
      const { job, late, named, ends } = await holdBeyondLease(moment);
      expect(late).not.toContain('job-finished');
      expect([named, ends]).toEqual([2, 1]);
      expect(await judge(fleet, [job])).toMatchObject({ lost: [], torn: [], duplicated: [] });
    });

    it.each(MOMENTS)('ends nothing %s even if nothing tells it that its attempt is over', async (moment) => {
      const { job, late, named, ends } = await holdBeyondLease(moment, UNTOLD);
      // It has come to its end, and the database did not take it.
      expect(late).toContain('job-ending-ignored');
      expect([named, ends]).toEqual([2, 1]);
      expect(await judge(fleet, [job])).toMatchObject({ lost: [], torn: [], duplicated: [] });
    });

    it('would end the job with its own file without the fence, and this test would see it', async () => {
      const { late, named } = await holdBeyondLease('meanwhile', UNFENCED);
      expect(late).toContain('job-finished');
      expect(named).toBe(1);
    });

    it('would end it a second time if an end were not final, and this test would see it', async () => {
      // What is told of a job is told once: a third guard, which would stop the second end.
      await rows('alter table deliveries drop constraint deliveries_account_id_job_id_key');
      const { job, late, ends } = await holdBeyondLease('afterwards', ENDLESS);
      expect(late).toEqual(['job-finished']);
      expect(ends).toBe(2);
      expect(await judge(fleet, [job])).toMatchObject({ duplicated: [job.id] });
    });
  },
);
