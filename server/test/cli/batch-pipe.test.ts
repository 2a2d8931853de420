/** What a search finds piped into details, and addresses into match, by the shell, with the program as it is installed. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines } from '../support/file-jobs.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/conveyance.js');
const PATIENCE_MS = 120_000;

interface Line {
  readonly id: string;
  readonly sales?: readonly unknown[];
}

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
}, PATIENCE_MS);
afterAll(() => app?.close());

/** Runs the line in a shell that fails with the first command of a pipe that does. */
async function shell(line: string): Promise<{ stdout: string; stderr: string }> {
  const script = `set -eo pipefail; conveyance() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${line}`;
  const { accessKey, secret } = account.key;
  const env = {
    PATH: process.env['PATH'] ?? '',
    CONVEYANCE_URL: app.url,
    CONVEYANCE_ACCESS_KEY: accessKey,
    CONVEYANCE_SECRET: secret,
  };
  return promisify(execFile)('bash', ['-c', script], { env, timeout: PATIENCE_MS });
}

describe('a pipe', { timeout: PATIENCE_MS }, () => {
  it('from a search to details writes what was found, in its order', async () => {
    const found = await new BatchClient(app, account).request('/search/summaries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"settings":{}}',
    });
    const { items } = (await found.json()) as { items: readonly Line[] };
    for (const ids of ['--ids', '']) {
      const { stdout } = await shell(`conveyance search ${ids} | conveyance details - --type sales --output -`);
      const lines = parseLines<Line>(stdout);
      expect(lines.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
      for (const { sales } of lines) expect(Array.isArray(sales)).toBe(true);
    }
  });

  it('of a reader who has seen enough ends without an error', async () => {
    const { stdout, stderr } = await shell('conveyance search --ids | head -n 1');
    expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(stderr).not.toContain('error');
  });

  it('into a reader who has seen enough of a result says so, and promises nothing of it', async () => {
    const line = 'conveyance search --ids | conveyance details - --type sales --output - | head -c 20';
    const { stdout, stderr } = await shell(line);
    expect(stdout).toHaveLength(20);
    expect(stderr).toMatch(/verified|Output was closed/);
    if (stderr.includes('Output was closed')) expect(stderr).not.toMatch(/verified|rows/);
  });

  it('through match gives each row its answer, between programs that know only CSV', async () => {
    const rows = 'Address,City,State,Zip\\n1 Nowhere St,Springfield,IL,62701\\n';
    const { stdout, stderr } = await shell(`printf '${rows}' | conveyance match - -o - | cut -d, -f2-4`);
    expect(stdout).toBe('status,miss_reason,Address\nMISS,MISSING,1 Nowhere St\n');
    expect(stderr).toContain('1 row: 0 OK, 0 PARTIAL, 1 MISS (1 MISSING)');
  });

  it('that finds nothing asks for no details, and says why', async () => {
    const line = 'conveyance search --set city=Nowhere --ids | conveyance details - --output -';
    await expect(shell(line)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('standard input holds no property ids'),
    });
  });
});
