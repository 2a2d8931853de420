/**
 * Another master key. The order makes every half of it work: first the key is where all can read it, then the password file opens by either,
 * then one transaction seals the keyring, then the files lose what is over.
 */
import { link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Database, Tables } from '../../core/ports/database/database.ts';
import type { MasterKeyChange } from '../../core/ports/key-keeper.ts';
import { createKeyFile, FILE_NAME, NEXT_FILE_NAME } from '../master-key.ts';
import { flushDirectory } from '../seal.ts';
import { sealedByAnother } from './keyring.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import { requireKeyOnNodes } from './nodes.ts';
import { isSettled, passwordText, possiblePasswords, sealersOf, writePasswords } from './password-file.ts';
import { resealed } from './ring-keys.ts';

export interface MasterKeyNeeds {
  readonly db: Database;
  readonly masterKeys: MasterKeys;
  /** Of the embedded database, whose password is in a file; null where the database is another one. */
  readonly embedded: PasswordTaker | null;
}

export interface PasswordTaker {
  changePassword(password: string): Promise<void>;
  /** Whether it is the one. */
  accepts(password: string): Promise<boolean>;
}

interface Ends {
  readonly from: MasterKey;
  readonly to: MasterKey;
}

function noNextKey({ nextVariable: variable }: MasterKeys): ConveyanceError {
  return new ConveyanceError(
    'bad_setting',
    `There is no other master key at hand. Make one (openssl rand -base64 32), give it to every node and to this command as ${variable}, ${variable}_FILE or ${variable}_COMMAND, restart the nodes one after the other, and run this again`,
  );
}

/** Makes the file in the data directory, unless one is there: of a setting, or of a change that was broken off. */
async function prepareFile(masterKeys: MasterKeys): Promise<void> {
  const [, next] = masterKeys.all;
  await createKeyFile(masterKeys.dataDir, next?.bytes, NEXT_FILE_NAME);
  await masterKeys.reread();
}

async function endsOf({ db, masterKeys }: MasterKeyNeeds): Promise<Ends> {
  const ring = await db.keyring.read();
  const from = masterKeys.byId(ring?.masterKeyId ?? '');
  if (ring === null || from === null) {
    throw sealedByAnother('The keyring in the database', ring?.masterKeyId ?? '', masterKeys);
  }
  const [first] = masterKeys.all;
  // A change that was broken off after its transaction: only the files are left.
  if (first !== undefined && first.id !== from.id) return { from: first, to: from };
  if (masterKeys.areFiles) await prepareFile(masterKeys);
  const to = masterKeys.all.find(({ id }) => id !== from.id);
  if (to === undefined) throw noNextKey(masterKeys);
  return { from, to };
}

/** The one transaction. Nothing is left to do where another process has done it. */
function seal(needs: MasterKeyNeeds, { from, to }: Ends): Promise<void> {
  const { db, masterKeys, embedded } = needs;
  return db.transaction(async ({ keyring, audit }) => {
    await keyring.lock();
    const ring = await keyring.read();
    if (ring === null || ring.masterKeyId === to.id) return;
    if (ring.masterKeyId !== from.id) {
      throw sealedByAnother('The keyring in the database', ring.masterKeyId, masterKeys);
    }
    if (embedded !== null) {
      await writePasswords(masterKeys.dataDir, await possiblePasswords(masterKeys), [from, to]);
    }
    await keyring.reseal(
      to.id,
      ring.keys.map((key) => resealed(from, to, key)),
    );
    await audit.append(entryByOperator('master-key-changed', OPERATORS_ACCOUNT, to.id));
  });
}

function keptName({ id }: MasterKey): string {
  return `${FILE_NAME}.before-${id}`;
}

/** Puts the next key in the place of the one before, which is kept beside it: old backups have need of it, and it opens nothing else. */
async function moveFiles({ masterKeys }: Pick<MasterKeyNeeds, 'masterKeys'>, from: MasterKey): Promise<string> {
  const { dataDir } = masterKeys;
  const kept = join(dataDir, keptName(from));
  await link(join(dataDir, FILE_NAME), kept).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  await rename(join(dataDir, NEXT_FILE_NAME), join(dataDir, FILE_NAME));
  await flushDirectory(dataDir);
  await masterKeys.reread();
  return kept;
}

/** True where the master key in use is still the file of the next one. */
async function isFileLeft(masterKeys: MasterKeys, masterKeyId: string): Promise<boolean> {
  if (!masterKeys.areFiles) return false;
  await masterKeys.reread();
  const [first, second] = masterKeys.all;
  return first?.id !== masterKeyId && second?.id === masterKeyId && second.place.endsWith(NEXT_FILE_NAME);
}

/** Of those that may be the password, the one that is; what a change that was broken off has left besides is dropped. */
async function settlePassword(masterKeys: MasterKeys, masterKey: MasterKey, embedded: PasswordTaker): Promise<void> {
  const candidates = await possiblePasswords(masterKeys);
  if (isSettled(await sealersOf(masterKeys), masterKey.id)) return;
  for (const candidate of candidates) {
    if (!(await embedded.accepts(passwordText(candidate)))) continue;
    await writePasswords(masterKeys.dataDir, [candidate], [masterKey]);
    return;
  }
  throw new ConveyanceError('unavailable', 'The password of the database is just being changed; start again');
}

async function settleUnderLock(
  { masterKeys, embedded }: MasterKeyNeeds,
  keyring: Tables['keyring'],
): Promise<string | null> {
  await keyring.lock();
  const masterKey = masterKeys.byId((await keyring.read())?.masterKeyId ?? '');
  if (masterKey === null) return null;
  let kept: string | null = null;
  if (await isFileLeft(masterKeys, masterKey.id)) {
    const [before] = masterKeys.all;
    if (before !== undefined) kept = await moveFiles({ masterKeys }, before);
  }
  if (embedded !== null) await settlePassword(masterKeys, masterKey, embedded);
  return kept;
}

/**
 * Finishes with the files what a transaction has decided, also of a change that was broken off; at the first start of a release that has it,
 * makes the file of the password. Resolves with where the key before was put, if it was put anywhere.
 */
export async function settleFiles(needs: MasterKeyNeeds): Promise<string | null> {
  const { db, masterKeys, embedded } = needs;
  const masterKeyId = (await db.keyring.read())?.masterKeyId ?? '';
  const isRight = embedded === null || isSettled(await sealersOf(masterKeys), masterKeyId);
  if (isRight && !(await isFileLeft(masterKeys, masterKeyId))) return null;
  return db.transaction(({ keyring }) => settleUnderLock(needs, keyring));
}

export async function changeMasterKey(
  needs: MasterKeyNeeds,
  options: { readonly anyway: boolean; readonly signal: AbortSignal },
): Promise<MasterKeyChange> {
  const ends = await endsOf(needs);
  await requireKeyOnNodes(needs.db, ends.to.id, options);
  await seal(needs, ends);
  const keptAt = await settleFiles(needs);
  const { from, to } = ends;
  return { from: from.id, to: to.id, keptAt, place: needs.masterKeys.byId(to.id)?.place ?? to.place };
}
