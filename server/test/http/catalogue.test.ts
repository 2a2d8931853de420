/** What a customer reads before the first job, on the whole program: accounts, report types, properties. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { getReportType } from '../../src/http/dialects/apartmentiq/get-report-type.ts';
import { listAccounts } from '../../src/http/dialects/apartmentiq/list-accounts.ts';
import { listReportTypes } from '../../src/http/dialects/apartmentiq/list-report-types.ts';
import { lookupPropertyIds } from '../../src/http/dialects/apartmentiq/lookup-property-ids.ts';
import type { Operation } from '../../src/http/server/operation.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';

const API = '/apartmentiq/api/v1';

let app: TestApp;
let account: TestAccount;

beforeAll(async () => {
  app = await testApp();
  account = await app.account({ name: 'Harbor Analytics' });
}, 120_000);
afterAll(() => app.close());

async function read(url: string, of: TestAccount = account) {
  return app.as(of, { url });
}

/** The answer, held against the schema that the OpenAPI document shows for it. */
function documented(operation: Operation, answer: { statusCode: number; json(): unknown; body: string }) {
  expect(answer.statusCode, answer.body).toBe(200);
  const schema = operation.document.responses[200]?.schema;
  const body = answer.json();
  expect(schema?.parse(body)).toEqual(body);
  return body as Readonly<Record<string, unknown>>;
}

describe('accounts', () => {
  test('are the caller’s own', async () => {
    await app.account({ name: 'Somebody else' });
    expect(documented(listAccounts, await read(`${API}/accounts`))).toEqual({
      data: [{ id: account.id, name: 'Harbor Analytics' }],
      pagination: { current_page: 1, total_pages: 1, total_count: 1, per_page: 50 },
    });
  });

  test('have a second page without rows', async () => {
    expect(documented(listAccounts, await read(`${API}/accounts?page=2&per_page=1`))).toEqual({
      data: [],
      pagination: { current_page: 2, total_pages: 1, total_count: 1, per_page: 1 },
    });
  });
});

describe('report types', () => {
  test('are the three of the contract', async () => {
    const body = documented(listReportTypes, await read(`${API}/bulk_api/report_types`));
    expect(body['report_types']).toMatchObject([
      { report_type: 'floorplans' },
      { report_type: 'property' },
      { report_type: 'units' },
    ]);
  });

  test.each(['floorplans', 'property', 'units'] as const)(
    '%s is described with every column, in its order',
    async (type) => {
      const body = documented(getReportType, await read(`${API}/bulk_api/report_types/${type}`));
      const names = (body['columns'] as readonly { name: string }[]).map(({ name }) => name);
      expect(names).toEqual(REPORTS[type].columns.map(({ name }) => name));
    },
  );

  test('another is not there, and the answer names those that are', async () => {
    const answer = await read(`${API}/bulk_api/report_types/toString`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({
      error: 'Not Found',
      message: 'There is no such report type; the report types are: floorplans, property, units',
    });
  });
});

describe('the property look-up', () => {
  test('finds properties with their ids, page by page', async () => {
    const first = documented(lookupPropertyIds, await read(`${API}/properties/lookup?per_page=2`));
    expect(first['pagination']).toEqual({ current_page: 1, total_pages: 3, total_count: 6, per_page: 2 });
    const second = documented(lookupPropertyIds, await read(`/api/v1/properties/lookup?per_page=2&page=2`));
    const ids = [first, second].flatMap((page) => (page['properties'] as { id: number }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(4);
  });

  test('finds by city and by radius what one of them says of itself', async () => {
    const { properties } = (await read(`${API}/properties/lookup`)).json();
    const { id, city, latitude, longitude } = properties[0];
    const byCity = (await read(`${API}/properties/lookup?city=${encodeURIComponent(city)}`)).json();
    const circle = `latitude=${latitude}&longitude=${longitude}&radius_miles=0.1`;
    const byRadius = (await read(`${API}/properties/lookup?${circle}`)).json();
    for (const found of [byCity, byRadius]) {
      expect(found.properties.map((property: { id: number }) => property.id)).toContain(id);
    }
  });

  test('shows an account only what it may see', async () => {
    const limited = await app.account({ grants: PropertyIdSet.of([GUIDE_IDS[0]]) });
    const body = (await read(`${API}/properties/lookup`, limited)).json();
    expect(body.properties.map(({ id }: { id: number }) => id)).toEqual([GUIDE_IDS[0]]);
    expect(body.pagination.total_count).toBe(1);
  });

  test('needs data:read', async () => {
    const without = await app.account({ scopes: ['exports:read', 'exports:write'] });
    const answer = await read(`${API}/properties/lookup`, without);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({ error: 'Forbidden', message: 'You do not have permission to look up properties' });
    expect(answer.headers['www-authenticate']).toContain('scope="data:read"');
  });

  test.each([
    ['per_page=0', 'per_page must be an integer between 1 and 100'],
    ['city=', 'city must not be empty'],
  ])('?%s', async (query, message) => {
    const answer = await read(`${API}/properties/lookup?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ error: 'Invalid parameter', message });
  });
});
