/** The whole program for a test: real database, real engine, real files, on a port of its own. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { inject } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readSettings, SETTINGS } from '../../src/config.ts';
import { DEFAULT_SCOPES, type Scope } from '../../src/core/access.ts';
import { type IssuedKey, issueKey, issueToken } from '../../src/core/logins/credentials.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import { generateDemo } from '../../src/demo/generate.ts';
import { openDeps } from '../../src/deps.ts';
import { shownOf } from '../../src/setting.ts';
import { loadWarehouse } from '../../src/warehouse/load/load.ts';
import { keptChildren } from './kept-children.ts';
import { emptyDatabase, sharedTemplate } from './postgres.ts';

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

export const MASTER_KEY = 'a master key that only tests know about';

/** What the server of every test is started with. */
function baseSettings(dataDir: string, databaseUrl: string): Record<string, string> {
  return {
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    // Tests poll without patience.
    CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
    DATABASE_URL: databaseUrl,
  };
}

/** The work on the data as a program beside the server does it: an operator's command without its process. */
export async function beside<Result>(
  settings: Readonly<Record<string, string>>,
  work: (open: Pick<App, 'deps'>) => Promise<Result>,
): Promise<Result> {
  const options = { exportChildren: 0, publicUrl: 'http://127.0.0.1', engineChildren: keptChildren };
  const open = await openDeps(readSettings(settings), options);
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}

/** The same for a database that is the test's own, with tables or without. */
export function fillWithDemo(dataDir: string, databaseUrl: string): Promise<void> {
  return loadDemo(dataDir, databaseUrl, 0);
}

/** Loads the tiny demo warehouse: 6 properties, 90 days up to the end of `DEMO_END`, and parcels beside them. */
function loadDemo(dataDir: string, databaseUrl: string, parcels: number): Promise<void> {
  return beside(baseSettings(dataDir, databaseUrl), async ({ deps }) => {
    const watch = { signal: new AbortController().signal };
    const outDirectory = await mkdtemp(join(dataDir, 'demo-'));
    const { tables } = await generateDemo(deps, { size: 'tiny', parcels, end: DEMO_END, outDirectory }, watch);
    const paths = Object.values(tables).map(({ file }) => file);
    const rejectFile = join(dataDir, 'rejects.csv');
    const options = { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
    await loadWarehouse(deps, options, watch);
  });
}

/**
 * A database with the demo's data, and its objects in the data directory. They are generated and loaded once for a run, which takes
 * some 5 s of a processor, and cloned for each who asks.
 */
export async function demoDatabase(dataDir: string, parcels = 0): ReturnType<typeof emptyDatabase> {
  const template = `test_demo_${parcels}`;
  const made = join(inject('runDirectory'), template);
  await sharedTemplate(template, async (url) => {
    await rm(made, { recursive: true, force: true });
    await mkdir(made);
    await loadDemo(made, url, parcels);
  });
  await cp(join(made, 'objects'), join(dataDir, 'objects'), { recursive: true });
  return emptyDatabase(template);
}

export async function addAccount(
  { deps }: Pick<App, 'deps'>,
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

/** A server beside the test's own, or in its place, which the test stops. */
export function serverOf(settings: Readonly<Record<string, string>>): Promise<App> {
  const shown = shownOf(Object.values(SETTINGS), settings, {});
  return createApp(readSettings(settings), shown, { engineChildren: keptChildren });
}

export async function testApp({ settings = {}, demo = true, prepare, parcels }: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-app-'));
  const database = demo ? await demoDatabase(dataDir, parcels) : await emptyDatabase('test_template');
  const given = { ...baseSettings(dataDir, database.url), ...settings };
  const app = await serverOf(given);
  const { http } = app;
  if (http === null) throw new Error('a test of requests needs a process that answers them');
  prepare?.(http);
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
/** Sooner than a test's own time is over. */
const PATIENCE_MS = 20_000;

/** Asks again until the answer satisfies. Throws with the last one when the time is over. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  satisfied: (answer: Answer) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<Answer> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
