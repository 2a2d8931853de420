/** Nodes whose clocks are five minutes fast and five minutes slow, on one database: jobs, links and schedules are right all the same. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SCOPES } from '../../src/core/access.ts';
import { createSchedule } from '../../src/jobs/schedules/schedules.ts';
import { parseScheduleRequest } from '../../src/wire/apartmentiq/schedule-request.ts';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { faketimeMissing, skewed } from '../support/fleet/faketime.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { withClient } from '../support/postgres.ts';
import { swiftMissing } from '../support/swift.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { MixedLoad } from './mixed-load.ts';
import { judge } from './verdict.ts';

const TIMEOUT_MS = 480_000;
const MINUTES = 5;
const ENOUGH_JOBS = 12;
const missing = notInThisTier ?? swiftMissing ?? faketimeMissing;

let fleet: Fleet;
let accounts: TestAccount[];

describe.skipIf(missing !== null)(
  `nodes whose clocks are five minutes off${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      fleet = await Fleet.started({
        api: 2,
        workers: 2,
        node: (name) => ({ settings: skewed(name.endsWith('1') ? MINUTES : -MINUTES) }),
      });
      accounts = [];
      for (let count = 0; count < 4; count++) accounts.push(await fleet.account());
    }, TIMEOUT_MS);
    afterAll(() => fleet?.[Symbol.asyncDispose](), TIMEOUT_MS);

    it('are as wrong as the test wants', async () => {
      const off = await Promise.all(
        fleet.apis.map(async ({ url }) => {
          const date = (await fetch(`${url}/healthz`)).headers.get('date') ?? '';
          return Math.round((Date.parse(date) - Date.now()) / 60_000);
        }),
      );
      expect(off).toEqual([MINUTES, -MINUTES]);
    });

    it('lose nothing, tear nothing, tell no end twice, and hand out links that work', async () => {
      const sink = await startReceiver();
      onTestFinished(() => sink.close());
      const urls = fleet.apis.map(({ url }) => url);
      const load = new MixedLoad({ urls: () => urls, callbackUrl: sink.url(), mustAnswer: true });
      load.begin(accounts);
      await until(
        async () => load.acknowledged.length,
        (count) => count >= ENOUGH_JOBS,
        TIMEOUT_MS / 3,
      ).finally(() => load.stop());
      expect(load.faults).toEqual([]);
      expect(await judge(fleet, load.acknowledged)).toMatchObject({ lost: [], torn: [], duplicated: [] });
      await until(
        async () => sink.deliveries.length,
        (count) => count >= load.acknowledged.filter(({ kind }) => kind === 'report').length,
        TIMEOUT_MS / 3,
      );
    });

    it('make one job of a schedule’s instant', async () => {
      const [account] = accounts;
      const instant = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      const rule = { frequency: 'daily', time: instant.toISOString().slice(11, 16), time_zone: 'UTC' };
      const days = { range: 'trailing_n_days', days: 3660, data_deadline_hours: 0 };
      const body = { report_type: 'property', output_format: 'csv', property_ids: GUIDE_IDS, ...rule, ...days };
      const { id } = await fleet.work(async ({ deps }) => {
        const [credential] = await deps.db.credentials.list(account?.id ?? '');
        const caller = { accountId: account?.id ?? '', credentialId: credential?.id ?? '', scopes: DEFAULT_SCOPES };
        const asked = parseScheduleRequest(body, () => true);
        return createSchedule({ ...deps, clock: () => new Date(instant.getTime() - 1) }, caller, asked);
      });
      const runs = async () => {
        const { rows } = await withClient(fleet.postgres.url, (database) =>
          database.query<{ state: string }>('select state from schedule_runs where schedule_id = $1', [id]),
        );
        return rows.map(({ state }) => state);
      };
      await until(runs, (states) => states.includes('submitted'), TIMEOUT_MS / 3);
      // Both workers have looked at it by then.
      await Promise.all(fleet.workers.map((worker) => worker.stop()));
      await fleet.start();
      expect(await runs()).toEqual(['submitted']);
    });
  },
);
