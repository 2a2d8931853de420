/** Chosen columns, compression and the spreadsheet's CSV through the whole program, from the request to the file and its manifest. */
import { gunzipSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORTS } from '../../src/reports/catalogue.ts';
import { manifestSchema } from '../../src/wire/apartmentiq/manifest.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const REQUEST = {
  report_type: 'units',
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

async function exported(change: object) {
  const created = await server.as(account, { method: 'POST', url: JOBS, payload: { ...REQUEST, ...change } });
  expect(created.statusCode, created.body).toBe(200);
  const url = `${JOBS}/${created.json().job_id}`;
  const job = await until(
    async () => (await server.as(account, { url })).json(),
    ({ status }) => status !== 'submitted',
  );
  expect(job.status, job.error_message).toBe('succeeded');
  const { location } = (await server.as(account, { url: `${url}/results` })).headers;
  const { pathname, search } = new URL(String(location));
  const file = await server.http.inject({ url: pathname + search });
  const manifest = (await server.as(account, { url: `${url}/manifest` })).json();
  expect(manifestSchema.parse(manifest)).toEqual(manifest);
  return { job, file, body: file.rawPayload, manifest, resource: manifest.resources[0] };
}

function records(csv: Buffer): Record<string, string>[] {
  return parseCsv(csv, { columns: true, bom: true });
}

const CHOSEN = ['rent', 'report_generation_date', 'unit_name'];

describe('columns', () => {
  it('are the chosen ones in the chosen order, and the rows those of the whole report in its order', async () => {
    const whole = records((await exported({})).body);
    expect(whole.length).toBeGreaterThan(100);
    const expected = whole.map((row) => CHOSEN.map((name) => row[name]));
    const csv = await exported({ columns: CHOSEN });
    const rows: string[][] = parseCsv(csv.body);
    expect(rows[0]).toEqual(CHOSEN);
    expect(rows.slice(1)).toEqual(expected);
    expect(csv.job.result.rows).toBe(whole.length);

    const lines = (await exported({ columns: CHOSEN, output_format: 'jsonl' })).body.toString('utf8').trimEnd();
    const objects = lines.split('\n').map((line): Record<string, unknown> => JSON.parse(line));
    expect(Object.keys(objects[0] ?? {})).toEqual(CHOSEN);
    expect(objects.map(({ unit_name }) => unit_name)).toEqual(expected.map(([, , name]) => name));

    const parquet = new Uint8Array((await exported({ columns: CHOSEN, output_format: 'parquet' })).body).buffer;
    expect(parquetSchema(parquetMetadata(parquet)).children.map(({ element }) => element.name)).toEqual(CHOSEN);
    const read = await parquetReadObjects({ file: parquet, compressors });
    expect(read.map(({ unit_name }) => unit_name)).toEqual(expected.map(([, , name]) => name));
  });

  it.each(Object.values(REPORTS))('of $type can each be exported alone', async ({ type, columns }) => {
    const last = columns.at(-1);
    for (const column of [columns[0], columns[Math.floor(columns.length / 2)], last]) {
      const { body } = await exported({ report_type: type, columns: [column?.name], end_date: '2025-11-03' });
      expect(parseCsv(body)[0]).toEqual([column?.name]);
    }
  });

  it('are what the manifest describes; its key is there only when the file has it', async () => {
    const { resource } = await exported({ columns: CHOSEN });
    expect(resource.schema.fields.map(({ name }: { name: string }) => name)).toEqual(CHOSEN);
    expect(resource.schema).not.toHaveProperty('primaryKey');
    const { key } = REPORTS.units;
    const keyed = await exported({ columns: [...key, 'rent'] });
    expect(keyed.resource.schema.primaryKey).toEqual(key);
  });
});

describe('compression', () => {
  it.each([
    ['csv', 'gzip', '.csv.gz', 'application/gzip'],
    ['jsonl', 'gzip', '.jsonl.gz', 'application/gzip'],
    ['csv', 'zstd', '.csv.zst', 'application/zstd'],
    ['jsonl', 'zstd', '.jsonl.zst', 'application/zstd'],
  ] as const)('of %s with %s names and types the file by what it is', async (format, compression, suffix, type) => {
    const plain = await exported({ output_format: format });
    const packed = await exported({ output_format: format, compression });
    const unpacked =
      compression === 'gzip' ? gunzipSync(packed.body) : compressors.ZSTD?.(packed.body, plain.body.length);
    expect(Buffer.from(unpacked ?? []).equals(plain.body)).toBe(true);
    const { job_id: id, result } = packed.job;
    expect(result.filename).toBe(`units_2025-11-01_2025-12-31_${id.slice(0, 8)}${suffix}`);
    expect(result).toMatchObject({ content_type: type, rows: plain.job.result.rows });
    expect(packed.file.headers['content-type']).toBe(type);
    expect(packed.file.headers['content-disposition']).toContain(packed.job.result.filename);
    expect(packed.file.headers).not.toHaveProperty('content-encoding');
    expect(packed.resource).toMatchObject({
      compression,
      format,
      mediatype: type,
      path: packed.job.result.filename,
      bytes: packed.body.length,
    });
    expect(plain.resource.compression).toBe('none');
  });

  it.each(['gzip', 'zstd'])('gives the same bytes when it is run again with %s', async (compression) => {
    const [first, second] = [await exported({ compression }), await exported({ compression })];
    expect(first.job.result.sha256).toBe(second.job.result.sha256);
  });
});

it('a CSV for spreadsheets has the same cells', async () => {
  const standard = await exported({});
  const excel = await exported({ csv_profile: 'excel' });
  expect(excel.body.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect(excel.body.toString('utf8')).toContain('\r\n');
  // The demo data has no text that begins like a formula.
  expect(records(excel.body)).toEqual(records(standard.body));
});
