/** The Reonomy dialect's `property-details`: submit, poll, download, as a client of the vendor does it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { openDirectory } from '../../src/jobs/results/result-tree.ts';
import { GUIDE_IDS, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, type BatchJobBody, parseLines, uuidOf } from '../support/file-jobs.ts';

let server: TestApp;
let client: BatchClient;

const IDS = GUIDE_IDS.map(uuidOf);
const UNKNOWN = '51e2200a-5160-5ab1-8f98-20a17fedbb87';

interface Line {
  readonly id: string;
  readonly property_id?: number;
}

beforeAll(async () => {
  server = await testApp();
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

function spec(fields: object): string {
  return JSON.stringify({ detail_type: ['basic'], property_ids: IDS, ...fields });
}

describe('a property-details job', () => {
  test('is answered with a null status, and ends with the properties in the order of the request', async () => {
    const order = [IDS[2], IDS[0], IDS[1]];
    const response = await client.submit('property-details', spec({ property_ids: order }));
    expect(response.status).toBe(201);
    const created = (await response.json()) as BatchJobBody;
    expect(created).toMatchObject({ status: null, job_type: 'property-details', progress: null, result_urls: [] });
    const job = await client.ended(created.id);
    expect(job).toMatchObject({ status: 'SUCCESS', progress: 100, metadata: { count: 3, duplicate: 0, unknown: 0 } });
    expect(job.result_url).toBe(job.result_urls.join(','));
    const [url = ''] = job.result_urls;
    const lines = parseLines<Line>(await (await fetch(url)).text());
    expect(lines.map(({ id }) => id)).toEqual(order);
    expect(lines.map(({ property_id: id }) => id)).toEqual([GUIDE_IDS[2], GUIDE_IDS[0], GUIDE_IDS[1]]);
  });

  test('has files of one name by link and in the tree for SFTP', async () => {
    const account = await server.account();
    const { job } = await new BatchClient(server, account).run('property-details', spec({}));
    const links = await Promise.all(job.result_urls.map((url) => fetch(url)));
    const named = links.map(({ headers }) => headers.get('content-disposition'));
    const { db } = server.app.deps;
    const credentialId = (await db.credentials.byAccessKey(account.key.accessKey))?.id ?? '';
    const caller = { accountId: account.id, credentialId, scopes: SCOPES };
    const folder = await openDirectory(server.app.deps, caller, ['jobs', 'property-details']);
    const entries = await folder.next(100);
    expect(entries.map(({ name }) => name)).toEqual([`${job.id}_0.ndjson`]);
    expect(named).toEqual([expect.stringContaining(`${job.id}_0.ndjson`)]);
  });

  test('has links that are refused outside of the dialect once they are altered', async () => {
    const { job } = await client.run('property-details', spec({}));
    const response = await fetch(`${job.result_urls[0]}x`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: 'Forbidden' });
  });

  test('leaves unknown ids out and repeats none, and counts both', async () => {
    const ids = [UNKNOWN, IDS[1], IDS[0], IDS[1]?.toUpperCase(), IDS[0]];
    const { job, files } = await client.run('property-details', spec({ property_ids: ids }));
    expect(job.metadata).toMatchObject({ count: 5, duplicate: 2, unknown: 1, not_updated: 0 });
    expect(parseLines<Line>(files[0] ?? '').map(({ id }) => id)).toEqual([IDS[1], IDS[0]]);
  });

  test('takes the single-quoted form of the documentation', async () => {
    const file = `{'detail_type': ['basic'],'property_ids': ['${IDS[0]}'],'updated': '2018-01-01'}`;
    const { job } = await client.run('property-details', file);
    expect(job.metadata).toMatchObject({ count: 1 });
  });

  test('of unknown ids alone succeeds with an empty file', async () => {
    const { files } = await client.run('property-details', spec({ property_ids: [UNKNOWN] }));
    expect(files).toEqual(['']);
  });

  test('knows only what the account may see, and meters that', async () => {
    const account = await server.account({ grants: PropertyIdSet.of([GUIDE_IDS[0]]) });
    const narrow = new BatchClient(server, account);
    const { job, files } = await narrow.run('property-details', spec({}));
    expect(job.metadata).toMatchObject({ count: 3, unknown: 2 });
    expect(parseLines<Line>(files[0] ?? '').map(({ id }) => id)).toEqual([IDS[0]]);
    const usage = await server.as(account, { url: '/api/v1/usage' });
    expect(usage.json()).toMatchObject({ quota_usage: 1 });
  });

  test.each([
    ['no detail_type', { detail_type: undefined }, /^detail_type is required/],
    ['an unknown type', { detail_type: ['basics'] }, /"basics", which is none of: basic, mortgages/],
    ['an unknown type in updated', { updated: { basics: '2020-01-01' } }, /updated has "basics"/],
    [
      'a type in updated that is not asked for',
      { updated: { sales: '2020-01-01' } },
      /sales, which is not in detail_type/,
    ],
    ['a date that is none', { updated: { basic: '2020-02-30' } }, /updated.basic must be in YYYY-MM-DD format/],
    [
      'a filter that there is not',
      { filters: { pii: true } },
      /^filters has unknown field pii \(nearest: filter_pii\)$/,
    ],
    [
      'filters under another name',
      { filter: { filter_pii: true } },
      /^the specification has unknown field filter \(nearest: filters\)$/,
    ],
    [
      'the filter beside filters',
      { filter_pii: true },
      /^the specification has unknown field filter_pii \(nearest: filters.filter_pii\)$/,
    ],
    ['some other word for the filter', { exclude_pii: true }, /^the specification has unknown field exclude_pii/],
    ...['yes', 'true', 1, null, []].map((filter_pii): [string, object, RegExp] => [
      `${JSON.stringify(filter_pii)} for the filter`,
      { filters: { filter_pii } },
      /filter_pii is true or false/,
    ]),
    ['null for the filters', { filters: null }, /^filters must be an object whose filter_pii is true or false$/],
    [
      'an id that is none',
      { property_ids: ['99001416'] },
      /^property_ids contains 1 value that is no UUID, counted from 0: \[0\] "99001416"$/,
    ],
    ['no ids', { property_ids: [] }, /property_ids/],
  ])('with %s is refused at the POST', async (_case, fields, message) => {
    const response = await client.submit('property-details', spec(fields));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'ValidationError', message: expect.stringMatching(message) });
  });

  test('with several faults hears of all of them', async () => {
    const response = await client.submit(
      'property-details',
      spec({ property_ids: ['x'], detail_type: ['basics'], updated: '2020-02-30' }),
    );
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: string[] };
    expect(errors).toEqual([
      expect.stringMatching(/^property_ids contains 1 value that is no UUID/),
      expect.stringMatching(/^detail_type has "basics"/),
      expect.stringMatching(/^updated must be a date/),
    ]);
  });

  test('with more faults than anybody reads hears of the first twenty, those of its ids before all', async () => {
    const filters = Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`filter_pii${index}`, true]));
    const response = await client.submit('property-details', spec({ property_ids: ['x'], filters }));
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: string[] };
    expect(errors).toHaveLength(21);
    expect([errors[0], errors[1], errors[20]]).toEqual([
      expect.stringMatching(/^property_ids contains 1 value that is no UUID/),
      'filters has unknown field filter_pii0 (nearest: filter_pii)',
      'and 1881 more faults',
    ]);
  });

  test('in the single-quoted form has the booleans of Python, and no None', async () => {
    const ask = async (filter: string) => {
      const file = `{'detail_type': ['ownership'], 'property_ids': ['${IDS[0]}'], 'filters': {'filter_pii': ${filter}}}`;
      return client.run('property-details', file);
    };
    const [filtered, whole] = [await ask('True'), await ask('False')];
    expect(filtered.files[0]).not.toContain('"display"');
    expect(whole.files[0]).toContain('"display"');
    await expect(ask('None')).rejects.toThrow('filter_pii is true or false');
  });

  test('may have fields of its client’s own', async () => {
    const { job } = await client.run('property-details', spec({ note: 'weekly', created_by: 'us' }));
    expect(job.status).toBe('SUCCESS');
  });

  test.each([
    ['no JSON', 'property_ids: 1'],
    ['a list', '[]'],
  ])('from a file with %s is refused at the POST', async (_case, file) => {
    const response = await client.submit('property-details', file);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'ValidationError' });
  });

  test('of another type than there is, is refused', async () => {
    const response = await client.submit('properties', spec({}));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'ValidationError',
      message: 'job_type must be one of: property-details, match, search; got "properties"',
    });
  });

  test('over the quota is refused, and one within it goes through', async () => {
    const account = await server.account();
    await server.app.deps.db.quota.setLimit(account.id, 2);
    const limited = new BatchClient(server, account);
    const refused = await limited.submit('property-details', spec({}));
    const body = {
      error: 'QuotaExceeded',
      message: expect.stringMatching(/; the quota starts again on \d{4}-\d\d-01 \(UTC\)$/),
      quota_limit: 2,
    };
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, null]);
    expect(await refused.json()).toEqual({ ...body, quota_usage: 0 });
    const { job } = await limited.run('property-details', spec({ property_ids: [IDS[0], IDS[1], UNKNOWN] }));
    expect(job.status).toBe('SUCCESS');
    const alone = await limited.request(`/property/${IDS[2]}`);
    expect([alone.status, alone.headers.get('retry-after')]).toEqual([403, null]);
    expect(await alone.json()).toEqual({ ...body, quota_usage: 2 });
  });
});

describe('one property by itself', () => {
  test('is what the job writes for it, and counts once', async () => {
    const account = await server.account();
    const own = new BatchClient(server, account);
    const { files } = await own.run(
      'property-details',
      spec({ detail_type: ['basic', 'sales'], property_ids: [IDS[0]] }),
    );
    const alone = await own.request(`/property/${IDS[0]}?detail_type=basic&detail_type=sales`);
    expect(alone.status).toBe(200);
    expect(await alone.json()).toEqual(JSON.parse(files[0] ?? ''));
    await own.request(`/property/${IDS[1]}`);
    const usage = await server.as(account, { url: '/api/v1/usage' });
    expect(usage.json()).toMatchObject({ quota_usage: 2 });
  });

  test.each([
    ['an unknown id', UNKNOWN, 404, 'NotFound'],
    ['no UUID', 'nothing', 400, 'ValidationError'],
  ])('with %s is refused', async (_case, id, status, error) => {
    const response = await client.request(`/property/${id}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error });
  });

  test('by its number in reports is refused, and told what that is', async () => {
    const response = await client.request('/property/99001416');
    expect(await response.json()).toEqual({
      error: 'ValidationError',
      message:
        'the property id must be a valid UUID; a number is the id of a property in reports: search for the property, or resolve its address, to find its UUID',
    });
  });

  test.each([
    ['detail_types=sales', 'the query has unknown parameter detail_types (nearest: detail_type)'],
    ['filter-pii=true', 'the query has unknown parameter filter-pii (nearest: filter_pii)'],
    ['without_pii=true', 'the query has unknown parameter without_pii'],
  ])('with the misspelt parameter %s is refused', async (query, message) => {
    const response = await client.request(`/property/${IDS[0]}?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'ValidationError', message });
  });

  test('with a parameter of the client’s own is answered', async () => {
    expect((await client.request(`/property/${IDS[0]}?trace=1`)).status).toBe(200);
  });

  test.each([
    '?detail_type=basics',
    '?filter_pii=maybe',
    '?filter_pii=',
    '?filter_pii=None',
    '?filter_pii=1',
    '?filter_pii=true&filter_pii=false',
  ])('with %s is refused', async (query) => {
    const response = await client.request(`/property/${IDS[0]}${query}`);
    expect(response.status).toBe(400);
  });

  test('takes true and false in any case, as the libraries of other languages write them', async () => {
    const ask = async (filter: string) =>
      (await client.request(`/property/${IDS[0]}?detail_type=ownership&filter_pii=${filter}`)).json();
    const [whole, filtered] = [await ask('false'), await ask('true')];
    // Control: the two are not the same.
    expect(filtered).not.toEqual(whole);
    for (const filter of ['True', 'TRUE', 'tRUE']) expect(await ask(filter), filter).toEqual(filtered);
    for (const filter of ['False', 'FALSE']) expect(await ask(filter), filter).toEqual(whole);
  });

  test('that the account may not see is as unknown as one that does not exist', async () => {
    const narrow = new BatchClient(server, await server.account({ grants: PropertyIdSet.of([GUIDE_IDS[0]]) }));
    const [foreign, unknown] = [
      await narrow.request(`/property/${IDS[1]}`),
      await narrow.request(`/property/${UNKNOWN}`),
    ];
    expect([foreign.status, await foreign.json()]).toEqual([unknown.status, await unknown.json()]);
    expect((await narrow.request(`/property/${IDS[0]}`)).status).toBe(200);
  });
});
