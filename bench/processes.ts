/** Servers in processes of their own, and what memory they take. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, '../server/dist/main.js');
const SAMPLE_MS = 20;
const KIB = 1024;

export interface ServerProcess {
  readonly url: string;
  readonly memory: MemoryWatch;
  stop(): Promise<void>;
}

/** Resolves when the server listens, or its worker works. */
export async function serveProcess(
  role: 'api' | 'worker',
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const argv = [PROGRAM, 'serve', '--port', '0', '--role', role, '--json'];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const memory = new MemoryWatch(child);
    return {
      url: JSON.parse(line).url,
      memory,
      async stop() {
        memory.stop();
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error(`the ${role} process ended before it listened`);
}

/** Samples the resident memory of one process, not of its children. Linux only: elsewhere it sees nothing. */
export class MemoryWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor({ pid = 0 }: Pick<ChildProcess, 'pid'>) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.now(), SAMPLE_MS);
  }

  /** Bytes; also counts for the peak. */
  now(): number {
    const [, kib = Number.NaN] = /^VmRSS:\s+(\d+) kB/m.exec(status(this.#pid)) ?? [];
    const bytes = Number(kib) * KIB;
    this.#peak = Math.max(this.#peak, bytes);
    return bytes;
  }

  /** Of all samples since the last call. */
  takePeak(): number {
    const peak = Math.max(this.#peak, this.now());
    this.#peak = 0;
    return peak;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function status(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
