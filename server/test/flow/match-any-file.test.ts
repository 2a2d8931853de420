/** Whatever a customer's file holds: it comes back whole, or it is refused by its name; no job hangs. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { BatchClient } from '../support/file-jobs.ts';
import { ALIASES, loadCsv, PROPERTIES } from '../support/match-data.ts';

const TIMEOUT_MS = 180_000;
const FIELDS = ['Address1', 'City', 'State', 'Zip'];
const MAPPING = {
  address_line_1: 'Address1',
  address_city: 'City',
  address_state: 'State',
  address_postal: 'Zip',
};

let server: TestApp;
let client: BatchClient;

beforeAll(async () => {
  server = await testApp({ demo: false });
  await loadCsv(server.app, { properties: PROPERTIES, property_addresses: ALIASES });
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

const ADDRESS_CELL = fc.constantFrom('767 3rd Ave', '100 Main St', 'New York', 'NY', '10017', 'PO Box 1', '12 Elm St');
const WILD_CELL = fc.string({ unit: 'binary', maxLength: 30 });
const SPECIAL_CELL = fc.constantFrom(
  '',
  ' ',
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  'a"b',
  '=1+1',
  '\u0000',
  '🏠 1 Ünï',
);
const CELL = fc.oneof(ADDRESS_CELL, WILD_CELL, SPECIAL_CELL, fc.constant('1'.repeat(5000)));
const ROWS = fc.array(fc.array(CELL, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 25 });
const DIALECT = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  record_delimiter: fc.constantFrom('\n', '\r\n'),
  bom: fc.boolean(),
  quoted: fc.boolean(),
});

test(
  'any CSV that another parser reads comes back with its rows, order and cells',
  async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, DIALECT, fc.boolean(), async (rows, dialect, explain) => {
        const headers = ['id', ...FIELDS, 'Größe, "x"'];
        const table = [headers, ...rows];
        // RFC 4180: a cell with a line break is quoted. The library sees to that only for the break of its own records.
        const csv = stringify(table, { ...dialect, quoted_match: /[\r\n]/ });
        const { delimiter, record_delimiter } = dialect;
        const read = (text: string): string[][] => parse(text, { delimiter, record_delimiter, bom: true });
        fc.pre(JSON.stringify(read(csv)) === JSON.stringify(table));
        const { job, files } = await client.run('match', csv, { headers, mapping: MAPPING, explain });
        expect(job.metadata['count']).toBe(rows.length);
        const result = read(files[0] ?? '');
        expect(result.map((cells) => cells.slice(3, 3 + headers.length))).toEqual(table);
        for (const [id = '', status = '', reason = ''] of result.slice(1)) {
          expect(status).toMatch(/^(OK|PARTIAL|MISS)$/);
          expect(id !== '').toBe(status !== 'MISS');
          expect(reason !== '').toBe(status === 'MISS');
        }
      }),
      { numRuns: 25 },
    );
  },
  TIMEOUT_MS,
);

const HEADER = `${FIELDS.join(',')}\n`;
const BYTES = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const FILE = fc.oneof(
  BYTES,
  BYTES.map((bytes) => Buffer.concat([Buffer.from(HEADER), bytes])),
  fc
    .array(fc.constantFrom('"', '""', ',', '\n', '\r', '\r\n', '\u0000', 'é', '1 A St', ' '), { maxLength: 40 })
    .map((parts) => Buffer.from(HEADER + parts.join(''))),
  fc
    .oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('a\u0000b', '__proto__', 'é'))
    .map((name) => Buffer.from(`${name},City,State,Zip\n1 A St,B,NY,10001\n`)),
);
const OF_THE_FILE = 'of the file';
const METADATA = fc.oneof(
  { weight: 6, arbitrary: fc.constant(OF_THE_FILE) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.object({ maxDepth: 3 }).map((mapping) => JSON.stringify({ headers: FIELDS, mapping })),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '{', '[]', 'null', '{"headers":["\\u0000"]}', '{"__proto__":{}}') },
);

/** Metadata that fits the first line as far as it can be told. */
function metadataOf(file: Buffer): string {
  const headers = file.toString().split('\n')[0]?.split(',') ?? [];
  return JSON.stringify({ headers, mapping: { ...MAPPING, address_line_1: headers[0] } });
}

test(
  'no file and no metadata make a server error, and every job that is taken ends',
  async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(FILE, METADATA, async (file, told) => {
        const form = new FormData();
        form.set('job_type', 'match');
        form.set('metadata', told === OF_THE_FILE ? metadataOf(file) : told);
        form.set('file', new Blob([Uint8Array.from(file)]), 'file');
        const response = await client.request('/jobs/file', { method: 'POST', body: form });
        const body = (await response.json()) as { id: string; message: string };
        if (response.status !== 201) {
          expect(response.status, body.message).toBe(400);
          expect(body.message).not.toBe('');
          return;
        }
        taken++;
        expect((await client.ended(body.id)).status).toBe('SUCCESS');
      }),
      { numRuns: 80 },
    );
    // Control: some were jobs, or nothing was shown of them.
    expect(taken).toBeGreaterThan(5);
  },
  TIMEOUT_MS,
);
