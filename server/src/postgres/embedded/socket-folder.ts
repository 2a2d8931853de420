/** Where the server listens: a socket in a folder that nobody else may enter, so that no other local user can take its place. */
import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';
import { OTHERS, PRIVATE_DIRECTORY_MODE } from '../../core/ports/store.ts';
import { hasCode } from '../connection/error-codes.ts';
import type { SystemUser } from './system-user.ts';

/** Windows has no sockets that Node can reach by their path: there the server listens on loopback. */
export const HAS_SOCKETS = process.platform !== 'win32';
/** In the name of the socket only. */
export const SOCKET_PORT = 5432;
/** What fits into the kernel's `sun_path` with the zero behind it; a longer path is refused, or cut off. */
const LONGEST_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
const FOLDER_PREFIX = 'conveyance-';
const FOLDER_ID_BYTES = 8;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/** True where the socket's path in the folder is short enough. */
export function isShortEnough(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_PATH_BYTES;
}

/** True where others may make folders but not replace ours. */
async function keepsFolders(parent: string): Promise<boolean> {
  const { mode } = await stat(parent);
  return (mode & WRITABLE_BY_ALL) === 0 || (mode & STICKY) !== 0;
}

async function parentOfFolders(): Promise<string> {
  for (const candidate of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const parent = await realpath(candidate).catch(() => null);
    if (parent === null || !isShortEnough(newFolder(parent))) continue;
    if (await keepsFolders(parent)) return parent;
  }
  throw new ConveyanceError(
    'bad_setting',
    'The path of the data directory is too long for the database’s socket, and there is no folder for temporary files to put it in: set CONVEYANCE_DATA_DIR to a shorter path, or TMPDIR to a folder that is yours',
  );
}

/** Its name cannot be guessed: nobody can take it before us. */
function newFolder(parent: string): string {
  return join(parent, `${FOLDER_PREFIX}${randomBytes(FOLDER_ID_BYTES).toString('hex')}`);
}

/** Makes the folder, or takes it as it is. Throws unless it is the user's own, a folder and no link, and closed to others. */
export async function claimFolder(path: string, user: SystemUser | null): Promise<void> {
  const uid = user?.uid ?? process.getuid?.();
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY_MODE });
    await chmod(path, PRIVATE_DIRECTORY_MODE);
    if (user !== null) await chown(path, user.uid, user.gid);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === uid && (found.mode & OTHERS) === 0) return;
  throw new ConveyanceError(
    'bad_setting',
    `${path}, where the database’s socket goes, is no folder of user ${uid} alone: somebody else has made it; delete it and start again`,
  );
}

/** @param known the folder where users of a server that died expect the next one. */
export async function socketFolder(cluster: string, user: SystemUser | null, known: string | null): Promise<string> {
  // Its mode is PostgreSQL's own condition for a start: 0700, or 0750 where initdb was told so.
  if (isShortEnough(cluster)) return cluster;
  const folder = known?.startsWith('/') && known !== cluster ? known : newFolder(await parentOfFolders());
  await claimFolder(folder, user);
  return folder;
}

/** Removes what `socketFolder` made, once the server is down. */
export async function dropSocketFolder(cluster: string, folder: string): Promise<void> {
  if (folder === cluster || !basename(folder).startsWith(FOLDER_PREFIX)) return;
  await rmdir(folder).catch((error: unknown) => {
    // The next server is starting in it.
    if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
  });
}
