/**
 * Each removal takes away something that is there, and names a test that is. By command, each is tried: its test must be green with the
 * guard, and red without it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RemovalsReport } from '../../../scripts/hostile-markdown.ts';
import type { Removal } from './removal.ts';
import { REMOVALS } from './removals.ts';
import { writeReport } from './report.ts';

const { HOSTILE_REMOVALS } = process.env;
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

/** The names of the tests that ran, by how they ended: none of a file that could not even be loaded, which says nothing of a guard. */
interface Ended {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

async function runTest(name: string, guarded: boolean): Promise<Ended> {
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
    const env = { ...environment, HOSTILE_REMOVAL: name, ...(guarded && { HOSTILE_GUARDED: '1' }) };
    const child = spawn(process.execPath, argv, { cwd: ROOT, env, stdio: 'ignore' });
    await once(child, 'exit');
    const { testResults }: Report = JSON.parse(await readFile(report, 'utf8'));
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const named = (ended: string) =>
      results.flatMap(({ status, fullName }) => (status === ended ? fullName.trim() : []));
    return { passed: named('passed'), failed: named('failed') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const ASKED_FOR = (HOSTILE_REMOVALS ?? '').split(',').filter((name) => name in REMOVALS);
const TRIED: readonly (readonly [string, Removal])[] =
  ASKED_FOR.length > 0
    ? Object.entries(REMOVALS).filter(([name]) => ASKED_FOR.includes(name))
    : Object.entries(REMOVALS);

/** With the guards in place: once for all removals that the same tests see. */
const GUARDED = new Map<string, Promise<Ended>>();

function runGuarded(name: string, { test: file, only }: Removal): Promise<Ended> {
  const tests = JSON.stringify([file, only]);
  const ended = GUARDED.get(tests) ?? runTest(name, true);
  GUARDED.set(tests, ended);
  return ended;
}

/** By command alone: each is two runs of tests. */
function tryRemovals(): void {
  const removals: RemovalsReport['removals'][number][] = [];

  test.each(TRIED)('%s', async (name, removal) => {
    const guarded = await runGuarded(name, removal);
    const bare = await runTest(name, false);
    const failed = bare.failed.filter((each) => guarded.passed.includes(each));
    const { guard, test: file } = removal;
    removals.push({ name, guard, test: file, failedGuarded: guarded.failed, failed });
    // After each: what has ended is not lost with the rest.
    await writeReport<RemovalsReport>({ removals });
    expect(guarded.failed).toEqual([]);
    expect(failed).not.toEqual([]);
  });
}

if (HOSTILE_REMOVALS !== undefined) {
  describe('its test is green with the guard and red without it:', { timeout: 600_000 }, () => tryRemovals());
}
