/** The HTTP door on a real database and real credentials, without workers: jobs end when a test ends them. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { readSettings } from '../../src/config.ts';
import type { Scope } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { issueKey, issueToken } from '../../src/core/logins/credentials.ts';
import type { ConsoleFile } from '../../src/core/ports/console-files.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import type { Engine } from '../../src/core/ports/engine.ts';
import { oneKey } from '../../src/core/ports/keys.ts';
import type { Logger } from '../../src/core/ports/logger.ts';
import { NO_METER, NO_TRACER } from '../../src/core/ports/telemetry.ts';
import { createHttp, type HttpOptions } from '../../src/http/app.ts';
import { createIntake } from '../../src/intake/intake.ts';
import { createLocalFiles } from '../../src/intake/local/local-files.ts';
import { createClientFiles } from '../../src/packaging/client-files.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';
import { createLinkSigner } from '../../src/storage/links.ts';
import { createSecrets } from '../../src/storage/secrets.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createWebhookSender } from '../../src/webhooks/send.ts';
import { asking } from '../support/asking.ts';
import { testDatabase } from '../support/postgres.ts';

export const ORIGIN = 'https://data.example.com';
export const TOKEN_KEY = new Uint8Array(randomBytes(32));
export const JOBS = '/apartmentiq/api/v1/bulk_api/jobs';
/** The ids of the vendor's guide. */
export const KNOWN_IDS = [99001416, 99001470, 99004737] as const;
export const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: [99001416, 99001470],
};
export const ALL_SCOPES: readonly Scope[] = ['exports:read', 'exports:write', 'data:read'];

/** A port that these tests must not reach: to touch it is an error. */
function unreachable<Port extends object>(name: string): Port {
  return new Proxy({} as Port, {
    get(_target, method) {
      throw new Error(`the test reached ${name}.${String(method)}`);
    },
  });
}

/** An engine that must not be asked. What else is done in an account’s turn is done. */
function idleEngine(): Engine {
  const engine = unreachable<Engine>('engine');
  return { ...asking((...how) => engine.run(...how)), write: (...how) => engine.write(...how) };
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function recordingLog(lines: LogLine[]): Logger {
  const at =
    (level: LogLine['level']): Logger['info'] =>
    (event, fields = {}) =>
      void lines.push({ level, event, fields });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

export interface Customer {
  readonly accountId: string;
  readonly accessKey: string;
  readonly secret: string;
  /** A personal token's header. */
  readonly authorization: string;
}

function consoleFile(text: string, contentType: string): ConsoleFile {
  const bytes = Buffer.from(text);
  return { contentType, bytes, gzipped: gzipSync(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A console of two files: tests of the door need no built one. */
export const CONSOLE_FILES: ReadonlyMap<string, ConsoleFile> = new Map([
  ['index.html', consoleFile('<!doctype html><title>Conveyance</title>', 'text/html; charset=utf-8')],
  ['assets/index-3f2a.js', consoleFile('console.info("the page")', 'text/javascript; charset=utf-8')],
]);

export interface DoorOptions {
  /** Parts to put in place of the usual ones. */
  readonly deps?: Partial<Deps>;
  readonly limits?: HttpOptions['limits'];
  readonly rateLimitPerMinute?: number;
  readonly reonomyRateLimitPerSecond?: number;
  readonly readiness?: HttpOptions['readiness'];
  readonly clientFiles?: HttpOptions['clientFiles'];
  readonly consoleFiles?: HttpOptions['consoleFiles'];
  /** Before the app takes its first request. */
  readonly prepare?: (app: FastifyInstance) => void;
}

/** A caller's requests, without a socket. */
export interface Client {
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
  delete(url: string): Promise<LightMyRequestResponse>;
  estimate(body: object): Promise<LightMyRequestResponse>;
  create(body: object): Promise<LightMyRequestResponse>;
  /** A job from bytes as they are. */
  post(body: string | Buffer, contentType?: string): Promise<LightMyRequestResponse>;
}

export interface TestDoor extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly app: FastifyInstance;
  readonly deps: Deps;
  readonly log: readonly LogLine[];
  as(customer: Pick<Customer, 'authorization'>): Client;
  /** An account with a key pair and a personal token. */
  customer(options?: { scopes?: readonly Scope[]; grants?: Grants }): Promise<Customer>;
}

function clientOf(app: FastifyInstance, { authorization }: Pick<Customer, 'authorization'>): Client {
  const headers = { authorization };
  return {
    get: (url, more) => app.inject({ url, headers: { ...headers, ...more } }),
    delete: (url) => app.inject({ method: 'DELETE', url, headers }),
    estimate: (payload) => app.inject({ method: 'POST', url: `${JOBS}/estimate`, headers, payload }),
    create: (payload) => app.inject({ method: 'POST', url: JOBS, headers, payload }),
    post: (payload, contentType = 'application/json') =>
      app.inject({ method: 'POST', url: JOBS, headers: { ...headers, 'content-type': contentType }, payload }),
  };
}

export async function testDoor({
  deps: others = {},
  limits,
  rateLimitPerMinute = 0,
  reonomyRateLimitPerSecond = 0,
  readiness,
  clientFiles = createClientFiles(),
  consoleFiles = { all: async () => CONSOLE_FILES },
  prepare,
}: DoorOptions = {}): Promise<TestDoor> {
  const database = await testDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-http-'));
  const clock = others.clock ?? (() => new Date());
  const log: LogLine[] = [];
  const webhooks = createWebhookSender({ allow: [], clock: () => new Date(), version: 'test' });
  const store = createDiskStore({ root: directory });
  const deps: Deps = {
    db: database.db,
    engine: idleEngine(),
    store,
    intake: createIntake({ store, ids: randomUUID }),
    files: createLocalFiles(),
    sources: {
      open: () => {
        throw new Error('no address is read here');
      },
    },
    links: createLinkSigner({ publicUrl: ORIGIN, keys: oneKey(randomBytes(32)), clock }),
    webhooks,
    secrets: createSecrets(oneKey(randomBytes(32))),
    searchSigner: createSecrets(oneKey(randomBytes(32))),
    erasureSigner: createSecrets(oneKey(randomBytes(32))),
    vault: createVault(oneKey(randomBytes(32))),
    clock,
    ids: randomUUID,
    log: recordingLog(log),
    meter: NO_METER,
    tracer: NO_TRACER,
    // The defaults, but for what depends on this machine or would take too long here.
    policy: { ...readSettings({}), publicUrl: ORIGIN, minimumFreeBytes: 0, webhookSchedule: [0, 5, 300] },
    ...others,
  };
  await deps.db.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of(KNOWN_IDS) });
  const app = createHttp({
    deps,
    settings: { publicUrl: ORIGIN, tokenKeys: oneKey(TOKEN_KEY), rateLimitPerMinute, reonomyRateLimitPerSecond },
    version: '0.0.0',
    clientFiles,
    consoleFiles,
    readiness: readiness ?? (async () => ({ ready: true, checks: { database: true } })),
    ...(limits && { limits }),
  });
  prepare?.(app);
  return {
    databaseUrl: database.url,
    app,
    deps,
    log,
    as: (customer) => clientOf(app, customer),
    async customer({ scopes = ALL_SCOPES, grants = 'all' } = {}) {
      const account = await deps.db.accounts.create({ id: randomUUID(), name: 'Harbor Analytics', grants });
      const { accessKey, secret } = await issueKey(deps, { accountId: account.id, scopes });
      const token = await issueToken(deps, { accountId: account.id, scopes });
      return { accountId: account.id, accessKey, secret, authorization: `Bearer ${token}` };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await webhooks.close();
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
