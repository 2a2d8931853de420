/** The Reonomy dialect's jobs as a client polls and lists them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { FileJob } from '../../src/core/job.ts';
import type { NewJob } from '../../src/core/ports/database/jobs.ts';
import { type Customer, ORIGIN, type TestDoor, testDoor } from './door.ts';
import { claimJob, failJob } from './ending.ts';

let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

function basic({ accessKey, secret }: Customer): Record<string, string> {
  const pair = Buffer.from(`${accessKey}:${secret}`).toString('base64');
  return { authorization: `Basic ${pair}`, 'user-agent': 'a test' };
}

function get(url: string, headers: Record<string, string> = basic(customer)) {
  return door.app.inject({ url, headers });
}

async function credentialOf({ accountId, accessKey }: Customer): Promise<string> {
  const credentials = await door.deps.db.credentials.list(accountId);
  return credentials.find((each) => each.accessKey === accessKey)?.id ?? '';
}

async function submit(owner = customer): Promise<FileJob> {
  const version = await door.deps.db.warehouse.current();
  const asked: NewJob = {
    accountId: owner.accountId,
    id: randomUUID(),
    kind: 'property-details',
    spec: {
      detailTypes: ['basic'],
      filterPii: false,
      updated: null,
      fileSizes: [1],
      counts: { requested: 3, duplicate: 1, unknown: 1, notUpdated: 0 },
    },
    propertyIds: encodePropertyIds([99001416], 1),
    propertyCount: 1,
    callbackUrl: null,
    dataVersion: version?.version ?? 0,
    credentialId: await credentialOf(owner),
  };
  const job = await door.deps.db.transaction(async (tx) => {
    const inserted = await tx.jobs.insert(asked);
    await tx.queue.enqueue({ kind: 'run-job', job: inserted });
    return inserted;
  });
  if (job.kind === 'report') throw new Error('a batch job was stored as a report');
  return job;
}

async function succeed(job: FileJob, expiresAt: Date): Promise<void> {
  const attempt = await claimJob(door.deps, job);
  const file = (part: number) => ({
    key: `results/${job.accountId}/${job.id}/${attempt}/${job.id}_${part}.ndjson`,
    filename: `${job.id}_${part}.ndjson`,
    contentType: 'application/x-ndjson',
    rows: 1,
    bytes: 2,
    sha256: 'ab',
  });
  await door.deps.db.jobs.finish(job, { outcome: 'succeeded', attempt, results: [file(0), file(1)], expiresAt });
}

describe('a batch job', () => {
  test('is PENDING, then STARTED with its percentage, then SUCCESS with a fresh link for each file', async () => {
    const job = await submit();
    const pending = await get(`/v2/jobs/file/${job.id}`);
    expect(pending.statusCode).toBe(200);
    expect(pending.json()).toEqual({
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
      // Jobs of earlier releases have no name of their upload.
      filename: null,
      group_path: customer.accountId.replaceAll('-', ''),
      id: job.id,
      job_type: 'property-details',
      message: null,
      metadata: {
        ...{ headers: [], labels: [], count: 3, duplicate: 1, unknown: 1, not_updated: 0 },
        request: { detail_type: ['basic'] },
      },
      modified: expect.any(String),
      progress: null,
      result_url: null,
      result_urls: [],
      status: 'PENDING',
      user: await credentialOf(customer),
    });
    const attempt = await claimJob(door.deps, job);
    await door.deps.db.jobs.recordProgress(job, attempt, { phase: 'running', rowsWritten: 1, rowsTotal: 4 });
    expect((await get(`/v2/jobs/file/${job.id}`)).json()).toMatchObject({ status: 'STARTED', progress: 25 });
    await door.deps.db.jobs.finish(job, { outcome: 'cancelled' });

    const whole = await submit();
    await succeed(whole, new Date(Date.now() + 86_400_000));
    // "Also": the contract's text writes both paths.
    for (const path of ['jobs', 'job']) {
      const body = (await get(`/v2/${path}/file/${whole.id}`)).json();
      expect(body).toMatchObject({ status: 'SUCCESS', progress: 100 });
      expect(body.result_urls).toHaveLength(2);
      expect(body.result_url).toBe(body.result_urls.join(','));
      for (const [part, url] of body.result_urls.entries()) {
        const { origin, searchParams } = new URL(url);
        expect(origin).toBe(ORIGIN);
        expect(url).toContain(`${whole.id}_${part}.ndjson`);
        const seconds = Number(searchParams.get('expires')) - Date.now() / 1000;
        expect(seconds).toBeGreaterThan(590);
        expect(seconds).toBeLessThanOrEqual(600);
      }
    }
  });

  test('that failed, was cancelled or is past its retention says so', async () => {
    const failed = await submit();
    await failJob(door.deps, failed, { code: 'export_failed', message: 'The export could not be written' });
    expect((await get(`/v2/jobs/file/${failed.id}`)).json()).toMatchObject({
      status: 'FAILURE',
      message: 'The export could not be written',
      result_urls: [],
    });
    const cancelled = await submit();
    await door.deps.db.jobs.finish(cancelled, { outcome: 'cancelled' });
    expect((await get(`/v2/jobs/file/${cancelled.id}`)).json()).toMatchObject({
      status: 'FAILURE',
      message: expect.stringContaining('cancelled'),
    });
    const old = await submit();
    await succeed(old, new Date(Date.now() - 1000));
    expect((await get(`/v2/jobs/file/${old.id}`)).json()).toMatchObject({
      status: 'SUCCESS',
      message: expect.stringContaining('deleted'),
      result_url: null,
      result_urls: [],
    });
  });

  test('exists for its access key alone, and for the ApartmentIQ dialect not at all', async () => {
    const job = await submit();
    const stranger = await door.customer();
    const foreign = await get(`/v2/jobs/file/${job.id}`, basic(stranger));
    const nowhere = await get(`/v2/jobs/file/${randomUUID()}`, basic(stranger));
    expect(foreign.statusCode).toBe(404);
    expect(foreign.body).toBe(nowhere.body);
    expect(foreign.json()).toEqual({ error: 'NotFound', message: 'Job with the specified ID does not exist' });
    const bulk = await door.as(customer).get(`/api/v1/bulk_api/jobs/${job.id}`);
    expect(bulk.statusCode).toBe(404);
    expect((await door.as(customer).delete(`/api/v1/bulk_api/jobs/${job.id}`)).statusCode).toBe(404);
    expect((await get(`/v2/jobs/file/${job.id}`)).json()).toMatchObject({ status: 'PENDING' });
    await door.deps.db.jobs.finish(job, { outcome: 'cancelled' });
  });

  test('is listed newest first, in pages that are counted', async () => {
    const owner = await door.customer();
    const ids: string[] = [];
    for (let made = 0; made < 3; made++) {
      const job = await submit(owner);
      await door.deps.db.jobs.finish(job, { outcome: 'cancelled' });
      ids.unshift(job.id);
    }
    const list = async (query: string) => (await get(`/v2/jobs/file${query}`, basic(owner))).json();
    const all = await list('');
    expect({ count: all.count, ids: all.items.map(({ id }: { id: string }) => id) }).toEqual({ count: 3, ids });
    expect((await list('?limit=1')).items[0].id).toBe(ids[0]);
    expect((await list('?limit=2&offset=2')).items.map(({ id }: { id: string }) => id)).toEqual([ids[2]]);
  });
});

describe('the Reonomy dialect refuses', () => {
  test.each([
    ['?limit=0', 'limit must be an integer between 1 and 1000'],
    ['?limit=1001', 'limit must be an integer between 1 and 1000'],
    ['?limit=two', 'limit must be an integer between 1 and 1000'],
    ['?offset=-1', 'offset must be an integer of at least 0'],
  ])('a list with %s', async (query, message) => {
    const answer = await get(`/v2/jobs/file${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ error: 'ValidationError', message });
  });

  test('a job id that is none', async () => {
    const answer = await get('/v2/jobs/file/latest');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ error: 'ValidationError', message: 'job_id must be a valid UUID' });
  });

  test.each([
    ['a bearer token', () => ({ authorization: customer.authorization })],
    ['a wrong secret', () => basic({ ...customer, secret: 'wrong' })],
    ['an unknown key', () => basic({ ...customer, accessKey: `cvk_${'0'.repeat(32)}` })],
    ['no colon', () => ({ authorization: `Basic ${Buffer.from(customer.accessKey).toString('base64')}` })],
  ])('%s, all with one answer', async (_case, headers) => {
    const answer = await get('/v2/jobs/file', { 'user-agent': 'a test', ...headers() });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="conveyance", charset="UTF-8"');
    expect(answer.json()).toEqual({
      error: 'AuthorizationException',
      message: 'The access key is unknown or its secret is wrong; send both as HTTP Basic',
    });
  });

  test('no credential', async () => {
    const answer = await get('/v2/jobs/file', { 'user-agent': 'a test' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="conveyance", charset="UTF-8"');
    expect(answer.json()).toEqual({
      error: 'AuthorizationException',
      message: 'The request has no access key: send it and its secret as HTTP Basic',
    });
  });

  test('a key without the scope', async () => {
    const writer = await door.customer({ scopes: ['exports:write'] });
    const answer = await get('/v2/jobs/file', basic(writer));
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ error: 'AuthorizationException' });
  });

  test('a request without User-Agent', async () => {
    const { authorization = '' } = basic(customer);
    const answer = await get('/v2/jobs/file', { authorization, 'user-agent': '' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'UserAgentRequired' });
  });

  test('another method, and a path that is not there, in its own words', async () => {
    const method = await door.app.inject({ method: 'DELETE', url: '/v2/jobs/file', headers: basic(customer) });
    expect(method.statusCode).toBe(405);
    expect(method.json()).toMatchObject({ error: 'MethodNotAllowed' });
    const path = await get('/v2/nothing');
    expect(path.statusCode).toBe(404);
    expect(path.json()).toMatchObject({ error: 'NotFound' });
  });

  test('the sixth request of a second, and none of the ApartmentIQ dialect for it', async () => {
    await using limited = await testDoor({ reonomyRateLimitPerSecond: 5 });
    const owner = await limited.customer();
    const burst = await Promise.all(
      Array.from({ length: 30 }, () => limited.app.inject({ url: '/v2/jobs/file', headers: basic(owner) })),
    );
    const refused = burst.filter(({ statusCode }) => statusCode === 429);
    // The burst may lie across the end of a second, and then has the fives of both.
    expect(burst.length - refused.length).toBeLessThanOrEqual(10);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    for (const answer of refused) {
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.json()).toMatchObject({ error: 'RateLimitExceeded' });
    }
    expect((await limited.as(owner).get('/api/v1/bulk_api/jobs')).statusCode).toBe(200);
  });
});
