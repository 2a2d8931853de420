/** Servers as they are run: processes of their own that answer requests and do no other work, on one database. They can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');

interface ApiProcess {
  readonly url: string;
  readonly child: ChildProcess;
}

interface FleetOptions {
  readonly size: number;
  readonly environment: Readonly<Record<string, string>>;
  /** A module that each process loads before the program. */
  readonly preload?: string;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a server sent, for a test to look at
  readonly body: any;
}

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly token: string;
  readonly body?: object;
  readonly idempotencyKey?: string | null;
}

/** Resolves when it listens. */
async function start({ environment, preload }: FleetOptions): Promise<ApiProcess> {
  const flags = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...flags, PROGRAM, 'serve', '--role', 'api', '--port', '0', '--json'], {
    env: { ...process.env, ...environment },
  });
  const err: string[] = [];
  child.stderr.on('data', (text) => err.push(String(text)));
  for await (const line of createInterface({ input: child.stdout })) return { url: JSON.parse(line).url, child };
  throw new Error(`the server ended before it listened: ${err.join('')}`);
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #servers: (ApiProcess | null)[];
  kills = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#servers = Array.from({ length: options.size }, () => null);
  }

  /** Starts those that do not run. */
  async start(): Promise<void> {
    const starting = this.#servers.map(async (server, index) => {
      this.#servers[index] = server ?? (await start(this.#options));
    });
    await Promise.all(starting);
  }

  /** SIGKILL; resolves when they are gone. */
  async kill(...indices: readonly number[]): Promise<void> {
    const dying = indices.map(async (index) => {
      const child = this.#servers[index]?.child;
      this.#servers[index] = null;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      this.kills++;
      await exited;
    });
    await Promise.all(dying);
  }

  killAll(): Promise<void> {
    return this.kill(...this.#servers.keys());
  }

  /** Of one of the servers. Null when it was dead, or died before it had answered. */
  async ask(index: number, path: string, question: Question): Promise<Answer | null> {
    const server = this.#servers[index % this.#servers.length];
    if (!server) return null;
    const { method = 'GET', token, body, idempotencyKey = null } = question;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== null && { 'idempotency-key': idempotencyKey }),
    };
    try {
      const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const response = await fetch(`${server.url}/api/v1${path}`, request);
      return { status: response.status, body: await response.json() };
    } catch (error) {
      // A connection that broke, before the headers of the answer or within its body. Anything else is a fault of the test.
      if (error instanceof TypeError || error instanceof SyntaxError) return null;
      throw error;
    }
  }
}
