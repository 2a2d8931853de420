/** Streams that keep what is written to them, and commands that write to such. */
import { PassThrough } from 'node:stream';
import type { OutputStream, World } from '../src/terminal/world.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Situation {
  readonly env?: World['env'];
  readonly stdin?: readonly string[];
  /** In place of the recorded one. */
  readonly stdout?: OutputStream;
  readonly terminal?: boolean;
  readonly interrupt?: AbortSignal;
}

export function recordingStream(terminal: boolean): { stream: OutputStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, columns: 120 });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Runs a program in this process, its streams recorded. */
export async function recorded(
  { env = {}, stdin = [], terminal = false, interrupt, ...given }: Situation,
  run: (world: World) => Promise<number>,
): Promise<Ran> {
  const stdout = recordingStream(terminal);
  const stderr = recordingStream(terminal);
  const code = await run({
    version: '1.2.3',
    env,
    stdin: Object.assign(
      (async function* () {
        yield* stdin;
      })(),
      { isTTY: terminal },
    ),
    stdout: given.stdout ?? stdout.stream,
    stderr: stderr.stream,
    interrupt: interrupt ?? new AbortController().signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
