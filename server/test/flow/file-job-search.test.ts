/** Search in the Reonomy dialect: at once and as a job. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_IDS, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines, uuidOf } from '../support/file-jobs.ts';

let server: TestApp;
let client: BatchClient;

interface Summary {
  readonly id: string;
}
interface Page {
  readonly count: number;
  readonly items: readonly Summary[];
  readonly search_token: string | null;
}

beforeAll(async () => {
  server = await testApp();
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

async function search(settings: object, token?: string): Promise<Response> {
  const query = token === undefined ? '' : `?search_token=${encodeURIComponent(token)}`;
  const headers = { 'content-type': 'application/json' };
  return client.request(`/search/summaries${query}`, { method: 'POST', headers, body: JSON.stringify({ settings }) });
}

describe('a search', () => {
  test('finds the same at once and as a job', async () => {
    const page = (await (await search({})).json()) as Page;
    expect(page.count).toBe(page.items.length);
    expect(page.search_token).toBeNull();
    expect(page.items.map(({ id }) => id)).toEqual(expect.arrayContaining(GUIDE_IDS.map(uuidOf)));
    const { job, files } = await client.run('search', JSON.stringify({ settings: {} }));
    expect(job.result_urls).toHaveLength(1);
    expect(parseLines(files[0] ?? '')).toEqual(page.items);
  });

  test.each([
    [{ citty: ['New York'] }, 'settings contains unknown setting citty (nearest: city)'],
    [{ building_area: { min: 'large' } }, expect.stringContaining('building_area')],
    [{ city: ['New\u0000York'] }, expect.stringContaining('city must be a list')],
    [{ city: ['New \ud800 York'] }, expect.stringContaining('city must be a list')],
  ])('for %j is refused, in both ways', async (settings, message) => {
    const atOnce = await search(settings);
    expect(atOnce.status).toBe(400);
    expect(await atOnce.json()).toMatchObject({ error: 'ValidationError', message });
    const job = await client.submit('search', JSON.stringify({ settings }));
    expect(job.status).toBe(400);
    expect(await job.json()).toMatchObject({ error: 'ValidationError', message });
  });

  test.each([
    [{ setting: {} }, 'the search has unknown field setting (nearest: settings)'],
    [{ settings: {}, Settings: { city: ['Rome'] } }, 'the search has unknown field Settings (nearest: settings)'],
  ])('sent as %j is refused, in both ways', async (body, message) => {
    const atOnce = await client.request('/search/summaries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await atOnce.json()).toMatchObject({ error: 'ValidationError', message });
    const job = await client.submit('search', JSON.stringify(body));
    expect(await job.json()).toMatchObject({ error: 'ValidationError', message });
  });

  test('with 1,900 unknown settings is refused with twenty of them and the number of the others, in both ways', async () => {
    const settings = Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`citty${index}`, null]));
    const answers = [await search(settings), await client.submit('search', JSON.stringify({ settings }))];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      const { message, errors } = (await answer.json()) as { message: string; errors: readonly string[] };
      expect(errors).toHaveLength(21);
      expect([message, errors.at(-1)]).toEqual([
        'settings contains unknown setting citty0 (nearest: city)',
        'and 1880 more faults',
      ]);
    }
  });

  test('that ends early is refused with the place, in both ways', async () => {
    const body = '{"settings":\n  {"city": ["Rome"';
    const atOnce = await client.request('/search/summaries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(atOnce.status).toBe(400);
    const place = 'is not valid JSON: line 2, column 19: expected "," or "]" behind an element, found the end';
    expect(await atOnce.json()).toEqual({ error: 'ValidationError', message: `the search ${place}` });
    const job = await client.submit('search', body);
    expect(await job.json()).toEqual({ error: 'ValidationError', message: `file ${place}` });
  });

  test('without settings is refused', async () => {
    const response = await client.request('/search/summaries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('settings is required') });
  });

  test('with its token in the body is refused, instead of answered with the first page again', async () => {
    const body = '{"settings": {}, "search_token": "1.1.abc"}';
    const response = await client.request('/search/summaries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('?search_token=') });
    expect((await client.submit('search', body)).status).toBe(400);
  });

  test.each(['nonsense', `1.1.zzzzzz.${'A'.repeat(43)}`, ''])('with the token %j is refused', async (token) => {
    const response = await search({}, token);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('search_token') });
  });
});
