/**
 * A worker that stands still beyond its lease (SIGSTOP), and goes on: the job has ended elsewhere by then, and nothing that the late one does
 * is seen.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { NO_FAULT } from '../support/fault-proxy.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import type { NodeProcess } from '../support/fleet/node-process.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { withClient } from '../support/postgres.ts';
import { swiftMissing } from '../support/swift.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import type { Acknowledged } from './mixed-load.ts';
import { judge } from './verdict.ts';

const TIMEOUT_MS = 480_000;
/** Long enough to be stopped in the middle of it. */
const PUT_MS = 1_500;
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

interface Trial {
  readonly id: string;
  readonly job: Acknowledged;
  /** What the late worker logged of the job after it went on. */
  readonly late: readonly string[];
  readonly ends: number;
}

/** Has the worker begin the job, stand still until another has ended it, and go on until it has done with it. */
async function holdBeyondLease(worker: NodeProcess, other: NodeProcess): Promise<Trial> {
  const sink = await startReceiver();
  onTestFinished(() => sink.close());
  await worker.start();
  fleet.store.decide = ({ method, url }) =>
    method === 'PUT' && url.includes('/results/') && url.includes('/1/') ? { kind: 'late', ms: PUT_MS } : null;
  const late: string[] = [];
  let isLate = false;
  const id = await create(sink.url());
  worker.onLog = ({ event, jobId, error }) => {
    if (isLate && jobId === id) late.push(error === undefined ? event : `${event}: ${error.message}`);
  };
  await until(
    async () => fleet.store.seen.filter(({ method, url }) => method === 'PUT' && url.includes(id)).length,
    (count) => count > 0,
  );
  worker.hold();
  await other.start();
  await until(
    () => rows<{ status: string }>('select status from jobs where id = $1', id),
    ([job]) => job?.status === 'succeeded',
    TIMEOUT_MS / 3,
  );
  expect(await namedAttempt(id)).toBe(2);
  isLate = true;
  worker.release();
  await until(
    async () => late,
    (events) => events.some((event) => DONE.some((done) => event.startsWith(done))),
    TIMEOUT_MS / 3,
  );
  const [told] = await rows<{ ends: string }>('select count(*) as ends from deliveries where job_id = $1', id);
  return { id, job: { id, account, kind: 'report', request: id }, late, ends: Number(told?.ends) };
}

const missing = notInThisTier ?? swiftMissing;

describe.skipIf(missing !== null)(
  `a worker that stands still beyond its lease${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      fleet = await Fleet.make({ api: 1, workers: 2 });
      await fleet.api(0).start();
      account = await fleet.account();
    }, TIMEOUT_MS);
    afterAll(() => fleet?.[Symbol.asyncDispose](), TIMEOUT_MS);
    beforeEach(async () => {
      fleet.store.decide = NO_FAULT;
      fleet.store.seen.length = 0;
      await Promise.all(fleet.workers.map((worker) => worker.kill()));
    });

    it('ends nothing when it goes on, and nothing of its file is seen', async () => {
      const [worker, other] = fleet.workers;
      if (worker === undefined || other === undefined) throw new Error('the fleet has too few workers');
      const { id, job, late, ends } = await holdBeyondLease(worker, other);
      expect(late).not.toContain('job-finished');
      expect(ends).toBe(1);
      expect(await namedAttempt(id)).toBe(2);
      expect(await judge(fleet, [job])).toMatchObject({ lost: [], torn: [], duplicated: [] });
    });
  },
);
