#!/usr/bin/env node
/** argv → the customers' commands, in the package that is installed without a server. */
import { createRequire } from 'node:module';
import { PROGRAMME } from './programme.ts';
import { runProgram } from './terminal/run.ts';

const { version }: { readonly version: string } = createRequire(import.meta.url)('../package.json');

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

process.exitCode = await runProgram(
  process.argv.slice(2),
  {
    version,
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interrupt: interrupt.signal,
  },
  PROGRAMME,
);
