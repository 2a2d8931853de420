/** A server in processes of its own, watched from outside: memory and processor time of it and all that it started. Linux only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, '../server/dist/main.js');
/** Ten samples a second took a fifth of a core from the measured server, two take a twentieth. Memory peaks last for seconds. */
const SAMPLE_MS = 500;
const KIB = 1024;
/** Of `stat` after the name, which may have blanks: state is 0, the parent 1, user and system time 11 and 12. */
const [PARENT, USER_TIME, SYSTEM_TIME] = [1, 11, 12];
const TICKS_PER_SECOND = 100;

export interface Usage {
  readonly peakBytes: number;
  readonly cpuSeconds: number;
}

export interface SpawnedServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface WatchedServer extends SpawnedServer {
  /** Usage since the last call. Shared pages count once. */
  usage(): Usage;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}

function statOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
}

/** By the program, or the title that a process of the database gives itself: its address may be an argument of others. */
function isPostgres(pid: number): boolean {
  const [program = ''] = read(`/proc/${pid}/cmdline`).split('\0');
  return program.startsWith('postgres:') || basename(program) === 'postgres';
}

/** The processes and everything below them, without PostgreSQL unless it is one of them: it may belong to anyone. */
export function processTree(roots: readonly number[]): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statOf(Number(name))[PARENT]));
  }
  const found = [...roots];
  for (const pid of found) {
    const isDatabase = isPostgres(pid);
    for (const [child, parent] of parents) {
      if (parent === pid && !found.includes(child) && isPostgres(child) === isDatabase) found.push(child);
    }
  }
  return found;
}

function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * KIB;
}

/** Memory and processor time of these processes and all below them, from now on. */
export class TreeWatch {
  readonly #roots: readonly number[];
  readonly #timer: NodeJS.Timeout;
  /** By process: those that end keep their last figure. */
  readonly #ticks = new Map<number, number>();
  #peakBytes = 0;
  #seenTicks = 0;

  constructor(roots: readonly number[], sampleMs = SAMPLE_MS) {
    this.#roots = roots;
    this.#timer = setInterval(() => this.#sample(), sampleMs);
    this.take();
  }

  #sample(): void {
    const pids = processTree(this.#roots);
    for (const pid of pids) {
      const stat = statOf(pid);
      this.#ticks.set(pid, Number(stat[USER_TIME] ?? 0) + Number(stat[SYSTEM_TIME] ?? 0));
    }
    this.#peakBytes = Math.max(
      this.#peakBytes,
      pids.reduce((sum, pid) => sum + proportionalBytes(pid), 0),
    );
  }

  take(): Usage {
    this.#sample();
    const ticks = [...this.#ticks.values()].reduce((sum, each) => sum + each, 0);
    const usage = { peakBytes: this.#peakBytes, cpuSeconds: (ticks - this.#seenTicks) / TICKS_PER_SECOND };
    this.#seenTicks = ticks;
    this.#peakBytes = 0;
    return usage;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function listening(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).url;
  throw new Error('the server ended before it listened');
}

/** `conveyance serve` with these settings, in a process of its own. */
export async function spawnServer(settings: Readonly<Record<string, string>>): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--json'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await listening(child);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The same, watched as long as it runs. */
export async function startWatched(settings: Readonly<Record<string, string>>): Promise<WatchedServer> {
  const server = await spawnServer(settings);
  const watch = new TreeWatch([server.pid]);
  return {
    ...server,
    usage: () => watch.take(),
    async stop() {
      watch.stop();
      await server.stop();
    },
  };
}
