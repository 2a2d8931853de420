/** A server in processes of its own, watched from outside: memory and processor time of it and all that it started. Linux only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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

export interface WatchedServer {
  readonly url: string;
  /** Usage since the last call. Shared pages count once. */
  usage(): Usage;
  stop(): Promise<void>;
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

/** The process and everything below it, without PostgreSQL, which may belong to anyone. */
function tree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statOf(Number(name))[PARENT]));
  }
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parents) {
      if (parent === pid && !read(`/proc/${child}/cmdline`).includes('postgres')) found.push(child);
    }
  }
  return found;
}

function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * KIB;
}

class TreeWatch {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  /** By process: those that end keep their last figure. */
  readonly #ticks = new Map<number, number>();
  #peakBytes = 0;
  #seenTicks = 0;

  constructor(root: number) {
    this.#root = root;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  #sample(): void {
    const pids = tree(this.#root);
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

/** `conveyance serve` with these settings. */
export async function startWatched(settings: Readonly<Record<string, string>>): Promise<WatchedServer> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--json'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await listening(child);
  const watch = new TreeWatch(child.pid ?? 0);
  return {
    url,
    usage: () => watch.take(),
    async stop() {
      watch.stop();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
