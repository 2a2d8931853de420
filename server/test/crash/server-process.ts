/** A server in a process of its own that can be killed, on a data directory that outlives it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { App } from '../../src/app.ts';
import { addAccount, beside, demoDatabase, MASTER_KEY, type TestAccount } from '../support/app.ts';
import { emptyDatabase } from '../support/postgres.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');

type Settings = Readonly<Record<string, string>>;

export class ServerProcess {
  readonly directory: string;
  readonly #settings: Settings;
  readonly #drop: () => Promise<void>;
  #running: ChildProcess | undefined;

  private constructor(directory: string, settings: Settings, drop: () => Promise<void> = () => Promise.resolve()) {
    this.directory = directory;
    // A worker for the one job that a test watches: each more is a process that every start has to make.
    const fewest = { CONVEYANCE_WORKERS: '1', CONVEYANCE_DRAIN_SECONDS: '0' };
    this.#settings = { CONVEYANCE_DATA_DIR: join(directory, 'data'), ...fewest, ...settings };
    this.#drop = drop;
  }

  static async #directory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-crash-'));
    await chmod(directory, 0o711);
    return directory;
  }

  /** With the database that the program brings along. Makes the directory; nothing runs yet. */
  static async alone(settings: Settings): Promise<ServerProcess> {
    return new ServerProcess(await ServerProcess.#directory(), settings);
  }

  /** On a database of the run's server, which a kill does not touch either; with the demo's data or with none. */
  static async beside(settings: Settings, { demo }: { demo: boolean }): Promise<ServerProcess> {
    const directory = await ServerProcess.#directory();
    const dataDir = join(directory, 'data');
    await mkdir(dataDir);
    const { url, close } = demo ? await demoDatabase(dataDir) : await emptyDatabase('test_template');
    const own = { DATABASE_URL: url, CONVEYANCE_MASTER_KEY: MASTER_KEY };
    return new ServerProcess(directory, { ...own, ...settings }, close);
  }

  get dataDir(): string {
    return join(this.directory, 'data');
  }

  #environment() {
    return { ...process.env, ...this.#settings };
  }

  /** An account of a server that is `beside`. */
  account(): Promise<TestAccount> {
    return this.work((open) => addAccount(open));
  }

  /** What an operator does to the data of a server that is `beside`, in this process. */
  work<Result>(work: (open: Pick<App, 'deps'>) => Promise<Result>): Promise<Result> {
    return beside({ ...this.#settings, CONVEYANCE_LOG_LEVEL: 'silent' }, work);
  }

  /** Runs an operator's command and returns what it prints. */
  async command(...words: readonly string[]): Promise<Record<string, string>> {
    const child = spawn(process.execPath, [PROGRAM, ...words, '--json'], { env: this.#environment() });
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`conveyance ${words.join(' ')} exited with ${code}: ${err}`);
    return JSON.parse(out);
  }

  /** Resolves with the server's URL when it listens. */
  async serve({ role = 'all', settings = {} }: { role?: 'all' | 'api'; settings?: Settings } = {}): Promise<string> {
    // Of a try that failed before it could end it.
    if (this.#running?.exitCode === null && this.#running.signalCode === null) await this.kill();
    const argv = [PROGRAM, 'serve', '--port', '0', '--role', role, '--json'];
    const child = spawn(process.execPath, argv, { env: { ...this.#environment(), ...settings } });
    this.#running = child;
    child.stderr.resume();
    for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).url;
    throw new Error('the server ended before it listened');
  }

  /** SIGKILL: nothing is tidied up. */
  async kill(): Promise<void> {
    if (this.#running === undefined) return;
    const exited = once(this.#running, 'exit');
    this.#running.kill('SIGKILL');
    await exited;
  }

  /** Resolves when the running server has ended by itself, with the signal of which it died. */
  async died(): Promise<string | null> {
    const running = this.#running;
    if (running === undefined) throw new Error('no server runs');
    if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
    return running.signalCode;
  }

  async close(): Promise<void> {
    const running = this.#running;
    if (running !== undefined && running.exitCode === null && running.signalCode === null) {
      running.kill('SIGTERM');
      await once(running, 'exit');
    }
    // A killed server leaves its own database running; whoever uses it last stops it.
    const isAlone = this.#settings['DATABASE_URL'] === undefined;
    if (isAlone && running?.signalCode === 'SIGKILL') await this.command('doctor');
    await this.#drop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
