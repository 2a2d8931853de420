/** The README's example, run as it stands against the whole program. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../server/test/support/app.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 60_000;

let app: TestApp;
let directory: string;
beforeAll(async () => {
  app = await testApp();
  // Within the package, so that it finds itself under its own name, as built.
  directory = await mkdtemp(join(PACKAGE, '.readme-'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

describe('the README', { timeout: PATIENCE_MS }, () => {
  it('has an example that works', async () => {
    const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
    await writeFile(join(directory, 'example.mjs'), example);
    const { key } = await app.account();
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        CONVEYANCE_URL: app.url,
        CONVEYANCE_ACCESS_KEY: key.accessKey,
        CONVEYANCE_SECRET: key.secret,
      },
    });
    expect(stdout).toMatch(/path: '.*rents\.parquet',\n {2}rows: 62,/);
    expect(stdout).toMatch(/^[0-9a-f-]{36} succeeded$/m);
    expect(await readdir(directory)).toEqual(['example.mjs', 'rents.parquet']);
  });
});
