/** Each removal takes away something that is there, and names a test that is. By command, each is tried: its test must be red without the guard. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Removal } from './removal.ts';
import { REMOVALS } from './removals.ts';

const { HOSTILE_REMOVALS, HOSTILE_REPORT } = process.env;
const TESTS = join(import.meta.dirname, '..');
const SOURCE = join(TESTS, '../src');
const ROOT = join(TESTS, '../..');
const CONFIG = join(import.meta.dirname, 'removal.config.ts');
/** Their tests run in the files of those who pass them. */
const CONTRACTS = readdirSync(join(TESTS, 'contract'))
  .filter((name) => name.endsWith('.contract.ts'))
  .map((name) => readFileSync(join(TESTS, 'contract', name), 'utf8'))
  .join('\n');

test.each(Object.entries(REMOVALS))('%s', (_name, removal) => {
  for (const { file, from } of removal.changes) {
    expect(readFileSync(join(SOURCE, file), 'utf8').split(from), `${file}: ${from}`).toHaveLength(2);
  }
  expect(readFileSync(join(TESTS, removal.test), 'utf8') + CONTRACTS).toContain(removal.only ?? 'expect');
});

/** Of vitest's report in JSON, what is read of it. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The names of the tests that failed: not of a file that could not even be loaded, which says nothing of a guard. */
async function failing(name: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-removal-'));
  try {
    const report = join(directory, 'report.json');
    const argv = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      CONFIG,
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    // The inner run is none of the outer one's workers.
    const { VITEST: _vitest, VITEST_WORKER_ID: _worker, VITEST_POOL_ID: _pool, ...environment } = process.env;
    const env = { ...environment, HOSTILE_REMOVAL: name };
    const child = spawn(process.execPath, argv, { cwd: ROOT, env, stdio: 'ignore' });
    await once(child, 'exit');
    const { testResults }: Report = JSON.parse(await readFile(report, 'utf8'));
    return testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .flatMap(({ status, fullName }) => (status === 'failed' ? fullName.trim() : []));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const ASKED_FOR = (HOSTILE_REMOVALS ?? '').split(',').filter((name) => name in REMOVALS);
const TRIED: readonly (readonly [string, Removal])[] =
  ASKED_FOR.length > 0
    ? Object.entries(REMOVALS).filter(([name]) => ASKED_FOR.includes(name))
    : Object.entries(REMOVALS);

/** By command alone: each is a run of tests. */
function tryRemovals(): void {
  const removals: { name: string; guard: string; test: string; failed: readonly string[] }[] = [];
  afterAll(async () => {
    if (HOSTILE_REPORT !== undefined) await writeFile(HOSTILE_REPORT, JSON.stringify({ removals }));
  });

  test.each(TRIED)('%s', async (name, { guard, test: file }) => {
    const failed = await failing(name);
    removals.push({ name, guard, test: file, failed });
    expect(failed).not.toEqual([]);
  });
}

if (HOSTILE_REMOVALS !== undefined) {
  describe('without the guard its test is red:', { timeout: 300_000 }, () => tryRemovals());
}
