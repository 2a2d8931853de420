/** The composition of the keys: the master keys of the settings, the embedded database that needs one before it is open, and their keeper. */
import type { Settings } from './config.ts';
import type { Database } from './core/ports/database/database.ts';
import type { KeyKeeper } from './core/ports/key-keeper.ts';
import type { Logger } from './core/ports/logger.ts';
import { keysOf } from './key-settings.ts';
import { makeDataDirectory } from './postgres/embedded/data-directory.ts';
import { type EmbeddedServer, startEmbedded } from './postgres/embedded/embedded.ts';
import { changeMasterKey } from './storage/keyring/change-master-key.ts';
import type { Keyring } from './storage/keyring/keyring.ts';
import { type MasterKeySettings, MasterKeys } from './storage/keyring/master-keys.ts';
import { passwordText, possiblePasswords } from './storage/keyring/password-file.ts';
import { renewKeys } from './storage/keyring/renew.ts';
import { keyringState } from './storage/keyring/state.ts';
import { createLogger } from './telemetry/log.ts';

function sourcesOf(settings: Settings): MasterKeySettings {
  const { dataDir, databaseUrl } = settings;
  return { ...keysOf(settings), dataDir, allowFile: databaseUrl === undefined };
}

/** Those at hand; in a new data directory one is made. Throws `bad_setting`. */
export function openMasterKeys(settings: Settings): Promise<MasterKeys> {
  return MasterKeys.open(sourcesOf(settings));
}

/** The same, and makes none. */
export function findMasterKeys(settings: Settings): Promise<MasterKeys> {
  return MasterKeys.find(sourcesOf(settings));
}

export interface FoundDatabase {
  readonly url: string;
  readonly embedded: EmbeddedServer | null;
}

/** The database of the settings; the embedded one is started. */
export async function findDatabase(settings: Settings, masterKeys: MasterKeys, log: Logger): Promise<FoundDatabase> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, embedded: null };
  const password = async () => (await possiblePasswords(masterKeys)).map(passwordText);
  const embedded = await startEmbedded({ dataDir: settings.dataDir, password, log });
  return { url: embedded.url, embedded };
}

/** What everything else is opened with. */
export interface KeysAndDatabase extends FoundDatabase {
  readonly masterKeys: MasterKeys;
}

async function openKeysAndDatabase(settings: Settings): Promise<KeysAndDatabase> {
  await makeDataDirectory(settings.dataDir, settings.databaseUrl === undefined);
  const masterKeys = await openMasterKeys(settings);
  return { masterKeys, ...(await findDatabase(settings, masterKeys, createLogger(settings.logLevel))) };
}

/** Makes the data directory where there is none, and starts the embedded database, if it is to be used. To be waited for at any time. */
export function beginKeysAndDatabase(settings: Settings): Promise<KeysAndDatabase> {
  const begun = openKeysAndDatabase(settings);
  // Told to whoever waits for it, who may have other things to do first.
  begun.catch(() => undefined);
  return begun;
}

interface KeeperParts {
  readonly settings: Settings;
  readonly db: Database;
  readonly masterKeys: MasterKeys;
  readonly keyring: Keyring;
  readonly embedded: EmbeddedServer | null;
}

/** What an operator does with them. */
export function keeperOf({ settings, db, masterKeys, keyring, embedded }: KeeperParts): KeyKeeper {
  const linkSeconds = Math.max(settings.linkTtlSeconds, settings.reonomyLinkTtlSeconds);
  return {
    state: () => keyringState({ db, masterKeys, isEmbedded: embedded !== null }),
    async changeMasterKey(options) {
      const change = await changeMasterKey({ db, masterKeys, embedded }, options);
      await keyring.refresh();
      return change;
    },
    async renew(purposes, options) {
      await renewKeys({ db, masterKeys, linkSeconds, embedded }, purposes, options);
      await keyring.refresh();
    },
  };
}
