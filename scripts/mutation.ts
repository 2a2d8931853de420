/**
 * Mutation tests: in a copy of the repository, makes one small fault at a time in the named source files and runs their tests
 * on it. A fault that no test notices survives, and is printed.
 *
 *   npm run mutation -- SOURCE[:LINE-LINE]… [TEST…]
 *
 * Without a TEST it runs those of its room, of the contract suites and of the security tests that import the SOURCE themselves, and
 * of these only the ones named after it, if there are any: a rule is tested directly, not through the program.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const SCRATCH = '.mutation';
const NICENESS = 15;
/** Stryker decides what takes too long, by the time that the tests take without a fault. */
const LONGEST_TEST_MS = 120_000;
const SOURCE_FORM = /^(?<path>(?<workspace>[\w-]+)\/src\/(?:(?<room>[\w-]+)\/)?[^:]+\.ts)(?::\d+-\d+)?$/;
const TEST_FORM = /\.test\.ts$/;
const IMPORT = /from '(\.[^']+)'/g;
/** Folders of tests of every room. */
const SHARED_TESTS: readonly string[] = ['contract', 'security'];
/** The first counterexample is enough: shrinking it is for people, and takes a hundred times as long. */
const SETUP = "import fc from 'fast-check'; fc.configureGlobal({ endOnFailure: true });\n";

function importsOf(file: string): string[] {
  const from = dirname(file);
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, specifier = '']) => resolve(from, specifier));
}

/** The test files of the source, from the root of the repository. */
function testsOf(source: string): string[] {
  const { path = '', workspace = '', room = '.' } = SOURCE_FORM.exec(source)?.groups ?? {};
  const folder = `${workspace}/test`;
  const importing = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => TEST_FORM.test(name) && [room, ...SHARED_TESTS].includes(dirname(name).split('/')[0] ?? ''))
    .map((name) => `${folder}/${name}`)
    .filter((test) => importsOf(test).includes(resolve(path)));
  const named = importing.filter((test) => basename(test).startsWith(basename(path, '.ts')));
  return named.length > 0 ? named : importing;
}

/** What is wrong with the words of the command, or null. */
function faultOf(sources: readonly string[], tests: readonly string[]): string | null {
  if (sources.length === 0) return 'name the source files, such as server/src/core/quota.ts';
  const stranger = sources.find((word) => !SOURCE_FORM.test(word));
  if (stranger !== undefined) return `${stranger} is not a source file: those are in the src folder of a workspace`;
  const paths = [...sources.map((source) => source.replace(/:.*/, '')), ...tests];
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) return `no file ${missing}; paths begin at the root of the repository`;
  const untested = tests.length > 0 ? undefined : sources.find((source) => testsOf(source).length === 0);
  return untested === undefined ? null : `no test of its room imports ${untested}; write one, or name a test file`;
}

/** A directory for everything that a run writes, removed when the process ends. Returns its path. */
function makeScratch(): string {
  mkdirSync(SCRATCH, { recursive: true });
  const scratch = mkdtempSync(`${SCRATCH}/run-`);
  process.once('exit', () => {
    // The test runners are being ended, and may still be writing.
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
    if (readdirSync(SCRATCH).length === 0) rmSync(SCRATCH, { recursive: true });
  });
  // Stryker does so too, but not from its beginning.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  return scratch;
}

/** A fault as Stryker has made it. */
type Fault = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

const THRESHOLD = 0.85;
const DETECTED: readonly string[] = ['Killed', 'Timeout'];
const COUNTED: readonly string[] = [...DETECTED, 'Survived', 'NoCoverage'];

function withFault(source: string, { location: { start, end }, replacement = '' }: Fault): string {
  const lines = source.split('\n');
  const offsetOf = ({ line, column }: Fault['location']['start']) =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return source.slice(0, offsetOf(start)) + replacement + source.slice(offsetOf(end));
}

/** True if a run of the tests fails with this in place of the file, be it before any test has begun. */
function isRedWith(text: string, fileName: string, scratch: string, test: object): boolean {
  const config = resolve(scratch, 'by-itself.config.mjs');
  const transform = `(code, id) => (id === ${JSON.stringify(resolve(fileName))} ? ${JSON.stringify(text)} : code)`;
  const plugin = `{ name: 'a fault', enforce: 'pre', transform: ${transform} }`;
  writeFileSync(config, `export default { plugins: [${plugin}], test: ${JSON.stringify(test)} };\n`);
  const argv = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--config', config];
  return spawnSync(process.execPath, argv, { stdio: 'ignore' }).status !== 0;
}

/**
 * Stryker counts a fault as survived on which no test began: one that keeps a test file from loading, which fails that, and one whose run
 * it lost. Each is made again by itself.
 */
function judgeIdle(results: readonly Fault[], scratch: string, test: object): void {
  const idle = results.filter(({ status, testsCompleted = 0 }) => status === 'Survived' && testsCompleted === 0);
  if (idle.length === 0) return;
  const sources = new Map(idle.map(({ fileName }) => [fileName, readFileSync(fileName, 'utf8')]));
  for (const [fileName, source] of sources) {
    if (isRedWith(source, fileName, scratch, test)) throw new Error('the tests fail without a fault');
  }
  const survived = idle.filter(
    (fault) => !isRedWith(withFault(sources.get(fault.fileName) ?? '', fault), fault.fileName, scratch, test),
  );
  for (const { fileName, location, replacement } of survived) {
    process.stdout.write(`survived by itself, too: ${fileName}:${location.start.line} ${replacement}\n`);
  }
  const counted = results.filter(({ status }) => COUNTED.includes(status)).length;
  const detected = results.filter(({ status }) => DETECTED.includes(status)).length + idle.length - survived.length;
  const score = counted === 0 ? 0 : detected / counted;
  process.stdout.write(
    `no test began on ${idle.length} of them; made again, ${idle.length - survived.length} were found: ${(100 * score).toFixed(2)} %\n`,
  );
  process.exitCode = score < THRESHOLD ? 1 : 0;
}

async function mutate(sources: readonly string[], tests: readonly string[]): Promise<void> {
  const scratch = makeScratch();
  // Tests of faulty code are killed midway and leave their files behind.
  process.env['TMPDIR'] = mkdtempSync(resolve(scratch, 'tmp-'));
  setPriority(NICENESS);
  // Stryker has an option for the test files, but with it no faults are made in a module's constants.
  const [configFile, setup] = [resolve(scratch, 'vitest.config.mjs'), resolve(scratch, 'setup.mjs')];
  const test = { include: tests, setupFiles: [setup], testTimeout: LONGEST_TEST_MS };
  writeFileSync(setup, SETUP);
  writeFileSync(configFile, `export default { test: ${JSON.stringify(test)} };\n`);
  const stryker = new Stryker({ mutate: [...sources], vitest: { configFile, related: false }, tempDirName: scratch });
  judgeIdle(await stryker.runMutationTest(), scratch, test);
}

const words = process.argv.slice(2);
const sources = words.filter((word) => !TEST_FORM.test(word));
const tests = words.filter((word) => TEST_FORM.test(word));
const fault = faultOf(sources, tests);
if (fault === null) {
  try {
    await mutate(sources, tests.length > 0 ? tests : [...new Set(sources.flatMap(testsOf))]);
  } catch (error) {
    // Stryker has printed why, if it was Stryker.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 2;
}
