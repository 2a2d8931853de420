import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';

/** The user that the database runs as if it cannot be our own. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In this order: one made for us, the packaged server's, and the one that every system has. */
const PREFERRED_USERS = ['conveyance', 'postgres', 'nobody'];
const ROOT = 0;
const SEARCH = 0o1;

async function readUsers(): Promise<SystemUser[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** Who owns the files of a running or stopped cluster; null if we do, as an ordinary user. */
export async function ownerOf(cluster: string): Promise<SystemUser | null> {
  const { uid, gid } = await stat(cluster);
  const own = process.getuid?.();
  if (own === uid && own !== ROOT) return null;
  if (own === ROOT && uid !== ROOT) {
    const known = (await readUsers()).find((user) => user.uid === uid);
    return known ?? { name: String(uid), uid, gid };
  }
  throw new ConveyanceError(
    'bad_setting',
    `The database in ${cluster} belongs to user ${uid}, and user ${own} may not run it: start Conveyance as that user, or as root`,
  );
}

/** The user to create a new cluster as; null for ourselves. PostgreSQL refuses to run as root, so root lends it another user. */
export async function databaseUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== ROOT) return null;
  const users = await readUsers();
  for (const name of PREFERRED_USERS) {
    const user = users.find((candidate) => candidate.name === name);
    if (user !== undefined && user.uid !== ROOT) return user;
  }
  throw new ConveyanceError(
    'bad_setting',
    `PostgreSQL does not run as root, and none of the users ${PREFERRED_USERS.join(', ')} exists: add one (useradd --system conveyance), start Conveyance as an ordinary user, or set DATABASE_URL`,
  );
}

/** True when the user may enter the directory: it and everything above it lets them search. */
export async function mayEnter(user: SystemUser | null, directory: string): Promise<boolean> {
  if (user === null) return true;
  for (let path = await realpath(directory); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
    if (((mode >> shift) & SEARCH) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
