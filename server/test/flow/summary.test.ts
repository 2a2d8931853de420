/** What a report's result is said to hold, against what its file holds: in every format, read by readers that share nothing with the engine. */
import { gunzipSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ReportType } from '../../src/core/job.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import { summarySchema } from '../../src/wire/summary.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { checkColumn, grouped, mean, type ReadRow, type Summary } from './summary-checks.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-11-01',
  end_date: '2025-12-31',
  property_ids: GUIDE_IDS,
};

let server: TestApp;
let account: TestAccount;

beforeAll(async () => {
  server = await testApp();
  account = await server.account();
});
afterAll(() => server?.close());
afterEach(() => vi.restoreAllMocks());

async function exported(change: object): Promise<string> {
  const created = await server.as(account, { method: 'POST', url: JOBS, payload: { ...REQUEST, ...change } });
  expect(created.statusCode, created.body).toBe(200);
  const { job_id: id } = created.json();
  const job = await until(
    async () => (await server.as(account, { url: `${JOBS}/${id}` })).json(),
    ({ status }) => status !== 'submitted',
  );
  expect(job.status, job.error_message).toBe('succeeded');
  return id;
}

async function summaryOf(id: string): Promise<Summary> {
  const answer = await server.as(account, { url: `${JOBS}/${id}/summary` });
  expect(answer.statusCode, answer.body).toBe(200);
  const summary = answer.json();
  expect(summarySchema.strict().parse(summary)).toEqual(summary);
  return summary;
}

async function fileOf(id: string): Promise<Buffer> {
  const { location } = (await server.as(account, { url: `${JOBS}/${id}/results` })).headers;
  const { pathname, search } = new URL(String(location));
  return (await server.http.inject({ url: pathname + search })).rawPayload;
}

/** An empty cell without quotes is null; our files have quotes around every text that is empty. */
function csvRows(bytes: Buffer): readonly ReadRow[] {
  const rows: Record<string, string>[] = parseCsv(bytes, { columns: true, bom: true });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell === '' ? null : cell])),
  );
}

const READ = {
  csv: csvRows,
  jsonl: (bytes: Buffer): readonly ReadRow[] =>
    bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  parquet: (bytes: Buffer): Promise<readonly ReadRow[]> =>
    parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors }),
} as const;
type Format = keyof typeof READ;

const REPORTS_AND_FORMATS = (['property', 'units', 'floorplans'] as const).flatMap((type) =>
  (['csv', 'jsonl', 'parquet'] as const).map((format): [ReportType, Format] => [type, format]),
);

describe('a summary', () => {
  it.each(REPORTS_AND_FORMATS)('of %s as %s says of each column what its file holds', async (type, format) => {
    const id = await exported({ report_type: type, output_format: format });
    const summary = await summaryOf(id);
    const rows = await READ[format](await fileOf(id));
    expect(rows.length).toBeGreaterThan(50);
    expect(summary.rows).toBe(rows.length);
    const { columns } = REPORTS[type];
    expect(summary.columns.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
    for (const [index, column] of columns.entries()) {
      const told = summary.columns[index];
      if (told !== undefined) checkColumn(told, column, rows, format === 'csv');
    }
  });

  it('is the same whatever packs the file, and of the spreadsheet’s CSV', async () => {
    const plain = await summaryOf(await exported({}));
    for (const change of [{ compression: 'gzip' }, { compression: 'zstd' }, { csv_profile: 'excel' }]) {
      expect(await summaryOf(await exported(change)), JSON.stringify(change)).toEqual(plain);
    }
    const lines = await summaryOf(await exported({ output_format: 'jsonl' }));
    for (const compression of ['gzip', 'zstd']) {
      expect(await summaryOf(await exported({ output_format: 'jsonl', compression }))).toEqual(lines);
    }
    // Control: they are packed.
    const packed = await fileOf(await exported({ compression: 'gzip' }));
    expect(csvRows(gunzipSync(packed))).toHaveLength(plain.rows);
  });

  it('draws lines over days and bars of properties as they were on their last day', async () => {
    const id = await exported({});
    const { charts, map } = await summaryOf(id);
    const rows = csvRows(await fileOf(id));
    expect(charts.map(({ name }) => name)).toEqual([
      ...['rent', 'occupancy', 'available', 'available-by-bedrooms', 'days-on-market'],
      ...['states', 'cities', 'classes'],
    ]);
    const days = grouped(rows, (row) => String(row['report_generation_date']));
    const rent = charts.find(({ name }) => name === 'rent');
    expect(rent).toMatchObject({ kind: 'line', every_days: 1, measures: [{ unit: 'usd_per_month' }, {}] });
    expect(rent?.groups.map(({ label }) => label)).toEqual([...days.keys()].sort());
    for (const { label, values } of rent?.groups ?? []) {
      const ofDay = days.get(label ?? '') ?? [];
      expect(values[0]).toBeCloseTo(mean(ofDay.map((row) => row['avg_rent'])) ?? Number.NaN, 3);
      expect(values[1]).toBeCloseTo(mean(ofDay.map((row) => row['avg_ner'])) ?? Number.NaN, 3);
    }
    const available = charts.find(({ name }) => name === 'available');
    for (const { label, values } of available?.groups ?? []) {
      const sum = (days.get(label ?? '') ?? []).reduce((all, row) => all + Number(row['available_units']), 0);
      expect(values).toEqual([sum]);
    }
    const latest = [...grouped(rows, (row) => String(row['id'])).values()].map((ofProperty) => ofProperty.at(-1) ?? {});
    const states = grouped(latest, (row) => String(row['state']));
    const told = charts.find(({ name }) => name === 'states')?.groups ?? [];
    expect(new Map(told.map(({ label, values }) => [label, values[0]]))).toEqual(
      new Map([...states].map(([state, ofState]) => [state, ofState.length])),
    );
    for (const { label, values } of told) {
      const ofState = states.get(label ?? '') ?? [];
      expect(values[1]).toBeCloseTo(mean(ofState.map((row) => row['avg_rent'])) ?? Number.NaN, 3);
    }
    const located = latest.filter((row) => row['latitude'] !== null && row['longitude'] !== null);
    expect(located.length).toBeGreaterThan(1);
    expect(map?.places.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(located.length);
    for (const { latitude, longitude } of map?.places ?? []) {
      const isNear = (row: ReadRow) =>
        Math.abs(Number(row['latitude']) - latitude) < 0.1 && Math.abs(Number(row['longitude']) - longitude) < 0.1;
      expect(located.some(isNear)).toBe(true);
    }
  });

  it('leaves out what the chosen columns do not tell', async () => {
    const { columns, charts, map } = await summaryOf(
      await exported({ columns: ['report_generation_date', 'avg_ner', 'state'] }),
    );
    expect(columns.map(({ name }) => name)).toEqual(['report_generation_date', 'avg_ner', 'state']);
    expect(charts.map(({ name, measures }) => [name, measures.map(({ label }) => label)])).toEqual([
      ['rent', ['Net effective rent']],
    ]);
    expect(map).toBeNull();
  });

  it.each(['csv', 'jsonl', 'parquet'])('of no rows as %s has columns, and nothing to draw', async (format) => {
    const days = { start_date: '2019-01-01', end_date: '2019-01-31' };
    const summary = await summaryOf(await exported({ ...days, output_format: format }));
    expect([summary.rows, summary.charts, summary.map]).toEqual([0, [], null]);
    expect(summary.columns).toHaveLength(REPORTS.property.columns.length);
    expect(summary.columns.every(({ nulls, least, distinct }) => nulls === 0 && least === null && distinct === 0)).toBe(
      true,
    );
  });
});

describe('a summary that is asked for again', () => {
  it('is made once, also for those who ask at the same time, and not shown once the files are past their time', async () => {
    const id = await exported({});
    const lookUps = vi.spyOn(server.app.deps.engine, 'lookUp');
    const [first, second] = await Promise.all([summaryOf(id), summaryOf(id)]);
    expect(second).toEqual(first);
    expect(await summaryOf(id)).toEqual(first);
    expect(lookUps).toHaveBeenCalledTimes(1);
    const database = new pg.Client(server.databaseUrl);
    await database.connect();
    await database.query(`update jobs set expires_at = now() - interval '1 second' where id = $1`, [id]);
    await database.end();
    const gone = await server.as(account, { url: `${JOBS}/${id}/summary` });
    expect([gone.statusCode, gone.json()]).toMatchObject([410, { error: 'Gone' }]);
  });

  it('is in the audit log, once an hour for whoever is shown it, and for nobody to whom it is refused', async () => {
    const id = await exported({ columns: ['zip_code'] });
    const stranger = await server.account();
    expect((await server.as(stranger, { url: `${JOBS}/${id}/summary` })).statusCode).toBe(404);
    const { audit, credentials } = server.app.deps.db;
    const entriesOf = async ({ id: accountId }: TestAccount) => {
      const entries = await audit.last({ accountId, from: null, until: null, limit: 50 });
      return entries.filter(({ event, jobId }) => event === 'result-summarised' && jobId === id);
    };
    expect(await entriesOf(account)).toEqual([]);
    await summaryOf(id);
    await summaryOf(id);
    const token = (await credentials.list(account.id)).find(({ kind }) => kind === 'token');
    expect(await entriesOf(account)).toMatchObject([
      { accountId: account.id, credentialId: token?.id, address: '127.0.0.1' },
    ]);
    expect(await entriesOf(stranger)).toEqual([]);
  });

  it('is nobody else’s: another account is told that there is no such job', async () => {
    const id = await exported({});
    await summaryOf(id);
    const other = await server.account();
    const answer = await server.as(other, { url: `${JOBS}/${id}/summary` });
    expect([answer.statusCode, answer.json()]).toEqual([
      404,
      { error: 'Not Found', message: 'Job with the specified ID does not exist' },
    ]);
  });
});
