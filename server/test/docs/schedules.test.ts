/** The examples of docs/schedules.md, run as they stand against the whole program. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../cli/cli-world.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PATIENCE_MS = 60_000;

let app: TestApp;
let account: TestAccount;
let page: string;
let directory: string;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  page = await readFile(join(ROOT, 'docs/schedules.md'), 'utf8');
  // Within the workspace, so that it finds the client as built.
  directory = await mkdtemp(join(ROOT, 'server/.example-'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

function block(language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/schedules.md has no example in ${language}`);
  return text;
}

describe('docs/schedules.md', { timeout: PATIENCE_MS }, () => {
  it('has a command that works', async () => {
    const words = block('sh').replaceAll('\\\n', ' ').trim().split(/\s+/);
    expect(words.slice(0, 2)).toEqual(['npx', 'conveyance']);
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
    const { code, stdout } = await cli([...words.slice(2), '--json'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'active', callback_url: 'https://example.com/webhook' });
  });

  it('has a program that works', async () => {
    await writeFile(join(directory, 'example.mjs'), block('js'));
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token },
    });
    expect(stdout).toMatch(/^[0-9a-f-]{36} \d{4}-\d\d-01T1[01]:00:00\.000Z\n$/);
  });
});
