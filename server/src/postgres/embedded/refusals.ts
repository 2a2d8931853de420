/** Why the database of a data directory cannot be started, where waiting does not help: mostly a directory that was copied. */
import { open, readlink, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';
import { LOG_FILE } from './postmaster.ts';

/**
 * True if the process is certainly no server of this cluster: a server works in its cluster's directory. False where the kernel
 * does not tell.
 */
async function isStranger(pid: number, cluster: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) !== cluster;
  } catch {
    return false;
  }
}

/** Throws if the lock file names a process that is no server of the cluster: PostgreSQL refuses to start as long as it runs. */
export async function refuseForeignLock(pid: number, cluster: string): Promise<void> {
  if (!(await isStranger(pid, cluster))) return;
  throw new ConveyanceError(
    'bad_setting',
    `${join(cluster, 'postmaster.pid')} names process ${pid}, which runs but is no database of this directory: the file was left by a server that died, or copied from the directory of one that runs. Make sure that no server uses this directory, from another machine either, and delete the file`,
  );
}

/** What PostgreSQL says of files that no second try repairs, and what it means here. */
const DAMAGES: readonly { readonly says: RegExp; readonly message: (cluster: string) => string }[] = [
  {
    says: /pg_control|control file/,
    message: (cluster) =>
      `The control file of the database (${join(cluster, 'global/pg_control')}) is missing or damaged: the directory was not copied whole. Stop the server where it comes from and copy it again, or restore a backup`,
  },
  {
    says: /checkpoint record|invalid record length|WAL/,
    message: (cluster) =>
      `The log of the database (${join(cluster, 'pg_wal')}) is incomplete: the directory was copied while its server ran. Stop the server where it comes from and copy it again, or restore a backup`,
  },
  {
    says: /database files are incompatible|not compatible with this version/,
    message: (cluster) =>
      `The database in ${cluster} was made by another version of PostgreSQL: start it with the release of Conveyance that made it`,
  },
  {
    // That of the cluster itself is told by `refuseForeignLock`, and is looked at first.
    says: /lock file "[^"]*\.s\.PGSQL\.\d+\.lock" already exists/,
    message: () =>
      'A server that died has left the lock file of its socket, and another process has its number now. Make sure that no server uses this directory, and delete the lock file',
  },
];

/** Where the log of the next launch begins. */
export async function endOfLog(cluster: string): Promise<number> {
  return stat(join(dirname(cluster), LOG_FILE)).then(
    ({ size }) => size,
    () => 0,
  );
}

async function logFrom(cluster: string, start: number): Promise<string> {
  try {
    const file = await open(join(dirname(cluster), LOG_FILE));
    try {
      const { size } = await file.stat();
      // A new file was begun if it is shorter than before.
      const from = size < start ? 0 : start;
      const bytes = Buffer.alloc(size - from);
      await file.read(bytes, 0, bytes.length, from);
      return bytes.toString();
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** Throws if the server that was launched then ended because of what is wrong with its files. */
export async function refuseDamage(cluster: string, logStart: number): Promise<void> {
  const lines = (await logFrom(cluster, logStart))
    .split('\n')
    .filter((line) => /FATAL|PANIC|could not find/.test(line));
  const words = lines.join('\n');
  const damage = DAMAGES.find(({ says }) => says.test(words));
  if (damage !== undefined)
    throw new ConveyanceError('bad_setting', `${damage.message(cluster)}. PostgreSQL says: ${words}`);
}
