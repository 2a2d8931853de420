import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchClient, FileJobFailedError } from '../src/index.ts';
import { FILE_JOB_ID, fileJob, JOB } from './batch-world.ts';
import { ScriptedServer, SILENT, type Step } from './scripted-server.ts';

const CREATE = 'POST /v2/jobs/file';
const SEARCH = 'POST /v2/search/summaries';
const IDS = ['51e2200a-5160-5ab1-8f98-20a17fedbb87', '60a041c1-06e9-5b56-9468-2d398b07de75'];
const CREATED: Step = { status: 201, body: fileJob({ status: null }) };

let server: ScriptedServer;
let client: BatchClient;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = open();
});
afterEach(() => server.stop());

function open(options = {}): BatchClient {
  return new BatchClient({ url: server.url, accessKey: 'cvk_key', secret: 'sécret', ...options });
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
    const job = await client.submitDetails({ ...request, detail_type: ['basic', 'sales'], property_ids: IDS });
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
    await client.submitDetails({ detail_type: ['basic'], property_ids: ids() });
    const { property_ids: sent } = JSON.parse((await sentForm())['file'] ?? '');
    expect(sent).toHaveLength(count);
    expect(sent).toEqual(Array.from({ length: count }, (_, index) => `id ${index} "quoted"`));
  });

  it('sends settings of a search, and a file with its columns', async () => {
    server.on(CREATE, CREATED);
    await client.submitSearch({ city: ['New York'], building_area: { min: 100_000 } });
    const search = await sentForm();
    expect(search).toMatchObject({ job_type: 'search' });
    expect(JSON.parse(search['file'] ?? '')).toEqual({
      settings: { city: ['New York'], building_area: { min: 100_000 } },
    });
    const metadata = { headers: ['Lat', 'Lon'], mapping: { latitude: 'Lat', longitude: 'Lon' } };
    await client.submitMatch(new Blob(['Lat,Lon\n40.7,-73.9\n']), metadata);
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
    await client.submitSearch({});
    expect(server.seen(CREATE)).toHaveLength(2);
    server.on(CREATE, busy);
    await expect(client.submitSearch({})).rejects.toMatchObject({
      name: 'ApiError',
      status: 429,
      error: 'JobInProgress',
    });
    expect(server.seen(CREATE)).toHaveLength(3);
  });

  it('is not repeated when the answer is lost', async () => {
    server.on(CREATE, SILENT);
    await expect(open({ silenceMs: 50 }).submitSearch({})).rejects.toMatchObject({ name: 'NetworkError', sent: true });
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
    const job = await client.wait(FILE_JOB_ID, { pollMs: 1, onProgress: ({ progress }) => seen.push(progress) });
    expect(job.status).toBe('SUCCESS');
    expect(seen).toEqual([null, 40, null]);
  });

  it('throws what the job failed with', async () => {
    server.on(JOB, { status: 200, body: fileJob({ status: 'FAILURE', message: 'no room' }) });
    const failed = client.wait(FILE_JOB_ID);
    await expect(failed).rejects.toThrow(FileJobFailedError);
    await expect(failed).rejects.toMatchObject({
      message: `job ${FILE_JOB_ID} failed: no room`,
      job: { id: FILE_JOB_ID },
    });
  });

  it('ends when its time is over, or with the reason of the caller', async () => {
    server.on(JOB, { status: 200, body: fileJob() });
    const waited = client.wait(FILE_JOB_ID, { timeoutMs: 20, pollMs: 1 });
    await expect(waited).rejects.toMatchObject({ name: 'WaitTimeoutError', jobId: FILE_JOB_ID });
    const reason = new Error('enough');
    const abort = new AbortController();
    const stopped = client.wait(FILE_JOB_ID, { signal: abort.signal, onProgress: () => abort.abort(reason) });
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
    for await (const { id } of client.all({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['job 1', 'job 2', 'job 3', 'job 4']);
    expect(server.requests.map(({ url }) => url.split('?')[1])).toEqual([
      'limit=2&offset=0',
      'limit=2&offset=2',
      'limit=2&offset=4',
    ]);
  });
});

describe('at once', () => {
  it('reads one property', async () => {
    const path = `/v2/property/${IDS[0]}`;
    server.on(`GET ${path}`, { status: 200, body: { id: IDS[0], sales: [] } });
    const found = await client.property(IDS[0] ?? '', { detailTypes: ['basic', 'sales'], filterPii: true });
    expect(found).toEqual({ id: IDS[0], sales: [] });
    expect(server.requests[0]?.url).toBe(`${path}?detail_type=basic&detail_type=sales&filter_pii=true`);
  });

  it('resolves one address', async () => {
    const resolution = { reonomy_id: IDS[0], status: 'OK', miss_reason: null, candidates: [] };
    server.on('POST /v2/resolve/property', { status: 200, body: resolution });
    const place = { address_line_1: '20 W 34th St', address_postal: '10001' };
    expect(await client.resolve(place)).toEqual(resolution);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(place);
  });

  it('follows the token of a search to its last page, with the same settings', async () => {
    const page = (ids: readonly string[], search_token: string | null): Step => ({
      status: 200,
      body: { count: 3, items: ids.map((id) => ({ id })), search_token },
    });
    server.on(SEARCH, page(['a', 'b'], 'tök en'), { status: 503, headers: { 'retry-after': '0' } }, page(['c'], null));
    const ids = [];
    for await (const { id } of client.searchAll({ owner_occupied: true })) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
    const sent = server.seen(SEARCH);
    expect(sent.map(({ url }) => new URL(url, server.url).searchParams.get('search_token'))).toEqual([
      null,
      'tök en',
      'tök en',
    ]);
    for (const { body } of sent) expect(JSON.parse(body)).toEqual({ settings: { owner_occupied: true } });
  });

  it.each([
    ['a job', () => client.get(FILE_JOB_ID)],
    ['a list', () => client.list()],
    ['a property', () => client.property('x')],
    ['a search', () => client.search({})],
    ['a resolution', () => client.resolve({ latitude: 1, longitude: 2 })],
  ])('takes nothing else for %s', async (_what, call) => {
    for (const path of [JOB, 'GET /v2/jobs/file', 'GET /v2/property/x', SEARCH, 'POST /v2/resolve/property']) {
      server.on(path, { status: 200, body: {} });
    }
    await expect(call()).rejects.toMatchObject({ error: 'Unexpected answer' });
  });

  it('understands a url that ends in the prefix', async () => {
    server.on(JOB, { status: 200, body: fileJob() });
    await expect(open({ url: `${server.url}/v2/` }).get(FILE_JOB_ID)).resolves.toMatchObject({ id: FILE_JOB_ID });
  });
});
