/** Numbered roads, fractions and lettered houses through the door: each folder of server/test/data/match is a file of a customer's, with its answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';
import { loadCsv } from '../support/match-data.ts';

const DATA = resolve(import.meta.dirname, '../data/match');
const CASES = readdirSync(DATA);
const MAPPING = {
  address_line_1: 'Address1',
  address_city: 'City',
  address_state: 'State',
  address_postal: 'Zip',
};

type Row = Readonly<Record<string, string>>;

function read(folder: string, name: string): string {
  return readFileSync(join(DATA, folder, name), 'utf8');
}

let server: TestApp;
let client: BatchClient;

beforeAll(async () => {
  server = await testApp({ demo: false });
  const [first = '', ...others] = CASES.map((folder) => read(folder, 'properties.csv'));
  const rows = others.map((csv) => csv.slice(csv.indexOf('\n') + 1));
  await loadCsv(server.app, { properties: [first, ...rows].join('') });
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

describe.each(CASES)('%s', (folder) => {
  const csv = read(folder, 'addresses.csv');
  const asked: readonly Row[] = parse(csv, { columns: true });

  test('every row is answered as its last columns say', async () => {
    const headers = Object.keys(asked[0] ?? {});
    const { files } = await client.run('match', csv, { headers, mapping: MAPPING, explain: true });
    const answers: readonly Row[] = parse(files[0] ?? '', { columns: true });
    expect(answers).toHaveLength(asked.length);
    const brief = answers.map(
      (row) => `${row['Address1']}: ${row['status']} ${row['reonomy_id'] || row['miss_reason']}`,
    );
    const expected = asked.map((row) => {
      const { Address1, expected_status: status, expected_id_or_reason: answer = '' } = row;
      return `${Address1}: ${status} ${status === 'MISS' ? answer : uuidOf(Number(answer))}`;
    });
    expect(brief).toEqual(expected);
  });

  test('the address that is shown as matched finds the same property again', async () => {
    const headers = Object.keys(asked[0] ?? {});
    const { files } = await client.run('match', csv, { headers, mapping: MAPPING, explain: true });
    const found = (parse(files[0] ?? '', { columns: true }) as Row[]).filter((row) => row['matched_address']);
    expect(found.length).toBeGreaterThan(3);
    const lines = `Line\n${found.map((row) => `"${row['matched_address']}"`).join('\n')}\n`;
    const everywhere = Object.fromEntries(Object.keys(MAPPING).map((part) => [part, 'Line']));
    const again = await client.run('match', lines, { headers: ['Line'], mapping: everywhere });
    const answers: readonly Row[] = parse(again.files[0] ?? '', { columns: true });
    expect(answers.map((row) => `${row['Line']}: ${row['status']} ${row['reonomy_id']}`)).toEqual(
      found.map((row) => `${row['matched_address']}: OK ${row['reonomy_id']}`),
    );
  });
});
