/** What there is, for an operator: of the keys, everything but the keys. */
import { isOfRing, PURPOSE_NAMES, rowOf } from '../../core/keyring/purposes.ts';
import type { Database } from '../../core/ports/database/database.ts';
import type { KeyUse, StoredRing, StoredRingKey } from '../../core/ports/database/keyring.ts';
import type { KeyringState, KeyState, PurposeState } from '../../core/ports/key-keeper.ts';
import { sealedByAnother } from './keyring.ts';
import type { MasterKeys } from './master-keys.ts';
import { possiblePasswords } from './password-file.ts';

/** What can be counted in the database. */
const COUNTED = new Set<string>(['credentials', 'vault']);

function stateOf(key: StoredRingKey, newest: StoredRingKey | undefined, uses: readonly KeyUse[]): KeyState {
  const { purpose, version, madeAt, isDerived, endsAt } = key;
  const found = uses.find((use) => use.purpose === purpose && use.version === version);
  return {
    ...{ version, madeAt, isDerived, endsAt },
    state: key === newest ? 'in use' : key.isWaiting ? 'waiting' : 'ending',
    uses: COUNTED.has(purpose) ? (found?.count ?? 0) : null,
  };
}

function keysOf(ring: StoredRing, purpose: string, uses: readonly KeyUse[]): readonly KeyState[] {
  const keys = ring.keys.filter((key) => key.purpose === purpose).toSorted((one, other) => other.version - one.version);
  const inUse = keys.find(({ isWaiting }) => !isWaiting);
  return keys.map((key) => stateOf(key, inUse ?? keys[0], uses));
}

async function passwordState(masterKeys: MasterKeys): Promise<readonly KeyState[]> {
  const [password] = await possiblePasswords(masterKeys);
  const isDerived = password?.isDerived ?? true;
  return [{ version: 1, state: 'in use', madeAt: null, endsAt: null, uses: null, isDerived }];
}

/** Throws `bad_setting` if none of the master keys at hand is the one. */
export async function keyringState({
  db,
  masterKeys,
  isEmbedded,
}: {
  readonly db: Pick<Database, 'keyring'>;
  readonly masterKeys: MasterKeys;
  readonly isEmbedded: boolean;
}): Promise<KeyringState> {
  const ring = await db.keyring.read();
  const masterKey = masterKeys.byId(ring?.masterKeyId ?? '');
  if (ring === null || masterKey === null) {
    throw sealedByAnother('The keyring in the database', ring?.masterKeyId ?? '', masterKeys);
  }
  const uses = await db.keyring.uses();
  const ofFile = isEmbedded ? await passwordState(masterKeys) : [];
  const purposes: readonly PurposeState[] = PURPOSE_NAMES.map((purpose) => ({
    purpose,
    of: rowOf(purpose).of,
    keys: isOfRing(purpose) ? keysOf(ring, purpose, uses) : ofFile,
  }));
  return {
    masterKey: { id: masterKey.id, place: masterKey.place, since: ring.sealedAt },
    others: masterKeys.all.filter(({ id }) => id !== masterKey.id).map(({ id, place }) => ({ id, place })),
    purposes: purposes.filter(({ keys }) => keys.length > 0),
  };
}
