/** The composition: the one file that sees every room. It makes the parts, hands them to each other, and takes them down. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Deps } from './core/ports/deps.ts';
import type { Logger } from './core/ports/logger.ts';
import { Teardown } from './core/teardown.ts';
import { createEngine, createLazyEngine, type OpenEngine } from './duckdb/parent/engine.ts';
import { createHttp } from './http/app.ts';
import { jobRenderer } from './http/dialects/apartmentiq/jobs/batch-job.ts';
import { closeHttp, freePort, urlHost } from './http/server/listening.ts';
import { createIntake } from './intake/intake.ts';
import { type OpenDatabase, openDatabase } from './postgres/database.ts';
import { type EmbeddedServer, startEmbedded } from './postgres/embedded/embedded.ts';
import { type HostKeys, hostKeysOf } from './sftp/host-key.ts';
import { SftpServer } from './sftp/server.ts';
import { createDiskStore } from './storage/disk/disk.ts';
import { createLinkSigner } from './storage/links.ts';
import { deriveKey, readMasterKey } from './storage/master-key.ts';
import { createSecrets } from './storage/secrets.ts';
import { createVault } from './storage/vault.ts';
import { createLogger } from './telemetry/log.ts';
import { observedEngine, observedSender } from './telemetry/observed.ts';
import type { Sources } from './telemetry/readings.ts';
import { openTelemetry, type Telemetry, UNWATCHED } from './telemetry/telemetry.ts';
import { createWebhookSender } from './webhooks/send.ts';
import { DeliveryWorker } from './worker/delivery-worker.ts';
import { Worker } from './worker/worker.ts';

const MIB = 1_048_576;
const MS_PER_SECOND = 1000;
/** Kept apart so that a key learnt in one place opens nothing in another. The host keys of SFTP have purposes of their own. */
const KEY_PURPOSES = {
  secrets: 'credential secrets',
  links: 'download links',
  tokens: 'access tokens',
  database: 'embedded database password',
  vault: 'webhook secrets',
} as const;

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

function sftpHostKeys(masterKey: Uint8Array): HostKeys {
  return hostKeysOf((purpose) => deriveKey(masterKey, purpose));
}

function describe(settings: Settings, embedded: EmbeddedServer | null, masterKey: Uint8Array): Fact[] {
  const database =
    embedded === null
      ? 'DATABASE_URL'
      : `embedded, ${embedded.adopted ? 'in use by a server' : 'started for this command'}`;
  const hostKeys = settings.sftpPort === undefined ? [] : sftpHostKeys(masterKey);
  const facts = [
    { name: 'version', value: VERSION },
    { name: 'data directory', value: settings.dataDir },
    { name: 'database', value: database },
    ...hostKeys.map(({ type, fingerprint }) => ({ name: `sftp host key, ${type}`, value: fingerprint })),
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
  /** What tells of itself, for figures. */
  readonly parts: { readonly db: OpenDatabase; readonly engine: OpenEngine };
  readonly masterKey: Uint8Array;
  readonly embedded: EmbeddedServer | null;
  readonly facts: readonly Fact[];
  close(): Promise<void>;
}

interface OpenOptions {
  /** Children for exports, started at once; with none, the engine waits for the first question. */
  readonly exportChildren: number;
  readonly publicUrl: string;
  readonly telemetry?: Pick<Telemetry, 'meter' | 'tracer'>;
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
    const { exportChildren, publicUrl, telemetry = UNWATCHED } = options;
    const engine = (exportChildren > 0 ? createEngine : createLazyEngine)({
      exportChildren,
      memoryLimit: settings.memoryLimit,
      threads: settings.threads,
      spillDirectory: settings.spillDir ?? join(settings.dataDir, 'spill'),
      maxSpillBytes: settings.spillLimitBytes,
      readableDirectories: [],
      localize: (key) => store.localize(key),
      log,
    });
    teardown.add(() => engine.close());
    const webhooks = createWebhookSender({ allow: settings.callbackAllow, clock, version: VERSION });
    teardown.add(() => webhooks.close());
    const links = createLinkSigner({
      publicUrl,
      key: deriveKey(masterKey, KEY_PURPOSES.links),
      keyId: '1',
      clock,
    });
    const secrets = createSecrets(deriveKey(masterKey, KEY_PURPOSES.secrets));
    const vault = createVault(deriveKey(masterKey, KEY_PURPOSES.vault));
    const renderJob = jobRenderer(publicUrl);
    const policy = { ...settings, minimumFreeBytes: settings.minimumFreeMib * MIB };
    const intake = createIntake({ store, ids: randomUUID });
    const { meter, tracer } = telemetry;
    const observed = { engine: observedEngine(engine, tracer), webhooks: observedSender(webhooks, telemetry) };
    const ports = { db, ...observed, store, intake, links, secrets, vault, renderJob, meter, tracer };
    const deps = { ...ports, clock, ids: randomUUID, log, policy };
    const facts = describe(settings, embedded, masterKey);
    return { deps, parts: { db, engine }, masterKey, embedded, facts, close: () => teardown.run() };
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
  /** The same, and null where it is not asked for. */
  readonly sftp: SftpServer | null;
  /** Of `/metrics`; null where it is not asked for, and before the start. */
  readonly metricsUrl: string | null;
  /** Starts answering and working. */
  start(): Promise<void>;
  /** Answers nothing new, lets running jobs finish for a while, and closes everything. */
  stop(): Promise<void>;
}

function createSftp({ role, sftpPort }: Settings, { deps, masterKey }: OpenDeps): SftpServer | null {
  if (role === 'worker' || sftpPort === undefined) return null;
  return new SftpServer({ deps, hostKeys: sftpHostKeys(masterKey) });
}

/** A collector takes traces beside other signals, under a path of their own. */
function tracesUrl({ tracesEndpoint, otlpEndpoint }: Settings): string | null {
  return tracesEndpoint ?? (otlpEndpoint === undefined ? null : `${otlpEndpoint.replace(/(?<!\/)\/+$/, '')}/v1/traces`);
}

function watch(settings: Settings): Promise<Telemetry> {
  const { metricsPort, metricsHost, minimumFreeMib, role, logLevel } = settings;
  return openTelemetry({
    version: VERSION,
    role,
    metrics: metricsPort === undefined ? null : { host: metricsHost, port: metricsPort },
    tracesUrl: tracesUrl(settings),
    minimumFreeBytes: minimumFreeMib * MIB,
    log: createLogger(logLevel),
  });
}

function sourcesOf({ deps: { store }, parts: { db, engine } }: OpenDeps): Sources {
  return {
    queue: () => db.queue.backlog(),
    deliveries: () => db.deliveries.backlog(),
    version: () => db.warehouse.age(),
    connections: () => db.connections(),
    engine: () => engine.children(),
    freeBytes: () => store.freeBytes(),
  };
}

/** The whole program, ready to start. */
export async function createApp(settings: Settings): Promise<App> {
  const { host, role, workers, drainSeconds } = settings;
  const port = settings.port === 0 ? await freePort(host) : settings.port;
  const publicUrl = (settings.publicUrl ?? `http://${urlHost(host)}:${port}`).replace(/(?<!\/)\/+$/, '');
  const telemetry = await watch(settings);
  const open = await openDeps(settings, { publicUrl, exportChildren: role === 'api' ? 0 : workers, telemetry });
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
            reonomyRateLimitPerSecond: settings.reonomyRateLimitPerSecond,
          },
          version: VERSION,
          readiness: () => readiness(deps),
        });
  const sftp = createSftp(settings, open);
  const drainMs = drainSeconds * MS_PER_SECOND;
  const works =
    role === 'api' ? [] : [new Worker(deps, { slots: workers, drainMs }), new DeliveryWorker(deps, { drainMs })];
  const teardown = new Teardown();
  teardown.add(() => open.close());
  teardown.add(() => telemetry.close());
  let metricsUrl: string | null = null;
  return {
    url: publicUrl,
    deps,
    embedded,
    http,
    sftp,
    get metricsUrl() {
      return metricsUrl;
    },
    async start() {
      metricsUrl = await telemetry.serve(sourcesOf(open));
      if (metricsUrl !== null) deps.log.info('metrics-listening', { metricsUrl });
      for (const work of works) work.start();
      teardown.add(() => Promise.all(works.map((work) => work.stop())));
      if (http === null) return;
      teardown.add(() => Promise.all([closeHttp(http, drainMs), sftp?.close(drainMs)]));
      await http.listen({ host, port }).catch((error: unknown) => {
        throw new ConveyanceError(
          'bad_setting',
          `cannot listen on ${host} port ${port} (CONVEYANCE_HOST, CONVEYANCE_PORT)`,
          { cause: error },
        );
      });
      await sftp?.listen({ host: settings.sftpHost, port: settings.sftpPort ?? 0 });
      deps.log.info('listening', { host, port, publicUrl, role, sftp: sftp?.address });
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
