/**
 * Figures, each beside its reference of the same run.
 *
 *   npm run bench                         all cases, and all that is measured by hand
 *   npm run bench -- NAME …               these alone; flags are the benchmarks' own
 *   npm run bench -- --write [NAME …]     keeps the cases' results in bench/results and writes docs/performance.md from them
 *   npm run bench -- --pairs=3 NAME …     with fewer rounds, or more, of the cases that take long
 *   npm run bench -- --quick [NAME …]     the cases small and short, to show that they work; says nothing about speed
 *
 * It measures in a process of its own (`run-cases.ts`), and leaves nothing of it, however it ends. Linux only.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, removeFolder } from './frame/ending.ts';

const SIGNAL_BASE = 128;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const folder = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
// The database's user passes through.
await chmod(folder, 0o711);
const runner = fork(new URL('run-cases.js', import.meta.url), process.argv.slice(2), {
  // All that a benchmark makes lies in this folder.
  env: { ...process.env, TMPDIR: folder },
});
const { pid } = runner;
let told: (typeof SIGNALS)[number] | undefined;
const stop = (signal: (typeof SIGNALS)[number]) => {
  told = signal;
  if (pid !== undefined) endProcesses(pid);
};
for (const signal of SIGNALS) process.once(signal, () => stop(signal));
const [code, signal]: unknown[] = await once(runner, 'exit');
await removeFolder(folder);
if (told !== undefined) process.exitCode = SIGNAL_BASE + constants.signals[told];
else if (typeof code === 'number') process.exitCode = code;
else throw new Error(`the benchmark was ended by ${String(signal)}`);
