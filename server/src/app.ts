/** The composition: the one file that sees every room. It makes the parts, hands them to each other, and takes them down. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Deps, Engine, Logger } from './core/ports.ts';
import { createEngine } from './duckdb/engine.ts';
import { createHttp } from './http/app.ts';
import { jobRenderer } from './http/bulk/batch-job.ts';
import { closeHttp, freePort, urlHost } from './http/listening.ts';
import { createIntake } from './intake/intake.ts';
import { openDatabase } from './postgres/database.ts';
import { type EmbeddedServer, startEmbedded } from './postgres/embedded/embedded.ts';
import { createDiskStore } from './storage/disk.ts';
import { createLinkSigner } from './storage/links.ts';
import { deriveKey, readMasterKey } from './storage/master-key.ts';
import { createSecrets } from './storage/secrets.ts';
import { createVault } from './storage/vault.ts';
import { createWebhookSender } from './webhooks/send.ts';
import { DeliveryWorker } from './worker/delivery-worker.ts';
import { Worker } from './worker/worker.ts';

const MIB = 1_048_576;
const MS_PER_SECOND = 1000;
/** Kept apart so that a key learnt in one place opens nothing in another. */
const KEY_PURPOSES = {
  secrets: 'credential secrets',
  links: 'download links',
  tokens: 'access tokens',
  database: 'embedded database password',
  vault: 'webhook secrets',
} as const;

/** Taken down in the reverse order of their making; the first error is kept until all are down. */
class Teardown {
  readonly #steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) await step().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  }
}

function createLogger(level: Settings['logLevel']): Logger {
  const secretFields = ['secret', 'token', 'authorization', 'password', 'accessToken'];
  const log = pino(
    {
      level,
      messageKey: 'event',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (event, fields = {}) => log.info(fields, event),
    warn: (event, fields = {}) => log.warn(fields, event),
    error: (event, fields = {}) => log.error(fields, event),
  };
}

/** An engine whose children are started by the first question to it: most operators' commands have none. */
function lazyEngine(open: () => Engine & { close(): Promise<void> }): Engine & { close(): Promise<void> } {
  let opened: ReturnType<typeof open> | undefined;
  const engine = () => {
    opened ??= open();
    return opened;
  };
  return {
    write: (query, target, watch) => engine().write(query, target, watch),
    read: (query, watch) => engine().read(query, watch),
    ask: (program, watch) => engine().ask(program, watch),
    run: (program, watch) => engine().run(program, watch),
    close: async () => opened?.close(),
  };
}

/** The engine alone, for what touches files and no database. Its children spill where temporary files go. */
export async function openEngineAlone(settings: Settings) {
  const scratch = await mkdtemp(join(tmpdir(), 'conveyance-engine-'));
  const engine = createEngine({
    exportChildren: 0,
    memoryLimit: settings.memoryLimit,
    threads: settings.threads,
    spillDirectory: settings.spillDir ?? scratch,
    maxSpillBytes: settings.spillLimitBytes,
    readableDirectories: [],
    localize: () => Promise.reject(new ConveyanceError('not_found', 'there is no warehouse at hand')),
    log: createLogger(settings.logLevel),
  });
  return {
    deps: { engine, clock: () => new Date() },
    async close() {
      await engine.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

async function findDatabase(
  settings: Settings,
  masterKey: Uint8Array,
  log: Logger,
): Promise<{ url: string; embedded: EmbeddedServer | null }> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, embedded: null };
  const password = Buffer.from(deriveKey(masterKey, KEY_PURPOSES.database)).toString('base64url');
  const embedded = await startEmbedded({ dataDir: settings.dataDir, password, log });
  return { url: embedded.url, embedded };
}

function describe(settings: Settings, embedded: EmbeddedServer | null): Fact[] {
  const database =
    embedded === null
      ? 'DATABASE_URL'
      : `embedded, ${embedded.adopted ? 'in use by a server' : 'started for this command'}`;
  const facts = [
    { name: 'version', value: VERSION },
    { name: 'data directory', value: settings.dataDir },
    { name: 'database', value: database },
  ];
  if (embedded === null) return facts;
  const { binaries, cluster, user } = embedded.locations;
  return [
    ...facts,
    { name: 'database files', value: cluster },
    { name: 'database programs', value: binaries },
    { name: 'database user', value: user ?? 'this user' },
  ];
}

/** Everything that verbs ask for, open, with the keys that doors need. */
export interface OpenDeps {
  readonly deps: Deps;
  readonly masterKey: Uint8Array;
  readonly embedded: EmbeddedServer | null;
  readonly facts: readonly Fact[];
  close(): Promise<void>;
}

interface OpenOptions {
  /** Children for exports, started at once; with none, the engine waits for the first question. */
  readonly exportChildren: number;
  readonly publicUrl: string;
}

/** Opens database, storage and engine. What was opened before a failure is closed again. */
export async function openDeps(settings: Settings, options: OpenOptions): Promise<OpenDeps> {
  const teardown = new Teardown();
  const log = createLogger(settings.logLevel);
  try {
    await mkdir(settings.dataDir, { recursive: true });
    const masterKey = await readMasterKey({
      setting: settings.masterKey,
      dataDir: settings.dataDir,
      allowFile: settings.databaseUrl === undefined,
    });
    const { url, embedded } = await findDatabase(settings, masterKey, log);
    if (embedded !== null) teardown.add(() => embedded.stop());
    const db = await openDatabase({ url, log, applicationName: `conveyance ${settings.role}` });
    teardown.add(() => db.close());
    const clock = () => new Date();
    const store = createDiskStore({ root: join(settings.dataDir, 'objects') });
    const openEngine = () =>
      createEngine({
        exportChildren: options.exportChildren,
        memoryLimit: settings.memoryLimit,
        threads: settings.threads,
        spillDirectory: settings.spillDir ?? join(settings.dataDir, 'spill'),
        maxSpillBytes: settings.spillLimitBytes,
        readableDirectories: [],
        localize: (key) => store.localize(key),
        log,
      });
    const engine = options.exportChildren > 0 ? openEngine() : lazyEngine(openEngine);
    teardown.add(() => engine.close());
    const webhooks = createWebhookSender({ allow: settings.callbackAllow, clock, version: VERSION });
    teardown.add(() => webhooks.close());
    const links = createLinkSigner({
      publicUrl: options.publicUrl,
      key: deriveKey(masterKey, KEY_PURPOSES.links),
      keyId: '1',
      clock,
    });
    const secrets = createSecrets(deriveKey(masterKey, KEY_PURPOSES.secrets));
    const vault = createVault(deriveKey(masterKey, KEY_PURPOSES.vault));
    const renderJob = jobRenderer(options.publicUrl);
    const policy = { ...settings, minimumFreeBytes: settings.minimumFreeMib * MIB };
    const intake = createIntake({ store, ids: randomUUID });
    const ports = { db, engine, store, intake, links, webhooks, secrets, vault, renderJob };
    const deps = { ...ports, clock, ids: randomUUID, log, policy };
    return { deps, masterKey, embedded, facts: describe(settings, embedded), close: () => teardown.run() };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

export interface App {
  readonly url: string;
  readonly deps: Deps;
  readonly embedded: EmbeddedServer | null;
  /** Not listening until `start`; null in a process that only works. */
  readonly http: FastifyInstance | null;
  /** Starts answering and working. */
  start(): Promise<void>;
  /** Answers nothing new, lets running jobs finish for a while, and closes everything. */
  stop(): Promise<void>;
}

/** The whole program, ready to start. */
export async function createApp(settings: Settings): Promise<App> {
  const { host, role, workers, drainSeconds } = settings;
  const port = settings.port === 0 ? await freePort(host) : settings.port;
  const publicUrl = (settings.publicUrl ?? `http://${urlHost(host)}:${port}`).replace(/\/+$/, '');
  const open = await openDeps(settings, { publicUrl, exportChildren: role === 'api' ? 0 : workers });
  const { deps, masterKey, embedded } = open;
  const http =
    role === 'worker'
      ? null
      : createHttp({
          deps,
          settings: {
            publicUrl,
            tokenKey: deriveKey(masterKey, KEY_PURPOSES.tokens),
            rateLimitPerMinute: settings.rateLimitPerMinute,
            batchRateLimitPerSecond: settings.batchRateLimitPerSecond,
          },
          version: VERSION,
          readiness: () => readiness(deps),
        });
  const drainMs = drainSeconds * MS_PER_SECOND;
  const works =
    role === 'api' ? [] : [new Worker(deps, { slots: workers, drainMs }), new DeliveryWorker(deps, { drainMs })];
  const teardown = new Teardown();
  teardown.add(() => open.close());
  return {
    url: publicUrl,
    deps,
    embedded,
    http,
    async start() {
      for (const work of works) work.start();
      teardown.add(() => Promise.all(works.map((work) => work.stop())));
      if (http === null) return;
      teardown.add(() => closeHttp(http, drainSeconds * MS_PER_SECOND));
      await http.listen({ host, port }).catch((error: unknown) => {
        throw new ConveyanceError(
          'bad_setting',
          `cannot listen on ${host} port ${port} (CONVEYANCE_HOST, CONVEYANCE_PORT)`,
          { cause: error },
        );
      });
      deps.log.info('listening', { host, port, publicUrl, role });
    },
    stop: () => teardown.run(),
  };
}

async function readiness({ db, store, policy }: Deps) {
  const database = await db.ping().then(
    () => true,
    () => false,
  );
  const free = await store.freeBytes();
  const disk = free === null || free >= policy.minimumFreeBytes;
  return { ready: database && disk, checks: { database, disk } };
}
