/** The program: makes its doors and workers on the open ports, starts them, and closes everything in reverse order. */

import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { OpenFinder } from './cluster.ts';
import { type Settings, VERSION } from './config.ts';
import { cannotListen } from './core/errors.ts';
import type { Deps } from './core/ports/deps.ts';
import type { ShownSetting } from './core/ports/shown-setting.ts';
import { MIB } from './core/size.ts';
import { Teardown } from './core/teardown.ts';
import { MS_PER_SECOND } from './core/time.ts';
import { type OpenDeps, type OpenOptions, openDeps, sftpHostKeys } from './deps.ts';
import { requirePipeMaker } from './duckdb/make-pipes.ts';
import { createHttp } from './http/app.ts';
import { closeHttp, freePort, urlHost } from './http/server/listening.ts';
import type { OpenObjects } from './objects.ts';
import { createClientFiles } from './packaging/client-files.ts';
import { createConsoleFiles } from './packaging/console-files.ts';
import type { EmbeddedServer } from './postgres/embedded/embedded.ts';
import { SftpServer } from './sftp/server.ts';
import { createLogger } from './telemetry/log.ts';
import type { FigureSources } from './telemetry/readings.ts';
import { openTelemetry, type Telemetry } from './telemetry/telemetry.ts';
import { DeliveryWorker } from './worker/delivery-worker.ts';
import { Presence } from './worker/presence.ts';
import { Worker } from './worker/worker.ts';

export interface App {
  readonly url: string;
  readonly deps: Deps;
  readonly embedded: EmbeddedServer | null;
  /** Not listening until `start`; null in a process that only runs jobs. */
  readonly http: FastifyInstance | null;
  /** The same; null if it is switched off. */
  readonly sftp: SftpServer | null;
  /** Of `/metrics`; null if it is switched off, and before the start. */
  readonly metricsUrl: string | null;
  /** Starts answering and working. */
  start(): Promise<void>;
  /** Accepts nothing new, lets running jobs finish for a while, and closes everything. */
  stop(): Promise<void>;
}

interface Standing {
  readonly shownSettings: readonly ShownSetting[];
  readonly publicUrl: string;
  readonly presence: Presence;
}

function createSftp({ role, sftpPort }: Settings, { deps, keyring }: OpenDeps): SftpServer | null {
  if (role === 'worker' || sftpPort === undefined) return null;
  return new SftpServer({ deps, hostKeys: sftpHostKeys(keyring) });
}

/** A collector takes traces under their own path, besides other signals. */
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

function sourcesOf({ deps: { store }, parts: { db, engine, finder } }: OpenDeps): FigureSources {
  return {
    queue: () => db.queue.backlog(),
    deliveries: () => db.deliveries.backlog(),
    version: () => db.warehouse.age(),
    feeds: () => db.feeds.counts(),
    connections: () => db.connections(),
    engine: () => engine.children(),
    freeBytes: () => store.freeBytes(),
    clusterIsThere: finder?.isThere,
  };
}

function createDoor(
  settings: Settings,
  { deps, keyring, parts }: OpenDeps,
  { publicUrl, presence, shownSettings }: Standing,
) {
  return createHttp({
    deps,
    settings: {
      publicUrl,
      trustedProxies: settings.trustedProxies,
      tokenKeys: keyring.source('tokens'),
      rateLimitPerMinute: settings.rateLimitPerMinute,
      reonomyRateLimitPerSecond: settings.reonomyRateLimitPerSecond,
    },
    version: VERSION,
    readiness: () => readiness(deps, { ...parts, presence }),
    clientFiles: createClientFiles(),
    consoleFiles: createConsoleFiles(),
    shownSettings,
  });
}

function worksOf(deps: Deps, options: ConstructorParameters<typeof Worker>[1]) {
  return [new Worker(deps, options), new DeliveryWorker(deps, { drainMs: options.drainMs })];
}

/** The whole program, ready to start. @param others as of `openDeps` */
export async function createApp(
  settings: Settings,
  shownSettings: readonly ShownSetting[] = [],
  others: Pick<OpenOptions, 'engineChildren'> = {},
): Promise<App> {
  const { host, role, workers, drainSeconds } = settings;
  requirePipeMaker();
  const port = settings.port === 0 ? await freePort(host) : settings.port;
  const publicUrl = (settings.publicUrl ?? `http://${urlHost(host)}:${port}`).replace(/(?<!\/)\/+$/, '');
  const telemetry = await watch(settings);
  const slots = role === 'api' ? 0 : workers;
  const open = await openDeps(settings, { ...others, publicUrl, exportChildren: slots, telemetry }).catch(
    async (error: unknown) => {
      await telemetry.close();
      throw error;
    },
  );
  const { deps, embedded } = open;
  const drainMs = drainSeconds * MS_PER_SECOND;
  const node = {
    ...{ id: deps.ids(), role, host: hostname(), pid: process.pid, release: VERSION, slots },
    get masterKeyIds() {
      return open.masterKeys.ids;
    },
  };
  const works = slots === 0 ? [] : worksOf(deps, { nodeId: node.id, slots, drainMs });
  const presence = new Presence(deps, node, works);
  const http = role === 'worker' ? null : createDoor(settings, open, { publicUrl, presence, shownSettings });
  const sftp = createSftp(settings, open);
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
      await open.parts.objects.probe?.();
      await open.parts.finder?.probe();
      teardown.add(open.keyring.follow());
      metricsUrl = await telemetry.serve(sourcesOf(open));
      if (metricsUrl !== null) deps.log.info('metrics-listening', { metricsUrl });
      // Begins last, so that a start that fails at a port has no work to break off; ends, as ever, when the doors are closed.
      const started: typeof works = [];
      teardown.add(async () => {
        await Promise.all(started.map((work) => work.stop()));
        await presence.stop();
      });
      const begin = () => {
        presence.start();
        for (const work of works) {
          work.start();
          started.push(work);
        }
      };
      if (http === null) {
        begin();
        return;
      }
      teardown.add(() => Promise.all([closeHttp(http, drainMs), sftp?.close(drainMs)]));
      await http.listen({ host, port }).catch((error: unknown) => {
        throw cannotListen({ host, port }, '--host and --port, or CONVEYANCE_HOST and CONVEYANCE_PORT', error);
      });
      await sftp?.listen({ host: settings.sftpHost, port: settings.sftpPort ?? 0 });
      begin();
      deps.log.info('listening', { host, port, publicUrl, role, sftp: sftp?.address });
    },
    stop: () => teardown.run(),
  };
}

/** Looked for, never there: the answer is that of a store that answers. */
const NO_OBJECT = 'readiness/none';

/** Who asks whether we are ready does not wait for a store that hangs. */
const STORE_PATIENCE_MS = 3_000;

async function answers(store: Deps['store']): Promise<boolean> {
  const asked = store.stat(NO_OBJECT).then(
    () => true,
    () => false,
  );
  return Promise.race([asked, delay(STORE_PATIENCE_MS, false, { ref: false })]);
}

interface Parts {
  readonly presence: Presence;
  readonly objects: OpenObjects;
  readonly finder: OpenFinder | null;
}

async function readiness({ db, store, policy }: Deps, { presence: { draining }, objects: { probe }, finder }: Parts) {
  const isElsewhere = probe !== null;
  const reached = isElsewhere ? answers(store) : true;
  const clusterIsThere = finder?.isThere();
  const database = await db.ping().then(
    () => true,
    () => false,
  );
  // A volume that does not answer has no room either.
  const free = await store.freeBytes().catch(() => 0);
  const disk = free === null || free >= policy.minimumFreeBytes;
  const isReached = await reached;
  // Told and no more: a node takes work without its cluster.
  const cluster = await clusterIsThere;
  return {
    ready: database && disk && isReached && !draining,
    checks: {
      database,
      disk,
      ...(isElsewhere && { store: isReached }),
      ...(cluster !== undefined && { cluster }),
      serving: !draining,
    },
  };
}
