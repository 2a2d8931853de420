/** A feed and a watched folder whose process is killed: the data is as before or as after, and whoever goes on makes it whole, once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchFolder } from '../../src/cli/operator/load/watch.ts';
import { WatchedFolder } from '../../src/cli/operator/load/watched-folder.ts';
import { readSettings } from '../../src/config.ts';
import { oneKey } from '../../src/core/ports/keys.ts';
import { openLoadSources } from '../../src/load-sources.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createFeed, type FeedPorts } from '../../src/warehouse/feeds/feeds.ts';
import { runFeeds } from '../../src/worker/feeds.ts';
import { type Authority, type FileServer, issueAuthority, sendFile, startFileServer } from '../sources/file-server.ts';
import { until } from '../support/app.ts';
import { withClient } from '../support/postgres.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from '../warehouse/world.ts';

const GOING_ON = new AbortController().signal;
const DAYS = 'property_id,date,avg_rent\n1,2025-01-01,2\n1,2025-01-02,2\n';
const ALL = { table: null, from: null, until: null, before: null, limit: 20 };

let engine: WorldEngine;
let authority: Authority;
let server: FileServer;
let world: World;
let folder: string;
beforeAll(async () => {
  engine = await openWorldEngine();
  authority = issueAuthority();
  server = await startFileServer(authority);
  server.answer = (request, response) => sendFile(request, response, Buffer.from(DAYS));
});
afterAll(async () => {
  await server.close();
  authority.remove();
  await engine.close();
});
beforeEach(async () => {
  world = await openWorld({ shared: engine });
  await world.load([
    await world.write('before/properties.csv', 'property_id,city\n1,Rome\n'),
    await world.write('before/property_days.csv', 'property_id,date,avg_rent\n1,2025-01-01,1\n'),
  ]);
  folder = join(world.directory, 'in', 'watched');
  await mkdir(folder);
});
afterEach(() => world.close());

const environment = () => ({ CONVEYANCE_LOAD_ALLOW: '127.0.0.1', CONVEYANCE_LOAD_CA: authority.file });

async function killed(how: 'feed' | 'watch', dieAt: string | number): Promise<void> {
  const spillDirectory = join(world.directory, 'killed-spill');
  const place = { url: world.databaseUrl, root: world.objects, spillDirectory, folder };
  const program = join(import.meta.dirname, 'unattended-process.mjs');
  const settings = JSON.stringify({ ...place, environment: environment(), how, dieAt });
  const child = spawn(process.execPath, [program, settings], { stdio: ['ignore', 'inherit', 'inherit'] });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

/** All rows of both tables, of which a load changes both. */
async function seen() {
  const cities = await world.rows('properties', 'SELECT city FROM properties ORDER BY property_id');
  const rents = await world.rows('property_days', 'SELECT avg_rent AS rent FROM property_days ORDER BY date');
  return { cities: cities.map(({ city }) => city), rents: rents.map(({ rent }) => rent) };
}
const BEFORE = { cities: ['Rome'], rents: [1] };
const AFTER = { cities: ['Bonn'], rents: [2, 2] };
const stateOf = async () => {
  const text = JSON.stringify(await seen());
  if (text === JSON.stringify(BEFORE)) return 'before';
  return text === JSON.stringify(AFTER) ? 'after' : 'torn';
};
const version = async () => (await world.deps.db.warehouse.current())?.version;

/** As if the dead process had been silent for as long as it takes to be known for dead. */
const leasesEnd = () =>
  withClient(world.databaseUrl, async (client) => {
    await client.query('update feeds set lease_until = clock_timestamp() where lease_until is not null');
    await client.query('delete from load_leases');
  });

describe('a feed of a file and an address', () => {
  let deps: FeedPorts;
  beforeEach(async () => {
    const sources = await openLoadSources(readSettings(environment()));
    deps = { ...world.deps, sources, vault: createVault(oneKey(Buffer.alloc(32, 9))) };
    const file = await world.write('feed/properties.csv', 'property_id,city\n1,Bonn\n');
    await createFeed(deps, {
      ...{ name: 'acme', sources: [file], requests: [{ address: `${server.origin}/property_days.csv` }] },
      rule: { frequency: 'daily', time: '06:00', timeZone: 'UTC' },
      ...{ request: {}, graceMinutes: 60, by: 'a test' },
    });
    await withClient(world.databaseUrl, (client) => client.query('update feeds set due_at = clock_timestamp()'));
  });

  it.each([
    ['fetching', 'before'],
    ['fetched', 'before'],
    [1, 'before'],
    [5, 'before'],
    [9, 'before'],
    ['committing', 'before'],
    ['uncommitted', 'before'],
    ['committed', 'after'],
  ] as const)('killed while %s is as %s, and the worker that goes on makes it whole, once', async (dieAt, state) => {
    await killed('feed', dieAt);
    expect([await stateOf(), await version()]).toEqual([state, state === 'before' ? 1 : 2]);
    expect(await deps.db.feeds.claim(30)).toBeNull();
    await leasesEnd();
    await runFeeds(deps, GOING_ON);
    expect([await stateOf(), await version()]).toEqual(['after', 2]);
    const outcome = state === 'before' ? 'loaded' : 'unchanged';
    expect(await deps.db.feeds.named('acme')).toMatchObject({ state: outcome, isRunning: false });
    // Whose version is there is written down with it, however soon its process died.
    expect((await deps.db.loads.list(ALL)).filter(({ version: made }) => made === 2)).toHaveLength(1);
  });

  it('the control: a version of which half was stored is seen to be torn', async () => {
    await killed('feed', 'half');
    expect(await stateOf()).toBe('torn');
  });
});

describe('a watched folder', () => {
  const filesIn = async (...below: readonly string[]) =>
    (await readdir(join(folder, ...below))).filter((name) => name.endsWith('.csv'));

  /** Until all is moved; what was said of each. */
  async function watch(): Promise<readonly string[]> {
    const said: string[] = [];
    const stop = new AbortController();
    const [done, failed] = [join(folder, 'done'), join(folder, 'failed')];
    const watched = new WatchedFolder({ folder, done, failed, settleMs: 0, marker: null });
    const out = { data: (_fields: unknown, text?: string) => void said.push(text ?? ''), say: () => undefined };
    const options = { table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile: null };
    const watching = { deps: world.deps, folder: watched, options, out, lookEveryMs: 50 };
    const ran = watchFolder({ ...watching, stopped: stop.signal });
    await until(filesIn, (names) => names.length === 0);
    await until(
      async () => said,
      (lines) => lines.length > 0,
    );
    stop.abort();
    await ran;
    return said;
  }

  beforeEach(async () => {
    await world.write('watched/property_days.csv', DAYS);
  });

  const rents = async () => (await seen()).rents;

  it.each([
    [1, false],
    [5, false],
    ['committing', false],
    ['uncommitted', false],
    ['committed', true],
  ] as const)('killed while %s has its file loaded: %s; the next watcher makes it whole, once', async (dieAt, isIn) => {
    const before = await version();
    await killed('watch', dieAt);
    expect([await rents(), await filesIn()]).toEqual([isIn ? AFTER.rents : BEFORE.rents, ['property_days.csv']]);
    await leasesEnd();
    const [said] = await watch();
    expect(said).toMatch(isIn ? /stored already, by load/ : /2 rows, data version/);
    expect([await rents(), await filesIn('done')]).toEqual([AFTER.rents, ['property_days.csv']]);
    expect(await version()).toBe((before ?? 0) + 1);
  });
});
