/** Runs `other-process.mjs`: a second process on the same database or data directory. It runs the built program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const BUILT_PROGRAM = join(import.meta.dirname, '../../dist');
/** Handed over as text: another user may not be able to reach the file. */
const SCRIPT = readFileSync(join(import.meta.dirname, 'other-process.mjs'), 'utf8');

export interface Started {
  readonly url: string;
  readonly adopted: boolean;
  readonly locations: { readonly binaries: string; readonly cluster: string; readonly user: string | null };
}

export interface OtherProcess {
  /** What it prints next, as JSON. Rejects with its error output when it ends first. */
  next<Message>(): Promise<Message>;
  tell(command: string): void;
  /** Resolves with its exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

interface Options {
  readonly program?: string;
  readonly uid?: number;
  readonly gid?: number;
}

export function otherProcess(
  args: readonly string[],
  { program = BUILT_PROGRAM, ...user }: Options = {},
): OtherProcess {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT, program, ...args], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...user,
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the process has no pipes');
  let errors = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'exit').then(() => child.exitCode);
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the other process ended: ${errors}`);
      return JSON.parse(value);
    },
    tell: (command) => stdin.write(`${command}\n`),
    ended,
    kill: (signal) => child.kill(signal),
  };
}
