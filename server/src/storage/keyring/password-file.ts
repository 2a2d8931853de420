/**
 * The password of the embedded database, which is needed before the database is open: a file of the data directory, sealed like the keyring.
 * While it is being changed the file has two passwords, and while the master key is, each is sealed by two: whoever is killed in between
 * leaves a file that opens whichever half was done.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';
import { PRIVATE_FILE_MODE } from '../../core/ports/store.ts';
import { deriveKey, readKeyFile } from '../master-key.ts';
import { flushDirectory } from '../seal.ts';
import { openBytes, sealBytes } from '../sealed-bytes.ts';
import { sealedByAnother } from './keyring.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import { derivedKey } from './ring-keys.ts';

const FILE_NAME = 'database.key';

/** What may be the password. */
export interface PossiblePassword {
  readonly bytes: Uint8Array;
  /** True for one that releases before the keyring derived. */
  readonly isDerived: boolean;
}

/** Each password by the id of the master key that seals it, in base64. */
type Content = readonly { readonly isDerived: boolean; readonly seals: Readonly<Record<string, string>> }[];
type Seals = Content[number]['seals'];

function pathOf(dataDir: string): string {
  return join(dataDir, FILE_NAME);
}

function contextOf({ id }: MasterKey): string {
  return JSON.stringify(['database password', id]);
}

function seal(masterKey: MasterKey, password: Uint8Array): string {
  const sealed = sealBytes(deriveKey(masterKey.bytes, 'keyring'), password, contextOf(masterKey));
  return Buffer.from(sealed).toString('base64');
}

function isEntry(value: unknown): value is Content[number] {
  if (typeof value !== 'object' || value === null || !('isDerived' in value) || !('seals' in value)) return false;
  const { isDerived, seals } = value;
  if (typeof isDerived !== 'boolean' || typeof seals !== 'object' || seals === null) return false;
  return Object.values(seals).every((sealed) => typeof sealed === 'string');
}

function isContent(value: unknown): value is Content {
  return Array.isArray(value) && value.length > 0 && value.every(isEntry);
}

function damaged(path: string, cause?: unknown): ConveyanceError {
  return new ConveyanceError(
    'bad_setting',
    `${path} is damaged: put the file of your copy of the data directory back, or restore a backup into an empty one`,
    { cause },
  );
}

function parse(text: string, path: string): Content {
  try {
    const content: unknown = JSON.parse(text);
    if (isContent(content)) return content;
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path);
}

async function read({ dataDir }: MasterKeys): Promise<Content | null> {
  const path = pathOf(dataDir);
  const text = await readKeyFile(path);
  return text === null ? null : parse(text, path);
}

function sealerOf(seals: Seals, { all }: MasterKeys): MasterKey | undefined {
  return all.find(({ id }) => seals[id] !== undefined);
}

/** The passwords of the file, the likelier first; null if there is no file. Throws `bad_setting` if none of the master keys opens it. */
async function readPasswords(masterKeys: MasterKeys): Promise<readonly PossiblePassword[] | null> {
  const path = pathOf(masterKeys.dataDir);
  const content = await read(masterKeys);
  if (content === null) return null;
  // Somebody may have changed it since the keys were read.
  if (content.some(({ seals }) => sealerOf(seals, masterKeys) === undefined)) await masterKeys.reread();
  return content.map(({ isDerived, seals }) => {
    const masterKey = sealerOf(seals, masterKeys);
    if (masterKey === undefined) throw sealedByAnother(path, Object.keys(seals).join(' and '), masterKeys);
    const sealed = Buffer.from(seals[masterKey.id] ?? '', 'base64');
    try {
      return { bytes: openBytes(deriveKey(masterKey.bytes, 'keyring'), sealed, contextOf(masterKey)), isDerived };
    } catch (cause) {
      throw damaged(path, cause);
    }
  });
}

/** What the password may be: of the file, or, of a release before it, derived from the master key. */
export async function possiblePasswords(masterKeys: MasterKeys): Promise<readonly PossiblePassword[]> {
  const found = await readPasswords(masterKeys);
  return found ?? masterKeys.all.map((masterKey) => ({ bytes: derivedKey(masterKey, 'database'), isDerived: true }));
}

/** As the database takes it. */
export function passwordText({ bytes }: Pick<PossiblePassword, 'bytes'>): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Of each password of the file, the ids of the master keys that open it. */
export async function sealersOf(masterKeys: MasterKeys): Promise<readonly (readonly string[])[]> {
  return ((await read(masterKeys)) ?? []).map(({ seals }) => Object.keys(seals));
}

/** True for a file with one password, sealed by one master key, which is this one. */
export function isSettled(sealers: readonly (readonly string[])[], masterKeyId: string): boolean {
  const [only = [], ...more] = sealers;
  return more.length === 0 && only.length === 1 && only[0] === masterKeyId;
}

/** In the place of what the file had, in one step. Only while nobody else changes it: under the lock of the keyring. */
export async function writePasswords(
  dataDir: string,
  passwords: readonly PossiblePassword[],
  masterKeys: readonly MasterKey[],
): Promise<void> {
  const content: Content = passwords.map(({ bytes, isDerived }) => ({
    isDerived,
    seals: Object.fromEntries(masterKeys.map((masterKey) => [masterKey.id, seal(masterKey, bytes)])),
  }));
  const draft = join(dataDir, `.${FILE_NAME}.${randomUUID()}`);
  const file = await open(draft, 'wx', PRIVATE_FILE_MODE);
  try {
    await file.writeFile(`${JSON.stringify(content)}\n`);
    await file.sync();
    await rename(draft, pathOf(dataDir));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await flushDirectory(dataDir);
}
