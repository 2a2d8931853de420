/**
 * A network namespace with nothing in it but a loopback: a node in it reaches database and store over two of its ports, until the loopback is
 * taken down. Then nothing answers and nothing is refused, as when a cable is pulled; the connections stay, and go on when it is up again.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'away-link.mjs');
const ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

function ip(...args: readonly string[]): boolean {
  return spawnSync('ip', args, { env: ENV }).status === 0;
}

function tryNamespaces(): boolean {
  const name = `conveyance-${randomUUID().slice(0, 8)}`;
  return ip('netns', 'add', name) && ip('netns', 'del', name);
}

export const namespacesMissing: string | null = tryNamespaces()
  ? null
  : 'network namespaces cannot be made: apt-get install iproute2, and run as root';

/** Inside of it. */
const PORTS = { database: 5432, store: 9000 } as const;

export interface Reached {
  /** Of PostgreSQL: a file. */
  readonly databaseSocket: string;
  /** Address of the store outside. */
  readonly storeUrl: string;
  /** A folder for the store's socket. */
  readonly directory: string;
}

export class Namespace implements AsyncDisposable {
  readonly name = `conveyance-${randomUUID().slice(0, 8)}`;
  #link: ChildProcess | null = null;
  #store: Server | null = null;

  static readonly ports = PORTS;

  /** What runs a program in it. */
  get by(): readonly string[] {
    return ['ip', 'netns', 'exec', this.name, process.execPath];
  }

  static async make({ databaseSocket, storeUrl, directory }: Reached): Promise<Namespace> {
    const namespace = new Namespace();
    if (!ip('netns', 'add', namespace.name)) throw new Error('a network namespace cannot be made');
    namespace.heal();
    const storeSocket = join(directory, 'store.sock');
    namespace.#store = await bridge(storeSocket, new URL(storeUrl));
    const [command = '', ...args] = namespace.by;
    const pairs = [`${PORTS.database}=${databaseSocket}`, `${PORTS.store}=${storeSocket}`];
    const link = spawn(command, [...args, PROGRAM, ...pairs], { stdio: ['ignore', 'pipe', 'inherit'], env: ENV });
    namespace.#link = link;
    await Promise.race([
      once(link.stdout, 'data'),
      once(link, 'exit').then(() => Promise.reject(new Error('the link into the namespace ended'))),
    ]);
    return namespace;
  }

  /** Nothing passes any more. */
  cut(): void {
    if (!ip('-n', this.name, 'link', 'set', 'lo', 'down')) throw new Error('the loopback cannot be taken down');
  }

  heal(): void {
    if (!ip('-n', this.name, 'link', 'set', 'lo', 'up')) throw new Error('the loopback cannot be set up');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#link !== null && this.#link.exitCode === null) {
      const exited = once(this.#link, 'exit');
      this.#link.kill('SIGKILL');
      await exited;
    }
    await new Promise<void>((resolve) => (this.#store === null ? resolve() : this.#store.close(() => resolve())));
    ip('netns', 'del', this.name);
  }
}

/** A Unix socket that leads to the address. */
async function bridge(path: string, { hostname, port }: URL): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}
