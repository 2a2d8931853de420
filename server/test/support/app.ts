/** The whole program for a test: real database, real engine, real files, on a port of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { type App, createApp } from '../../src/app.ts';
import { readSettings } from '../../src/config.ts';
import { DEFAULT_SCOPES, type Scope } from '../../src/core/access.ts';
import { type IssuedKey, issueKey, issueToken } from '../../src/core/logins/credentials.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import { generateDemo } from '../../src/demo/generate.ts';
import { loadWarehouse } from '../../src/warehouse/load/load.ts';
import { emptyDatabase } from './postgres.ts';

export const GUIDE_IDS = [99001416, 99001470, 99004737] as const;
/** The months that tiny demo data covers end here, whatever today is. */
export const DEMO_END = '2025-12';

export interface TestAccount {
  readonly id: string;
  readonly token: string;
  readonly key: IssuedKey;
}

export interface TestApp {
  readonly app: App;
  readonly http: FastifyInstance;
  readonly url: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  account(options?: { name?: string; grants?: Grants; scopes?: readonly Scope[] }): Promise<TestAccount>;
  /** A request with the account's bearer token, without a socket. */
  as(account: Pick<TestAccount, 'token'>, request: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** False leaves the warehouse empty. */
  readonly demo?: boolean;
  /** Before the app has its routes. */
  readonly prepare?: (http: FastifyInstance) => void;
  /** Properties without a history of rents beside the six of the demo. None when left out: most tests count properties. */
  readonly parcels?: number;
}

/** Loads the tiny demo warehouse: 6 properties, 90 days up to the end of `DEMO_END`, and parcels beside them. */
export async function loadDemo(app: App, dataDir: string, parcels = 0): Promise<void> {
  const watch = { signal: new AbortController().signal };
  const outDirectory = await mkdtemp(join(dataDir, 'demo-'));
  const { tables } = await generateDemo(app.deps, { size: 'tiny', parcels, end: DEMO_END, outDirectory }, watch);
  const paths = Object.values(tables).map(({ file }) => file);
  const rejectFile = join(dataDir, 'rejects.csv');
  const options = { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
  await loadWarehouse(app.deps, options, watch);
}

async function addAccount(
  { deps }: App,
  {
    name = 'Test account',
    grants = 'all',
    scopes = DEFAULT_SCOPES,
  }: { name?: string; grants?: Grants; scopes?: readonly Scope[] } = {},
): Promise<TestAccount> {
  const { id } = await deps.db.accounts.create({ id: deps.ids(), name, grants });
  const key = await issueKey(deps, { accountId: id, scopes });
  const token = await issueToken(deps, { accountId: id, scopes });
  return { id, token, key };
}

export async function testApp({ settings = {}, demo = true, prepare, parcels }: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-app-'));
  const database = await emptyDatabase('test_template');
  const app = await createApp(
    readSettings({
      CONVEYANCE_DATA_DIR: dataDir,
      CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
      CONVEYANCE_PORT: '0',
      CONVEYANCE_LOG_LEVEL: 'silent',
      CONVEYANCE_DRAIN_SECONDS: '0',
      // Tests poll without patience.
      CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
      CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
      DATABASE_URL: database.url,
      ...settings,
    }),
  );
  const { http } = app;
  if (http === null) throw new Error('a test of requests needs a process that answers them');
  prepare?.(http);
  if (demo) await loadDemo(app, dataDir, parcels);
  await app.start();
  return {
    app,
    http,
    url: app.url,
    dataDir,
    databaseUrl: database.url,
    account: (options) => addAccount(app, options),
    as: ({ token }, request) =>
      http.inject({ ...request, headers: { authorization: `Bearer ${token}`, ...request.headers } }),
    async close() {
      await app.stop();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const POLL_MS = 20;
const DEADLINE_MS = 20_000;

/** Asks again until the answer satisfies. Throws with the last one when the time is over. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  satisfied: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
