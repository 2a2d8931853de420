/**
 * 100,000 rows with seeded errors against one and ten million made-up properties (`--properties=1000000` for one of them; ten take
 * ten minutes, nearly all of it for the load), through the door: from the POST to SUCCESS with the file in and out, compared with an exact
 * join of parsed addresses and a fuzzy join in SQL on the same rows.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { createApp } from '../server/dist/app.js';
import { readSettings } from '../server/dist/config.js';
import { DEFAULT_SCOPES } from '../server/dist/core/access.js';
import { type IssuedKey, issueKey } from '../server/dist/core/logins/credentials.js';
import { loadWarehouse } from '../server/dist/warehouse/load/load.js';
import { numberFlag } from './flags.ts';
import { type MadeRow, makeRows } from './match-errors.ts';
import { type Answer, joinFuzzily, type PeerRun, parseAndJoin } from './match-peers.ts';
import { matchClient } from './match-server.ts';
import { MatchWorld } from './match-world.ts';
import { startWatched, type Usage, type WatchedServer } from './process-tree.ts';
import { uuidOf } from './reonomy-id.ts';
import { say, spread } from './statistics.ts';

const PROPERTIES = [1_000_000, 10_000_000];
const DEFAULT_ROWS = 100_000;
const SMALL_ROWS = 5;
const RESOLVED = 100;
const ROUNDS = 3;
const MIB = 1_048_576;
const HEADERS = ['Address1', 'City', 'State', 'Zip'];
const METADATA = {
  headers: HEADERS,
  mapping: { address_line_1: 'Address1', address_city: 'City', address_state: 'State', address_postal: 'Zip' },
};

interface Place {
  readonly directory: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Loads the world in this process, as `conveyance load` does. */
async function load({ directory, settings }: Place, world: MatchWorld): Promise<IssuedKey> {
  const paths = ['properties', 'property_addresses'].map((table) => join(directory, `${table}.parquet`));
  await world.write(paths[0] ?? '', paths[1] ?? '');
  const app = await createApp(readSettings(settings));
  try {
    const stages: [stage: string, startedAt: number][] = [];
    const onStage = (stage: string) => {
      if (stages.at(-1)?.[0] !== stage) stages.push([stage, performance.now()]);
    };
    const rejectFile = join(directory, 'rejects.csv');
    const options = { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
    await loadWarehouse(app.deps, options, { signal: new AbortController().signal, onStage });
    const ends = [...stages.slice(1).map(([, at]) => at), performance.now()];
    const spans = stages.map(([stage, at], index) => `${stage} ${(((ends[index] ?? at) - at) / 1000).toFixed(1)} s`);
    say(`load: ${spans.join(', ')}`);
    const { id } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'bench', grants: 'all' });
    return await issueKey(app.deps, { accountId: id, scopes: DEFAULT_SCOPES });
  } finally {
    await app.stop();
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }
}

/** Shares of rows with the right answer, and of rows with a property that is not theirs. */
function judge(rows: readonly MadeRow[], answers: readonly Answer[]): string {
  let right = 0;
  let wrong = 0;
  for (const [index, { propertyId, reason }] of rows.entries()) {
    const answer = answers[index];
    if (answer?.propertyId === propertyId && answer.reason === reason) right++;
    else if (answer?.propertyId != null) wrong++;
  }
  const share = (count: number) => `${((100 * count) / rows.length).toFixed(2)} %`;
  return `right ${share(right)}, false ${share(wrong)}`;
}

/** A PARTIAL asks a person to look: it is neither right nor false unless it names the property. */
function answersOf(text: string, rows: readonly MadeRow[]): Answer[] {
  const table: Record<string, string>[] = parse(text, { columns: true });
  return table.map(({ reonomy_id: id, status, miss_reason: reason = '' }, index) => {
    const expected = rows[index]?.propertyId ?? null;
    if (expected !== null && id === uuidOf(expected)) return { propertyId: expected, reason };
    return { propertyId: status === 'OK' ? -1 : null, reason: status === 'PARTIAL' ? 'PARTIAL' : reason };
  });
}

function describe({ peakBytes, cpuSeconds }: Usage): string {
  return `${cpuSeconds.toFixed(1)} s of processor time, peak ${Math.round(peakBytes / MIB)} MiB with all children`;
}

async function matchAll(server: WatchedServer, key: IssuedKey, rows: readonly MadeRow[]): Promise<readonly number[]> {
  const client = matchClient(server.url, key);
  const csvOf = (some: readonly MadeRow[]) => stringify([HEADERS, ...some.map(({ cells }) => [...cells])]);
  server.usage();
  await new Promise((idle) => setTimeout(idle, 1000));
  say(`idle: ${describe(server.usage())}`);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { text, seconds } = await client.matchFile(csvOf(rows), METADATA);
    times.push(seconds);
    const rate = Math.round(rows.length / seconds);
    say(
      `match job: ${seconds.toFixed(1)} s from POST to SUCCESS, ${rate} rows/s, ${judge(rows, answersOf(text, rows))}`,
    );
    say(`  ${describe(server.usage())}`);
  }
  const small: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    small.push((await client.matchFile(csvOf(rows.slice(0, SMALL_ROWS)), METADATA)).seconds);
  }
  say(
    `a job of ${SMALL_ROWS} rows: ${small.map((seconds) => `${seconds.toFixed(2)} s`).join(', ')}; ${describe(server.usage())}`,
  );
  await sayLatency(client, rows);
  return times;
}

async function sayLatency(client: ReturnType<typeof matchClient>, rows: readonly MadeRow[]): Promise<void> {
  const latencies: number[] = [];
  for (const {
    cells: [line, city, state, postal],
  } of rows.slice(0, RESOLVED)) {
    const body = { address_line_1: line, address_city: city, address_state: state, address_postal: postal };
    latencies.push(await client.resolve(body));
  }
  const { p50, p99 } = spread(latencies);
  say(`one address at once: p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms of ${RESOLVED}`);
}

export async function benchMatch(): Promise<void> {
  const asked = numberFlag('properties', 0);
  for (const properties of asked > 0 ? [asked] : PROPERTIES) await benchAgainst(properties);
}

async function benchAgainst(properties: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-match-'));
  await chmod(directory, 0o711);
  const threads = String(numberFlag('threads', availableParallelism()));
  const settings = {
    CONVEYANCE_DATA_DIR: join(directory, 'data'),
    CONVEYANCE_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'error',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
    CONVEYANCE_ENGINE_THREADS: threads,
  };
  try {
    const world = await MatchWorld.make(properties, { threads });
    const rows = makeRows(await world.subjects(numberFlag('rows', DEFAULT_ROWS)));
    say(`${properties} properties, ${rows.length} rows, ${threads} threads; load average ${loadavg()[0]?.toFixed(1)}`);
    const key = await load({ directory, settings }, world);
    const server = await startWatched(settings);
    const times = await matchAll(server, key, rows).finally(() => server.stop());
    const ours = Math.min(...times);
    const sayPeer = (name: string, { answers, seconds }: PeerRun) =>
      say(
        `${name}: ${seconds.toFixed(1)} s, ${judge(rows, answers)}; the job takes ${(ours / seconds).toFixed(1)} × that`,
      );
    sayPeer('parse-address and an exact join', await parseAndJoin(world.connection, rows));
    sayPeer('SQL join by number, ZIP code and Jaro-Winkler', await joinFuzzily(world.connection, rows));
    say(`load average ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
