/** A data directory for one test of the embedded server, and the processes that use it. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from '../../src/core/ports/logger.ts';
import { type EmbeddedServer, embeddedRunning, startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { silentLog, withClient } from '../support/postgres.ts';
import { type OtherProcess, otherProcess } from './other-process.ts';

export const PASSWORD = 'p@ss word/1';

/** As root, the server's user has to enter. */
async function openDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-embedded-'));
  await chmod(directory, 0o755);
  return directory;
}

let made: Promise<string> | undefined;

async function makeCluster(): Promise<string> {
  const directory = await openDirectory();
  const server = await startEmbedded({ dataDir: directory, password: PASSWORD, log: silentLog });
  await server.stop();
  return directory;
}

/** For the end of a test file. */
export async function removeMadeCluster(): Promise<void> {
  const directory = made;
  // The next test file of this process makes its own.
  made = undefined;
  if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
}

export class EmbeddedPlace {
  readonly parent: string;
  dataDir: string;
  readonly #others: OtherProcess[] = [];

  private constructor(parent: string) {
    this.parent = parent;
    this.dataDir = join(parent, 'data');
  }

  static async prepare(): Promise<EmbeddedPlace> {
    return new EmbeddedPlace(await openDirectory());
  }

  /** A cluster takes seconds to make: tests that do not ask how it is made begin with a copy of one that was stopped. */
  async beginWithCluster(): Promise<void> {
    made ??= makeCluster();
    // With its owner: `fs.cp` would make the copy root's.
    await promisify(execFile)('cp', ['-a', await made, this.dataDir]);
  }

  start(log: Logger = silentLog, password = PASSWORD): Promise<EmbeddedServer> {
    return startEmbedded({ dataDir: this.dataDir, password, log });
  }

  startElsewhere(options?: Parameters<typeof otherProcess>[1]): OtherProcess {
    const other = otherProcess(['embedded', this.dataDir, PASSWORD], options);
    this.#others.push(other);
    return other;
  }

  running() {
    return embeddedRunning(this.dataDir);
  }

  /** Also after a test that failed and left its server and its processes running. */
  async tidy(): Promise<void> {
    for (const other of this.#others) {
      other.kill('SIGKILL');
      await other.ended;
    }
    if ((await this.running()) !== null) await this.start().then((server) => server.remove());
    await rm(this.parent, { recursive: true, force: true });
  }
}

/** Tells the other process to end its use, and sees it end well. */
export async function endElsewhere(other: OtherProcess, command: 'stop' | 'remove'): Promise<void> {
  other.tell(command);
  const { done } = await other.next<{ done: string }>();
  const code = await other.ended;
  if (done !== command || code !== 0) throw new Error(`the other process ended with ${code} after ${done}`);
}

export async function answer(url: string): Promise<unknown> {
  const { rows } = await withClient(url, (client) => client.query('select current_user, current_database()'));
  return rows[0];
}
