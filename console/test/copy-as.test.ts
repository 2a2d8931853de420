/** What a page offers to copy runs as it stands. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ReportRequest } from '@conveyance/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { copyAs, LANGUAGES, type Language } from '../src/text/copy-as.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Everything that a shell, JSON or Python could take for more than text. */
const NAME = `Bob's "plan" $HOME \`id\` \\n äöü`;
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-02',
  property_ids: [...GUIDE_IDS],
  csv_profile: 'excel',
  columns: ['id', 'report_generation_date'],
  name: NAME,
} as const;

let app: TestApp;
let account: TestAccount;
let folder: string;

beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  const list = { name: NAME, property_ids: [...GUIDE_IDS] };
  await app.as(account, { method: 'POST', url: '/api/v1/property_lists', payload: list });
  // Below the repository: there Node finds the SDK.
  folder = await mkdtemp(join(ROOT, 'console', '.copy-as-'));
  await writeFile(
    join(folder, 'conveyance'),
    `#!/bin/sh\nexec "${process.execPath}" "${ROOT}cli/dist/main.js" "$@"\n`,
    { mode: 0o755 },
  );
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await app.close();
});

const COMMANDS = {
  curl: (text: string) => run('sh', ['-c', text], options()),
  CLI: (text: string) => run('sh', ['-c', text], options()),
  TypeScript: async (text: string) => {
    await writeFile(join(folder, 'export.mjs'), text);
    return run(process.execPath, ['export.mjs'], options());
  },
  Python: async (text: string) => {
    await writeFile(join(folder, 'export.py'), text);
    return run('python3', ['export.py'], options());
  },
} as const;

function options() {
  const env = {
    PATH: `${folder}:${process.env['PATH']}`,
    HOME: folder,
    PYTHONPATH: join(ROOT, 'clients/python'),
    // Nothing beside the module.
    PYTHONDONTWRITEBYTECODE: '1',
    CONVEYANCE_TOKEN: account.token,
  };
  return { cwd: folder, env };
}

/** The job that came of it, and no other. */
async function jobMadeBy(language: Language, request: ReportRequest) {
  const before = await app.as(account, { url: '/api/v1/bulk_api/jobs' });
  await COMMANDS[language](copyAs(language, app.url, request));
  const after = await app.as(account, { url: '/api/v1/bulk_api/jobs' });
  expect(after.json().pagination.total_count).toBe(before.json().pagination.total_count + 1);
  return after.json().jobs[0];
}

test.each(LANGUAGES)(
  '%s',
  async (language) => {
    expect(await jobMadeBy(language, REQUEST)).toMatchObject(REQUEST);
  },
  60_000,
);

test.each(LANGUAGES)(
  '%s by a list',
  async (language) => {
    // Other days: the file of the same days is there already.
    const { property_ids: ids, ...others } = { ...REQUEST, end_date: '2025-12-03' };
    expect(await jobMadeBy(language, { ...others, property_list: NAME })).toMatchObject({
      ...others,
      property_ids: ids,
    });
  },
  60_000,
);
