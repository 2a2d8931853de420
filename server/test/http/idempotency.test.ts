/** Sending a request again under the same Idempotency-Key. */
import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { forgetOldKeys } from '../../src/jobs/create/idempotency.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';

const DAY_MS = 86_400_000;
let now = new Date();
let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor({ deps: { clock: () => now } });
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

async function post(key: string, body: object | string = REQUEST, by = customer): Promise<LightMyRequestResponse> {
  const headers = { authorization: by.authorization, 'content-type': 'application/json', 'idempotency-key': key };
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  return door.app.inject({ method: 'POST', url: JOBS, headers, payload });
}

async function jobCount(of: Customer): Promise<number> {
  return (await door.as(of).get(JOBS)).json().pagination.total_count;
}

test('the same request under the same key is one job, shown as it stands', async () => {
  const key = randomUUID();
  const first = await post(key);
  expect(first.statusCode).toBe(200);
  await door.as(customer).delete(`${JOBS}/${first.json().job_id}`);
  const second = await post(key);
  expect(second.statusCode).toBe(200);
  expect(second.json()).toMatchObject({ job_id: first.json().job_id, status: 'cancelled' });
  expect(second.json()).toEqual((await door.as(customer).get(`${JOBS}/${first.json().job_id}`)).json());
});

test('without a key, or under another, it is another job', async () => {
  const ids = [await door.as(customer).create(REQUEST), await post(randomUUID()), await post(randomUUID())];
  expect(new Set(ids.map((answer) => answer.json().job_id)).size).toBe(3);
});

test.each<[string, string | object]>([
  ['other spaces and order', JSON.stringify(Object.fromEntries(Object.entries(REQUEST).reverse()), null, 2)],
  ['an unknown field', { ...REQUEST, colour: 'red' }],
  ['options spelt out at their defaults', { ...REQUEST, compression: 'none', columns: null, csv_profile: 'standard' }],
  ['an id said twice', { ...REQUEST, property_ids: [...REQUEST.property_ids, ...REQUEST.property_ids] }],
])('%s make no other request', async (_what, body) => {
  const key = randomUUID();
  const { job_id } = (await post(key)).json();
  const again = await post(key, body);
  expect([again.statusCode, again.json().job_id]).toEqual([200, job_id]);
});

test.each<[string, object]>([
  ['other ids', { property_ids: [99001416] }],
  ['the ids in another order', { property_ids: REQUEST.property_ids.toReversed() }],
  ['another day', { end_date: '2025-12-30' }],
  ['another report', { report_type: 'units' }],
  ['another format', { output_format: 'jsonl' }],
  ['a callback', { callback_url: 'https://example.com/hook' }],
  ['columns', { columns: ['id'] }],
  ['compression', { compression: 'gzip' }],
  ['a profile', { csv_profile: 'excel' }],
  ['a name', { name: 'Q4' }],
])('%s under the same key are refused and make nothing', async (_what, change) => {
  const key = randomUUID();
  const owner = await door.customer();
  await post(key, REQUEST, owner);
  const answer = await post(key, { ...REQUEST, ...change }, owner);
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toEqual({
    error: 'Unprocessable Content',
    message: 'The Idempotency-Key was used for another request; use a new key for a new request',
  });
  expect(await jobCount(owner)).toBe(1);
});

test('a request that was refused does not use its key up', async () => {
  const key = randomUUID();
  expect((await post(key, { ...REQUEST, property_ids: [5] })).statusCode).toBe(400);
  expect((await post(key, { ...REQUEST, report_type: 'x' })).statusCode).toBe(400);
  expect((await post(key)).statusCode).toBe(200);
});

test('what was accepted is answered for also when it would be refused now', async () => {
  const key = randomUUID();
  const owner = await door.customer();
  const { job_id } = (await post(key, REQUEST, owner)).json();
  await door.deps.db.accounts.setGrants(owner.accountId, PropertyIdSet.of([99004737]));
  expect((await post(key, REQUEST, owner)).json()).toMatchObject({ job_id });
  expect((await post(randomUUID(), REQUEST, owner)).statusCode).toBe(403);
});

test('a key is its account’s own', async () => {
  const key = randomUUID();
  const other = await door.customer();
  const [mine, theirs] = [await post(key), await post(key, { ...REQUEST, name: 'theirs' }, other)];
  expect(theirs.statusCode).toBe(200);
  expect(theirs.json().job_id).not.toBe(mine.json().job_id);
});

test('while the request is being accepted, the same is told to come back', async () => {
  const key = randomUUID();
  await door.deps.db.transaction(async (tx) => {
    expect(await tx.idempotency.hold({ accountId: customer.accountId, key })).toBe(true);
    const answer = await post(key);
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toEqual({
      error: 'Conflict',
      message: 'A request with this Idempotency-Key is being accepted; send it again in a moment',
    });
  });
  expect((await post(key)).statusCode).toBe(200);
});

test('twenty at once make one job; each gets it or is told to come back', async () => {
  const key = randomUUID();
  const owner = await door.customer();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(key, REQUEST, owner)));
  const taken = answers.filter(({ statusCode }) => statusCode === 200);
  expect(taken.length).toBeGreaterThan(0);
  expect(answers.filter(({ statusCode }) => statusCode !== 200 && statusCode !== 409)).toEqual([]);
  expect(new Set(taken.map((answer) => answer.json().job_id)).size).toBe(1);
  expect(await jobCount(owner)).toBe(1);
});

test('twenty different ones at once under one key make one job; the others are refused', async () => {
  const key = randomUUID();
  const owner = await door.customer();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => post(key, { ...REQUEST, name: `${index}` }, owner)),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  expect(answers.filter(({ statusCode }) => ![200, 409, 422].includes(statusCode))).toEqual([]);
  expect(await jobCount(owner)).toBe(1);
});

test('a key is kept for 24 hours, to the moment, and then forgotten', async () => {
  const key = randomUUID();
  const { job_id } = (await post(key)).json();
  const accepted = now;
  now = new Date(accepted.getTime() + DAY_MS - 1);
  expect((await post(key)).json()).toMatchObject({ job_id });
  now = new Date(accepted.getTime() + DAY_MS);
  const later = await post(key, { ...REQUEST, name: 'the next day' });
  expect(later.statusCode).toBe(200);
  expect(later.json().job_id).not.toBe(job_id);
  now = new Date(now.getTime() + DAY_MS + 1);
  expect(await forgetOldKeys(door.deps)).toBeGreaterThan(0);
  expect(await door.deps.db.idempotency.find({ accountId: customer.accountId, key })).toBeNull();
});

test.each([
  ['empty', ''],
  ['of 256 characters', 'k'.repeat(256)],
])('a key that is %s is refused', async (_what, key) => {
  const answer = await post(key);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toEqual({
    error: 'Invalid parameter',
    message: 'Idempotency-Key must have 1 to 255 characters',
  });
});

test('a key of 255 characters is a key', async () => {
  const key = 'k'.repeat(255);
  const { job_id } = (await post(key)).json();
  expect((await post(key)).json()).toMatchObject({ job_id });
});
