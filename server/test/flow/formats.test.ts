/** The same rows come out in every format, as readers that are not ours see them. */
import { parse as parseCsv } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isScalar } from '../../src/core/column-types.ts';
import { OUTPUT_FORMATS, type OutputFormat, REPORT_TYPES, type ReportType } from '../../src/core/job.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import type { ReportColumn } from '../../src/reports/columns/report.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

type Cell = string | number | boolean | null | readonly Cell[] | { readonly [name: string]: Cell };

/** Numbers as numbers and days as text, whatever the format calls them. */
function plain(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, cell]) => [name, plain(cell)]));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new TypeError(`no plain form of a ${typeof value}`);
}

function fromCsvText(text: string, { type }: ReportColumn): Cell {
  if (text === '') return null;
  if (!isScalar(type)) return plain(JSON.parse(text));
  if (type === 'boolean') return text === 'true';
  return type === 'text' || type === 'date' || type === 'instant' ? text : Number(text);
}

function readCsv(body: Buffer, columns: readonly ReportColumn[]): Cell[][] {
  const [header, ...records]: string[][] = parseCsv(body);
  expect(header).toEqual(columns.map(({ name }) => name));
  return records.map((record) => columns.map((column, index) => fromCsvText(record[index] ?? '', column)));
}

function readJsonl(body: Buffer, columns: readonly ReportColumn[]): Cell[][] {
  const lines = body.toString('utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => {
    const row: Record<string, unknown> = JSON.parse(line);
    expect(Object.keys(row)).toEqual(columns.map(({ name }) => name));
    return Object.values(row).map(plain);
  });
}

async function readParquet(body: Buffer, columns: readonly ReportColumn[]): Promise<Cell[][]> {
  const file = new Uint8Array(body).buffer;
  const rows = await parquetReadObjects({ file, compressors });
  return rows.map((row) => columns.map(({ name }) => plain(row[name])));
}

describe('a job', () => {
  let server: TestApp;
  let account: TestAccount;

  beforeAll(async () => {
    server = await testApp();
    account = await server.account();
  });
  afterAll(() => server?.close());

  async function exportFile(reportType: ReportType, outputFormat: OutputFormat): Promise<Buffer> {
    const created = await server.as(account, {
      method: 'POST',
      url: '/api/v1/bulk_api/jobs',
      payload: {
        report_type: reportType,
        output_format: outputFormat,
        start_date: '2025-10-01',
        end_date: '2025-12-31',
        property_ids: GUIDE_IDS,
      },
    });
    const url = `/api/v1/bulk_api/jobs/${created.json().job_id}`;
    const ended = await until(
      async () => (await server.as(account, { url })).json(),
      ({ status }) => status !== 'submitted',
    );
    expect(ended.status).toBe('succeeded');
    const link = await server.as(account, { url: `${url}/results` });
    expect(link.statusCode).toBe(302);
    const { pathname, search } = new URL(String(link.headers.location));
    const file = await server.http.inject({ url: pathname + search });
    expect(file.statusCode).toBe(200);
    return file.rawPayload;
  }

  it.each(REPORT_TYPES)('of the report %s gives the same rows as CSV, JSONL and Parquet', async (reportType) => {
    const { columns } = REPORTS[reportType];
    const [csv, jsonl, parquet] = await Promise.all(
      (['csv', 'jsonl', 'parquet'] as const).map((format) => exportFile(reportType, format)),
    );
    if (csv === undefined || jsonl === undefined || parquet === undefined) throw new Error('a file is missing');
    const rows = readJsonl(jsonl, columns);
    expect(rows.length).toBeGreaterThan(100);
    expect(readCsv(csv, columns)).toEqual(rows);
    expect(await readParquet(parquet, columns)).toEqual(rows);
  });

  it.each(OUTPUT_FORMATS)('gives the same bytes when it is run again as %s', async (format) => {
    expect((await exportFile('units', format)).equals(await exportFile('units', format))).toBe(true);
  });

  it('tells data version and dictionary version in the Parquet file', async () => {
    const body = await exportFile('floorplans', 'parquet');
    const { key_value_metadata: pairs = [] } = parquetMetadata(new Uint8Array(body).buffer);
    const metadata = Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
    expect(metadata).toMatchObject({
      'conveyance.data_version': '1',
      'conveyance.dictionary_version': '1.0',
      'conveyance.report_type': 'floorplans',
    });
  });
});
