/** The contract's sample files and its mapping, as its customers' programs send them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axios from 'axios';
import StreamForm from 'form-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, type BatchJobBody, uuidOf } from '../support/file-jobs.ts';
import { ALIASES, loadCsv, PROPERTIES } from '../support/match-data.ts';

/** Word for word the contract's, which end without a line end and write their metadata in single quotes. */
const PLAIN = 'Address1,City,State,Zip\n767 3rd Ave,New York,NY,10017\n20 W 34th St,New York,NY,10001';
const WIDE =
  'FirstName,LastName,PhoneNumber,Address1,City,State,Zip,Country\n' +
  'John,Doe,212-555-1212,767 3rd Ave,New York,NY,10017,USA\n' +
  'Jane,Doe,212-555-1213,20 W 34th St,New York,NY,10001,USA';
const MAPPING =
  "'mapping':{'address_line_1':'Address1','address_city':'City','address_state':'State','address_postal':'Zip'}";
const SAMPLES = [
  [PLAIN, `{'headers':['Address1','City','State','Zip'],${MAPPING}}`],
  [WIDE, `{'headers':['FirstName','LastName','PhoneNumber','Address1','City','State','Zip','Country'],${MAPPING}}`],
] as const;

function expected(csv: string): string {
  const [header = '', first = '', second = ''] = csv.split('\n');
  return `reonomy_id,status,miss_reason,${header}\n${uuidOf(1)},OK,,${first}\n${uuidOf(2)},OK,,${second}\n`;
}

let server: TestApp;
let account: TestAccount;
let client: BatchClient;
let directory: string;

beforeAll(async () => {
  server = await testApp({ demo: false });
  await loadCsv(server.app, { properties: PROPERTIES, property_addresses: ALIASES });
  account = await server.account();
  client = new BatchClient(server, account);
  directory = await mkdtemp(join(tmpdir(), 'conveyance-clients-'));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function resultOf(job: BatchJobBody): Promise<string> {
  expect(job).toMatchObject({ job_type: 'match', status: null });
  const { status, result_url: url } = await client.ended(job.id);
  expect(status).toBe('SUCCESS');
  return (await fetch(url ?? '')).text();
}

describe('the contract’s samples', () => {
  test.each(SAMPLES)('sent by axios with form-data', async (csv, metadata) => {
    const form = new StreamForm();
    form.append('job_type', 'match');
    form.append('metadata', metadata);
    form.append('file', Buffer.from(csv), { filename: 'addresses.csv' });
    const { accessKey: username, secret: password } = account.key;
    const { status, data } = await axios.post<BatchJobBody>(`${server.url}/v2/jobs/file`, form, {
      auth: { username, password },
      proxy: false,
    });
    expect(status).toBe(201);
    expect(await resultOf(data)).toBe(expected(csv));
  });

  test.each(SAMPLES)('sent by curl -F', async (csv, metadata) => {
    const path = join(directory, 'addresses.csv');
    await writeFile(path, csv);
    const { accessKey, secret } = account.key;
    const { stdout } = await promisify(execFile)('curl', [
      ...['--silent', '--show-error', '--noproxy', '*', '--user', `${accessKey}:${secret}`],
      ...['-F', 'job_type=match', '-F', `metadata=${metadata}`, '-F', `file=@${path}`, `${server.url}/v2/jobs/file`],
    ]);
    expect(await resultOf(JSON.parse(stdout) as BatchJobBody)).toBe(expected(csv));
  });
});
