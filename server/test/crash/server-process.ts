/** A server in a process of its own that can be killed, on a data directory that outlives it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');

export class ServerProcess {
  readonly directory: string;
  readonly #settings: Readonly<Record<string, string>>;
  #running: ChildProcess | undefined;

  private constructor(directory: string, settings: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#settings = settings;
  }

  /** Makes the directory; nothing runs yet. */
  static async prepare(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-crash-'));
    await chmod(directory, 0o711);
    return new ServerProcess(directory, settings);
  }

  get dataDir(): string {
    return join(this.directory, 'data');
  }

  #environment() {
    return { ...process.env, CONVEYANCE_DATA_DIR: this.dataDir, CONVEYANCE_DRAIN_SECONDS: '0', ...this.#settings };
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
  async serve(role: 'all' | 'api' = 'all'): Promise<string> {
    const argv = [PROGRAM, 'serve', '--port', '0', '--role', role, '--json'];
    const child = spawn(process.execPath, argv, { env: this.#environment() });
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

  async close(): Promise<void> {
    const running = this.#running;
    if (running !== undefined && running.exitCode === null && running.signalCode === null) {
      running.kill('SIGTERM');
      await once(running, 'exit');
    }
    // A killed server leaves its database running; whoever uses it last stops it.
    if (running?.signalCode === 'SIGKILL') await this.command('doctor');
    await rm(this.directory, { recursive: true, force: true });
  }
}
