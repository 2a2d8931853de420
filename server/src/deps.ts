/** The composition of the ports: opens database, store and engine, hands them to each other, and closes them again. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partsAtATime, type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Deps } from './core/ports/deps.ts';
import type { Logger } from './core/ports/logger.ts';
import { MIB } from './core/size.ts';
import { Teardown } from './core/teardown.ts';
import { createEngine, createLazyEngine, type OpenEngine } from './duckdb/parent/engine.ts';
import { createIntake } from './intake/intake.ts';
import { createLocalFiles } from './intake/local/local-files.ts';
import { type OpenObjects, openObjects } from './objects.ts';
import { type OpenDatabase, openDatabase } from './postgres/database.ts';
import { isOpenToOthers, makeDataDirectory } from './postgres/embedded/data-directory.ts';
import { type EmbeddedServer, startEmbedded } from './postgres/embedded/embedded.ts';
import { type HostKeys, hostKeysOf } from './sftp/host-key.ts';
import { createLinkSigner } from './storage/links.ts';
import { deriveKey, readMasterKey } from './storage/master-key.ts';
import { createSecrets } from './storage/secrets.ts';
import { createVault } from './storage/vault.ts';
import { createLogger } from './telemetry/log.ts';
import { observedEngine, observedSender } from './telemetry/observed.ts';
import { type Telemetry, UNWATCHED } from './telemetry/telemetry.ts';
import { createWebhookSender } from './webhooks/send.ts';

/** Separate, so that a key learnt in one place opens nothing elsewhere. The host keys of SFTP have their own purposes. */
export const KEY_PURPOSES = {
  secrets: 'credential secrets',
  links: 'download links',
  tokens: 'access tokens',
  searchTokens: 'search tokens',
  erasures: 'erased values',
  database: 'embedded database password',
  vault: 'webhook secrets',
  backups: 'proof in backups',
} as const;

/** The engine alone, for commands that touch files and no database. Its children spill to the directory of temporary files. */
export async function openEngineAlone(settings: Settings) {
  const scratch = await mkdtemp(join(tmpdir(), 'conveyance-engine-'));
  const teardown = new Teardown();
  teardown.add(() => rm(scratch, { recursive: true, force: true }));
  try {
    const engine = createEngine({
      exportChildren: 0,
      memoryLimit: settings.memoryLimit,
      threads: settings.threads,
      spillDirectory: settings.spillDir ?? scratch,
      maxSpillBytes: settings.spillLimitBytes,
      localize: () => Promise.reject(new ConveyanceError('not_found', 'there is no warehouse at hand')),
      log: createLogger(settings.logLevel),
    });
    teardown.add(() => engine.close());
    return { deps: { engine, clock: () => new Date() }, close: () => teardown.run() };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

const OPEN_TO_OTHERS = 'other users can list it; unless they are meant to: chmod go-rw';

interface Fact {
  readonly name: string;
  readonly value: string;
}

/** The database of the settings; the embedded one is started. */
export async function findDatabase(
  settings: Settings,
  masterKey: Uint8Array,
  log: Logger,
): Promise<{ url: string; embedded: EmbeddedServer | null }> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, embedded: null };
  const password = Buffer.from(deriveKey(masterKey, KEY_PURPOSES.database)).toString('base64url');
  const embedded = await startEmbedded({ dataDir: settings.dataDir, password, log });
  return { url: embedded.url, embedded };
}

export function sftpHostKeys(masterKey: Uint8Array): HostKeys {
  return hostKeysOf((purpose) => deriveKey(masterKey, purpose));
}

async function describe(settings: Settings, embedded: EmbeddedServer | null, masterKey: Uint8Array): Promise<Fact[]> {
  const database =
    embedded === null
      ? 'DATABASE_URL'
      : `embedded, ${embedded.adopted ? 'in use by a server' : 'started for this command'}`;
  const hostKeys = settings.sftpPort === undefined ? [] : sftpHostKeys(masterKey);
  const facts = [
    { name: 'version', value: VERSION },
    { name: 'data directory', value: settings.dataDir },
    ...((await isOpenToOthers(settings.dataDir)) ? [{ name: 'data directory access', value: OPEN_TO_OTHERS }] : []),
    { name: 'database', value: database },
    ...hostKeys.map(({ type, fingerprint }) => ({ name: `sftp host key, ${type}`, value: fingerprint })),
  ];
  if (embedded === null) return facts;
  const { binaries, cluster, user, listens } = embedded.locations;
  return [
    ...facts,
    { name: 'database files', value: cluster },
    { name: 'database programs', value: binaries },
    { name: 'database user', value: user ?? 'this user' },
    { name: 'database socket', value: listens },
  ];
}

/** Everything that verbs use, opened, with the keys that doors need. */
export interface OpenDeps {
  readonly deps: Deps;
  /** The parts that report figures, and that are looked at before the start. */
  readonly parts: { readonly db: OpenDatabase; readonly engine: OpenEngine; readonly objects: OpenObjects };
  readonly masterKey: Uint8Array;
  readonly embedded: EmbeddedServer | null;
  readonly facts: readonly Fact[];
  close(): Promise<void>;
}

interface OpenOptions {
  /** Children for exports, started immediately; with none, the engine starts on first use. */
  readonly exportChildren: number;
  readonly publicUrl: string;
  readonly telemetry?: Pick<Telemetry, 'meter' | 'tracer'>;
}

/** Opens database, storage and engine. After a failure it closes what it had opened. */
export async function openDeps(settings: Settings, options: OpenOptions): Promise<OpenDeps> {
  const teardown = new Teardown();
  const log = createLogger(settings.logLevel);
  try {
    await makeDataDirectory(settings.dataDir, settings.databaseUrl === undefined);
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
    const { exportChildren, publicUrl, telemetry = UNWATCHED } = options;
    const { meter, tracer } = telemetry;
    const objects = await openObjects(settings, meter);
    teardown.add(() => objects.close());
    const { store } = objects;
    const engine = (exportChildren > 0 ? createEngine : createLazyEngine)({
      exportChildren,
      memoryLimit: settings.memoryLimit,
      threads: settings.threads,
      partsAtATime: partsAtATime(settings),
      spillDirectory: settings.spillDir ?? join(settings.dataDir, 'spill'),
      maxSpillBytes: settings.spillLimitBytes,
      localize: (key) => store.localize(key),
      hold: (files, signal) => store.hold(files, signal),
      copies: store.copies,
      log,
    });
    teardown.add(() => engine.close());
    const webhooks = createWebhookSender({ allow: settings.callbackAllow, clock, version: VERSION });
    teardown.add(() => webhooks.close());
    const linkKey = deriveKey(masterKey, KEY_PURPOSES.links);
    const links = objects.links(createLinkSigner({ publicUrl, key: linkKey, keyId: '1', clock }), clock);
    const secrets = createSecrets(deriveKey(masterKey, KEY_PURPOSES.secrets));
    const searchSigner = createSecrets(deriveKey(masterKey, KEY_PURPOSES.searchTokens));
    const erasureSigner = createSecrets(deriveKey(masterKey, KEY_PURPOSES.erasures));
    const vault = createVault(deriveKey(masterKey, KEY_PURPOSES.vault));
    const policy = { ...settings, publicUrl, minimumFreeBytes: settings.minimumFreeMib * MIB };
    const intake = createIntake({ store, ids: randomUUID });
    const observed = { engine: observedEngine(engine, tracer), webhooks: observedSender(webhooks, telemetry) };
    const files = createLocalFiles();
    const signers = { secrets, searchSigner, erasureSigner };
    const ports = { db, ...observed, store, intake, files, links, ...signers, vault, meter, tracer };
    const deps = { ...ports, clock, ids: randomUUID, log, policy };
    const facts = await describe(settings, embedded, masterKey);
    return { deps, parts: { db, engine, objects }, masterKey, embedded, facts, close: () => teardown.run() };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}
