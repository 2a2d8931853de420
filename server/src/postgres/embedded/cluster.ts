/** Where the database's files are, and how they are created. */
import { createHash, randomUUID } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../../core/ports/store.ts';
import { MS_PER_HOUR } from '../../core/time.ts';
import { hasCode } from '../connection/error-codes.ts';
import { COPY_PREFIX, prepareBinaries } from './binaries.ts';
import { LOG_FILE, OLD_LOG_FILE } from './postmaster.ts';
import { runProgram } from './programs.ts';
import { databaseUser, mayEnter, type SystemUser } from './system-user.ts';

/** The cluster's first role. */
export const SUPERUSER = 'conveyance';
/** The one database that holds everything. */
export const DATABASE = 'conveyance';
/** Where root puts a cluster whose user could not reach the data directory. */
const SYSTEM_DIRECTORY = '/var/lib/conveyance';
const HASH_LENGTH = 16;
/** Names the data directory of a cluster that lies elsewhere. */
const BELONGS_TO = 'belongs-to';
const MAKING_PREFIX = 'postgres.making-';
/** initdb takes seconds; anything an hour old was left by a process that was killed. */
const ABANDONED_MS = MS_PER_HOUR;

export function clusterLink(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/**
 * The real path of the data directory's cluster, or null when it has none yet. `<dataDir>/postgres` is the cluster or a link to it:
 * the link, not a guess from today's permissions, says where it is, so a later chmod cannot make us start an empty one.
 */
export async function findCluster(dataDir: string): Promise<string | null> {
  const link = clusterLink(dataDir);
  try {
    await lstat(link);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return await realpath(link);
  } catch (cause) {
    throw new ConveyanceError(
      'bad_setting',
      `${link} points to a database that is not there: restore it, or delete the link to begin with an empty one`,
      { cause },
    );
  }
}

async function makeDirectory(path: string, mode: number, user: SystemUser | null): Promise<void> {
  await mkdir(path, { recursive: true });
  // mkdir's own mode is cut by the umask, and a umask of 077 is common for root.
  await chmod(path, mode);
  if (user !== null) await chown(path, user.uid, user.gid);
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

interface Making {
  readonly user: SystemUser | null;
  readonly password: string;
  /** Where a copy of the binaries would go. */
  readonly home: string;
}

async function initialise(place: string, { user, password, home }: Making): Promise<string> {
  const { initdb } = await prepareBinaries(user, home);
  const cluster = join(place, 'postgres');
  const passwordFile = join(place, 'password');
  await makeDirectory(cluster, PRIVATE_DIRECTORY_MODE, user);
  await writeFile(passwordFile, `${password}\n`, { mode: PRIVATE_FILE_MODE });
  if (user !== null) await chown(passwordFile, user.uid, user.gid);
  const args = [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts by bytes, the same on every system and in every version: an upgrade of libc or ICU cannot break an index.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ];
  await runProgram(initdb, args, { user, directory: cluster });
  await rm(passwordFile);
  return cluster;
}

/** The second process to finish finds the first one's cluster in place, discards its own and uses that. */
async function publish(move: () => Promise<void>): Promise<boolean> {
  try {
    await move();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR')) return false;
    throw error;
  }
}

async function sweepAbandoned(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith(MAKING_PREFIX)) continue;
    const path = join(dataDir, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Made elsewhere and moved into place whole: a killed initdb leaves nothing half-made where the cluster belongs. */
async function createInside(dataDir: string, user: SystemUser | null, password: string): Promise<void> {
  await sweepAbandoned(dataDir);
  const place = join(dataDir, `${MAKING_PREFIX}${randomUUID()}`);
  try {
    await makeDirectory(place, 0o755, null);
    const cluster = await initialise(place, { user, password, home: dataDir });
    await publish(() => rename(cluster, clusterLink(dataDir)));
    await flushDirectory(dataDir);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/**
 * For a data directory that the database's user cannot enter. The name is new each time: a leftover of a deleted data directory of
 * the same path has another password and must be neither used nor overwritten.
 */
async function createOutside(dataDir: string, user: SystemUser, password: string): Promise<void> {
  await makeDirectory(SYSTEM_DIRECTORY, 0o755, null);
  if (!(await mayEnter(user, SYSTEM_DIRECTORY))) {
    throw new ConveyanceError(
      'bad_setting',
      `The database runs as user ${user.name}, who can enter neither ${dataDir} nor ${SYSTEM_DIRECTORY}: open one of them (chmod o+x), start Conveyance as an ordinary user, or set DATABASE_URL`,
    );
  }
  const hash = createHash('sha256').update(`${dataDir}\n${randomUUID()}`).digest('hex').slice(0, HASH_LENGTH);
  const place = join(SYSTEM_DIRECTORY, hash);
  let published = false;
  try {
    await makeDirectory(place, 0o755, null);
    // For whoever cleans up later: deleting a data directory by hand leaves this behind.
    await writeFile(join(place, BELONGS_TO), `${dataDir}\n`);
    const cluster = await initialise(place, { user, password, home: place });
    published = await publish(() => symlink(cluster, clusterLink(dataDir)));
    await flushDirectory(dataDir);
  } finally {
    if (!published) await rm(place, { recursive: true, force: true });
  }
}

/** The data directory's cluster, created if there is none. */
export async function findOrCreateCluster(dataDir: string, password: string): Promise<string> {
  const existing = await findCluster(dataDir);
  if (existing !== null) return existing;
  const user = await databaseUser();
  if (user === null || (await mayEnter(user, dataDir))) await createInside(dataDir, user, password);
  else await createOutside(dataDir, user, password);
  const created = await findCluster(dataDir);
  if (created === null) throw new Error(`the database in ${clusterLink(dataDir)} vanished while it was made`);
  return created;
}

/** Deletes a stopped cluster and everything that was created for it. */
export async function deleteCluster(dataDir: string, cluster: string): Promise<void> {
  const home = dirname(cluster);
  if (home === dataDir) {
    const ours = (name: string) => name === LOG_FILE || name === OLD_LOG_FILE || name.startsWith(COPY_PREFIX);
    const names = (await readdir(home)).filter(ours);
    for (const path of [cluster, ...names.map((name) => join(home, name))])
      await rm(path, { recursive: true, force: true });
    return;
  }
  await rm(home, { recursive: true, force: true });
  await rm(clusterLink(dataDir), { force: true });
  await rmdir(SYSTEM_DIRECTORY).catch((error: unknown) => {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  });
}
