/** A provider's export as it comes, loaded with one mapping file and nothing else, and what customers then see of it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LoadFields } from '../../src/warehouse/remote/load-fields.ts';
import { cli } from '../cli/cli-world.ts';
import { openDatabaseDoor } from '../sources/database-door.ts';
import { issueAuthority } from '../sources/file-server.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import {
  AWKWARD_MAPPING,
  type AwkwardTruth,
  fillAwkwardDatabase,
  writeAwkwardExport,
} from '../support/awkward-export.ts';
import { emptyDatabase, withClient } from '../support/postgres.ts';

const PATIENCE_MS = 180_000;
const JOBS = '/api/v1/bulk_api/jobs';
const SIZE = { properties: 60, days: 31, unitsOfEach: 3 };

let server: TestApp;
let account: TestAccount;
let directory: string;
let truth: AwkwardTruth;
beforeAll(async () => {
  server = await testApp({ demo: false });
  account = await server.account();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-awkward-'));
  await mkdir(join(directory, 'in'));
  truth = await writeAwkwardExport(join(directory, 'in'), SIZE);
  await writeFile(join(directory, 'acme.yaml'), AWKWARD_MAPPING);
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);

async function exported(
  server: TestApp,
  account: TestAccount,
  propertyIds: readonly number[],
): Promise<readonly Record<string, string>[]> {
  const payload = {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2025-01-01',
    end_date: '2025-01-31',
    property_ids: propertyIds,
  };
  const created = await server.as(account, { method: 'POST', url: JOBS, payload });
  expect(created.statusCode, created.body).toBeLessThan(300);
  const url = `${JOBS}/${created.json().job_id}`;
  const ended = await until(
    async () => (await server.as(account, { url })).json(),
    ({ status }) => status !== 'submitted' && status !== 'processing',
  );
  expect(ended.status, JSON.stringify(ended)).toBe('succeeded');
  const link = await server.as(account, { url: `${url}/results` });
  const { pathname, search } = new URL(String(link.headers.location));
  return parse((await server.http.inject({ url: pathname + search })).body, { columns: true });
}

/** What the load must say, and a customer then get. */
async function expectWhole(
  server: TestApp,
  account: TestAccount,
  truth: AwkwardTruth,
  report: LoadFields,
): Promise<void> {
  expect(report.tables).toMatchObject([
    { table: 'properties', loaded: truth.properties },
    { table: 'property_days', loaded: truth.propertyDays },
    { table: 'units', loaded: truth.units },
  ]);
  expect(report.rejected).toBe(truth.repeated + truth.orphans);
  expect(new Map(report.reject_sums.map((sum: { reason: string; rows: number }) => [sum.reason, sum.rows]))).toEqual(
    new Map([
      ['is not in properties', truth.orphans],
      ['has the key of line …', truth.repeated],
    ]),
  );
  expect(report.left_out).toMatchObject([{ file: truth.files[0], rows: truth.leftOut }]);
  const restored = { file: truth.files[0], column: 'zip_code', rows: truth.properties + truth.repeated };
  expect(report.restored).toContainEqual(restored);

  const version = await server.app.deps.db.warehouse.current();
  const ids = await server.app.deps.db.warehouse.propertyIds(version?.version ?? 0);
  const rows = await exported(server, account, [...ids].slice(0, 2));
  expect(rows).toHaveLength(2 * SIZE.days);
  const first = rows.filter(({ property_name: name }) => name === truth.first['property_name']);
  expect(first).toHaveLength(SIZE.days);
  expect({ ...first[0], last_sale_price: Number(first[0]?.['last_sale_price']) }).toMatchObject({
    ...truth.first,
    year_built: String(truth.first['year_built']),
  });
  expect(first[0]).toMatchObject({
    report_generation_date: '2025-01-01',
    avg_rent: '1450.0',
    occupancy_pct: '0.905',
    concession_percent: '0.035',
    unit_count: '1204',
    amenities: '["Pool","Gym"]',
  });
}

test(
  'it loads whole: what does not fit is counted, and the rest is in the next export as it was meant',
  async () => {
    const words = ['load', join(directory, 'in'), '--mapping', join(directory, 'acme.yaml'), '--json'];
    const { code, stdout, stderr } = await cli(words, { deps: server.app.deps });
    expect(code, stderr).toBe(0);
    await expectWhole(server, account, truth, JSON.parse(stdout));
  },
  PATIENCE_MS,
);

test(
  'the same in a database loads whole by the same mapping, and comes to the same',
  async () => {
    const authority = issueAuthority();
    const database = await emptyDatabase();
    const door = await openDatabaseDoor(database.url, authority);
    const { username, password, pathname } = new URL(database.url);
    vi.stubEnv('PGPASSWORD', decodeURIComponent(password));
    const settings = { CONVEYANCE_LOAD_ALLOW: '127.0.0.1', CONVEYANCE_LOAD_CA: authority.file };
    const other = await testApp({ demo: false, settings });
    try {
      const { files, ...counts } = await withClient(database.url, (client) => fillAwkwardDatabase(client, SIZE));
      const place = `postgres://127.0.0.1:${door.port}${pathname}`;
      const tables = files.flatMap((name) => ['--source-table', name]);
      const address = place.replace('//', `//${username}@`);
      const words = ['load', address, ...tables, '--mapping', join(directory, 'acme.yaml'), '--json'];
      const { code, stdout, stderr } = await cli(words, { deps: other.app.deps });
      expect(code, stderr).toBe(0);
      const report = JSON.parse(stdout);
      await expectWhole(
        other,
        await other.account(),
        { files: files.map((name) => `${place}/${name}`), ...counts },
        report,
      );
      expect(report.sources.map(({ one_moment: isOne }: { one_moment: boolean }) => isOne)).toEqual([true, true, true]);
      expect(new Set(report.sources.map(({ snapshot }: { snapshot: string }) => snapshot)).size).toBe(1);
      expect(stdout + stderr).not.toContain(decodeURIComponent(password));
    } finally {
      vi.unstubAllEnvs();
      await other.close();
      await door.close();
      await database.close();
      authority.remove();
    }
  },
  PATIENCE_MS,
);

test(
  'a corrected day is in the export after it',
  async () => {
    const text =
      'Prop Ref;As Of;Avg Rent;Occ;Conc\r\nAC-1;1/2/2025;$1,999.50;91,0;-\r\nAC-1;1/3/2025;$2,001;92.25;-\r\n';
    const path = join(directory, 'acme_rents_20250401.txt');
    await writeFile(path, text);
    const words = ['load', path, '--mapping', join(directory, 'acme.yaml'), '--json'];
    const { code, stdout, stderr } = await cli(words, { deps: server.app.deps });
    expect(code, stderr).toBe(0);
    // Its numbers have points, so a comma is no decimal mark in them.
    expect(JSON.parse(stdout).rejects).toMatchObject([{ line: 2, column: 'occupancy_pct', value: '91,0' }]);
    const version = await server.app.deps.db.warehouse.current();
    const ids = await server.app.deps.db.warehouse.propertyIds(version?.version ?? 0);
    const rows = (await exported(server, account, [...ids].slice(0, 1))).slice(0, 4);
    expect(rows.map(({ avg_rent: rent, occupancy_pct: occupancy }) => [rent, occupancy])).toEqual([
      ['1450.0', '0.905'],
      ['1451.0', '0.915'],
      ['2001.0', '0.9225'],
      ['1453.0', '0.935'],
    ]);
  },
  PATIENCE_MS,
);
