/**
 * kill -9 of API nodes, workers and PostgreSQL, in turn, under load of both dialects on S3, while customers wait for their exports and read them:
 * nothing that was acknowledged is lost, torn, or ended twice. What a killed attempt cannot do, going on too late, `held.test.ts` has.
 *
 * Three runs of 100 kills. `FLEET_KILLS=5` makes them shorter, `FLEET_KILL_RUNS=1` fewer.
 */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TestAccount } from '../support/app.ts';
import { NO_FAULT } from '../support/fault-proxy.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { BY_CHANGEABLE, type Change, without } from '../support/fleet/without.ts';
import { withClient } from '../support/postgres.ts';
import { swiftMissing } from '../support/swift.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { KINDS, Killer } from './killer.ts';
import { type Acknowledged, MixedLoad, pause } from './mixed-load.ts';
import { judge } from './verdict.ts';

const KILLS = Number(process.env['FLEET_KILLS'] ?? 100);
const RUNS = Number(process.env['FLEET_KILL_RUNS'] ?? 3);
const CONTROL_KILLS = 3;
const MINUTE_MS = 60_000;
/** Of one run, from the first kill to the last. */
const RUN_MS = 24 * MINUTE_MS;
const DRAIN_MS = 4 * MINUTE_MS;
const TIMEOUT_MS = 30 * MINUTE_MS;
const START_MS = 15 * MINUTE_MS;
/** Results take so long to be taken at most: kills meet them on their way. */
const LONGEST_PUT_MS = 1_000;
const CUSTOMERS = 6;
/** Of a job whose workers died: the last one is its end. */
const ATTEMPTS = 3;
/** Of each kind of request one is made before anything is killed. */
const REQUESTS = 4;

/** An attempt ends its job before the store has confirmed the file. */
const COMMIT_FIRST: readonly Change[] = [
  {
    file: 'storage/s3/object-upload.js',
    from: 'return this.#finishing;',
    // What a start tries the bucket with is as it is.
    to: `if (!this.#target.Key.includes('results/')) return this.#finishing;
        const sealed = { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
        this.#finishing.catch(() => undefined);
        return Promise.resolve(sealed);`,
  },
];

let fleet: Fleet;
let sink: Receiver;
let accounts: TestAccount[];
let expected: ReadonlyMap<string, string>;

function load(): MixedLoad {
  const urls = fleet.apis.map(({ url }) => url);
  return new MixedLoad({ urls: () => urls, callbackUrl: sink.url(), mustAnswer: false, expected });
}

/** What the same requests give while nothing is killed. */
async function quietDigests(): Promise<ReadonlyMap<string, string>> {
  const quiet = load();
  quiet.begin(accounts);
  const kinds = () => new Set(quiet.acknowledged.map(({ request }) => request)).size;
  while (kinds() < REQUESTS) await pause(100);
  await quiet.stop();
  const verdict = await judge(fleet, quiet.acknowledged);
  expect(quiet.faults).toEqual([]);
  expect(verdict).toMatchObject({ lost: [], torn: [], duplicated: [], untold: [] });
  return verdict.digests;
}

/** Of jobs that failed because three of their workers were killed: not lost, and told. */
async function exhausted(jobs: readonly Acknowledged[], { deaths }: Killer): Promise<ReadonlySet<string>> {
  const { rows } = await withClient(fleet.postgres.url, (database) =>
    database.query<{ id: string }>(`select id::text from jobs where failure_code = 'attempts_exhausted'`),
  );
  const ids = new Set(rows.map(({ id }) => id));
  return new Set(jobs.filter(({ id }) => ids.has(id) && (deaths.get(id) ?? 0) >= ATTEMPTS).map(({ id }) => id));
}

function percentile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((left, right) => left - right);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return found === undefined ? 'none' : `${(found / 1000).toFixed(1)} s`;
}

async function trial(kills: number) {
  const startedAt = performance.now();
  const customers = load();
  const killer = new Killer(fleet, customers);
  fleet.store.decide = ({ method, url }) =>
    method === 'PUT' && url.includes('/results/') ? { kind: 'late', ms: randomInt(LONGEST_PUT_MS) } : null;
  onTestFinished(() => {
    fleet.store.decide = NO_FAULT;
  });
  customers.begin(accounts);
  try {
    await killer.run(kills, startedAt + RUN_MS);
  } finally {
    await customers.stop();
    await fleet.start();
  }
  const verdict = await judge(fleet, customers.acknowledged, { drainMs: DRAIN_MS, expected });
  const givenUp = await exhausted(customers.acknowledged, killer);
  const lost = verdict.lost.filter((each) => !givenUp.has(each.split(':')[0] ?? ''));
  const torn = [...customers.torn, ...verdict.torn];
  const recovered = KINDS.map((kind) => {
    const times = killer.recoveries[kind];
    return `${kind} p50 ${percentile(times, 0.5)}, p99 ${percentile(times, 0.99)} (${times.length})`;
  });
  const { duplicated, untold } = verdict;
  console.info(
    `kills ${JSON.stringify(killer.kills)} in ${Math.round((performance.now() - startedAt) / 1000)} s: ${verdict.acknowledged} jobs acknowledged, ` +
      `${customers.read} waited for and read; lost ${lost.length}, torn ${torn.length}, duplicated ${duplicated.length}, untold ${untold.length}; ` +
      `given up after three deaths ${givenUp.size}; answers ${JSON.stringify(Object.fromEntries(customers.statuses))}; recovery: ${recovered.join('; ')}`,
  );
  return { kills: killer.kills, faults: customers.faults, read: customers.read, lost, torn, duplicated, untold };
}

const missing = notInThisTier ?? swiftMissing;

describe.skipIf(missing !== null)(
  `a fleet whose processes are killed${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      expected = new Map();
      sink = await startReceiver();
      // A lease that is renewed in time by processes that share few cores.
      fleet = await Fleet.started({
        settings: { CONVEYANCE_LEASE_SECONDS: '10' },
        node: () => ({ by: BY_CHANGEABLE }),
      });
      accounts = [];
      for (let count = 0; count < CUSTOMERS; count++) accounts.push(await fleet.account());
      expected = await quietDigests();
    }, START_MS);
    afterAll(async () => {
      await fleet?.[Symbol.asyncDispose]();
      await sink?.close();
    }, START_MS);

    it.each(Array.from({ length: RUNS }, (_, run) => run + 1))('loses nothing and tears nothing, run %i', async () => {
      const { kills, faults, read, ...verdict } = await trial(KILLS);
      expect(verdict).toEqual({ lost: [], torn: [], duplicated: [], untold: [] });
      expect(faults).toEqual([]);
      expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBe(KILLS);
      expect(read).toBeGreaterThan(0);
    });

    it('would tear files if a job ended before its file was there, and this trial would see it', async () => {
      await Promise.all(fleet.workers.map((worker) => worker.kill()));
      await Promise.all(fleet.workers.map((worker) => worker.start(without(COMMIT_FIRST))));
      const { torn } = await trial(CONTROL_KILLS);
      expect(torn.length).toBeGreaterThan(0);
    });
  },
);
