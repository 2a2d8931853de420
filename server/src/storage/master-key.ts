import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConveyanceError } from '../core/errors.ts';
import { OTHERS, PRIVATE_FILE_MODE } from '../core/ports/store.ts';
import { hasCode, ifPresent } from './file-faults.ts';
import { flushDirectory } from './seal.ts';

export const KEY_BYTES = 32;
export const FILE_NAME = 'master.key';
/** Beside it while it is being changed: the program takes either. */
export const NEXT_FILE_NAME = 'master.key.next';

const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const BASE64_URL = /^[A-Za-z0-9_-]+$/;

/** The bytes that a text stands for: hex, base64 or base64url if that gives enough bytes, else the text's own. Null if too short. */
function decode(text: string): Uint8Array | null {
  const readings = [
    ...(HEX.test(text) ? [Buffer.from(text, 'hex')] : []),
    ...(BASE64.test(text) ? [Buffer.from(text, 'base64')] : []),
    ...(BASE64_URL.test(text) ? [Buffer.from(text, 'base64url')] : []),
    Buffer.from(text, 'utf8'),
  ];
  return readings.find((bytes) => bytes.length >= KEY_BYTES) ?? null;
}

/** The form in which keys are kept. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString('base64');
}

/** What `keyText` made, or an operator typed. Null if it is too short. */
export function parseKey(text: string): Uint8Array | null {
  return decode(text.trim());
}

/**
 * Creates the file unless it exists. It appears whole: of two processes that start at the same time, the second finds the first's.
 * @param key a new one, if it is left out.
 */
export async function createKeyFile(
  directory: string,
  key: Uint8Array = randomBytes(KEY_BYTES),
  name = FILE_NAME,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const draft = join(directory, `.${name}.${randomUUID()}`);
  const file = await open(draft, 'wx', PRIVATE_FILE_MODE);
  try {
    await file.writeFile(`${keyText(key)}\n`);
    await file.sync();
    await link(draft, join(directory, name));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await file.close();
    await unlink(draft);
  }
  await flushDirectory(directory);
}

/** Null if there is none. Throws `bad_setting` for one that others can read. */
export async function readKeyFile(path: string): Promise<string | null> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      throw new ConveyanceError('bad_setting', `${path} can be read by other users; run: chmod 600 ${path}`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** What only a server that has its key leaves in a data directory. */
const MADE_UNDER_A_KEY = ['postgres', 'objects'];

/** Throws if the directory is not new: under another key nothing in it can be used, and a new file would hide that the old one is missing. */
async function refuseLostKey(dataDir: string): Promise<void> {
  for (const name of MADE_UNDER_A_KEY) {
    // What cannot be looked at may be there: then this fails, and no key is made.
    if ((await ifPresent(lstat(join(dataDir, name)))) === null) continue;
    throw new ConveyanceError(
      'bad_setting',
      `${join(dataDir, FILE_NAME)} is missing, and ${join(dataDir, name)} was made under the key in it: restore the file, or set CONVEYANCE_MASTER_KEY to the key. To start anew, choose an empty data directory`,
    );
  }
}

export interface MasterKeySource {
  /** What CONVEYANCE_MASTER_KEY says. */
  readonly setting: string | undefined;
  readonly dataDir: string;
  /** False if several machines must have the same key, so that a file would be wrong. */
  readonly allowFile: boolean;
}

export function tooShort(place: string): ConveyanceError {
  return new ConveyanceError(
    'bad_setting',
    `The master key of ${place} is shorter than ${KEY_BYTES} bytes; make one with: openssl rand -base64 ${KEY_BYTES}`,
  );
}

/** The key that seals all others: the setting, or the file in the data directory, made at the first start. Throws `bad_setting`. */
export async function readMasterKey({ setting, dataDir, allowFile }: MasterKeySource): Promise<Uint8Array> {
  if (setting !== undefined) {
    const key = decode(setting.trim());
    if (key) return key;
    throw tooShort('CONVEYANCE_MASTER_KEY');
  }
  if (!allowFile) {
    throw new ConveyanceError(
      'bad_setting',
      'CONVEYANCE_MASTER_KEY is required where DATABASE_URL is set; make one with: openssl rand -base64 32',
    );
  }
  const path = join(dataDir, FILE_NAME);
  let text = await readKeyFile(path);
  if (text === null) {
    await refuseLostKey(dataDir);
    await createKeyFile(dataDir);
    text = await readKeyFile(path);
  }
  const key = decode((text ?? '').trim());
  if (key) return key;
  throw new ConveyanceError(
    'bad_setting',
    `${path} holds less than ${KEY_BYTES} bytes; put the key back, without which no credential works`,
  );
}

/** A key of 32 bytes for one purpose (HKDF-SHA-256): learning one of them reveals neither the master key nor another. */
export function deriveKey(master: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, 'conveyance', purpose, KEY_BYTES));
}
