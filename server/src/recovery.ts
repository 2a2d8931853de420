/** The composition of backup and restore: what they read and write, opened and connected. */
import { randomUUID } from 'node:crypto';
import type { BackupDeps } from './backup/make.ts';
import { type BackupHeader, readText } from './backup/place.ts';
import type { RestoreDeps } from './backup/restore.ts';
import { type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { ObjectStore } from './core/ports/store.ts';
import { NO_METER } from './core/ports/telemetry.ts';
import { Teardown } from './core/teardown.ts';
import { findDatabase, findMasterKeys, openMasterKeys } from './keys.ts';
import { openBackupPlace, openObjects } from './objects.ts';
import { openBackupSource } from './postgres/backup/moment.ts';
import { openRestoreTarget } from './postgres/backup/target.ts';
import { makeDataDirectory } from './postgres/embedded/data-directory.ts';
import { copyObject } from './storage/copy-object.ts';
import { sealedByAnother } from './storage/keyring/keyring.ts';
import { type MasterKey, type MasterKeys, masterKeyOf } from './storage/keyring/master-keys.ts';
import { createKeyFile, deriveKey, keyText, parseKey } from './storage/master-key.ts';
import { createLogger } from './telemetry/log.ts';

/** Tells whether a key is the same, and nothing of it. */
function proofOf({ bytes }: MasterKey): string {
  return Buffer.from(deriveKey(bytes, 'proof in backups')).toString('hex');
}

export interface Opened<Value> {
  readonly value: Value;
  close(): Promise<void>;
}

async function opened<Value>(open: (teardown: Teardown) => Promise<Value>): Promise<Opened<Value>> {
  const teardown = new Teardown();
  try {
    return { value: await open(teardown), close: () => teardown.run() };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

/** @param mustExist where something is to be read. */
async function openPlace(
  settings: Settings,
  place: string,
  mustExist: boolean,
  teardown: Teardown,
): Promise<ObjectStore> {
  const { store, close } = await openBackupPlace(place, settings, { mustExist, meter: NO_METER });
  teardown.add(close);
  return store;
}

/** To read backups only. */
export function openBackups(settings: Settings, place: string): Promise<Opened<ObjectStore>> {
  return opened((teardown) => openPlace(settings, place, true, teardown));
}

/** Works beside a running server, and without one. */
export function openBackup(settings: Settings, place: string): Promise<Opened<BackupDeps>> {
  return opened(async (teardown) => {
    const log = createLogger(settings.logLevel);
    const masterKeys = await openMasterKeys(settings);
    const placeStore = await openPlace(settings, place, false, teardown);
    const { url, embedded } = await findDatabase(settings, masterKeys, log);
    if (embedded !== null) teardown.add(() => embedded.stop());
    const objects = await openObjects(settings, NO_METER);
    teardown.add(() => objects.close());
    const source = await openBackupSource({ url, log, applicationName: 'conveyance backup' });
    teardown.add(() => source.close());
    return {
      source,
      store: objects.store,
      place: placeStore,
      copy: copyObject,
      clock: () => new Date(),
      ids: randomUUID,
      release: VERSION,
      masterKeyOf(id) {
        const masterKey = id === null ? masterKeys.all[0] : masterKeys.byId(id);
        if (masterKey == null) throw sealedByAnother('The keyring in the database', id ?? '', masterKeys);
        return { text: keyText(masterKey.bytes), proof: proofOf(masterKey) };
      },
    };
  });
}

export interface RestoreRequest {
  readonly settings: Settings;
  readonly place: ObjectStore;
  readonly header: BackupHeader;
  /** Goes on without the backup's master key, under another one. */
  readonly allowNewMasterKey: boolean;
}

interface ChosenKey {
  readonly masterKeys: MasterKeys;
  readonly hasMasterKey: boolean;
}

/** The key of the backup, if it has one. */
async function keyInBackup({ place, header }: RestoreRequest): Promise<Uint8Array | null> {
  const { key } = header.masterKey;
  return key === null ? null : parseKey(await readText(place, key));
}

/** The keys of settings, of the data directory or of the backup, whichever are there first. Throws `restore_refused` if none is the backup's. */
async function chooseMasterKey(request: RestoreRequest): Promise<ChosenKey> {
  const { settings, header, allowNewMasterKey } = request;
  const { dataDir } = settings;
  const found = await findMasterKeys(settings);
  const kept = found.all.length > 0 ? null : await keyInBackup(request);
  const atHand = kept === null ? found.all : [masterKeyOf(kept, 'the backup')];
  const hasMasterKey = atHand.some((masterKey) => proofOf(masterKey) === header.masterKey.proof);
  if (!hasMasterKey && !allowNewMasterKey) {
    const fault =
      atHand.length === 0 ? 'There is no master key' : 'The master key at hand is not the one of the backup';
    throw new ConveyanceError(
      'restore_refused',
      `${fault}: put the key that the server had when it was backed up into ${dataDir}/master.key or CONVEYANCE_MASTER_KEY. If it is lost, --new-master-key goes on without it; then every token, access key, session and invitation, every link that was handed out and every webhook secret is void, SFTP has new host keys, and customers need new credentials`,
    );
  }
  if (found.areFiles) await createKeyFile(dataDir, ...(kept === null ? [] : [kept]));
  await found.reread();
  return { masterKeys: found, hasMasterKey };
}

/** The empty place of the settings, made ready. */
export function openRestore(
  request: RestoreRequest,
): Promise<Opened<RestoreDeps & { readonly hasMasterKey: boolean }>> {
  const { settings, place } = request;
  return opened(async (teardown) => {
    const log = createLogger(settings.logLevel);
    await makeDataDirectory(settings.dataDir, settings.databaseUrl === undefined);
    const { masterKeys, hasMasterKey } = await chooseMasterKey(request);
    const { url, embedded } = await findDatabase(settings, masterKeys, log);
    if (embedded !== null) teardown.add(() => embedded.stop());
    const target = await openRestoreTarget({ url, log, applicationName: 'conveyance restore' });
    teardown.add(() => target.close());
    const objects = await openObjects(settings, NO_METER);
    teardown.add(() => objects.close());
    return { place, target, store: objects.store, copy: copyObject, hasMasterKey };
  });
}
