/** The Reonomy dialect's `match`: a file of addresses or points in, the same file with property ids out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';
import { ALIASES, loadCsv, PROPERTIES } from '../support/match-data.ts';

let server: TestApp;
let client: BatchClient;

const MAPPING = {
  address_line_1: 'Address1',
  address_city: 'City',
  address_state: 'State',
  address_postal: 'Zip',
};
/** Word for word the contract's. */
const SAMPLE = 'Address1,City,State,Zip\n767 3rd Ave,New York,NY,10017\n20 W 34th St,New York,NY,10001\n';
const HEADERS = ['Address1', 'City', 'State', 'Zip'];
const POINTS = 'Latitude,Longitude\n40.7541851,-73.9735753\n40.748562,-73.9879465\n';
const POINT_METADATA = {
  headers: ['Latitude', 'Longitude'],
  mapping: { latitude: 'Latitude', longitude: 'Longitude' },
};

beforeAll(async () => {
  server = await testApp({ demo: false });
  await loadCsv(server.app, { properties: PROPERTIES, property_addresses: ALIASES });
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

async function match(csv: string | Blob, metadata: object = { headers: HEADERS, mapping: MAPPING }): Promise<string> {
  const { files } = await client.run('match', csv, metadata);
  expect(files).toHaveLength(1);
  return files[0] ?? '';
}

function addresses(...rows: readonly string[]): string {
  return `${HEADERS.join(',')}\n${rows.join('\n')}\n`;
}

describe('a match job', () => {
  test('answers the contract’s sample of addresses before its columns', async () => {
    expect(await match(SAMPLE)).toBe(
      `reonomy_id,status,miss_reason,Address1,City,State,Zip
${uuidOf(1)},OK,,767 3rd Ave,New York,NY,10017
${uuidOf(2)},OK,,20 W 34th St,New York,NY,10001
`,
    );
  });

  test('takes lines that end in CR CR LF, as Python writes them on Windows in text mode', async () => {
    const result = await match(SAMPLE.replaceAll('\n', '\r\r\n'));
    expect(result.split('\r\n').slice(0, 2)).toEqual([
      'reonomy_id,status,miss_reason,Address1,City,State,Zip',
      `${uuidOf(1)},OK,,767 3rd Ave,New York,NY,10017`,
    ]);
    expect(result).not.toContain('\r\r');
  });

  test('joins number and street from two columns', async () => {
    const csv =
      'Street #,Street Name,City,State,Zip\n767,3rd Ave,New York,NY,10017\n 20 ,W 34th St,New York,NY,10001\n,767 3rd Ave,New York,NY,10017\n';
    const headers = ['Street #', 'Street Name', 'City', 'State', 'Zip'];
    const mapping = { ...MAPPING, address_line_1: ['Street #', 'Street Name'] };
    const lines = (await match(csv, { headers, mapping })).split('\n');
    expect(lines.slice(1, 4)).toEqual([
      `${uuidOf(1)},OK,,767,3rd Ave,New York,NY,10017`,
      `${uuidOf(2)},OK,, 20 ,W 34th St,New York,NY,10001`,
      `${uuidOf(1)},OK,,,767 3rd Ave,New York,NY,10017`,
    ]);
    const { job } = await client.run('match', csv, { headers, mapping });
    expect(job.metadata).toMatchObject({ mapping });
  });

  test('finds the columns whose names have spaces around them, in the file or in the metadata', async () => {
    const csv = SAMPLE.replace('Address1,City,State,Zip', ' Address1, City ,State, "Zip"');
    const expected = `${uuidOf(1)},OK,,767 3rd Ave,New York,NY,10017`;
    expect(await match(csv)).toContain(expected);
    const mapping = Object.fromEntries(Object.entries(MAPPING).map(([name, column]) => [name, `${column} `]));
    expect(await match(SAMPLE, { headers: HEADERS.map((name) => ` ${name}`), mapping })).toContain(expected);
  });

  test.each([
    [
      'two columns for the city',
      { address_city: ['City', 'State'] },
      'metadata.mapping.address_city must be the name of a column',
    ],
    [
      'no column in the list',
      { address_line_1: [] },
      'metadata.mapping.address_line_1 must be the name of a column, or an array of 1 to 8 names whose cells are joined',
    ],
    [
      'a number in the list',
      { address_line_1: ['Address1', 3] },
      'metadata.mapping.address_line_1 must be the name of a column, or an array of 1 to 8 names whose cells are joined',
    ],
    [
      'a column in the list that the file does not have',
      { address_line_1: ['Address1', 'Adress2'] },
      'metadata.mapping.address_line_1 names column "Adress2", which the file does not have (nearest: Address1)',
    ],
  ])('with %s is refused', async (_what, change, message) => {
    const response = await client.submit('match', SAMPLE, { headers: HEADERS, mapping: { ...MAPPING, ...change } });
    expect([response.status, await response.json()]).toEqual([400, { error: 'ValidationError', message }]);
  });

  test('answers the contract’s sample with further columns, every one of them kept', async () => {
    const csv =
      'FirstName,LastName,PhoneNumber,Address1,City,State,Zip,Country\n' +
      'John,Doe,212-555-1212,767 3rd Ave,New York,NY,10017,USA\n' +
      'Jane,Doe,212-555-1213,20 W 34th St,New York,NY,10001,USA\n';
    const headers = ['FirstName', 'LastName', 'PhoneNumber', ...HEADERS, 'Country'];
    expect(await match(csv, { headers, mapping: MAPPING })).toBe(
      `reonomy_id,status,miss_reason,${headers.join(',')}
${uuidOf(1)},OK,,John,Doe,212-555-1212,767 3rd Ave,New York,NY,10017,USA
${uuidOf(2)},OK,,Jane,Doe,212-555-1213,20 W 34th St,New York,NY,10001,USA
`,
    );
  });

  test('answers the contract’s sample of points', async () => {
    expect(await match(POINTS, POINT_METADATA)).toBe(
      `reonomy_id,status,miss_reason,Latitude,Longitude
${uuidOf(1)},OK,,40.7541851,-73.9735753
${uuidOf(2)},OK,,40.748562,-73.9879465
`,
    );
  });

  test('says why there is no property, and when there are several', async () => {
    const csv = addresses(
      '12 Elm St,Springfield,IL,62701',
      '14 Elm St,Springfield,IL,62701',
      '16 Elm St,Springfield,IL,62701',
      'PO Box 12,Springfield,IL,62701',
      '100 Main St,Springfield,IL,62701',
      '200 E 48th St,New York,NY,10017',
      '767 3rd Avenue,New York,NY,10017.0',
    );
    const rows = (await match(csv)).split('\n').slice(1, -1);
    expect(rows.map((row) => row.split(',').slice(0, 3))).toEqual([
      ['', 'MISS', 'SFR'],
      ['', 'MISS', 'Condo Property (SFR)'],
      ['', 'MISS', 'MISSING'],
      ['', 'MISS', 'Unrecognized address'],
      [uuidOf(5), 'PARTIAL', ''],
      [uuidOf(1), 'OK', ''],
      [uuidOf(1), 'OK', ''],
    ]);
  });

  test('keeps rows that are not UTF-8, ragged, repeated or blank, and says which', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Address1,City,State,Zip\n"767 3rd Ave, ""A""",New York,NY,10017\nCaf'),
      Buffer.of(0xe9),
      Buffer.from(' 1,New York,NY,10017\n20 W 34th St,New York\n20 W 34th St,New York\n'),
    ]);
    const response = await client.submit('match', new Blob([bytes]), { headers: HEADERS, mapping: MAPPING });
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    const job = await client.ended(id);
    expect(job.metadata).toEqual({
      headers: HEADERS,
      labels: [],
      mapping: MAPPING,
      count: 4,
      duplicate: 1,
      error_decoding_lines: [3],
      ragged: 2,
      request: {},
    });
    const result = Buffer.from(await (await fetch(job.result_urls[0] ?? '')).arrayBuffer()).toString('latin1');
    const [, quoted, bad, ...others] = result.split('\n');
    expect(quoted).toBe(`${uuidOf(1)},OK,,"767 3rd Ave, ""A""",New York,NY,10017`);
    expect(bad).toBe(',MISS,Unrecognized address,Caf\u00e9 1,New York,NY,10017');
    expect(others.slice(0, 2).map((row) => row.endsWith('20 W 34th St,New York'))).toEqual([true, true]);
  });

  test('shows its evidence when it is asked to', async () => {
    const csv = addresses('767 Thrid Ave,New York,NY,10017', '100 Main St,Springfield,IL,62701');
    const [header, typo, tie] = (await match(csv, { headers: HEADERS, mapping: MAPPING, explain: true })).split('\n');
    expect(header).toBe(
      `reonomy_id,status,miss_reason,${HEADERS.join(',')},match_confidence,match_codes,matched_address,candidates`,
    );
    expect(typo).toMatch(new RegExp(`^${uuidOf(1)},OK,,.*,0\\.\\d+,\\S+,"767 .*NEW YORK, NY 10017",${uuidOf(1)}$`));
    expect(tie).toContain(`${uuidOf(5)} ${uuidOf(6)}`);
  });

  test('finds nothing that the account may not see', async () => {
    const narrow = new BatchClient(server, await server.account({ grants: PropertyIdSet.of([2]) }));
    const { files } = await narrow.run('match', SAMPLE, { headers: HEADERS, mapping: MAPPING });
    expect(files[0]?.split('\n').slice(1, 3)).toEqual([
      ',MISS,MISSING,767 3rd Ave,New York,NY,10017',
      `${uuidOf(2)},OK,,20 W 34th St,New York,NY,10001`,
    ]);
  });

  test('of a header alone is a header', async () => {
    expect(await match('Address1,City,State,Zip\n')).toBe('reonomy_id,status,miss_reason,Address1,City,State,Zip\n');
  });
});

describe('a match job is refused at the POST', () => {
  test.each([
    ['without metadata', undefined, /^metadata is required/],
    ['without headers', { mapping: MAPPING }, /^metadata.headers is required/],
    ['without a mapping', { headers: HEADERS }, /^metadata.mapping is required/],
    ['with a header too few', { headers: HEADERS.slice(0, 3), mapping: MAPPING }, /nothing as column 4 .* "Zip"/],
    ['with a header too many', { headers: [...HEADERS, 'Country'], mapping: MAPPING }, /"Country" as column 5/],
    ['with another header', { headers: ['Adress', ...HEADERS.slice(1)], mapping: MAPPING }, /"Adress" as column 1/],
    [
      'with a column that is not there',
      { headers: HEADERS, mapping: { ...MAPPING, address_postal: 'Zipp' } },
      /address_postal names column "Zipp", which the file does not have \(nearest: Zip\)/,
    ],
    ['without one of the four', { headers: HEADERS, mapping: { address_line_1: 'Address1' } }, /lacks address_city/],
    [
      'with a parameter that there is not',
      { headers: HEADERS, mapping: { ...MAPPING, adress_city: 'City' } },
      /unknown parameter adress_city \(nearest: address_city\)/,
    ],
    [
      'with a misspelt field',
      { headers: HEADERS, mapping: MAPPING, explian: true },
      /^metadata has unknown field explian \(nearest: explain\)$/,
    ],
    [
      'with addresses and points',
      { headers: HEADERS, mapping: { ...MAPPING, latitude: 'Zip', longitude: 'Zip' } },
      /must have either/,
    ],
  ])('%s', async (_case, metadata, message) => {
    const response = await client.submit('match', SAMPLE, metadata);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'ValidationError', message: expect.stringMatching(message) });
  });

  test('with more than 100,000 rows', async () => {
    const csv = `Address1,City,State,Zip\n${'1 A St,B,NY,1\n'.repeat(100_001)}`;
    const response = await client.submit('match', csv, { headers: HEADERS, mapping: MAPPING });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('100000') });
  });
});
