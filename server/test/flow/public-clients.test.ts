/** What public clients of the batch dialect send besides the contract: page sizes, other paths, calls that the contract does not have. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, type BatchJobBody, parseLines, uuidOf } from '../support/file-jobs.ts';

const IDS = GUIDE_IDS.map(uuidOf);
const UNKNOWN = '51e2200a-5160-5ab1-8f98-20a17fedbb87';
const FOUND = 25;
const JSON_HEADERS = { 'content-type': 'application/json' };

interface Page {
  readonly count: number;
  readonly items: readonly { readonly id: string }[];
  readonly search_token?: string | null;
}

let server: TestApp;
let account: TestAccount;
let client: BatchClient;

beforeAll(async () => {
  server = await testApp({ parcels: FOUND });
  account = await server.account();
  client = new BatchClient(server, account);
});
afterAll(() => server.close());

async function post(path: string, body: object): Promise<Response> {
  return client.request(path, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) });
}

async function page(body: object, token?: string | null): Promise<Page> {
  const query = token === undefined ? '' : `?search_token=${encodeURIComponent(String(token))}`;
  return (await (await post(`/search/summaries${query}`, body)).json()) as Page;
}

describe('limit in the body of a search', () => {
  const BODY = { limit: 10, settings: {} };

  test('is the size of a page, whatever the total', async () => {
    const whole = await page({ settings: {} });
    expect(whole).toMatchObject({ count: whole.items.length, search_token: null });
    const first = await page(BODY);
    expect([first.items.length, first.count, typeof first.search_token]).toEqual([10, whole.count, 'string']);
  });

  test.each<[string, (page: Page) => boolean]>([
    ['null', ({ search_token: token }) => token === null],
    ['absence, as a program asks that takes null for it', ({ search_token: token }) => !token],
    ['absence of a value', ({ search_token: token }) => (token ?? undefined) === undefined],
  ])('a loop that ends on %s has every property once', async (_how, isLast) => {
    const all = (await page({ settings: {} })).items.map(({ id }) => id);
    const ids: string[] = [];
    let current = await page(BODY);
    for (let pages = 1; pages <= all.length; pages++) {
      ids.push(...current.items.map(({ id }) => id));
      if (isLast(current)) break;
      current = await page(BODY, current.search_token);
    }
    expect(ids).toEqual(all);
  });

  test('the field is there on the last page, and one that is full is the last', async () => {
    const { count } = await page({ settings: {} });
    const last = await page({ settings: {}, limit: count });
    expect(Object.hasOwn(last, 'search_token')).toBe(true);
    expect([last.items.length, last.search_token]).toEqual([count, null]);
  });

  test('a loop that takes the null for a token is told, rather than given the first page again', async () => {
    const answer = await post('/search/summaries?search_token=null', BODY);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        error: 'ValidationError',
        message: 'search_token is null, which is what the last page has: there is no page behind it',
      },
    ]);
    const empty = await post('/search/summaries?search_token=', BODY);
    expect(await empty.json()).toMatchObject({
      message: 'search_token must not be empty; leave it out for the first page',
    });
  });

  test('is no part of the token', async () => {
    const first = await page({ limit: 5, settings: {} });
    const second = await page({ limit: 7, settings: {} }, first.search_token);
    expect(second.items).toHaveLength(7);
  });

  test('cuts nothing of a search job, which says so', async () => {
    const { count } = await page({ settings: {} });
    const { job, files } = await client.run('search', JSON.stringify(BODY));
    expect(parseLines(files.join(''))).toHaveLength(count);
    expect(job.message).toBe(
      'limit is the size of a page of POST /v2/search/summaries; the file of a search job has all properties that were found',
    );
  });
});

test('a bounding box bounds a search, at once and as a job', async () => {
  const nowhere = { top_left: { lat: 1, lon: 1 }, bottom_right: { lat: 0, lon: 2 } };
  const everywhere = { top_left: { lat: 90, lon: -180 }, bottom_right: { lat: -90, lon: 180 } };
  const none = { settings: {}, bounding_box: nowhere };
  expect(await page(none)).toEqual({ count: 0, items: [], search_token: null });
  expect((await page({ settings: {}, bounding_box: everywhere })).count).toBeGreaterThan(0);
  const { files } = await client.run('search', JSON.stringify(none));
  expect(parseLines(files.join(''))).toEqual([]);
});

describe('POST /property/bulk', () => {
  async function bulk(body: object): Promise<{ status: number; body: unknown }> {
    const answer = await post('/property/bulk', body);
    return { status: answer.status, body: await answer.json() };
  }

  test('answers with what the job writes, in the order of the request, without what does not exist', async () => {
    const own = new BatchClient(server, await server.account());
    const spec = { detail_type: ['basic', 'sales'], property_ids: [IDS[1], IDS[0]] };
    const { files } = await own.run('property-details', JSON.stringify(spec));
    const answer = await bulk({ ...spec, property_ids: [IDS[1], UNKNOWN, IDS[0], IDS[1]], filter_pii: false });
    expect(answer).toEqual({ status: 200, body: parseLines(files.join('')) });
    expect(await bulk({ property_ids: [UNKNOWN] })).toEqual({ status: 200, body: [] });
  });

  test('filters personal data as the job does', async () => {
    const body = { detail_type: ['ownership', 'reported_owner', 'mortgages'], property_ids: IDS };
    const filtered = await bulk({ ...body, filter_pii: true });
    expect(filtered).toEqual(await bulk({ ...body, filters: { filter_pii: true } }));
    expect(filtered.body).not.toEqual((await bulk(body)).body);
  });

  test('counts what it answers with, once, and no more than the quota has', async () => {
    const own = await server.account();
    const asOwn = new BatchClient(server, own);
    const init = { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify({ property_ids: [...IDS, UNKNOWN] }) };
    for (let time = 0; time < 2; time++) expect((await asOwn.request('/property/bulk', init)).status).toBe(200);
    expect((await server.as(own, { url: '/api/v1/usage' })).json()).toMatchObject({ quota_usage: 3 });
    const limited = await server.account();
    await server.app.deps.db.quota.setLimit(limited.id, 2);
    const refused = await new BatchClient(server, limited).request('/property/bulk', init);
    expect(await refused.json()).toMatchObject({ error: 'QuotaExceeded', quota_limit: 2, quota_usage: 0 });
  });

  test('has only what the account may see', async () => {
    const other = new BatchClient(server, await server.account({ grants: PropertyIdSet.of([GUIDE_IDS[0]]) }));
    const init = { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify({ property_ids: IDS }) };
    const answer = (await (await other.request('/property/bulk', init)).json()) as readonly { id: string }[];
    expect(answer.map(({ id }) => id)).toEqual([IDS[0]]);
  });

  test.each<[object, string]>([
    [{}, 'property_ids is required and must be an array of 1 to 100 UUIDs; a property-details job takes more'],
    [
      { property_ids: Array(101).fill(IDS[0]) },
      'property_ids is required and must be an array of 1 to 100 UUIDs; a property-details job takes more',
    ],
    [
      { property_ids: [IDS[0], 99001416, 'x'] },
      'property_ids must contain only UUIDs; it has 99001416 at place 2, "x" at place 3',
    ],
    [
      { property_ids: IDS, detail_type: ['basics'] },
      'detail_type has "basics", which is none of: basic, mortgages, ownership, reported_owner, sales, taxes, tenants',
    ],
    [{ property_ids: IDS, filter_pii: null }, 'filter_pii must be true or false'],
    [{ property_ids: IDS, filter_pii: 'true' }, 'filter_pii must be true or false'],
    [{ property_ids: IDS, filterpii: true }, 'the request has unknown field filterpii (nearest: filter_pii)'],
    [{ property_ids: IDS, no_pii: true }, 'the request has unknown field no_pii'],
  ])('%j is refused', async (body, message) => {
    expect(await bulk(body)).toEqual({ status: 400, body: { error: 'ValidationError', message } });
  });

  test('a field of the client’s own is ignored', async () => {
    expect((await bulk({ property_ids: IDS, trace: 1 })).status).toBe(200);
  });
});

test('GET /users/me tells the key and its account', async () => {
  const answer = await client.request('/users/me');
  const job = (await (await client.submit('search', '{"settings":{}}')).json()) as BatchJobBody &
    Record<string, unknown>;
  await client.ended(job.id);
  expect([answer.status, await answer.json()]).toEqual([
    200,
    {
      id: job['user'],
      access_key: account.key.accessKey,
      scopes: ['exports:read', 'exports:write', 'data:read'],
      created: expect.stringMatching(/^\d{4}-/),
      group_path: job['group_path'],
      account: { id: account.id, name: expect.any(String) },
    },
  ]);
});

test('a job has the name of its upload, in every answer', async () => {
  const form = new FormData();
  form.set('job_type', 'search');
  form.set('file', new Blob(['{"settings":{"state":["Georgia"]}}']), '../my criteria.json');
  const created = await (await client.request('/jobs/file', { method: 'POST', body: form })).json();
  expect(created).toMatchObject({ filename: 'my criteria.json' });
  const ended = await client.ended((created as BatchJobBody).id);
  expect(ended).toMatchObject({ filename: 'my criteria.json', status: 'SUCCESS' });
  const list = await (await client.request('/jobs/file?limit=1')).json();
  expect(list).toMatchObject({ items: [{ filename: 'my criteria.json' }] });
});

test.each(['/v2/jobs/file/', '/api/v2/jobs/file', '//v2/jobs/file', '/api/v2//jobs/file/'])(
  'a job can be submitted at %s',
  async (path) => {
    const form = new FormData();
    form.set('job_type', 'search');
    form.set('file', new Blob(['{"settings":{"total_units":{"min":2}}}']), 's.json');
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers: client.headers, body: form });
    expect(answer.status).toBe(201);
    await client.ended(((await answer.json()) as BatchJobBody).id);
  },
);
