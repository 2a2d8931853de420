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
    for (const id of [99001470, 5, 7]) {
      const answer = await door.as(limited).create({ ...REQUEST, property_ids: [99001416, id] });
      expect([answer.statusCode, answer.json()]).toEqual([403, FORBIDDEN_CREATE]);
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
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
