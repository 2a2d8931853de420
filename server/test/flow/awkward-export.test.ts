/** A provider's export as it comes, loaded with one mapping file and nothing else, and what customers then see of it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LoadFields } from '../../src/warehouse/remote/load-fields.ts';
import { cli, type Situation } from '../cli/cli-world.ts';
import { openDatabaseDoor } from '../sources/database-door.ts';
import { issueAuthority } from '../sources/file-server.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import {
  AWKWARD_MAPPING,
  type AwkwardTruth,
  dayOf,
  fillAwkwardDatabase,
  OWNED,
  OWNER,
  writeAwkwardExport,
} from '../support/awkward-export.ts';
import { emptyDatabase, withClient } from '../support/postgres.ts';

const JOBS = '/api/v1/bulk_api/jobs';
/** With AWKWARD_SIZE=full as large as a provider’s, and told how long each step takes. */
const IS_FULL = process.env['AWKWARD_SIZE'] === 'full';
const PATIENCE_MS = IS_FULL ? 1_800_000 : 180_000;
const SIZE = IS_FULL ? { properties: 5_000, days: 90, units: 12_000 } : { properties: 60, days: 31, units: 180 };
const MS_PER_DAY = 86_400_000;

/** The day so long after the first one, as we write it. */
function isoDay(index: number): string {
  return new Date(Date.UTC(2025, 0, 1) + index * MS_PER_DAY).toISOString().slice(0, 10);
}

/** What a step took, for whoever runs the full size. */
async function told<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  if (IS_FULL) process.stdout.write(`  ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  return result;
}

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
    end_date: isoDay(SIZE.days),
    property_ids: propertyIds,
  };
  const created = await server.as(account, { method: 'POST', url: JOBS, payload });
  expect(created.statusCode, created.body).toBeLessThan(300);
  const url = `${JOBS}/${created.json().job_id}`;
  const ended = await until(
    async () => (await server.as(account, { url })).json(),
    ({ status }) => status !== 'submitted' && status !== 'processing',
    PATIENCE_MS,
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
    const { code, stdout, stderr } = await told('load the files', () => cli(words, { deps: server.app.deps }));
    expect(code, stderr).toBe(0);
    await told('export two properties of all days', () => expectWhole(server, account, truth, JSON.parse(stdout)));
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
      const { code, stdout, stderr } = await told('load the database', () => cli(words, { deps: other.app.deps }));
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

/** A command that must do. */
async function operate(words: readonly string[], situation: Situation = {}): Promise<Record<string, unknown>> {
  const ran = await told(words.slice(0, 2).join(' '), () =>
    cli([...words, '--json'], { ...situation, deps: server.app.deps }),
  );
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as Record<string, unknown>;
}

async function loadText(name: string, lines: readonly string[]): Promise<Record<string, unknown>> {
  const path = join(directory, name);
  await writeFile(path, `${['Prop Ref;As Of;Avg Rent;Occ;Conc', ...lines].join('\r\n')}\r\n`);
  return operate(['load', path, '--mapping', join(directory, 'acme.yaml')]);
}

/** Our numbers of the provider’s properties, from its first. */
async function numbers(): Promise<readonly number[]> {
  const { db } = server.app.deps;
  return [...(await db.warehouse.propertyIds((await db.warehouse.current())?.version ?? 0))];
}

/** What a customer gets of the property now, a day each. */
async function exportedOf(id: number | undefined): Promise<readonly Record<string, string>[]> {
  return told('export of a property', () => exported(server, account, [id ?? 0]));
}

const rentsOf = (rows: readonly Record<string, string>[]) => rows.map(({ avg_rent: rent }) => rent);

test(
  'a corrected day is in the export after it',
  async () => {
    const lines = ['AC-1;1/2/2025;$1,999.50;91,0;-', 'AC-1;1/3/2025;$2,001;92.25;-'];
    const report = await loadText('acme_rents_20250401.txt', lines);
    // Its numbers have points, so a comma is no decimal mark in them.
    expect(report['rejects']).toMatchObject([{ line: 2, column: 'occupancy_pct', value: '91,0' }]);
    const rows = (await exportedOf((await numbers())[0])).slice(0, 4);
    expect(rows.map(({ avg_rent: rent, occupancy_pct: occupancy }) => [rent, occupancy])).toEqual([
      ['1450.0', '0.905'],
      ['1451.0', '0.915'],
      ['2001.0', '0.9225'],
      ['1453.0', '0.935'],
    ]);
  },
  PATIENCE_MS,
);

test(
  'the next day of all properties is in the export after it, and the same file again makes no version',
  async () => {
    const lines = Array.from(
      { length: SIZE.properties },
      (_, index) => `AC-${index + 1};${dayOf(SIZE.days)};$1,777;95.0;-`,
    );
    expect(await loadText('acme_rents_20250402.txt', lines)).toMatchObject({
      tables: [{ table: 'property_days', loaded: SIZE.properties, replaced: 0 }],
    });
    const all = await numbers();
    for (const id of [all[0], all.at(-1)]) {
      const rows = await exportedOf(id);
      expect(rows).toHaveLength(SIZE.days + 1);
      expect(rows.at(-1)).toMatchObject({ report_generation_date: isoDay(SIZE.days), avg_rent: '1777.0' });
    }
    const again = await loadText('acme_rents_20250402.txt', lines);
    expect([again['version'], again['unchanged']]).toEqual([null, expect.any(Number)]);
  },
  PATIENCE_MS,
);

test(
  'a deleted property is in no export any more, the others are as they were; a rollback brings it back',
  async () => {
    const [first, gone] = await numbers();
    const before = await server.app.deps.db.warehouse.current();
    const kept = rentsOf(await exportedOf(first));
    const lost = rentsOf(await exportedOf(gone));
    await operate(['warehouse', 'delete', 'properties', '--where', `property_id = ${gone}`, '--yes']);
    const refused = await server.as(account, {
      ...{ method: 'POST', url: JOBS },
      payload: {
        ...{ report_type: 'property', output_format: 'csv', property_ids: [gone] },
        ...{ start_date: '2025-01-01', end_date: '2025-01-31' },
      },
    });
    expect([refused.statusCode, await numbers()]).toEqual([400, expect.not.arrayContaining([gone])]);
    expect(rentsOf(await exportedOf(first))).toEqual(kept);
    await operate(['warehouse', 'rollback', String(before?.version), '--yes']);
    expect(rentsOf(await exportedOf(gone))).toEqual(lost);
    expect(rentsOf(await exportedOf(first))).toEqual(kept);
  },
  PATIENCE_MS,
);

test(
  'an erased person is in no export any more, and does not come back with the next load of the same files',
  async () => {
    const all = await numbers();
    const owners = async () => {
      const rows = await Promise.all(OWNED.map(async (index) => (await exportedOf(all[index - 1]))[0]?.['owner_name']));
      return [...rows, (await exportedOf(all[0]))[0]?.['owner_name']];
    };
    const company = 'Harbor Holdings 1 LLC';
    expect(await owners()).toEqual([OWNER, OWNER, company]);
    // One value in a line, as it is in the data.
    await operate(['warehouse', 'erase-person', '--yes'], { stdin: [`${OWNER}\n`] });
    expect(await owners()).toEqual(['', '', company]);
    await operate(['load', String(truth.files[0]), '--mapping', join(directory, 'acme.yaml')]);
    expect(await owners()).toEqual(['', '', company]);
  },
  PATIENCE_MS,
);
