/** Who may do what, and who may see whose. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { JobKey } from '../../src/core/job.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';

const UNKNOWN_JOB = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

async function created(of: Customer = customer): Promise<JobKey> {
  const answer = await door.as(of).create(REQUEST);
  expect(answer.statusCode, answer.body).toBe(200);
  return { accountId: of.accountId, id: answer.json().job_id };
}

function deniedBody(count: number, named: string): object {
  return {
    error: 'Forbidden',
    message: 'You do not have permission to access the specified properties',
    errors: [`property_ids contains ${count} IDs that do not exist or that you may not access: ${named}`],
  };
}

describe('who may do what', () => {
  const FORBIDDEN_CREATE = { error: 'Forbidden', message: 'You do not have permission to create batch jobs' };

  test('creating needs exports:write, before anything is looked at', async () => {
    const reader = await door.customer({ scopes: ['exports:read'] });
    for (const answer of [await door.as(reader).create({}), await door.as(reader).post('{')]) {
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toEqual(FORBIDDEN_CREATE);
    }
  });

  test.each<[string, string, Scope, string]>([
    ['GET', '', 'exports:read', 'You do not have permission to view batch jobs'],
    ['GET', `/${UNKNOWN_JOB}`, 'exports:read', 'You do not have permission to view batch jobs'],
    ['GET', `/${UNKNOWN_JOB}/results`, 'exports:read', 'You do not have permission to download results for this job'],
    ['GET', `/${UNKNOWN_JOB}/manifest`, 'exports:read', 'You do not have permission to download results for this job'],
    ['GET', `/${UNKNOWN_JOB}/events`, 'exports:read', 'You do not have permission to view batch jobs'],
    ['GET', '/../events', 'exports:read', 'You do not have permission to view batch jobs'],
    ['DELETE', `/${UNKNOWN_JOB}`, 'exports:write', 'You do not have permission to cancel batch jobs'],
  ])('%s jobs%s needs %s', async (method, path, scope, message) => {
    const others = (['exports:read', 'exports:write', 'data:read'] as const).filter((other) => other !== scope);
    const without = await door.customer({ scopes: others });
    const answer = await (method === 'GET' ? door.as(without).get(JOBS + path) : door.as(without).delete(JOBS + path));
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({ error: 'Forbidden', message });
    expect(answer.headers['www-authenticate']).toContain(`scope="${scope}"`);
  });

  test('an id outside the account’s entitlement and one that does not exist are the same', async () => {
    const limited = await door.customer({ grants: PropertyIdSet.of([99001416, 7]) });
    expect((await door.as(limited).create({ ...REQUEST, property_ids: [99001416] })).statusCode).toBe(200);
    const { create, estimate } = door.as(limited);
    for (const ask of [create, estimate]) {
      // Foreign, unknown, and granted without being in the data.
      for (const id of [99001470, 5, 7]) {
        const answer = await ask({ ...REQUEST, property_ids: [99001416, id] });
        expect([answer.statusCode, answer.json()]).toEqual([403, deniedBody(1, String(id))]);
        expect(answer.headers).not.toHaveProperty('www-authenticate');
      }
    }
  });

  test('of many such ids the first twenty are named, in the order of the request, and all are counted', async () => {
    const limited = await door.customer({ grants: PropertyIdSet.of([99001416]) });
    const others = Array.from({ length: 30 }, (_, index) => (index === 3 ? 99001470 : 500 - index));
    const answer = await door.as(limited).create({ ...REQUEST, property_ids: [...others, 99001416, 500] });
    const named = `${others.slice(0, 20).join(', ')}, …`;
    expect([answer.statusCode, answer.json()]).toEqual([403, deniedBody(30, named)]);
  });

  test('authentication comes before validation, look-up and the body', async () => {
    const requests = [
      { url: `${JOBS}?per_page=x` },
      { url: `${JOBS}/no-uuid` },
      { url: `${JOBS}/${UNKNOWN_JOB}/results` },
      { url: `${JOBS}/no-uuid/events` },
      { url: '/api/v1/bulk_api/events' },
      { method: 'DELETE', url: `${JOBS}/no-uuid` },
      { method: 'POST', url: JOBS, headers: { 'content-type': 'text/plain' }, payload: 'x' },
      { method: 'POST', url: JOBS, headers: { 'content-type': 'application/json' }, payload: '{' },
      { method: 'POST', url: JOBS, headers: { 'content-length': '99999999' } },
      { url: '/api/v1/bulk_api/report_types/none' },
      { url: '/api/v1/properties/lookup?latitude=x' },
      { url: '/api/v1/accounts?page=x' },
      { url: '/api/v1/usage' },
      { method: 'POST', url: `${JOBS}/estimate`, headers: { 'content-type': 'application/json' }, payload: '{' },
    ] as const;
    for (const request of requests) {
      const answer = await door.app.inject(request);
      expect(answer.statusCode, request.url).toBe(401);
      expect(answer.json()).toEqual({ error: 'Unauthorized', message: 'Missing or invalid bearer token' });
    }
  });

  test('another account’s job does not exist', async () => {
    const { id } = await created();
    const stranger = await door.customer();
    const answers = [
      await door.as(stranger).get(`${JOBS}/${id}`),
      await door.as(stranger).get(`${JOBS}/${id}/results`),
      await door.as(stranger).get(`${JOBS}/${id}/manifest`),
      await door.as(stranger).get(`${JOBS}/${id}/events`),
      await door.as(stranger).delete(`${JOBS}/${id}`),
      await door.as(stranger).get(`${JOBS}/${UNKNOWN_JOB}`),
    ];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toEqual({ error: 'Not Found', message: 'Job with the specified ID does not exist' });
    }
    expect((await door.as(customer).get(`${JOBS}/${id}`)).json()).toMatchObject({ status: 'submitted' });
    expect((await door.as(stranger).get(JOBS)).json()).toMatchObject({ jobs: [], pagination: { total_count: 0 } });
  });
});
