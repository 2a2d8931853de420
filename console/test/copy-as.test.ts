/** What a page offers to copy runs as it stands. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ReportRequest } from '@conveyance/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { uuidOf } from '../../server/test/support/file-jobs.ts';
import { copyAs, LANGUAGES, type Language } from '../src/text/copy-as.ts';
import { copyFileJobAs, type FileJobRequest } from '../src/text/copy-file-job.ts';

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
    CONVEYANCE_ACCESS_KEY: account.key.accessKey,
    CONVEYANCE_SECRET: account.key.secret,
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

/** A column and a file whose names a shell, curl, JSON and Python could take for more than text. */
const COLUMN = `Bob's "street", $HOME; \\n äöü`;
const FILE = `-my "portfolio"; $HOME's.csv`;
const FILE_JOBS: Readonly<Record<string, FileJobRequest>> = {
  details: {
    kind: 'property-details',
    specification: {
      detail_type: ['basic', 'sales'],
      property_ids: GUIDE_IDS.map(uuidOf),
      updated: { sales: '2000-01-01' },
      filters: { filter_pii: true },
    },
  },
  search: {
    kind: 'search',
    specification: { settings: { city: ["Coeur d'Alene", 'Atlanta'], year_built: { min: 1900 } } },
  },
  match: {
    kind: 'match',
    filename: FILE,
    metadata: {
      headers: [COLUMN, 'City', 'State', 'Zip'],
      mapping: { address_line_1: COLUMN, address_city: 'City', address_state: 'State', address_postal: 'Zip' },
      explain: true,
    },
  },
};

function basic() {
  const { accessKey, secret } = account.key;
  return { authorization: `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`, 'user-agent': 'a test' };
}

async function get(path: string) {
  const answer = await app.http.inject({ url: `/v2${path}`, headers: basic() });
  return answer.json();
}

describe.each(Object.entries(FILE_JOBS))('a file job: %s', (_name, request) => {
  test.each(LANGUAGES)(
    '%s',
    async (language) => {
      await writeFile(
        join(folder, FILE),
        `"${COLUMN.replaceAll('"', '""')}",City,State,Zip\n1 Main St,Atlanta,GA,30301\n`,
      );
      const before = await get('/jobs/file');
      await COMMANDS[language](copyFileJobAs(language, app.url, request));
      const after = await get('/jobs/file');
      expect(after.count).toBe(before.count + 1);
      const { id } = after.items[0];
      await expect.poll(async () => (await get(`/jobs/file/${id}`)).status, { timeout: 60_000 }).toBe('SUCCESS');
      const job = await get(`/jobs/file/${id}`);
      expect(job.job_type).toBe(request.kind);
      if (request.kind === 'match') {
        const { headers, mapping } = request.metadata;
        expect(job.metadata).toMatchObject({ headers, mapping, count: 1, request: { explain: true } });
      } else {
        const { property_ids: ids, ...asked } = { property_ids: undefined, ...request.specification };
        expect(job.metadata.request).toEqual(asked);
        expect(job.metadata.count).toBe(ids?.length);
      }
    },
    60_000,
  );
});

test('a search that is bounded on the map is none for the command line, and says so', () => {
  const request = { kind: 'search', specification: { settings: {}, bounding_box: {} } } as const;
  expect(copyFileJobAs('CLI', app.url, request)).toMatch(/^# The command line bounds no search/);
});
