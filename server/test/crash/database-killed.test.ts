/**
 * kill -9 of the database under load of both dialects, and ten seconds without it: every acknowledged job succeeds, and nobody is
 * answered anything but 2xx, a fault of its own, or 503 with the time to come back.
 *
 * One kill in the suite. `DATABASE_KILLS=20 npx vitest run server/test/crash/database-killed.test.ts` is the whole trial, some eight
 * minutes, on a machine that does nothing else: that one also says how long the slowest answer took, and wants it within five seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAccount, beside, fillWithDemo, MASTER_KEY, type TestAccount, until } from '../support/app.ts';
import { AwayClients } from './away-clients.ts';
import { OwnPostgres } from './own-postgres.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const FAULT = join(import.meta.dirname, 'without-told-errors.mjs');
const KILLS = Number(process.env['DATABASE_KILLS'] ?? 1);
const WHOLE_TRIAL = KILLS > 1;
const AWAY_MS = 10_000;
/** Between an outage and the next: jobs begin, and some are under way. */
const THERE_MS = WHOLE_TRIAL ? 5_000 : 2_500;
const SLOWEST_MS = 5_000;
const DRAIN_MS = 120_000;
const TIMEOUT_MS = 240_000 + KILLS * 60_000;
const SUCCESS = ['succeeded', 'SUCCESS'];

let directory: string;
let postgres: OwnPostgres;
let settings: Record<string, string>;
let accounts: TestAccount[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-away-'));
  // As root, the database's user has to enter.
  await chmod(directory, 0o711);
  postgres = await OwnPostgres.make(join(directory, 'database'));
  const dataDir = join(directory, 'data');
  await mkdir(dataDir);
  settings = {
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_WORKERS: '2',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '200',
    DATABASE_URL: postgres.url,
  };
  await fillWithDemo(dataDir, postgres.url);
  const silent = { ...settings, CONVEYANCE_LOG_LEVEL: 'silent' };
  accounts = await beside(silent, async (open) => {
    const made: TestAccount[] = [];
    for (let count = 0; count < 12; count++) made.push(await addAccount(open));
    return made;
  });
}, TIMEOUT_MS);
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
}, TIMEOUT_MS);

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
  /** How often it logged each event. */
  readonly events: Map<string, number>;
}

async function serve(role: 'all' | 'api', preload?: string): Promise<Server> {
  const flags = preload === undefined ? [] : ['--import', preload];
  const argv = [...flags, PROGRAM, 'serve', '--port', '0', '--role', role, '--json'];
  const child = spawn(process.execPath, argv, { env: { ...process.env, ...settings } });
  const events = new Map<string, number>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    const event = /"event":"([^"]+)"/.exec(line)?.[1];
    if (event !== undefined) events.set(event, (events.get(event) ?? 0) + 1);
  });
  for await (const line of createInterface({ input: child.stdout }))
    return { url: JSON.parse(line).url, child, events };
  throw new Error('the server ended before it listened');
}

async function end({ child }: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Servers, and the customers that are at work on them. */
interface Side {
  readonly roles: readonly ('all' | 'api')[];
  readonly preload?: string;
  /** Of the accounts: three that make reports, and three that upload from there on. */
  readonly from: number;
}

const AS_IT_IS: Side = { roles: ['all', 'api'], from: 0 };
/** Its jobs, too, are run by the worker that is as it is: a worker that fails would not tell what clients are answered. */
const UNTOLD: Side = { roles: ['api'], preload: FAULT, from: 6 };

async function open({ roles, preload, from }: Side) {
  const servers: Server[] = [];
  for (const role of roles) servers.push(await serve(role, preload));
  const clients = new AwayClients(servers.map(({ url }) => url));
  const begin = () => clients.begin(accounts.slice(from, from + 3), accounts.slice(from + 3, from + 6));
  return { servers, clients, begin };
}

/** What the clients have seen, and how the acknowledged jobs ended. */
async function resultOf({ servers, clients }: Awaited<ReturnType<typeof open>>) {
  const { statuses, faults, slowest, unsure, acknowledged } = clients;
  const seen = { statuses: Object.fromEntries(statuses), faults: [...faults], slowest, unsure };
  const outcomes = await until(
    () => clients.outcomes(),
    (all) => [...all.values()].every((status) => !['submitted', 'PENDING', 'STARTED'].includes(status)),
    DRAIN_MS,
  );
  const failed = [...outcomes].filter(([, status]) => !SUCCESS.includes(status));
  const events = Object.fromEntries(servers[0]?.events ?? []);
  return { ...seen, failed, acknowledged: acknowledged.size, events };
}

/** Servers, clients and kills: each side has a result, all of the same kills. */
async function run(kills: number, sides: readonly Side[]) {
  const opened: Awaited<ReturnType<typeof open>>[] = [];
  try {
    for (const side of sides) opened.push(await open(side));
    for (const { begin } of opened) begin();
    for (let kill = 0; kill < kills; kill++) {
      await delay(THERE_MS);
      await postgres.kill();
      await delay(AWAY_MS);
      await postgres.start();
    }
    await delay(THERE_MS);
    await Promise.all(opened.map(({ clients }) => clients.stop()));
    const results: Awaited<ReturnType<typeof resultOf>>[] = [];
    for (const side of opened) results.push(await resultOf(side));
    return results;
  } finally {
    await Promise.all(opened.map(({ clients }) => clients.stop()));
    await Promise.all(opened.flatMap(({ servers }) => servers).map(end));
  }
}

/** In the suite one outage is enough for both; where times are judged, the control has one of its own. */
let both: ReturnType<typeof run> | undefined;

async function trialOf(side: Side) {
  if (WHOLE_TRIAL) return (await run(side === UNTOLD ? 1 : KILLS, [side])).at(0);
  both ??= run(KILLS, [AS_IT_IS, UNTOLD]);
  return (await both).at(side === UNTOLD ? 1 : 0);
}

describe('a database that is killed under load and away for ten seconds', () => {
  it(
    'costs time and nothing else',
    async () => {
      const result = await trialOf(AS_IT_IS);
      if (result === undefined) throw new Error('there is no result');
      const { statuses, faults, slowest, unsure, failed, acknowledged, events } = result;
      console.info(
        `${KILLS} kills: ${acknowledged} jobs acknowledged, ${failed.length} did not succeed; answers ${JSON.stringify(statuses)}, of which ` +
          `${unsure} said that the job may exist; ${faults.length} faults; the slowest took ${slowest.ms} ms (${slowest.what}); the worker's server ` +
          `logged ${JSON.stringify(events)}`,
      );
      expect(faults).toEqual([]);
      expect(failed).toEqual([]);
      // Controls: jobs were made, and nobody missed the outage.
      expect(acknowledged).toBeGreaterThan(0);
      expect(statuses['503']).toBeGreaterThan(0);
      if (WHOLE_TRIAL) expect(slowest.ms).toBeLessThan(SLOWEST_MS);
    },
    TIMEOUT_MS,
  );

  it(
    'would be answered as the server’s failure without the adapter’s words, and this test would see it',
    async () => {
      const faults = (await trialOf(UNTOLD))?.faults ?? [];
      console.info(`control, driver's errors untold: ${faults.length} faults, the first ${faults[0]}`);
      expect(faults.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
