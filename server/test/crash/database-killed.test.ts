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
const THERE_MS = 5_000;
const SLOWEST_MS = 5_000;
const DRAIN_MS = 120_000;
const TIMEOUT_MS = 240_000 + KILLS * 60_000;
const SUCCESS = ['succeeded', 'SUCCESS'];

let directory: string;
let postgres: OwnPostgres;
let settings: Record<string, string>;
let reporters: TestAccount[];
let uploaders: TestAccount[];

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
  const accounts = await beside(silent, async (open) => {
    const made: TestAccount[] = [];
    for (let count = 0; count < 6; count++) made.push(await addAccount(open));
    return made;
  });
  reporters = accounts.slice(0, 3);
  uploaders = accounts.slice(3);
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

interface Trial {
  readonly kills: number;
  readonly preload?: string;
}

/** Servers, clients and kills; returns what the clients have seen, and how the acknowledged jobs ended. */
async function run({ kills, preload }: Trial) {
  const servers = [await serve('all', preload), await serve('api', preload)];
  const clients = new AwayClients(servers.map(({ url }) => url));
  try {
    clients.begin(reporters, uploaders);
    for (let kill = 0; kill < kills; kill++) {
      await delay(THERE_MS);
      await postgres.kill();
      await delay(AWAY_MS);
      await postgres.start();
    }
    await delay(THERE_MS);
    await clients.stop();
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
  } finally {
    await clients.stop();
    await Promise.all(servers.map(end));
  }
}

describe('a database that is killed under load and away for ten seconds', () => {
  it(
    'costs time and nothing else',
    async () => {
      const { statuses, faults, slowest, unsure, failed, acknowledged, events } = await run({ kills: KILLS });
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
      const { faults } = await run({ kills: 1, preload: FAULT });
      console.info(`control, driver's errors untold: ${faults.length} faults, the first ${faults[0]}`);
      expect(faults.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
