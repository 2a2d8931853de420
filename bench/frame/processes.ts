/** Servers in processes of their own, and what memory and processor time they take. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, '../../server/dist/main.js');
const SAMPLE_MS = 20;
const KIB = 1024;
/** Field 14 of the file is `utime`; the three after it are `stime` and the same of children that have ended. We count from the third. */
const UTIME = 11;
const MS_PER_TICK = 10;

export interface ServerProcess {
  readonly url: string;
  readonly watch: ProcessWatch;
  stop(): Promise<void>;
}

/**
 * Resolves when the server listens, or its worker runs.
 * @param log the descriptor of a file; what a terminal takes to show a line would be part of the figures.
 */
export async function serveProcess(
  role: 'api' | 'worker',
  env: Readonly<Record<string, string>>,
  log: number | 'inherit' = 'inherit',
): Promise<ServerProcess> {
  // Node’s own flags are handed on: `node --cpu-prof .bench/bench.js creates` writes a profile of each process.
  const argv = [...process.execArgv, PROGRAM, 'serve', '--port', '0', '--role', role, '--json'];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', log],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('the server’s answer is not read');
  for await (const line of createInterface({ input: stdout })) {
    const watch = new ProcessWatch(child);
    return {
      url: JSON.parse(line).url,
      watch,
      async stop() {
        watch.stop();
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error(`the ${role} process ended before it listened`);
}

/** Samples the resident memory of one process, not of its children. Linux only: elsewhere it sees nothing. */
export class ProcessWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor({ pid = 0 }: Pick<ChildProcess, 'pid'>) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.memory(), SAMPLE_MS);
  }

  /** Resident bytes; also counts for the peak. */
  memory(): number {
    const [, kib = Number.NaN] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${this.#pid}/status`)) ?? [];
    const bytes = Number(kib) * KIB;
    this.#peak = Math.max(this.#peak, bytes);
    return bytes;
  }

  /** Of all samples since the last call. */
  takePeak(): number {
    const peak = Math.max(this.#peak, this.memory());
    this.#peak = 0;
    return peak;
  }

  /** Processor time of the process and of its children, dead or alive, in milliseconds: on a busy machine it says more than elapsed time. */
  cpu(): number {
    const children = read(`/proc/${this.#pid}/task/${this.#pid}/children`).split(' ').filter(Boolean);
    const ticks = [this.#pid, ...children.map(Number)].map((pid) => {
      // The name in the second field may have spaces.
      const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ').map(Number) ?? [];
      return fields.slice(UTIME, UTIME + 4).reduce((sum, each) => sum + each, 0);
    });
    return ticks.reduce((sum, each) => sum + each, 0) * MS_PER_TICK;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
