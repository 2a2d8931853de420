/** A PostgreSQL of the test's own, at a socket that stays: it can be killed, stay away, and come back. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { type Cluster, launch, shutDown } from '../../src/postgres/embedded/postmaster.ts';
import { ownerOf } from '../../src/postgres/embedded/system-user.ts';
import { until } from '../support/app.ts';
import { silentLog, TEST_PASSWORD, withClient } from '../support/postgres.ts';

const START_MS = 60_000;

export class OwnPostgres implements AsyncDisposable {
  readonly url: string;
  readonly #cluster: Cluster;
  #server: ChildProcess | null = null;

  private constructor(url: string, cluster: Cluster) {
    this.url = url;
    this.#cluster = cluster;
  }

  /** Makes one below the directory, and starts it. */
  static async make(dataDir: string): Promise<OwnPostgres> {
    // Made as the program makes its own; but that one would be started again as soon as it is killed.
    const made = await startEmbedded({ dataDir, password: TEST_PASSWORD, log: silentLog });
    const { cluster: directory } = made.locations;
    await made.stop();
    const postgres = new OwnPostgres(made.url, { directory, user: await ownerOf(directory) });
    await postgres.start();
    return postgres;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const answers = async () => {
      // It refuses to start while a process of the one before is still there.
      if (this.#server === null || this.#server.exitCode !== null) {
        this.#server = await launch(this.#cluster, null);
      }
      return withClient(this.url, (client) => client.query('select 1')).then(
        () => true,
        () => false,
      );
    };
    await until(answers, (answered) => answered, START_MS);
  }

  /** SIGKILL of the server; its children notice, and end. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server === null) return;
    this.#server = null;
    await shutDown(this.#cluster);
  }
}
