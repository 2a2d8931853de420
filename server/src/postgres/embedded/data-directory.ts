/** The data directory: nobody but the server's user may look into it, and the database's user only pass through. */
import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_DIRECTORY_MODE } from '../../core/ports/store.ts';
import { hasCode } from '../connection/error-codes.ts';
import { databaseUser, mayEnter } from './system-user.ts';

/** Its group may pass through to what it owns, and list nothing. */
const PASSAGE_MODE = 0o710;
const OTHERS_LOOK = 0o066;

/**
 * Makes the directory if it is not there. One that is there stays as it is: others may have been let in on purpose.
 * @param withDatabase whether the database is to be inside; under root it runs as a user of its own, who has to pass.
 */
export async function makeDataDirectory(path: string, withDatabase: boolean): Promise<void> {
  const parent = dirname(path);
  await mkdir(parent, { recursive: true });
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY_MODE });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  const user = withDatabase ? await databaseUser() : null;
  if (user === null || !(await mayEnter(user, parent))) return;
  await chown(path, process.getuid?.() ?? 0, user.gid);
  await chmod(path, PASSAGE_MODE);
}

/** True where other users can list or change what is in the directory. Always false on Windows, which has no such modes. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const { mode } = await stat(path);
  return (mode & OTHERS_LOOK) !== 0;
}
