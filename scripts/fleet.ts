/**
 * S3 and several processes: all that is tried of them, one part after the other, each bounded in time. The tests start what they need
 * (PostgreSQL, an S3 server, nodes, a proxy); what is not installed is skipped, and named with how to install it.
 *
 *   npm run test:fleet
 *   npm run test:fleet -- --short               what every run of the tests has too
 *   npm run test:fleet -- --without partition   without this part; may be repeated
 *
 * Ends with 0 if all ran and nothing failed but what was left out by name.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLEET_PARTS, type FleetPart, type PartOutcome, reportOf } from './fleet-parts.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const MS_PER_MINUTE = 60_000;
/** For what it has started to be ended. */
const TIDY_MS = 30_000;

/** What vitest writes of a run. */
interface Written {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Nothing follows then. */
let isInterrupted = false;

const NOTHING = { passed: 0, failed: 0, skipped: 0, why: null, fault: null, isLeftOut: false };

function outcomeOf(
  name: string,
  { numPassedTests, numFailedTests, testResults }: Written,
  fault: string | null,
): PartOutcome {
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed');
  const why = skipped[0]?.fullName.trim() ?? null;
  return { ...NOTHING, name, passed: numPassedTests, failed: numFailedTests, skipped: skipped.length, why, fault };
}

async function run({ name, files, minutes }: FleetPart): Promise<PartOutcome> {
  process.stdout.write(`\n${name}, at most ${minutes} minutes\n`);
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-fleet-'));
  const report = join(directory, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const argv = ['node_modules/vitest/vitest.mjs', 'run', ...files, '--maxWorkers=1', ...reporters];
  const env = { ...process.env, FLEET_TIER: 'long' };
  const child = spawn(process.execPath, argv, { stdio: 'inherit', env });
  const interrupt = () => {
    isInterrupted = true;
    child.kill('SIGINT');
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), TIDY_MS).unref();
  }, minutes * MS_PER_MINUTE);
  try {
    const [code] = await once(child, 'exit');
    const text = await readFile(report, 'utf8').catch(() => null);
    if (isInterrupted) return { ...NOTHING, name, fault: 'was interrupted' };
    if (isLate) return { ...NOTHING, name, fault: `was not over after ${minutes} minutes` };
    if (text === null) return { ...NOTHING, name, fault: `the tests ended with ${code} and without a report` };
    const written: Written = JSON.parse(text);
    const isUnexplained = code !== 0 && written.numFailedTests === 0;
    return outcomeOf(name, written, isUnexplained ? `the tests ended with ${code}` : null);
  } finally {
    clearTimeout(limit);
    for (const signal of SIGNALS) process.off(signal, interrupt);
    await rm(directory, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { short: { type: 'boolean' }, without: { type: 'string', multiple: true } },
});
const without = new Set(values.without?.flatMap((names) => names.split(',')));
const parts = FLEET_PARTS.filter(({ tier }) => values.short !== true || tier === 'short');
const unknown = [...without].filter((name) => !FLEET_PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  const known = FLEET_PARTS.map(({ name }) => name).join(', ');
  process.stderr.write(`--without ${unknown.join(',')}: there is no such part; there are ${known}\n`);
  process.exit(2);
}
const outcomes: PartOutcome[] = [];
for (const part of parts) {
  if (isInterrupted) break;
  outcomes.push(without.has(part.name) ? { ...NOTHING, name: part.name, isLeftOut: true } : await run(part));
}
const { lines, isGood } = reportOf(outcomes);
process.stdout.write(`\n${lines.join('\n')}\n`);
process.exitCode = isGood ? 0 : 1;
