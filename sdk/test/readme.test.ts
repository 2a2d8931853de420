/** The README's examples, run as they stand against the whole program. */
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
  it('has examples that work', async () => {
    const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, example = '']) => example);
    const { key } = await app.account();
    const env = {
      PATH: process.env['PATH'] ?? '',
      CONVEYANCE_URL: app.url,
      CONVEYANCE_ACCESS_KEY: key.accessKey,
      CONVEYANCE_SECRET: key.secret,
    };
    const [reports = '', batch = ''] = await Promise.all(
      examples.map(async (example, at) => {
        await writeFile(join(directory, `example-${at}.mjs`), example);
        const options = { cwd: directory, env };
        return (await promisify(execFile)(process.execPath, [`example-${at}.mjs`], options)).stdout;
      }),
    );
    expect(reports).toMatch(/path: '.*rents\.parquet',\n {2}rows: 62,/);
    expect(reports).toMatch(/^[0-9a-f-]{36} succeeded$/m);
    const shown = batch.match(/^[0-9a-f-]{36} .+$/gm) ?? [];
    expect(shown.length).toBeGreaterThan(2);
    expect(batch).toMatch(new RegExp(`path: '[0-9a-f-]{36}_0\\.ndjson',\n {2}rows: ${shown.length},`));
    const files = await readdir(directory);
    expect(files.map((file) => file.replace(/^[0-9a-f-]{36}/, 'ID')).sort()).toEqual(
      ['ID_0.ndjson', 'example-0.mjs', 'example-1.mjs', 'rents.parquet'].sort(),
    );
  });
});
