/** One node of a fleet: `serve` in a process of its own, with a folder of its own. It can be killed, stopped, held and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, '../../../dist/main.js');
/** Enough to see why a node ended. */
const LINES_KEPT = 40;

export type Settings = Readonly<Record<string, string>>;

export interface NodeOptions {
  readonly role: 'api' | 'worker';
  readonly name: string;
  readonly dataDir: string;
  readonly settings: Settings;
  /** Where an API listens, also after it was started again. */
  readonly port: number;
  /** What the program is run by: Node when left out. */
  readonly by?: readonly string[];
  /** Another release's program. */
  readonly program?: string;
}

/** A line of the node's log, as JSON. */
export interface LogLine {
  readonly event: string;
  /** When, by the node's clock. */
  readonly time: string | number;
  readonly jobId?: string;
  readonly nodeId?: string;
  readonly error?: { readonly message: string; readonly stack?: string };
}

export class NodeProcess {
  readonly role: NodeOptions['role'];
  readonly name: string;
  readonly url: string;
  /** Null before the start, and where the role has none. */
  sftpPort: number | null = null;
  /** As the database knows it; new at each start. */
  nodeId: string | null = null;
  /** Given every line of the log. */
  onLog: (line: LogLine) => void = () => undefined;
  readonly #options: NodeOptions;
  readonly #last: string[] = [];
  #child: ChildProcess | null = null;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.role = options.role;
    this.name = options.name;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  get pid(): number | null {
    return this.isRunning ? (this.#child?.pid ?? null) : null;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines of its log. */
  get lastWords(): string {
    return this.#last.join('\n');
  }

  /** Resolves when it listens, or works. @param settings of this start alone */
  async start(settings: Settings = {}): Promise<void> {
    if (this.isRunning) return;
    const { role, port, dataDir, by = [process.execPath], program = PROGRAM } = this.#options;
    await mkdir(dataDir, { recursive: true });
    const [command = '', ...before] = by;
    const argv = [...before, program, 'serve', '--role', role, '--port', String(port), '--json'];
    const env = { ...process.env, CONVEYANCE_DATA_DIR: dataDir, ...this.#options.settings, ...settings };
    const child = spawn(command, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    // Whoever tidies up after an interrupted run finds it there.
    const pidFile = join(dirname(dataDir), `${this.name}.pid`);
    writeFileSync(pidFile, String(child.pid));
    child.once('exit', () => rmSync(pidFile, { force: true }));
    createInterface({ input: child.stderr }).on('line', (line) => this.#heard(line));
    const gone = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${this.name} ended with ${code ?? signal} before it was ready:\n${this.lastWords}`);
    });
    // Told only to whoever waits for the start.
    gone.catch(() => undefined);
    await Promise.race([this.#ready(child), gone]);
  }

  async #ready({ stdout }: ChildProcess): Promise<void> {
    if (stdout === null) throw new Error('the node has no output');
    const lines = createInterface({ input: stdout });
    const [line] = await once(lines, 'line');
    // The pipe must not fill up.
    lines.on('line', () => undefined);
    this.sftpPort = JSON.parse(String(line)).sftp?.port ?? null;
  }

  #heard(text: string): void {
    this.#last.push(text);
    if (this.#last.length > LINES_KEPT) this.#last.shift();
    if (!text.startsWith('{')) return;
    const line: LogLine = JSON.parse(text);
    if (line.event === 'worker-started' && line.nodeId !== undefined) this.nodeId = line.nodeId;
    this.onLog(line);
  }

  /** SIGKILL: nothing is tidied up. Resolves when it is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** As an operator stops it. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    // One that is held does not even see that it is to end.
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    await exited;
  }

  /** SIGSTOP: it does nothing, and its connections stay. */
  hold(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** SIGCONT. */
  release(): void {
    this.#child?.kill('SIGCONT');
  }
}
