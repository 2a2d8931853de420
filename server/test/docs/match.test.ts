/** The examples of docs/match.md, run as they stand against the whole program, and what its tables list. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MAX_CELL_BYTES,
  MAX_COLUMNS,
  MAX_ROW_BYTES,
  MAX_UPLOADED_ROWS,
  UPLOAD_LIMIT_BYTES,
} from '../../src/core/ports/intake.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, type BatchJobBody, uuidOf } from '../support/file-jobs.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROGRAM = join(ROOT, 'server/bin/conveyance.js');
const PATIENCE_MS = 120_000;
const KIB = 1024;
/** Among the first ones is the house of the examples. */
const PARCELS = 40;
/** The demo data always has it. */
const APARTMENTS = uuidOf(99001416);

const hasCurl = spawnSync('curl', ['--version']).status === 0;

let app: TestApp;
let account: TestAccount;
let page: string;
let directory: string;
beforeAll(async () => {
  // The page promises its answers of the demo data.
  app = await testApp({ parcels: PARCELS });
  account = await app.account();
  page = await readFile(join(ROOT, 'docs/match.md'), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'conveyance-match-docs-'));
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

function examples(language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
}

async function run(program: string, argv: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    NO_PROXY: '*',
    CONVEYANCE_URL: app.url,
    CONVEYANCE_ACCESS_KEY: account.key.accessKey,
    CONVEYANCE_SECRET: account.key.secret,
  };
  const { stdout } = await promisify(execFile)(program, argv, { cwd: directory, env, timeout: PATIENCE_MS });
  return stdout;
}

function shell(line: string): Promise<string> {
  return run('bash', ['-c', `set -e; conveyance() { "${process.execPath}" "${PROGRAM}" "$@"; }\n${line}`]);
}

const MATCHED = `reonomy_id,status,miss_reason,Address1,City,State,Zip
${APARTMENTS},OK,,6566 N Kestrelwick Way,Atlanta,GA,30350
,MISS,SFR,1627 W Marldale Lane,Cleveland,OH,44109
`;

describe('the examples of docs/match.md', { timeout: PATIENCE_MS }, () => {
  it.skipIf(!hasCurl)('match the same file with the command line, curl and the SDK', async () => {
    const [byCommand = '', byCurl = '', wholeLines = '', resolved = ''] = examples('sh');
    await shell(byCommand);
    expect(await readFile(join(directory, 'matched.csv'), 'utf8')).toBe(MATCHED);

    const { id } = JSON.parse(await shell(byCurl)) as BatchJobBody;
    const { result_url: url } = await new BatchClient(app, account).ended(id);
    expect(await (await fetch(url ?? '')).text()).toBe(MATCHED);

    const [bySdk = ''] = examples('ts');
    await writeFile(join(directory, 'match.mjs'), bySdk);
    expect(await run(process.execPath, ['match.mjs'])).toMatch(/^from-sdk\.csv [0-9a-f]{64}\n$/);
    expect(await readFile(join(directory, 'from-sdk.csv'), 'utf8')).toBe(MATCHED);

    await shell(wholeLines);
    expect(await readFile(join(directory, 'lines-matched.csv'), 'utf8')).toBe(
      `reonomy_id,status,miss_reason,Name,Address\n${APARTMENTS},OK,,Acme,"6566 N Kestrelwick Way, Atlanta, GA 30350"\n`,
    );

    const answer = examples('json').find((example) => example.includes('match_confidence')) ?? '';
    expect(JSON.parse(await shell(resolved))).toEqual(JSON.parse(answer));
  });
});

describe('docs/match.md', () => {
  it('lists the statuses and the reasons that there are', async () => {
    const document = JSON.parse(await readFile(join(ROOT, 'docs/openapi.json'), 'utf8'));
    const answer = document.paths['/resolve/property'].post.responses['200'].content['application/json'].schema;
    for (const field of ['status', 'miss_reason']) {
      const [, table = ''] = new RegExp(`\\| \`${field}\` \\| \\|\n([\\s\\S]*?)\n\n`).exec(page) ?? [];
      const listed = [...table.matchAll(/^\| `([^`]+)` /gm)].map(([, word]) => word);
      const { properties } = answer;
      const known: unknown[] =
        JSON.stringify(properties[field])
          .match(/(?<="enum":\[)[^\]]+/)?.[0]
          ?.split(',') ?? [];
      const words = known.map((word) => JSON.parse(String(word))).filter((word) => word !== null);
      expect(listed.toSorted()).toEqual(words.toSorted());
      expect(listed.length).toBeGreaterThan(2);
    }
  });

  it('tells the limits that hold', () => {
    const [rows, mib] = [MAX_UPLOADED_ROWS.toLocaleString('en-US'), UPLOAD_LIMIT_BYTES.match / KIB ** 2];
    expect(page).toContain(`| rows | ${rows} |\n| file | ${mib} MiB |\n| columns | ${MAX_COLUMNS} |`);
    expect(page).toContain(`| row, cell | ${MAX_ROW_BYTES / KIB ** 2} MiB, ${MAX_CELL_BYTES / KIB} KiB |`);
  });
});
