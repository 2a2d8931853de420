/**
 * A worker from which database and store are cut off in the middle of a job, as when a cable is pulled: it stops before its lease is over,
 * another does the job, and it works again when the way is there again. In a network namespace of its own.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { NO_FAULT } from '../support/fault-proxy.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import { Namespace, namespacesMissing } from '../support/fleet/namespace.ts';
import type { LogLine } from '../support/fleet/node-process.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { withClient } from '../support/postgres.ts';
import { swiftMissing } from '../support/swift.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { judge } from './verdict.ts';

const TIMEOUT_MS = 480_000;
/** The first attempt must not end by itself. */
const PUT_MS = 60_000;
const missing = notInThisTier ?? swiftMissing ?? namespacesMissing;

let fleet: Fleet;
let namespace: Namespace;
let account: TestAccount;

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

async function succeeded(id: string): Promise<number> {
  const { rows } = await withClient(fleet.postgres.url, (database) =>
    database.query<{ attempt: number }>(`select attempt from jobs where id = $1 and status = 'succeeded'`, [id]),
  );
  return rows[0]?.attempt ?? 0;
}

describe.skipIf(missing !== null)(
  `a worker that is cut off from database and store${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      fleet = await Fleet.make({
        api: 1,
        workers: 2,
        async node(name, { databaseUrl, storeUrl, directory }) {
          if (name !== 'worker-1') return {};
          const url = new URL(databaseUrl);
          const databaseSocket = join(decodeURIComponent(url.hostname), '.s.PGSQL.5432');
          namespace = await Namespace.make({ databaseSocket, storeUrl, directory });
          const { database, store } = Namespace.ports;
          const there = `postgres://${url.username}:${url.password}@127.0.0.1:${database}${url.pathname}`;
          return {
            by: namespace.by,
            settings: { DATABASE_URL: there, CONVEYANCE_S3_ENDPOINT: `http://127.0.0.1:${store}` },
          };
        },
      });
      await fleet.api(0).start();
      account = await fleet.account();
    }, TIMEOUT_MS);
    afterAll(async () => {
      await fleet?.[Symbol.asyncDispose]();
      await namespace?.[Symbol.asyncDispose]();
    }, TIMEOUT_MS);

    it('stops before another begins, ends nothing, and works again afterwards', async () => {
      const sink = await startReceiver();
      onTestFinished(() => sink.close());
      const [cutOff, other] = fleet.workers;
      if (cutOff === undefined || other === undefined) throw new Error('the fleet has too few workers');
      const logged: (LogLine & { readonly node: string })[] = [];
      for (const node of [cutOff, other]) node.onLog = (line) => logged.push({ ...line, node: node.name });
      await cutOff.start();
      fleet.store.decide = ({ method, url }) =>
        method === 'PUT' && url.includes('/results/') ? { kind: 'late', ms: PUT_MS } : null;
      const id = await create(sink.url());
      await until(
        async () => fleet.store.seen.filter(({ method, url }) => method === 'PUT' && url.includes(id)).length,
        (count) => count > 0,
      );
      await other.start();
      fleet.store.decide = NO_FAULT;
      namespace.cut();
      expect(
        await until(
          () => succeeded(id),
          (attempt) => attempt > 0,
          TIMEOUT_MS / 3,
        ),
      ).toBe(2);
      const of = (node: string, event: string) =>
        logged.find((line) => line.node === node && line.event === event && line.jobId === id);
      const stopped = await until(
        async () => of(cutOff.name, 'job-interrupted'),
        (line) => line !== undefined,
      );
      const begun = of(other.name, 'job-claimed');
      expect(new Date(stopped?.time ?? 0).getTime()).toBeLessThanOrEqual(new Date(begun?.time ?? 0).getTime());
      namespace.heal();
      await other.stop();
      // Nobody else is there to do it.
      const next = await create(sink.url());
      await until(
        () => succeeded(next),
        (attempt) => attempt > 0,
        TIMEOUT_MS / 3,
      );
      expect(of(cutOff.name, 'job-finished')).toBeUndefined();
      const jobs = [id, next].map((each) => ({ id: each, account, kind: 'report' as const, request: 'property' }));
      expect(await judge(fleet, jobs)).toMatchObject({ lost: [], torn: [], duplicated: [] });
    });
  },
);
