/** The composition of the keys: the master keys of the settings, the embedded database that needs one before it is open, and their keeper. */
import type { Settings } from './config.ts';
import type { Database } from './core/ports/database/database.ts';
import type { KeyKeeper } from './core/ports/key-keeper.ts';
import type { Logger } from './core/ports/logger.ts';
import { keysOf } from './key-settings.ts';
import { type EmbeddedServer, startEmbedded } from './postgres/embedded/embedded.ts';
import { changeMasterKey } from './storage/keyring/change-master-key.ts';
import type { Keyring } from './storage/keyring/keyring.ts';
import { type MasterKeySettings, MasterKeys } from './storage/keyring/master-keys.ts';
import { passwordText, possiblePasswords } from './storage/keyring/password-file.ts';
import { renewKeys } from './storage/keyring/renew.ts';
import { keyringState } from './storage/keyring/state.ts';

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
