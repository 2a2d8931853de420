/** A server as it is run, with one tenant who attacks it and one who wants to work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { FastifyInstance } from 'fastify';
import { Teardown } from '../../src/core/teardown.ts';
import { openWorld, request, type World } from '../security/access-world.ts';
import { GUIDE_IDS, MASTER_KEY, type TestAccount } from '../support/app.ts';
import { basicHeaders, uuidOf } from '../support/file-jobs.ts';
import { type LiveRoutes, recordRoutes } from '../support/live-routes.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { Probe, type ProbePlan, type ProbeRequest } from './probe.ts';
import type { SftpLine } from './sftp-strike.ts';
import { type Aim, aimsOf } from './targets.ts';
import type { Tier } from './tiers.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const WITHOUT = join(import.meta.dirname, '../support/without.mjs');
/** Networks of their own: what is counted by address or by network must not count the others for the attacker. Elsewhere loopback has one address. */
const FROM =
  process.platform === 'linux'
    ? { attacker: '127.0.0.2', neighbour: '127.0.1.2', health: '127.0.2.2' }
    : { attacker: '127.0.0.1', neighbour: '127.0.0.1', health: '127.0.0.1' };
/** Renewed three times in that span: a process that stands still for longer loses its jobs. */
const LEASE_SECONDS = 10;
const LIVEZ_MS = 25;
const BULK_MS = 200;
/** Below the five in a second that an access key may send. */
const REONOMY_MS = 1_000;
const KEPT_CHARACTERS = 4_000;

export interface HostileWorld extends AsyncDisposable {
  readonly aims: readonly Aim[];
  readonly live: LiveRoutes;
  readonly probe: Probe;
  readonly http: { readonly port: number; readonly from: string };
  readonly sftp: { readonly attacker: SftpLine; readonly neighbour: SftpLine };
  /** What it said last; null while it runs. */
  ended(): string | null;
  /** Jobs that anybody's attempt was taken from. */
  lostAttempts(): Promise<readonly string[]>;
  /** Ends what the attacker has queued. */
  clearQueue(): Promise<void>;
}

interface ServerUnderAttack {
  readonly child: ChildProcess;
  readonly port: number;
  readonly sftpPort: number;
  ended(): string | null;
}

async function serve(environment: Readonly<Record<string, string>>): Promise<ServerUnderAttack> {
  const flags = ['--import', WITHOUT, PROGRAM, 'serve', '--role', 'all', '--port', '0', '--json'];
  const child = spawn(process.execPath, flags, { env: { ...process.env, ...environment } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_CHARACTERS);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, sftp } = JSON.parse(line);
    return {
      child,
      port: Number(new URL(url).port),
      sftpPort: sftp.port,
      ended: () => (child.exitCode === null && child.signalCode === null ? null : `the server has ended: ${said}`),
    };
  }
  throw new Error(`the server ended before it listened: ${said}`);
}

async function stop({ child, ended }: ServerUnderAttack): Promise<void> {
  if (ended() !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

function environmentOf({ app }: World, { settings }: Tier, changes: string): Readonly<Record<string, string>> {
  return {
    CONVEYANCE_DATA_DIR: app.dataDir,
    DATABASE_URL: app.databaseUrl,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_SFTP_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'error',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_LEASE_SECONDS: String(LEASE_SECONDS),
    CONVEYANCE_MEMORY_LIMIT: '512MiB',
    // The receiver of webhooks is here.
    CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8',
    TEST_WITHOUT: changes,
    ...settings,
  };
}

/** No webhook of the world's jobs may leave this machine. */
async function redirectWebhooks({ query }: World, sink: string): Promise<void> {
  await query('update deliveries set url = $1, host = $2', sink, new URL(sink).host);
}

function asNeighbour(port: number, { token, key }: TestAccount) {
  const line = { port, from: FROM.neighbour };
  const bearer = { authorization: `Bearer ${token}` };
  const json = { 'content-type': 'application/json' };
  return {
    get: (path: string): ProbeRequest => ({ ...line, path: `/api/v1${path}`, headers: bearer }),
    post: (path: string, body: object): ProbeRequest => {
      return {
        ...line,
        method: 'POST',
        path: `/api/v1${path}`,
        headers: { ...bearer, ...json },
        body: JSON.stringify(body),
      };
    },
    batch: (path: string, body?: object): ProbeRequest => ({
      ...line,
      path: `/v2${path}`,
      headers: { ...basicHeaders({ key }), ...json },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    }),
  };
}

/** What the neighbour does all day: looks, searches, reads, and has one export made after the other. */
async function planOf({ app }: World, { child, port }: ServerUnderAttack, neighbour: TestAccount): Promise<ProbePlan> {
  const { get, post, batch } = asNeighbour(port, neighbour);
  const answer = await app.as(neighbour, { method: 'POST', url: '/api/v1/bulk_api/jobs', payload: request() });
  const months = { start_date: '2025-11-01', end_date: '2025-12-31', property_ids: [...GUIDE_IDS] };
  return {
    pid: child.pid ?? 0,
    databaseUrl: app.databaseUrl,
    kinds: [
      { kind: 'livez', everyMs: LIVEZ_MS, requests: [{ port, from: FROM.health, path: '/livez' }] },
      {
        kind: 'neighbour',
        everyMs: BULK_MS,
        requests: [
          get(`/bulk_api/jobs/${answer.json().job_id}`),
          get('/properties/lookup?per_page=10'),
          get('/bulk_api/jobs?per_page=10'),
          get('/usage'),
        ],
      },
      {
        kind: 'neighbour',
        everyMs: REONOMY_MS,
        requests: [
          batch('/search/summaries', { settings: {}, limit: 10 }),
          batch(`/property/${uuidOf(GUIDE_IDS[0])}?detail_type=basic`),
        ],
      },
    ],
    jobs: {
      create: post('/bulk_api/jobs', request({ report_type: 'units', ...months })),
      read: get('/bulk_api/jobs/'),
    },
  };
}

async function lostAttempts({ query }: World): Promise<readonly string[]> {
  const rows = await query<{ id: string; attempt: number }>('select id::text, attempt from jobs where attempt > 1');
  return rows.map(({ id, attempt }) => `job ${id} is at attempt ${attempt}`);
}

async function clearQueue({ app, query, first }: World): Promise<void> {
  const waiting = await query<{ id: string }>(
    `select id::text from jobs where account_id = $1 and status = 'submitted' and kind = 'report'`,
    first.id,
  );
  for (const { id } of waiting) {
    await app.app.deps.db.jobs.finish({ accountId: first.id, id }, { outcome: 'cancelled' });
  }
}

/** @param changes what the server is without, as `without.mjs` takes it */
export async function openHostileWorld(tier: Tier, changes: string): Promise<HostileWorld> {
  let live: LiveRoutes = { served: new Set(), refused: new Map() };
  const teardown = new Teardown();
  try {
    const sink = await startReceiver();
    teardown.add(() => sink.close());
    const prepare = (http: FastifyInstance) => {
      live = recordRoutes(http);
    };
    const world = await openWorld(prepare, { parcels: tier.parcels });
    teardown.add(async () => world[Symbol.asyncDispose]());
    await redirectWebhooks(world, sink.url());
    const aims = await aimsOf(world, sink.url());
    const neighbour = await world.app.account({ name: 'A neighbour' });
    const server = await serve(environmentOf(world, tier, changes));
    const { port, sftpPort, ended } = server;
    teardown.add(() => stop(server));
    const probe = new Probe(await planOf(world, server, neighbour));
    teardown.add(() => probe.close());
    return {
      aims,
      live,
      probe,
      http: { port, from: FROM.attacker },
      sftp: {
        attacker: { port: sftpPort, from: FROM.attacker, key: world.first.key },
        neighbour: { port: sftpPort, from: FROM.neighbour, key: neighbour.key },
      },
      ended,
      lostAttempts: () => lostAttempts(world),
      clearQueue: () => clearQueue(world),
      [Symbol.asyncDispose]: () => teardown.run(),
    };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}
