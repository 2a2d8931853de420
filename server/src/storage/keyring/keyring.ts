/** The keys of this process, as the database has them. */
import { ConveyanceError } from '../../core/errors.ts';
import { KEYRING_LOOK_SECONDS, RING_PURPOSES, type RingPurpose } from '../../core/keyring/purposes.ts';
import type { Database } from '../../core/ports/database/database.ts';
import type { StoredRing, StoredRingKey } from '../../core/ports/database/keyring.ts';
import type { KeySource, NumberedKey } from '../../core/ports/keys.ts';
import type { Logger } from '../../core/ports/logger.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import { firstKeys, newKey, openKey } from './ring-keys.ts';

export interface KeyringOptions {
  readonly db: Pick<Database, 'keyring' | 'transaction' | 'subscribe'>;
  readonly masterKeys: MasterKeys;
  readonly log: Logger;
}

/** The current one first. */
type Opened = ReadonlyMap<RingPurpose, readonly NumberedKey[]>;

/** What to do where none of the master keys at hand is the one. */
export function sealedByAnother(what: string, sealedById: string, { all }: MasterKeys): ConveyanceError {
  const places = all.map(({ id, place }) => `${place} has ${id}`).join(', ');
  return new ConveyanceError(
    'bad_setting',
    `${what} is sealed by another master key, ${sealedById}; ${places}. That is the key of something else, or one that was changed since, and opens nothing any more: put the right one there (CONVEYANCE_MASTER_KEY, CONVEYANCE_MASTER_KEY_FILE, CONVEYANCE_MASTER_KEY_COMMAND or master.key in the data directory). If it is lost, restore a backup whose key you have, or restore with --new-master-key`,
  );
}

function inOrder(keys: readonly StoredRingKey[]): readonly StoredRingKey[] {
  const newestFirst = keys.toSorted((one, other) => other.version - one.version);
  return [...newestFirst.filter((key) => !key.isWaiting), ...newestFirst.filter((key) => key.isWaiting)];
}

function openAll(masterKey: MasterKey, { keys }: StoredRing): Opened {
  return new Map(
    RING_PURPOSES.map((purpose) => [
      purpose,
      inOrder(keys.filter((key) => key.purpose === purpose)).map((key) => ({
        version: key.version,
        key: openKey(masterKey, key),
      })),
    ]),
  );
}

/** Makes what is missing: everything at the first start, and later the purposes that a new release has added. */
async function complete({ db, masterKeys }: KeyringOptions): Promise<StoredRing> {
  return db.transaction(async ({ keyring }) => {
    await keyring.lock();
    const found = await keyring.read();
    const [first] = masterKeys.all;
    if (found === null && first !== undefined) await keyring.begin(first.id, firstKeys(first));
    const ring = found ?? (await keyring.read());
    if (ring === null) throw new Error('a keyring needs a master key');
    const masterKey = masterKeys.byId(ring.masterKeyId);
    const missing = RING_PURPOSES.filter((purpose) => !ring.keys.some((key) => key.purpose === purpose));
    if (missing.length === 0 || masterKey === null) return ring;
    await keyring.add(missing.map((purpose) => ({ ...newKey(masterKey, purpose, 1), othersLastSeconds: null })));
    return (await keyring.read()) ?? ring;
  });
}

function isComplete({ keys }: StoredRing): boolean {
  return RING_PURPOSES.every((purpose) => keys.some((key) => key.purpose === purpose));
}

export class Keyring {
  readonly #options: KeyringOptions;
  #masterKeyId: string;
  #opened: Opened;
  /** So that a fault that lasts is told once. */
  #toldOf = '';
  #looking: Promise<void> = Promise.resolve();

  private constructor(options: KeyringOptions, masterKeyId: string, opened: Opened) {
    this.#options = options;
    this.#masterKeyId = masterKeyId;
    this.#opened = opened;
  }

  /** Throws `bad_setting` if none of the master keys opens it. */
  static async open(options: KeyringOptions): Promise<Keyring> {
    const { db, masterKeys } = options;
    const found = await db.keyring.read();
    const ring = found !== null && isComplete(found) ? found : await complete(options);
    // Somebody may have changed it since they were read.
    if (masterKeys.byId(ring.masterKeyId) === null) await masterKeys.reread();
    const masterKey = masterKeys.byId(ring.masterKeyId);
    if (masterKey === null) throw sealedByAnother('The keyring in the database', ring.masterKeyId, masterKeys);
    return new Keyring(options, masterKey.id, openAll(masterKey, ring));
  }

  /** Of the master key that seals it. */
  get masterKeyId(): string {
    return this.#masterKeyId;
  }

  source(purpose: RingPurpose): KeySource {
    const all = () => this.#opened.get(purpose) ?? [];
    return {
      all,
      current() {
        const [current] = all();
        if (current === undefined) throw new Error(`the keyring has no key of ${purpose}`);
        return current;
      },
    };
  }

  /** Takes over what the database has. A ring that none of the master keys opens leaves the keys as they are, which go on working. */
  async refresh(): Promise<void> {
    const { db, masterKeys, log } = this.#options;
    const ring = await db.keyring.read();
    if (ring === null) return;
    if (masterKeys.byId(ring.masterKeyId) === null) await masterKeys.reread();
    const masterKey = masterKeys.byId(ring.masterKeyId);
    if (masterKey === null) {
      if (this.#toldOf !== ring.masterKeyId) log.error('keyring-not-ours', { masterKeyId: ring.masterKeyId });
      this.#toldOf = ring.masterKeyId;
      return;
    }
    this.#opened = openAll(masterKey, ring);
    if (this.#masterKeyId !== masterKey.id) log.info('master-key-changed', { masterKeyId: masterKey.id });
    this.#masterKeyId = masterKey.id;
  }

  /** Keeps up with the database until it is told to stop. */
  follow(): () => Promise<void> {
    const { db, masterKeys, log } = this.#options;
    let isStopped = false;
    let timer: NodeJS.Timeout | undefined;
    const look = async () => {
      try {
        // A file may have become another, and what a node has is to be known before it is needed.
        if (masterKeys.areAtHand) await masterKeys.reread();
        await this.refresh();
      } catch (error) {
        log.warn('keyring-not-read', { error });
      }
    };
    const lookNow = () => {
      this.#looking = this.#looking.then(() => (isStopped ? undefined : look()));
      return this.#looking;
    };
    const again = () => {
      if (isStopped) return;
      timer = setTimeout(() => void lookNow().then(again), KEYRING_LOOK_SECONDS * MS_PER_SECOND).unref();
    };
    const unsubscribe = db.subscribe('keyring-changed', () => void lookNow());
    again();
    return async () => {
      isStopped = true;
      clearTimeout(timer);
      unsubscribe();
      await this.#looking;
    };
  }
}
