/** One running server: how it is found, launched and stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, open, readFile, rename, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConveyanceError } from '../../core/errors.ts';
import { PRIVATE_FILE_MODE } from '../../core/ports/store.ts';
import { hasCode } from '../connection/error-codes.ts';
import { prepareBinaries } from './binaries.ts';
import { spawnOptions } from './programs.ts';
import { dropSocketFolder, HAS_SOCKETS, SOCKET_PORT, socketFolder } from './socket-folder.ts';
import type { SystemUser } from './system-user.ts';

export const LOG_FILE = 'postgres.log';
export const OLD_LOG_FILE = 'postgres.log.1';
const LOG_LIMIT_BYTES = 4 * 1024 * 1024;
const LOG_TAIL_LINES = 5;
const STOP_TIMEOUT_MS = 60_000;
const LOOK_AGAIN_MS = 20;
/** Lines of postmaster.pid, from 0. */
const PID_LINE = 0;
const DIRECTORY_LINE = 1;
const PORT_LINE = 3;
const SOCKET_LINE = 4;
const LISTENS_LINE = 5;
export const LOOPBACK = '127.0.0.1';

/** As the driver takes it. */
export interface Address {
  /** The folder of the socket, or `LOOPBACK`; empty as long as the server has not said where it will listen. */
  readonly host: string;
  readonly port: number;
}

export interface RunningServer extends Address {
  readonly pid: number;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

interface PidFile extends RunningServer {
  /** False if no process has that pid: the file was left behind. True proves nothing, because pids are reused. */
  readonly alive: boolean;
}

/** What postmaster.pid says. The file is only ever read: deleting it can put two servers on one cluster. */
export async function readPidFile(cluster: string): Promise<PidFile | null> {
  try {
    const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Number(lines[PID_LINE]);
    const port = Number(lines[PORT_LINE]);
    if (!(pid > 0 && port > 0)) return null;
    // A file that was copied names the folder of the server that it was copied from.
    const folder = lines[DIRECTORY_LINE] === cluster ? lines[SOCKET_LINE] : undefined;
    return { pid, host: folder || (lines[LISTENS_LINE] ?? '').trim(), port, alive: isAlive(pid) };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function answers({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = host === LOOPBACK ? connect(port, host) : connect(join(host, `.s.PGSQL.${port}`));
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** The cluster's server if one is running: its process exists and its socket answers. */
export async function findServer(cluster: string): Promise<RunningServer | null> {
  const found = await readPidFile(cluster);
  if (!found?.alive || found.host === '' || !(await answers(found))) return null;
  return { pid: found.pid, host: found.host, port: found.port };
}

function bindable(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/**
 * A crashed server's port if it is still free, so that processes that know it find the next server there; else any free one. If
 * somebody takes it before the server does, the launch fails and is retried.
 */
async function choosePort(preferred: number): Promise<number> {
  return (preferred > 0 ? await bindable(preferred) : null) ?? (await bindable(0)) ?? 0;
}

/** Only errors make the log grow, and each launch begins a new file if the last is large. */
async function openLog(home: string) {
  const path = join(home, LOG_FILE);
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(path, join(home, OLD_LOG_FILE));
  return open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, PRIVATE_FILE_MODE);
}

export async function logTail(cluster: string): Promise<string> {
  const text = await readFile(join(dirname(cluster), LOG_FILE), 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

/** fsync, synchronous_commit and full_page_writes are not here: their defaults are what we promise. */
const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '64MB',
  // What crash recovery may have to read again, and what the log may hold on disk.
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements carry customers' values.
  log_min_error_statement: 'panic',
};

export interface Cluster {
  /** Real path of the cluster's directory. */
  readonly directory: string;
  readonly user: SystemUser | null;
}

/** Where the server is to listen: on a socket alone, wherever there are sockets. */
async function listening(
  { directory, user }: Cluster,
  known: Address | null,
): Promise<Readonly<Record<string, string>>> {
  if (!HAS_SOCKETS) {
    const port = await choosePort(known?.port ?? 0);
    return { listen_addresses: LOOPBACK, unix_socket_directories: '', port: String(port) };
  }
  const folder = await socketFolder(directory, user, known?.host ?? null);
  return {
    listen_addresses: '',
    // A list, in which a name with a comma has to be quoted.
    unix_socket_directories: `"${folder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: String(SOCKET_PORT),
  };
}

/**
 * Launches a server on the cluster; it outlives us. It may fail, because another process was faster: the caller sees the child end
 * and tries again.
 * @param known where those who know an earlier server expect it.
 */
export async function launch(cluster: Cluster, known: Address | null): Promise<ChildProcess> {
  const { directory, user } = cluster;
  const home = dirname(directory);
  const { postgres } = await prepareBinaries(user, home);
  const all = { ...SETTINGS, ...(await listening(cluster, known)) };
  const settings = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // We open the log and the server inherits it: the database's user need not be able to write beside the cluster.
  const log = await openLog(home);
  try {
    const child = spawn(postgres, ['-D', directory, ...settings], {
      ...spawnOptions(user, directory),
      // In its own session: Ctrl-C in our terminal must not stop it before our connections are closed.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve).once('error', reject);
    });
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/**
 * True once that server is down: its pid file is the last that it removes, and the file of a later one has another pid. A process alone
 * proves nothing: nobody may collect one whose parent has died.
 */
async function isDown(cluster: string, pid: number): Promise<boolean> {
  const found = await readPidFile(cluster);
  return found === null || found.pid !== pid || !found.alive;
}

/**
 * Stops the cluster's server and waits until it is down. Sessions are ended, transactions rolled back. Only its own end is waited for: the
 * next user may launch a server the moment it is gone. pg_ctl, which reads the pid file anew each time, would wait for the end of that one.
 */
export async function shutDown({ directory }: Pick<Cluster, 'directory'>): Promise<void> {
  const running = await readPidFile(directory);
  if (running === null) return;
  try {
    // To PostgreSQL: a fast shutdown.
    process.kill(running.pid, 'SIGINT');
  } catch (error) {
    // It has died by itself.
    if (!hasCode(error, 'ESRCH')) throw error;
  }
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (!(await isDown(directory, running.pid))) {
    if (Date.now() > deadline) {
      const message = `The database in ${directory} does not stop. The end of its log:\n${await logTail(directory)}`;
      throw new ConveyanceError('unavailable', message);
    }
    await delay(LOOK_AGAIN_MS);
  }
  if (running.host.startsWith('/')) await dropSocketFolder(directory, running.host);
}
