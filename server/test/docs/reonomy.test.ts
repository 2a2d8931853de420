/** The examples of docs/reonomy.md, run as they stand against the whole program, and its tables. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DETAIL_TYPES } from '../../src/core/details.ts';
import { ERRORS, type ErrorCode } from '../../src/core/errors.ts';
import { SEARCH_SETTINGS } from '../../src/reports/details/search-settings.ts';
import { REONOMY_STATUSES, reonomyErrorName } from '../../src/wire/reonomy/errors.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { parseLines } from '../support/file-jobs.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROGRAM = join(ROOT, 'server/bin/conveyance.js');
const PATIENCE_MS = 180_000;

/** The examples read JSON with it; not every machine has it. */
const hasJq = spawnSync('jq', ['--version']).status === 0;

let app: TestApp;
let account: TestAccount;
let page: string;
let directory: string;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  page = await readFile(join(ROOT, 'docs/reonomy.md'), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'conveyance-batch-docs-'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

function examples(): string[] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
}

describe('the examples of docs/reonomy.md', { timeout: PATIENCE_MS }, () => {
  it.skipIf(!hasJq)('work when they are typed one after the other', async () => {
    const [credentials = '', ...rest] = examples();
    // The one with placeholders: what it sets is set for all others.
    for (const [, variable = ''] of credentials.matchAll(/export (\w+)=/g)) expect(variable).toMatch(/^CONVEYANCE_/);
    const script = ['set -e', `conveyance() { "${process.execPath}" "${PROGRAM}" "$@"; }`, ...rest].join('\n');
    const env = {
      PATH: process.env['PATH'] ?? '',
      CONVEYANCE_URL: app.url,
      CONVEYANCE_ACCESS_KEY: account.key.accessKey,
      CONVEYANCE_SECRET: account.key.secret,
    };
    const options = { cwd: directory, env, timeout: PATIENCE_MS };
    const { stdout } = await promisify(execFile)('bash', ['-c', script], options);
    expect(stdout).toContain('SUCCESS\n');
    const files = await readdir(directory);
    const [part = ''] = files.filter((name) => name.endsWith('_0.ndjson'));
    const byCurl = parseLines(await readFile(join(directory, part), 'utf8'));
    expect(byCurl.length).toBeGreaterThan(2);
    expect(parseLines(await readFile(join(directory, 'details.ndjson'), 'utf8'))).toEqual(byCurl);
    const ids = (await readFile(join(directory, 'ids.txt'), 'utf8')).trimEnd().split('\n');
    expect(stdout).toContain('"job_type":"match"');
    expect(stdout.trimEnd().endsWith('}')).toBe(true);
    expect(stdout).toContain(`"id":"${ids[0]}"`);
  });

  it('name settings and types that there are', () => {
    const names = SEARCH_SETTINGS.map(({ name }) => name);
    for (const [, settings = ''] of page.matchAll(/-d '\{"settings": (\{.*\})\}'/g)) {
      for (const name of Object.keys(JSON.parse(settings))) expect(names).toContain(name);
    }
    const [, listed = ''] = /`detail_type` is any of ([^;]+);/.exec(page) ?? [];
    expect(listed.match(/[a-z_]+/g)).toEqual([...DETAIL_TYPES]);
  });
});

describe('the errors of docs/reonomy.md', () => {
  it('are those that the dialect has, with their statuses', () => {
    const codes = Object.keys(ERRORS) as ErrorCode[];
    const statuses = new Map<string, Set<number>>();
    for (const code of codes) {
      const status = REONOMY_STATUSES[code] ?? ERRORS[code].status;
      const name = reonomyErrorName(code);
      // What the dialect has no name for is an error of the other one.
      if (status === null || (name === 'InternalServerError' && status !== 500)) continue;
      statuses.set(name, (statuses.get(name) ?? new Set()).add(status));
    }
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([\d, ]+) \|/gm)].map(
      ([, name = '', list = '']) => [name, new Set(list.split(', ').map(Number))] as const,
    );
    expect(new Map(rows)).toEqual(statuses);
  });
});
