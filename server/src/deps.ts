/** The composition of the ports: opens database, store and engine, hands them to each other, and closes them again. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenFinder, openFinder } from './cluster.ts';
import { partsAtATime, type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Deps } from './core/ports/deps.ts';
import type { KeyKeeper } from './core/ports/key-keeper.ts';
import { MIB } from './core/size.ts';
import { Teardown } from './core/teardown.ts';
import { type ChildSource, createEngine, createLazyEngine, type OpenEngine } from './duckdb/parent/engine.ts';
import { createIntake } from './intake/intake.ts';
import { createLocalFiles } from './intake/local/local-files.ts';
import { findDatabase, keeperOf, openMasterKeys } from './keys.ts';
import { openLoadSources } from './load-sources.ts';
import { type OpenObjects, openObjects } from './objects.ts';
import { type OpenDatabase, openDatabase } from './postgres/database.ts';
import { isOpenToOthers, makeDataDirectory } from './postgres/embedded/data-directory.ts';
import type { EmbeddedServer } from './postgres/embedded/embedded.ts';
import { type HostKeys, hostKeysOf } from './sftp/host-key.ts';
import { settleFiles } from './storage/keyring/change-master-key.ts';
import { Keyring } from './storage/keyring/keyring.ts';
import type { MasterKeys } from './storage/keyring/master-keys.ts';
import { createLinkSigner } from './storage/links.ts';
import { createSecrets } from './storage/secrets.ts';
import { createVault } from './storage/vault.ts';
import { createLogger } from './telemetry/log.ts';
import { observedEngine, observedSender } from './telemetry/observed.ts';
import { type Telemetry, UNWATCHED } from './telemetry/telemetry.ts';
import { createWebhookSender } from './webhooks/send.ts';

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

/** As they are in the keyring now; made once for each. */
export function sftpHostKeys(keyring: Keyring): () => HostKeys {
  const source = keyring.source('sftp');
  let made: { readonly version: number; readonly hostKeys: HostKeys } | null = null;
  return () => {
    const { version, key } = source.current();
    if (made?.version !== version) made = { version, hostKeys: hostKeysOf(key) };
    return made.hostKeys;
  };
}

/** Which it is, and what is still to be put right. */
function describeKeys(masterKeys: MasterKeys, { masterKeyId }: Keyring): readonly Fact[] {
  const place = masterKeys.byId(masterKeyId)?.place ?? '';
  const [first] = masterKeys.all;
  if (first === undefined || first.id === masterKeyId) {
    return [{ name: 'master key', value: `${masterKeyId}, in ${place}` }];
  }
  const rest = `put it in the place of the one of ${first.place}, which opens nothing any more`;
  return [{ name: 'master key', value: `${masterKeyId}, in ${place}: ${rest}` }];
}

interface Described {
  readonly settings: Settings;
  readonly embedded: EmbeddedServer | null;
  readonly masterKeys: MasterKeys;
  readonly keyring: Keyring;
}

async function describe({ settings, embedded, masterKeys, keyring }: Described): Promise<Fact[]> {
  const database =
    embedded === null
      ? 'DATABASE_URL'
      : `embedded, ${embedded.adopted ? 'in use by a server' : 'started for this command'}`;
  const hostKeys = settings.sftpPort === undefined ? [] : sftpHostKeys(keyring)();
  const facts = [
    { name: 'version', value: VERSION },
    { name: 'data directory', value: settings.dataDir },
    ...((await isOpenToOthers(settings.dataDir)) ? [{ name: 'data directory access', value: OPEN_TO_OTHERS }] : []),
    { name: 'database', value: database },
    ...describeKeys(masterKeys, keyring),
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
  readonly parts: {
    readonly db: OpenDatabase;
    readonly engine: OpenEngine;
    readonly objects: OpenObjects;
    readonly finder: OpenFinder | null;
  };
  readonly masterKeys: MasterKeys;
  readonly keyring: Keyring;
  readonly keeper: KeyKeeper;
  readonly embedded: EmbeddedServer | null;
  readonly facts: readonly Fact[];
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Children for exports, started immediately; with none, the engine starts on first use. */
  readonly exportChildren: number;
  readonly publicUrl: string;
  readonly telemetry?: Pick<Telemetry, 'meter' | 'tracer'>;
  /** Of the engine; only tests name another. */
  readonly engineChildren?: ChildSource;
}

/** Opens database, storage and engine. After a failure it closes what it had opened. */
export async function openDeps(settings: Settings, options: OpenOptions): Promise<OpenDeps> {
  const teardown = new Teardown();
  const log = createLogger(settings.logLevel);
  try {
    await makeDataDirectory(settings.dataDir, settings.databaseUrl === undefined);
    const masterKeys = await openMasterKeys(settings);
    const { url, embedded } = await findDatabase(settings, masterKeys, log);
    if (embedded !== null) teardown.add(() => embedded.stop());
    const applicationName = `conveyance ${settings.role}`;
    const db = await openDatabase({ url, password: embedded?.password, log, applicationName });
    teardown.add(() => db.close());
    const keyring = await Keyring.open({ db, masterKeys, log });
    await settleFiles({ db, masterKeys, embedded });
    const clock = () => new Date();
    const { exportChildren, publicUrl, telemetry = UNWATCHED, engineChildren: children } = options;
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
      ...(children && { children }),
      log,
    });
    teardown.add(() => engine.close());
    const { finder, engine: finding } = await openFinder(settings, { engine, store, log, meter });
    if (finder !== null) teardown.add(() => finder.close());
    const webhooks = createWebhookSender({ allow: settings.callbackAllow, clock, version: VERSION });
    teardown.add(() => webhooks.close());
    const signer = createLinkSigner({ publicUrl, keys: keyring.source('links'), clock });
    const links = objects.links(signer, clock);
    const secrets = createSecrets(keyring.source('credentials'));
    const searchSigner = createSecrets(keyring.source('search-tokens'));
    const vault = createVault(keyring.source('vault'));
    const erasureSigner = createSecrets(keyring.source('erasures'));
    const policy = { ...settings, publicUrl, minimumFreeBytes: settings.minimumFreeMib * MIB };
    const intake = createIntake({ store, ids: randomUUID });
    const observed = { engine: observedEngine(finding, tracer), webhooks: observedSender(webhooks, telemetry) };
    const files = createLocalFiles();
    const sources = await openLoadSources(settings);
    const signers = { secrets, searchSigner, erasureSigner };
    const ports = { db, ...observed, store, intake, files, sources, links, ...signers, vault, meter, tracer };
    const deps = { ...ports, clock, ids: randomUUID, log, policy };
    const facts = await describe({ settings, embedded, masterKeys, keyring });
    const keeper = keeperOf({ settings, db, masterKeys, keyring, embedded });
    const keys = { masterKeys, keyring, keeper };
    return { deps, parts: { db, engine, objects, finder }, ...keys, embedded, facts, close: () => teardown.run() };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}
