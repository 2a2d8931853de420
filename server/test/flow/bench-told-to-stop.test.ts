/** A benchmark that is told to stop leaves nothing: neither a process, nor its database, which is nobody's child, nor a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startMatchServer } from '../../../bench/match-server.ts';
import { processTree } from '../../../bench/process-tree.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../.bench/bench.js');
const LOOK_AGAIN_MS = 20;

let folder: string;
let left: number[];
beforeEach(async () => {
  left = [];
  folder = await mkdtemp(join(tmpdir(), 'conveyance-stop-'));
  await chmod(folder, 0o711);
});
afterEach(async () => {
  for (const pid of left) if (await isAlive(pid)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(...argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...argv], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Of the database that the benchmark has started; null while there is none, or while it is being made. */
async function postmaster(): Promise<number | null> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const file = files.find((path) => path.endsWith('/postgres/postmaster.pid') && !path.includes('making'));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || null;
}

/** False also of one that has ended and that nobody has collected. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return stat.split(') ').at(-1)?.startsWith('Z') === false;
}

describe.runIf(process.platform === 'linux')('a benchmark', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('that gets %s ends all that it has started', { timeout: 120_000 }, async (signal, code) => {
    const bench = start('--quick', 'cold-start');
    const ended = once(bench, 'exit');
    const { pid = 0 } = bench;
    let processes: number[] = [];
    let database: number | null = null;
    // The benchmark, the process that measures, a server.
    while (processes.length < 3 || database === null) {
      expect(bench.exitCode).toBeNull();
      await delay(LOOK_AGAIN_MS);
      processes = processTree([pid]);
      database = await postmaster();
    }
    left = [...processes, database];
    expect(await isAlive(database)).toBe(true);
    bench.kill(signal);
    expect(await ended).toEqual([code, null]);
    await expect.poll(() => Promise.all(left.map(isAlive)), { timeout: 10_000 }).not.toContain(true);
    expect(await readdir(folder)).toEqual([]);
  });

  it('whose server is refused its settings leaves no folder', async () => {
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(startMatchServer({ CONVEYANCE_WORKERS: 'none' })).rejects.toMatchObject({ code: 'bad_setting' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that there is none of is refused, with the names of all', async () => {
    const bench = start('nothing');
    let text = '';
    bench.stderr?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    expect(await once(bench, 'close')).toEqual([2, null]);
    expect(text).toMatch(/no benchmark nothing; there are: large-exports, .*small-jobs, .*queue/);
    expect(await readdir(folder)).toEqual([]);
  });
});
