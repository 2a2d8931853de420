import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, Conveyance, CredentialsError, NetworkError } from '../src/index.ts';
import { JOB_ID, jobBody, RESET, ScriptedServer, SILENT } from './scripted-server.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const TOKEN = 'POST /oauth/token';
const NOW = { 'retry-after': '0' };
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-01-01',
  end_date: '2025-01-31',
  property_ids: [99001416],
} as const;

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const withToken = (options = {}) => new Conveyance({ url: server.url, token: 'cvt_token', ...options });
const withKey = () => new Conveyance({ url: server.url, accessKey: 'cvk_key', secret: 's3cret&=' });
const grant = (token: string, expires_in = 7200) => ({ status: 200, body: { access_token: token, expires_in } });

describe('a client without credentials', () => {
  it.each([
    [{ token: undefined }, 'the token is missing'],
    [{ token: '' }, 'the token is missing'],
    [{ accessKey: undefined, secret: 'secret' }, 'the access key is missing'],
    [{ accessKey: 'key', secret: undefined }, 'the secret is missing'],
  ])('made with %o throws before anything is sent', (credentials, message) => {
    const make = () => new Conveyance({ url: server.url, ...credentials });
    expect(make).toThrow(CredentialsError);
    expect(make).toThrow(message);
  });
});

describe('credentials', () => {
  it('sends a personal token as it is', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: jobBody() });
    expect(await withToken().exports.get(JOB_ID)).toMatchObject({ job_id: JOB_ID, status: 'submitted' });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer cvt_token');
  });

  it('exchanges key and secret for one token, however many calls need it at once', async () => {
    server.on(TOKEN, grant('first')).on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: jobBody() });
    const client = withKey();
    await Promise.all([client.exports.get(JOB_ID), client.exports.get(JOB_ID), client.exports.get(JOB_ID)]);
    const [asked, ...more] = server.seen(TOKEN);
    expect(more).toEqual([]);
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'cvk_key',
      client_secret: 's3cret&=',
    });
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer first');
  });

  it('renews a token that the server refuses, once, and repeats the call', async () => {
    server
      .on(TOKEN, grant('expired'), grant('fresh'))
      .on(`POST ${JOBS}`, { status: 401, body: { error: 'Unauthorized' } }, { status: 200, body: jobBody() });
    await withKey().exports.create(REQUEST);
    expect(server.seen(`POST ${JOBS}`).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer expired',
      'Bearer fresh',
    ]);
  });

  it('gives up when the renewed token is refused too', async () => {
    server.on(TOKEN, grant('any')).on(`GET ${JOBS}/${JOB_ID}`, { status: 401, body: { error: 'Unauthorized' } });
    await expect(withKey().exports.get(JOB_ID)).rejects.toMatchObject({ name: 'ApiError', status: 401 });
    expect(server.seen(TOKEN)).toHaveLength(2);
  });

  it('fetches a new token when the old one is at its end', async () => {
    server.on(TOKEN, grant('short', 0), grant('long')).on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: jobBody() });
    await withKey().exports.get(JOB_ID);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer long');
  });

  it('does not keep a failed exchange', async () => {
    const wrong = { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
    server.on(TOKEN, wrong, grant('good')).on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: jobBody() });
    const client = withKey();
    await expect(client.exports.get(JOB_ID)).rejects.toMatchObject({
      status: 401,
      error: 'invalid_client',
      message: 'Client authentication failed',
    });
    await expect(client.exports.get(JOB_ID)).resolves.toMatchObject({ job_id: JOB_ID });
  });
});

describe('addresses', () => {
  it.each(['', '/', '/api/v1', '/apartmentiq/api/v1/', '/v2'])(
    'understands an url that ends with "%s"',
    async (ending) => {
      const prefix = ending.includes('apartmentiq') ? '/apartmentiq/api/v1' : '/api/v1';
      server
        .on(TOKEN, grant('t'))
        .on(`GET ${prefix}/bulk_api/report_types`, { status: 200, body: { report_types: [] } });
      const client = new Conveyance({ url: server.url + ending, accessKey: 'k', secret: 's' });
      expect(await client.reportTypes()).toEqual([]);
      server.on('GET /v2/jobs/file', { status: 200, body: { count: 0, items: [] } });
      expect(await client.files.list()).toEqual({ count: 0, items: [] });
    },
  );
});

describe('second tries', () => {
  it.each([
    ['429', { status: 429, headers: NOW }],
    ['503', { status: 503, headers: NOW }],
    ['a reset', RESET],
  ])('repeats a read after %s', async (_what, fault) => {
    server.on(`GET ${JOBS}/${JOB_ID}`, fault, { status: 200, body: jobBody() });
    await withToken().exports.get(JOB_ID);
    expect(server.requests).toHaveLength(2);
  });

  it('repeats a create that the server says it did not take', async () => {
    server.on(`POST ${JOBS}`, { status: 503, headers: NOW }, { status: 200, body: jobBody() });
    await withToken().exports.create(REQUEST);
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([REQUEST, REQUEST]);
  });

  it('never repeats a create whose fate is unknown', async () => {
    server.on(`POST ${JOBS}`, RESET);
    await expect(withToken().exports.create(REQUEST)).rejects.toMatchObject({ name: 'NetworkError', sent: true });
    server.on(`POST ${JOBS}`, { status: 502 });
    await expect(withToken().exports.create(REQUEST)).rejects.toMatchObject({ name: 'ApiError', status: 502 });
    expect(server.requests).toHaveLength(2);
  });

  it('repeats a create with a key after whatever happened, under the same key', async () => {
    const being = { status: 409, headers: NOW, body: { error: 'Conflict' } };
    server.on(
      `POST ${JOBS}`,
      RESET,
      { status: 502 },
      being,
      { status: 503, headers: NOW },
      { status: 200, body: jobBody() },
    );
    const job = await withToken().exports.create(REQUEST, { idempotencyKey: 'order-7' });
    expect(job.job_id).toBe(JOB_ID);
    expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(5).fill('order-7'));
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual(Array(5).fill(REQUEST));
  });

  it('sends no key of its own, and takes a key used for something else as final', async () => {
    server.on(
      `POST ${JOBS}`,
      { status: 200, body: jobBody() },
      { status: 422, body: { error: 'Unprocessable Content' } },
    );
    await withToken().exports.create(REQUEST);
    expect(server.requests[0]?.headers).not.toHaveProperty('idempotency-key');
    await expect(withToken().exports.create(REQUEST, { idempotencyKey: 'k' })).rejects.toMatchObject({ status: 422 });
    expect(server.requests).toHaveLength(2);
  });

  it('does not wait for a quota', async () => {
    const body = { error: 'Quota exceeded', quota_limit: 10, quota_usage: 10 };
    server.on(`POST ${JOBS}`, { status: 429, headers: NOW, body });
    await expect(withToken().exports.create(REQUEST)).rejects.toMatchObject({
      status: 429,
      quota: { limit: 10, usage: 10 },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('stops after the tries it was given', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}`, { status: 503, headers: NOW });
    await expect(withToken({ maxTries: 3 }).exports.get(JOB_ID)).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(3);
  });

  it('says when nothing could be reached', async () => {
    const { url } = server;
    await server.stop();
    const failed = new Conveyance({ url, token: 't', maxTries: 1 }).exports.create(REQUEST);
    await expect(failed).rejects.toMatchObject({
      name: 'NetworkError',
      sent: false,
      message: /^could not connect to 127\.0\.0\.1:\d+ \(refused\)$/,
    });
    server = await ScriptedServer.start();
  });

  it('says so too of a port that fetch keeps from', async () => {
    const failed = new Conveyance({ url: 'http://127.0.0.1:1', token: 't', maxTries: 1 }).exports.create(REQUEST);
    await expect(failed).rejects.toMatchObject({
      name: 'NetworkError',
      sent: false,
      message: 'could not connect to 127.0.0.1:1 (fetch refuses this port)',
    });
  });

  it('does not wait for a silent server', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}`, SILENT);
    const call = withToken({ maxTries: 1, silenceMs: 50 }).exports.get(JOB_ID);
    await expect(call).rejects.toThrow(NetworkError);
    await expect(call).rejects.toThrow(/was silent for 0.05 s$/);
  });

  it('ends with the reason of the caller’s signal', async () => {
    const reason = new Error('enough');
    server.on(`GET ${JOBS}/${JOB_ID}`, SILENT);
    const stop = new AbortController();
    const call = withToken().exports.get(JOB_ID, { signal: stop.signal });
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
  });
});

describe('answers', () => {
  it('tells all of an error', async () => {
    const faults = ['start_date must be in YYYY-MM-DD format', 'property_ids is required'];
    const body = { error: 'Invalid parameter', message: faults[0], errors: faults };
    server.on(`POST ${JOBS}`, { status: 400, body, headers: { 'x-request-id': 'req-1' } });
    const error = await withToken()
      .exports.create(REQUEST)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 400,
      error: body.error,
      message: faults[0],
      errors: faults,
      requestId: 'req-1',
    });
  });

  it('tells the status of an answer that is not the server’s', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}`, (_request, response) => void response.writeHead(418).end('<html>'));
    await expect(withToken().exports.get(JOB_ID)).rejects.toMatchObject({ status: 418, error: 'HTTP 418' });
  });

  it('refuses good statuses with foreign bodies', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: { hello: 'world' } });
    await expect(withToken().exports.get(JOB_ID)).rejects.toThrow(/no job in the answer: check that the url/);
  });

  it('gives the link of a result, also when it is relative', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}/results`, { status: 302, headers: { location: '/files/x?signature=1' } });
    expect(await withToken().exports.resultLink(JOB_ID)).toBe(`${server.url}/files/x?signature=1`);
    expect(server.requests).toHaveLength(1);
  });

  it('describes a report', async () => {
    const body = { report_type: 'units', columns: [{ name: 'rent', type: 'money' }] };
    server.on('GET /api/v1/bulk_api/report_types/units', { status: 200, body });
    expect(await withToken().reportType('units')).toEqual(body);
  });

  it('looks properties up', async () => {
    const body = {
      properties: [{ id: 1 }],
      pagination: { current_page: 1, total_pages: 1, total_count: 1, per_page: 50 },
    };
    server.on('GET /api/v1/properties/lookup', { status: 200, body });
    expect(await withToken().properties.lookup({ city: 'São Paulo', radius_miles: 2.5 })).toEqual(body);
    expect(server.requests[0]?.url).toBe('/api/v1/properties/lookup?city=S%C3%A3o+Paulo&radius_miles=2.5');
  });
});

describe('lists', () => {
  const page = (ids: string[], current_page: number) => ({
    status: 200,
    body: {
      jobs: ids.map((job_id) => jobBody({ job_id })),
      pagination: { current_page, total_pages: 3, total_count: 5, per_page: 2 },
    },
  });

  it('asks for the page it is told', async () => {
    server.on(`GET ${JOBS}`, page(['c', 'd'], 2));
    const { jobs } = await withToken().exports.list({ page: 2, perPage: 2 });
    expect(jobs.map((job) => job.job_id)).toEqual(['c', 'd']);
    expect(server.requests[0]?.url).toBe(`${JOBS}?page=2&per_page=2`);
  });

  it('goes through all pages and gives no job twice when new ones push it on', async () => {
    server.on(`GET ${JOBS}`, page(['a', 'b'], 1), page(['b', 'c'], 2), page(['d'], 3));
    const ids: string[] = [];
    for await (const job of withToken().exports.all({ perPage: 2 })) ids.push(job.job_id);
    expect(ids).toEqual(['a', 'b', 'c', 'd']);
    expect(server.requests).toHaveLength(3);
  });
});

describe('waiting', () => {
  const poll = (fields: Readonly<Record<string, unknown>>) => ({ status: 200, body: jobBody(fields) });
  const CALL = `GET ${JOBS}/${JOB_ID}`;

  it('polls until the job has succeeded and shows every step', async () => {
    server.on(CALL, poll({}), poll({}), poll({ status: 'succeeded' }));
    const seen: string[] = [];
    const job = await withToken().exports.wait(JOB_ID, { pollMs: 1, onProgress: ({ status }) => seen.push(status) });
    expect(job.status).toBe('succeeded');
    expect(seen).toEqual(['submitted', 'submitted', 'succeeded']);
  });

  it('throws what the job failed of', async () => {
    server.on(CALL, poll({ status: 'failed', error_message: 'no room', error_code: 'out_of_disk' }));
    await expect(withToken().exports.wait(JOB_ID)).rejects.toMatchObject({
      name: 'ReportJobFailedError',
      message: `job ${JOB_ID} failed: no room`,
      job: { error_code: 'out_of_disk' },
    });
  });

  it('throws when the job was cancelled', async () => {
    server.on(CALL, poll({ status: 'cancelled' }));
    await expect(withToken().exports.wait(JOB_ID)).rejects.toThrow(`job ${JOB_ID} was cancelled`);
  });

  it('throws when its time is over, with the job as last seen', async () => {
    server.on(CALL, poll({ progress: { percent: 64 } }));
    const waiting = withToken().exports.wait(JOB_ID, { timeoutMs: 1_000, pollMs: 5 });
    await expect(waiting).rejects.toMatchObject({
      name: 'WaitTimeoutError',
      jobId: JOB_ID,
      job: { progress: { percent: 64 } },
    });
  });

  it('stops at the caller’s signal', async () => {
    const stop = new AbortController();
    const reason = new Error('Ctrl-C');
    server.on(CALL, poll({}));
    const waiting = withToken().exports.wait(JOB_ID, {
      signal: stop.signal,
      timeoutMs: 60_000,
      onProgress: () => stop.abort(reason),
    });
    await expect(waiting).rejects.toBe(reason);
  });

  it('outlives a server that is away longer than one call’s tries', async () => {
    server.on(CALL, poll({}), RESET, RESET, RESET, poll({ status: 'succeeded' }));
    await expect(withToken({ maxTries: 1 }).exports.wait(JOB_ID, { pollMs: 1 })).resolves.toMatchObject({
      status: 'succeeded',
    });
  });

  it('does not outwait a refusal', async () => {
    server.on(CALL, poll({}), { status: 404, body: { error: 'Not Found' } });
    await expect(withToken().exports.wait(JOB_ID, { pollMs: 1 })).rejects.toMatchObject({ status: 404 });
  });
});
