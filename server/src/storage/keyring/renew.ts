/** New keys of chance in the place of those that there are. */
import { randomBytes } from 'node:crypto';
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator } from '../../core/audit.ts';
import {
  isOfRing,
  NEW_KEY_WAITS_SECONDS,
  OLD_KEY_SIGNS_SECONDS,
  type Purpose,
  type RingPurpose,
  rowOf,
} from '../../core/keyring/purposes.ts';
import type { Database } from '../../core/ports/database/database.ts';
import type { StoredRing } from '../../core/ports/database/keyring.ts';
import { KEY_BYTES } from '../master-key.ts';
import type { PasswordTaker } from './change-master-key.ts';
import { sealedByAnother } from './keyring.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import { requireKeyOnNodes } from './nodes.ts';
import { passwordText, possiblePasswords, writePasswords } from './password-file.ts';
import { newKey } from './ring-keys.ts';

export interface RenewNeeds {
  readonly db: Database;
  readonly masterKeys: MasterKeys;
  /** The longest that a link works. */
  readonly linkSeconds: number;
  readonly embedded: PasswordTaker | null;
}

export interface RenewOptions {
  readonly atOnce: boolean;
  readonly anyway: boolean;
}

/** For how long those before count: until the last of what they signed has ended by itself; null where that shows in the database. */
function othersLast(purpose: RingPurpose, linkSeconds: number, atOnce: boolean): number | null {
  const { renewal, lastsSeconds = linkSeconds } = rowOf(purpose);
  if (renewal === 'known') return NEW_KEY_WAITS_SECONDS;
  if (renewal !== 'overlap') return null;
  return atOnce ? 0 : NEW_KEY_WAITS_SECONDS + OLD_KEY_SIGNS_SECONDS + lastsSeconds;
}

function nextVersion({ keys }: StoredRing, purpose: RingPurpose): number {
  return Math.max(0, ...keys.filter((key) => key.purpose === purpose).map(({ version }) => version)) + 1;
}

/** In the same transaction, whose lock keeps other changes of the file away. Two passwords are in the file until the database has the new one. */
async function renewPassword(masterKeys: MasterKeys, masterKey: MasterKey, embedded: PasswordTaker): Promise<void> {
  const next = { bytes: new Uint8Array(randomBytes(KEY_BYTES)), isDerived: false };
  const before = await possiblePasswords(masterKeys);
  await writePasswords(masterKeys.dataDir, [...before, next], [masterKey]);
  await embedded.changePassword(passwordText(next));
  await writePasswords(masterKeys.dataDir, [next], [masterKey]);
}

/** All keys of the keyring in one transaction: all or none. The password, which is not in it, comes last. */
export async function renewKeys(
  { db, masterKeys, linkSeconds, embedded }: RenewNeeds,
  purposes: readonly Purpose[],
  { atOnce, anyway }: RenewOptions,
): Promise<void> {
  await requireKeyOnNodes(db, (await db.keyring.read())?.masterKeyId ?? '', { anyway });
  await db.transaction(async ({ keyring, audit }) => {
    await keyring.lock();
    const ring = await keyring.read();
    const masterKey = masterKeys.byId(ring?.masterKeyId ?? '');
    if (ring === null || masterKey === null) {
      throw sealedByAnother('The keyring in the database', ring?.masterKeyId ?? '', masterKeys);
    }
    await keyring.add(
      purposes.filter(isOfRing).map((purpose) => ({
        ...newKey(masterKey, purpose, nextVersion(ring, purpose)),
        othersLastSeconds: othersLast(purpose, linkSeconds, atOnce),
      })),
    );
    await audit.append(entryByOperator('keys-renewed', OPERATORS_ACCOUNT, purposes.join(',')));
    if (embedded !== null && purposes.includes('database')) await renewPassword(masterKeys, masterKey, embedded);
  });
}
