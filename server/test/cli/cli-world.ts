import { PassThrough } from 'node:stream';
import { runCli } from '../../src/cli/run.ts';
import type { OutputStream, World } from '../../src/cli/world.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { readHeader } from '../../src/intake/csv/rows.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Situation {
  readonly env?: World['env'];
  readonly stdin?: readonly string[];
  /** The data that operator commands work on; without it they must not be reached. */
  readonly deps?: Deps;
  readonly serve?: World['serve'];
  /** In place of the recorded one. */
  readonly stdout?: OutputStream;
  readonly terminal?: boolean;
  readonly interrupt?: AbortSignal;
}

function unreachable(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${what} was not expected to be opened`));
}

/** A stream that keeps what is written to it. */
export function recordingStream(terminal: boolean): { stream: OutputStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, columns: 120 });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Runs one command in this process, its streams recorded. */
export async function cli(argv: readonly string[], situation: Situation = {}): Promise<Ran> {
  const { env = {}, stdin = [], deps, serve, terminal = false, interrupt } = situation;
  const stdout = recordingStream(terminal);
  const stderr = recordingStream(terminal);
  const close = () => Promise.resolve();
  const code = await runCli(argv, {
    version: '1.2.3',
    env,
    stdin: (async function* () {
      yield* stdin;
    })(),
    stdout: situation.stdout ?? stdout.stream,
    stderr: stderr.stream,
    interrupt: interrupt ?? new AbortController().signal,
    readHeader,
    openOperator: deps
      ? async () => ({ deps, facts: [{ name: 'place', value: 'a test' }], close })
      : unreachable('the data'),
    openEngine: deps ? async () => ({ deps, close }) : unreachable('the engine'),
    serve: serve ?? unreachable('a server'),
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
