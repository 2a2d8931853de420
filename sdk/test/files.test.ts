import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance, FileJobFailedError } from '../src/index.ts';
import { FILE_JOB_ID, fileJob, JOB } from './file-world.ts';
import { ScriptedServer, SILENT, type Step } from './scripted-server.ts';

const CREATE = 'POST /v2/jobs/file';
const IDS = ['51e2200a-5160-5ab1-8f98-20a17fedbb87', '60a041c1-06e9-5b56-9468-2d398b07de75'];
const CREATED: Step = { status: 201, body: fileJob({ status: null }) };

let server: ScriptedServer;
let client: Conveyance;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = open();
});
afterEach(() => server.stop());

function open(options = {}): Conveyance {
  return new Conveyance({ url: server.url, accessKey: 'cvk_key', secret: 'sécret', ...options });
}

/** The parts of the form that was sent, by name. */
async function sentForm(): Promise<Record<string, string>> {
  const sent = server.seen(CREATE).at(-1);
  const headers = { 'content-type': sent?.headers['content-type'] ?? '' };
  const form = await new Response(sent?.body, { headers }).formData();
  const parts = [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await value.text()]);
  return Object.fromEntries(await Promise.all(parts));
}

describe('submitting', () => {
  it('sends a specification with the ids as a file, under Basic credentials', async () => {
    server.on(CREATE, CREATED);
    const request = {
      detail_type: ['basic', 'sales'],
      updated: { sales: '2020-02-01' },
      filters: { filter_pii: true },
    };
    const job = await client.files.submitDetails({ ...request, detail_type: ['basic', 'sales'], property_ids: IDS });
    expect(job).toMatchObject({ id: FILE_JOB_ID, status: null });
    const { job_type, file = '', ...rest } = await sentForm();
    expect(job_type).toBe('property-details');
    expect(JSON.parse(file)).toEqual({ ...request, property_ids: IDS });
    expect(rest).toEqual({});
    const { authorization } = server.requests[0]?.headers ?? {};
    expect(Buffer.from(authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('cvk_key:sécret');
  });

  it.each([0, 1, 4_999, 5_000, 5_001, 12_345])('takes %i ids one by one, and loses none', async (count) => {
    server.on(CREATE, CREATED);
    async function* ids() {
      for (let index = 0; index < count; index++) yield `id ${index} "quoted"`;
    }
    await client.files.submitDetails({ detail_type: ['basic'], property_ids: ids() });
    const { property_ids: sent } = JSON.parse((await sentForm())['file'] ?? '');
    expect(sent).toHaveLength(count);
    expect(sent).toEqual(Array.from({ length: count }, (_, index) => `id ${index} "quoted"`));
  });

  it('sends settings of a search, and a file with its columns', async () => {
    server.on(CREATE, CREATED);
    await client.files.submitSearch({ city: ['New York'], building_area: { min: 100_000 } });
    const search = await sentForm();
    expect(search).toMatchObject({ job_type: 'search' });
    expect(JSON.parse(search['file'] ?? '')).toEqual({
      settings: { city: ['New York'], building_area: { min: 100_000 } },
    });
    const metadata = { headers: ['Lat', 'Lon'], mapping: { latitude: 'Lat', longitude: 'Lon' } };
    await client.files.submitMatch(new Blob(['Lat,Lon\n40.7,-73.9\n']), metadata);
    const match = await sentForm();
    expect(match).toMatchObject({ job_type: 'match', file: 'Lat,Lon\n40.7,-73.9\n' });
    expect(JSON.parse(match['metadata'] ?? '')).toEqual(metadata);
  });

  it('waits when it is too fast, and does not when another job runs', async () => {
    const fast = {
      status: 429,
      headers: { 'retry-after': '0' },
      body: { error: 'RateLimitExceeded', message: 'fast' },
    };
    const busy = { status: 429, headers: { 'retry-after': '0' }, body: { error: 'JobInProgress', message: 'busy' } };
    server.on(CREATE, fast, CREATED);
    await client.files.submitSearch({});
    expect(server.seen(CREATE)).toHaveLength(2);
    server.on(CREATE, busy);
    await expect(client.files.submitSearch({})).rejects.toMatchObject({
      name: 'ApiError',
      status: 429,
      error: 'JobInProgress',
    });
    expect(server.seen(CREATE)).toHaveLength(3);
  });

  it('is not repeated when the answer is lost', async () => {
    server.on(CREATE, SILENT);
    await expect(open({ silenceMs: 50 }).files.submitSearch({})).rejects.toMatchObject({
      name: 'NetworkError',
      sent: true,
    });
    expect(server.seen(CREATE)).toHaveLength(1);
  });
});

describe('waiting', () => {
  it('polls until the job has ended, and obeys Retry-After', async () => {
    const busy = { status: 429, headers: { 'retry-after': '0' }, body: { error: 'RateLimitExceeded' } };
    const started = { status: 200, body: fileJob({ status: 'STARTED', progress: 40 }) };
    server.on(JOB, { status: 200, body: fileJob() }, busy, started, {
      status: 200,
      body: fileJob({ status: 'SUCCESS' }),
    });
    const seen: (number | null)[] = [];
    const job = await client.files.wait(FILE_JOB_ID, { pollMs: 1, onProgress: ({ progress }) => seen.push(progress) });
    expect(job.status).toBe('SUCCESS');
    expect(seen).toEqual([null, 40, null]);
  });

  it('throws what the job failed with', async () => {
    server.on(JOB, { status: 200, body: fileJob({ status: 'FAILURE', message: 'no room' }) });
    const failed = client.files.wait(FILE_JOB_ID);
    await expect(failed).rejects.toThrow(FileJobFailedError);
    await expect(failed).rejects.toMatchObject({
      message: `job ${FILE_JOB_ID} failed: no room`,
      job: { id: FILE_JOB_ID },
    });
  });

  it('ends when its time is over, or with the reason of the caller', async () => {
    server.on(JOB, { status: 200, body: fileJob() });
    const waited = client.files.wait(FILE_JOB_ID, { timeoutMs: 20, pollMs: 1 });
    await expect(waited).rejects.toMatchObject({ name: 'WaitTimeoutError', jobId: FILE_JOB_ID });
    const reason = new Error('enough');
    const abort = new AbortController();
    const stopped = client.files.wait(FILE_JOB_ID, { signal: abort.signal, onProgress: () => abort.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });
});

describe('the list', () => {
  it('yields every job once, though others come meanwhile', async () => {
    const jobs = Array.from({ length: 5 }, (_, index) => fileJob({ id: `job ${index}` }));
    server.on(
      'GET /v2/jobs/file',
      { status: 200, body: { count: 4, items: jobs.slice(1, 3) } },
      { status: 200, body: { count: 5, items: jobs.slice(2, 4) } },
      { status: 200, body: { count: 5, items: jobs.slice(4) } },
    );
    const ids = [];
    for await (const { id } of client.files.all({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['job 1', 'job 2', 'job 3', 'job 4']);
    expect(server.requests.map(({ url }) => url.split('?')[1])).toEqual([
      'limit=2&offset=0',
      'limit=2&offset=2',
      'limit=2&offset=4',
    ]);
  });
});

describe('answers', () => {
  it.each([
    ['a job', () => client.files.get(FILE_JOB_ID)],
    ['a list', () => client.files.list()],
  ])('takes nothing else for %s', async (_what, call) => {
    for (const path of [JOB, 'GET /v2/jobs/file']) server.on(path, { status: 200, body: {} });
    await expect(call()).rejects.toMatchObject({ error: 'Unexpected answer' });
  });
});

describe('a client with a token alone', () => {
  it.each([
    ['a job', (only: Conveyance) => only.files.get(FILE_JOB_ID)],
    ['a submission', (only: Conveyance) => only.files.submitSearch({})],
    ['a property', (only: Conveyance) => only.properties.get('x')],
    ['a resolution', (only: Conveyance) => only.properties.resolve({ latitude: 1, longitude: 2 })],
    ['a search', (only: Conveyance) => only.properties.search({})],
  ])('says what %s takes, and sends nothing', async (_what, call) => {
    const only = new Conveyance({ url: server.url, token: 't' });
    await expect(call(only)).rejects.toMatchObject({ name: 'CredentialsError', message: /access key/ });
    expect(server.requests).toEqual([]);
  });
});
