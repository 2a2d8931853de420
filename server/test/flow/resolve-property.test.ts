/** One address or point at once, on the code path of match jobs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';
import { ALIASES, loadCsv, PROPERTIES } from '../support/match-data.ts';

let server: TestApp;
let client: BatchClient;

beforeAll(async () => {
  server = await testApp({ demo: false });
  await loadCsv(server.app, { properties: PROPERTIES, property_addresses: ALIASES });
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

function post(body: unknown, by = client): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return by.request('/resolve/property', { method: 'POST', headers, body: JSON.stringify(body) });
}

async function resolve(body: unknown, by = client): Promise<Readonly<Record<string, unknown>>> {
  const response = await post(body, by);
  expect(response.status).toBe(200);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

function address(line: string, city = 'New York', state = 'NY', postal = '10017'): Readonly<Record<string, string>> {
  return { address_line_1: line, address_city: city, address_state: state, address_postal: postal };
}

function springfield(line: string): Readonly<Record<string, string>> {
  return address(line, 'Springfield', 'IL', '62701');
}

describe('resolving', () => {
  test('an address names its property, with the evidence', async () => {
    expect(await resolve(address('767 Third Avenue'))).toEqual({
      reonomy_id: uuidOf(1),
      status: 'OK',
      miss_reason: null,
      match_confidence: 0.999,
      match_codes: [],
      matched_address: expect.stringMatching(/^767 3.* AVE, NEW YORK, NY 10017$/),
      candidates: [uuidOf(1)],
    });
  });

  test('a point names the property there', async () => {
    expect(await resolve({ latitude: 40.748562, longitude: -73.9879465 })).toMatchObject({
      reonomy_id: uuidOf(2),
      status: 'OK',
      candidates: [uuidOf(2)],
    });
    expect(await resolve({ latitude: 1e-7, longitude: 0 })).toMatchObject({ status: 'MISS', miss_reason: 'MISSING' });
  });

  test('says what differs, what ties, and why there is none', async () => {
    expect(await resolve(springfield('100 N Maiin St'))).toMatchObject({
      reonomy_id: uuidOf(5),
      match_codes: expect.arrayContaining([expect.stringMatching(/^\w+$/)]),
    });
    expect(await resolve(springfield('100 Main St'))).toMatchObject({
      reonomy_id: uuidOf(5),
      status: 'PARTIAL',
      candidates: [uuidOf(5), uuidOf(6)],
    });
    const missed = { reonomy_id: null, status: 'MISS' };
    expect(await resolve(springfield('12 Elm St'))).toMatchObject({ ...missed, miss_reason: 'SFR' });
    expect(await resolve(springfield('16 Elm St'))).toMatchObject({ ...missed, miss_reason: 'MISSING' });
    expect(await resolve({ address_line_1: 'PO Box 12' })).toMatchObject({
      ...missed,
      miss_reason: 'Unrecognized address',
    });
  });

  test('answers what a match job with evidence answers for the same row', async () => {
    const rows = ['767 Thrid Ave', '200 E 48th St', '1 Nowhere Rd'];
    const headers = ['a', 'c', 's', 'z'];
    const mapping = { address_line_1: 'a', address_city: 'c', address_state: 's', address_postal: 'z' };
    const csv = `${headers.join()}\n${rows.map((row) => `${row},New York,NY,10017`).join('\n')}\n`;
    const { files } = await client.run('match', csv, { headers, mapping, explain: true });
    const lines = files[0]?.trimEnd().split('\n').slice(1) ?? [];
    expect(lines).toHaveLength(rows.length);
    for (const [index, row] of rows.entries()) {
      const alone = await resolve(address(row));
      const [id = '', status, reason = ''] = lines[index]?.split(',') ?? [];
      expect({ id, status, reason }).toEqual({
        id: alone['reonomy_id'] ?? '',
        status: alone['status'],
        reason: alone['miss_reason'] ?? '',
      });
      expect(lines[index]).toContain(`,${alone['match_confidence']},`);
    }
  });

  test('finds nothing that the account may not see', async () => {
    const narrow = new BatchClient(server, await server.account({ grants: PropertyIdSet.of([2]) }));
    expect(await resolve(address('767 3rd Ave'), narrow)).toMatchObject({ status: 'MISS', miss_reason: 'MISSING' });
    expect(await resolve(address('20 W 34th St', 'New York', 'NY', '10001'), narrow)).toMatchObject({
      reonomy_id: uuidOf(2),
    });
  });

  test('costs no quota', async () => {
    const account = await server.account();
    await server.app.deps.db.quota.setLimit(account.id, 0);
    const poor = new BatchClient(server, account);
    expect(await resolve(address('767 3rd Ave'), poor)).toMatchObject({ status: 'OK' });
  });
});

describe('resolving is refused', () => {
  test.each([
    ['a list', [], /must be a JSON object with address_line_1/],
    ['nothing', {}, /^give either address_line_1, .*, or latitude and longitude$/],
    ['an address and a point', { ...address('1 A St'), latitude: 1, longitude: 1 }, /^give either/],
    [
      'an unknown field',
      { ...address('1 A St'), adress_city: 'X' },
      /^unknown field adress_city \(nearest: address_city\)$/,
    ],
    ['an address without its line', { address_city: 'New York' }, /^address_line_1 is required/],
    [
      'a postal code that is a number',
      { ...address('1 A St'), address_postal: 10_017 },
      /^address_postal must be text$/,
    ],
    ['half a point', { latitude: 40 }, /^longitude is required/],
    ['a point beside the earth', { latitude: 90.5, longitude: 0 }, /^latitude must be a number between -90 and 90$/],
    ['a point in text', { latitude: '40', longitude: 0 }, /^latitude must be a number/],
  ])('for %s', async (_case, body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'ValidationError', message: expect.stringMatching(message) });
  });

  test('for text that is no JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await client.request('/resolve/property', { method: 'POST', headers, body: '{"latitude":' });
    expect(response.status).toBe(400);
  });

  test('without the scope', async () => {
    const writer = new BatchClient(server, await server.account({ scopes: ['exports:write'] }));
    expect((await post(address('767 3rd Ave'), writer)).status).toBe(403);
  });

  test('before there is data', async () => {
    const empty = await testApp({ demo: false });
    try {
      const response = await post(address('767 3rd Ave'), new BatchClient(empty, await empty.account()));
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('60');
      expect(await response.json()).toMatchObject({ message: expect.stringContaining('no data yet') });
    } finally {
      await empty.close();
    }
  });
});
