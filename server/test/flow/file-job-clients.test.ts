/** The contract's flow with clients that its customers have: submit, poll, download each part, parse. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axios from 'axios';
import StreamForm from 'form-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { type BatchJobBody, parseLines, uuidOf } from '../support/file-jobs.ts';

const run = promisify(execFile);
const IDS_PER_FILE = 25_000;
const KNOWN = GUIDE_IDS.map(uuidOf);
/** Two files' worth: the known ids are the first two and the last one. */
const IDS = [
  ...KNOWN.slice(0, 2),
  ...Array.from(
    { length: IDS_PER_FILE - 1 },
    (_, index) => `51e2200a-5160-5ab1-8f98-${String(index).padStart(12, '0')}`,
  ),
  ...KNOWN.slice(2),
];
const SPEC = JSON.stringify({ detail_type: ['basic', 'sales'], property_ids: IDS });

interface Line {
  readonly id: string;
  readonly sales: readonly unknown[];
}

let server: TestApp;
let account: TestAccount;
let directory: string;
beforeAll(async () => {
  server = await testApp();
  account = await server.account();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-clients-'));
  await writeFile(join(directory, 'spec.json'), SPEC);
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

/** How one client does each step. */
interface Client {
  submit(): Promise<BatchJobBody>;
  get(id: string): Promise<BatchJobBody>;
  download(link: string): Promise<string>;
}

async function curl(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['-sS', '--fail-with-body', ...words], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

const CURL: Client = {
  async submit() {
    const { accessKey, secret } = account.key;
    const form = ['-F', 'job_type=property-details', '-F', `file=@${join(directory, 'spec.json')}`];
    return JSON.parse(await curl('-u', `${accessKey}:${secret}`, ...form, `${server.url}/v2/jobs/file`));
  },
  async get(id) {
    const { accessKey, secret } = account.key;
    return JSON.parse(await curl('-u', `${accessKey}:${secret}`, `${server.url}/v2/jobs/file/${id}`));
  },
  async download(link) {
    const path = join(directory, 'part.ndjson');
    await curl('-o', path, link);
    return readFile(path, 'utf8');
  },
};

/** As the contract’s own example has it: the specification from memory, the headers of the form by the form. */
function axiosClient(file: () => Buffer | string): Client {
  const options = () => ({
    auth: { username: account.key.accessKey, password: account.key.secret },
    headers: { 'User-Agent': 'node' },
    proxy: false as const,
  });
  return {
    async submit() {
      const form = new StreamForm();
      form.append('job_type', 'property-details');
      form.append('file', file(), { filename: 'payload.json' });
      const { headers, ...rest } = options();
      const url = `${server.url}/v2/jobs/file`;
      const answer = await axios.post<BatchJobBody>(url, form, {
        ...rest,
        headers: { ...headers, ...form.getHeaders() },
      });
      expect(answer.status).toBe(201);
      return answer.data;
    },
    get: async (id) => (await axios.get<BatchJobBody>(`${server.url}/v2/jobs/file/${id}`, options())).data,
    download: async (link) => (await axios.get<string>(link, { responseType: 'text', proxy: false })).data,
  };
}

describe('submit, poll, download each part, parse', () => {
  test.each<[string, Client]>([
    ['curl -F', CURL],
    ['axios and form-data, from text', axiosClient(() => SPEC)],
    ['axios and form-data, from a buffer', axiosClient(() => Buffer.from(SPEC))],
  ])('%s', async (_name, client) => {
    const created = await client.submit();
    expect(created).toMatchObject({ status: null, job_type: 'property-details', result_urls: [] });
    const job = await until(
      () => client.get(created.id),
      ({ status }) => status !== 'PENDING' && status !== 'STARTED',
    );
    expect(job).toMatchObject({ status: 'SUCCESS', metadata: { count: IDS.length, unknown: IDS_PER_FILE - 1 } });
    expect(job.result_url?.split(',')).toEqual(job.result_urls);
    const files: Line[][] = [];
    for (const link of job.result_urls) files.push(parseLines<Line>(await client.download(link)));
    expect(files.map((lines) => lines.map(({ id }) => id))).toEqual([KNOWN.slice(0, 2), KNOWN.slice(2)]);
    for (const { sales } of files.flat()) expect(Array.isArray(sales)).toBe(true);
  });

  test('the list with limit 1 is the job that came last', async () => {
    const { accessKey, secret } = account.key;
    const words = ['-u', `${accessKey}:${secret}`, `${server.url}/v2/jobs/file?limit=1`];
    const { count, items } = JSON.parse(await curl(...words));
    const { id } = await CURL.submit();
    const after = JSON.parse(await curl(...words));
    expect(after).toMatchObject({ count: count + 1, items: [{ id }] });
    expect(items[0].id).not.toBe(id);
  });
});
