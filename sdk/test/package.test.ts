import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const run = promisify(execFile);

/** The main entry typed with a browser's globals and none of Node's: an import or a global of Node is an error. */
function checkAsBrowser(entry: string) {
  const module = [
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--target',
    'es2023',
    '--lib',
    'es2023,dom,dom.iterable',
  ];
  const rest = ['--strict', '--noEmit', '--allowImportingTsExtensions', '--ignoreConfig', entry];
  return run(process.execPath, [tsc, ...module, ...rest], { cwd: root });
}

/** A compiler is started, on a machine that may be busy. */
const PATIENCE_MS = 180_000;

describe('the package', { timeout: PATIENCE_MS }, () => {
  it('runs in browsers: its main entry needs nothing of Node', async () => {
    await expect(checkAsBrowser('src/index.ts')).resolves.toBeDefined();
  });

  it('keeps what needs Node in an entry of its own', async () => {
    await expect(checkAsBrowser('src/node.ts')).rejects.toMatchObject({ stdout: /node:crypto/ });
  });

  it('depends on nothing', async () => {
    const manifest = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
    expect(Object.keys(manifest).filter((field) => /dependencies/i.test(field))).toEqual([]);
  });
});
