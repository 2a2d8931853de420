/** The routes of webhooks: who may use them, whose deliveries they show, and what they refuse. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/access.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';

const PREFIXES = ['/apartmentiq/api/v1', '/api/v1'];
const API = '/api/v1';
const UNKNOWN = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const CALLBACK = 'https://hooks.example.com/in';
const ROUTES: readonly (readonly ['GET' | 'POST', string, Scope, string])[] = [
  ['GET', '/webhook_deliveries', 'exports:read', 'You do not have permission to view webhook deliveries'],
  ['GET', `/webhook_deliveries/${UNKNOWN}`, 'exports:read', 'You do not have permission to view webhook deliveries'],
  ['POST', `/webhook_deliveries/${UNKNOWN}/redeliver`, 'exports:write', 'You do not have permission to send webhooks'],
  ['POST', '/webhooks/test', 'exports:write', 'You do not have permission to send webhooks'],
  ['GET', '/webhooks/secret', 'exports:write', 'You do not have permission to view webhook secrets'],
  ['POST', '/webhooks/secret/rotate', 'exports:write', 'You do not have permission to rotate webhook secrets'],
];

let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

function send({ authorization }: Pick<Customer, 'authorization'>, method: 'GET' | 'POST', path: string, body?: object) {
  const payload = body === undefined ? {} : { payload: body };
  return door.app.inject({ method, url: API + path, headers: { authorization }, ...payload });
}

/** A job that has ended, and its delivery. */
async function delivery(of: Customer): Promise<{ jobId: string; id: string }> {
  const { job_id: jobId } = (await door.as(of).create({ ...REQUEST, callback_url: CALLBACK })).json();
  await door.as(of).delete(`${JOBS}/${jobId}`);
  const { deliveries } = (await send(of, 'GET', `/webhook_deliveries?job_id=${jobId}`)).json();
  return { jobId, id: deliveries[0].delivery_id };
}

describe.each(ROUTES)('%s %s', (method, path, scope, message) => {
  test('needs a bearer token under both prefixes', async () => {
    for (const prefix of PREFIXES) {
      const answer = await door.app.inject({ method, url: prefix + path });
      expect(answer.statusCode).toBe(401);
    }
  });

  test(`needs ${scope}`, async () => {
    const others = (['exports:read', 'exports:write', 'data:read'] as const).filter((other) => other !== scope);
    const answer = await send(await door.customer({ scopes: others }), method, path);
    expect([answer.statusCode, answer.json()]).toEqual([403, { error: 'Forbidden', message }]);
    expect(answer.headers['www-authenticate']).toContain(`scope="${scope}"`);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('a delivery', () => {
  test('of another account does not exist, nor does its job', async () => {
    const { jobId, id } = await delivery(customer);
    const stranger = await door.customer();
    const missing = { error: 'Not Found', message: 'Webhook delivery with the specified ID does not exist' };
    for (const [method, path] of [
      ['GET', `/webhook_deliveries/${id}`],
      ['POST', `/webhook_deliveries/${id}/redeliver`],
      ['GET', `/webhook_deliveries/${UNKNOWN}`],
    ] as const) {
      const answer = await send(stranger, method, path);
      expect([answer.statusCode, answer.json()], path).toEqual([404, missing]);
    }
    const list = await send(stranger, 'GET', `/webhook_deliveries?job_id=${jobId}`);
    expect([list.statusCode, list.json().message]).toEqual([404, 'Job with the specified ID does not exist']);
    expect((await send(stranger, 'GET', '/webhook_deliveries')).json().deliveries).toEqual([]);
    expect((await send(customer, 'GET', `/webhook_deliveries/${id.toUpperCase()}`)).json()).toMatchObject({
      delivery_id: id,
      job_id: jobId,
      url: CALLBACK,
      state: 'pending',
      tries: [],
    });
  });

  test('is listed by page', async () => {
    const lister = await door.customer();
    const ids: string[] = [];
    for (let made = 0; made < 3; made++) ids.unshift((await delivery(lister)).id);
    const second = (await send(lister, 'GET', '/webhook_deliveries?page=2&per_page=2')).json();
    expect(second.deliveries.map(({ delivery_id }: { delivery_id: string }) => delivery_id)).toEqual(ids.slice(2));
    expect(second.pagination).toEqual({ current_page: 2, total_pages: 2, total_count: 3, per_page: 2 });
  });

  test.each([
    ['/webhook_deliveries?job_id=x', 'job_id must be a valid UUID'],
    ['/webhook_deliveries?per_page=101', 'per_page must be an integer between 1 and 100'],
    ['/webhook_deliveries/x', 'delivery_id must be a valid UUID'],
  ])('%s is refused', async (path, message) => {
    const answer = await send(customer, 'GET', path);
    expect([answer.statusCode, answer.json().message]).toEqual([400, message]);
  });
});

describe('a test event', () => {
  test.each<[object, string]>([
    [{}, 'url is required'],
    [{ url: null }, 'url is required'],
    [{ url: 7 }, 'url must be a public http or https URL'],
    [{ url: 'ftp://example.com/' }, 'url must be a public http or https URL'],
    [{ url: 'http://127.0.0.1/' }, 'url must be a public http or https URL'],
    [{ url: 'https://user:password@example.com/' }, 'url must be a public http or https URL'],
    [{ url: `https://example.com/${'x'.repeat(2029)}` }, 'url must be a public http or https URL'],
    [
      { url: 'http://example.com:25/' },
      'url names port 25, which belongs to another protocol than HTTP; use a port such as 443 or 8443',
    ],
  ])('to %j is refused', async (body, message) => {
    const answer = await send(customer, 'POST', '/webhooks/test', body);
    expect([answer.statusCode, answer.json()]).toEqual([400, { error: 'Invalid parameter', message }]);
  });

  test('is queued, and is no job’s', async () => {
    const answer = await send(customer, 'POST', '/webhooks/test', { url: CALLBACK });
    expect(answer.json()).toMatchObject({ job_id: null, url: CALLBACK, state: 'pending', tries: [] });
  });
});

describe('secrets', () => {
  test('are the account’s own, the same at each asking, and sealed in the database', async () => {
    const [one, other] = [await door.customer(), await door.customer()];
    const asked = await Promise.all([one, one, other].map((each) => send(each, 'GET', '/webhooks/secret')));
    const [first, again, foreign] = asked.map((answer) => answer.json().secrets[0].secret);
    expect(again).toBe(first);
    expect(foreign).not.toBe(first);
    const [stored] = await door.deps.db.webhookSecrets.live(one.accountId);
    expect(Buffer.from(stored?.sealed ?? []).includes(first.slice('whsec_'.length))).toBe(false);
    // Copied into another account's row it opens nothing.
    await door.deps.db.webhookSecrets.rotate(other.accountId, stored?.sealed ?? new Uint8Array(), 60);
    expect((await send(other, 'GET', '/webhooks/secret')).statusCode).toBe(500);
  });

  test('reach no log', async () => {
    const { secrets } = (await send(customer, 'POST', '/webhooks/secret/rotate')).json();
    expect(JSON.stringify(door.log)).not.toContain(secrets[0].secret);
  });
});
