/** What every answer has in common, and the operations without a customer: health, home, unknown paths, the log. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Customer, JOBS, KNOWN_IDS, ORIGIN, type TestDoor, testDoor } from './door.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor({ readiness: async () => ({ ready: true, checks: { database: true, disk: true } }) });
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

describe('health', () => {
  test('/livez looks at nothing', async () => {
    const answer = await door.app.inject({ url: '/livez' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('/readyz says whether work can be taken, and what is missing', async () => {
    const up = await door.app.inject({ url: '/readyz' });
    expect([up.statusCode, up.json()]).toEqual([200, { ready: true, checks: { database: true, disk: true } }]);
    await using other = await testDoor({
      readiness: async () => ({ ready: false, checks: { database: false, disk: true } }),
    });
    const down = await other.app.inject({ url: '/readyz' });
    expect([down.statusCode, down.json()]).toEqual([503, { ready: false, checks: { database: false, disk: true } }]);
    expect(down.headers['retry-after']).toBe('5');
  });
});

describe('paths', () => {
  test('/ tells a person where to go on', async () => {
    const answer = await door.app.inject({ url: '/', headers: { host: 'evil.example.com' } });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    for (const path of ['/apartmentiq/api/v1', '/oauth/token', '/openapi.json'])
      expect(answer.body).toContain(ORIGIN + path);
    expect(answer.body).not.toContain('evil');
  });

  test('/openapi.json is the document', async () => {
    const answer = await door.app.inject({ url: '/openapi.json' });
    expect(answer.json()).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${ORIGIN}/apartmentiq/api/v1` }, {}] });
  });

  test.each([
    ['/nothing', ''],
    ['/apartmentiq/api/v1', ''],
    ['/apartmentiq/api/v1/bulk_api', ' (nearest: GET, POST /apartmentiq/api/v1/bulk_api/jobs)'],
    ['/API/v1/accounts', ' (nearest: GET /api/v1/accounts)'],
    ['//', ''],
  ])('%s is not there', async (url, nearest) => {
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({
      error: 'Not Found',
      message: `There is nothing at this path${nearest}; /openapi.json lists what there is`,
    });
  });

  test.each([
    ['PUT', JOBS, 'GET, HEAD, POST'],
    ['POST', `${JOBS}/x`, 'DELETE, GET, HEAD'],
    ['DELETE', `${JOBS}/x/results`, 'GET, HEAD'],
    ['OPTIONS', '/api/v1/accounts', 'GET, HEAD'],
    ['POST', '/files/a', 'GET, HEAD'],
    ['PATCH', '/', 'GET, HEAD'],
  ] as const)('%s %s is not a method of that path', async (method, url, allow) => {
    const answer = await door.app.inject({ method, url, headers: { 'content-type': 'text/plain' }, payload: 'x' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe(allow);
    expect(answer.json()).toMatchObject({ error: 'Method Not Allowed' });
  });
});

describe('every answer', () => {
  test('carries a request id: the client’s if it is harmless, a fresh one otherwise', async () => {
    for (const url of ['/livez', '/nothing', JOBS, '/%zz', '/files/x']) {
      const own = await door.app.inject({ url, headers: { 'x-request-id': 'trace-42' } });
      expect(own.headers['x-request-id'], url).toBe('trace-42');
      const fresh = await door.app.inject({ url, headers: { 'x-request-id': 'a b' } });
      expect(fresh.headers['x-request-id'], url).toMatch(UUID);
    }
  });

  test('forbids browsers to guess, frame or run it', async () => {
    const { headers } = await door.app.inject({ url: '/livez' });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('failures', () => {
  test('of the server tell nothing but where to ask', async () => {
    const secret = 'select secret_hash from credentials where /var/lib';
    await using broken = await testDoor({
      readiness: () => Promise.reject(new Error(secret)),
    });
    const answer = await broken.app.inject({ url: '/readyz', headers: { 'x-request-id': 'trace-42' } });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      error: 'Internal Server Error',
      message: 'The server failed; give the operator the X-Request-Id of this answer',
    });
    expect(answer.headers['x-request-id']).toBe('trace-42');
    const logged = broken.log.find(({ event }) => event === 'request_failed');
    expect(logged).toMatchObject({ level: 'error', fields: { request_id: 'trace-42' } });
    expect(String(logged?.fields['error'])).toContain(secret);
  });

  test('503 says when to come back', async () => {
    const policy = { ...door.deps.policy, minimumFreeBytes: Number.MAX_SAFE_INTEGER };
    await using low = await testDoor({ deps: { policy } });
    const answer = await low.as(await low.customer()).create({
      report_type: 'units',
      output_format: 'parquet',
      start_date: '2025-01-01',
      end_date: '2025-01-01',
      property_ids: KNOWN_IDS,
    });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '30']);
    expect(answer.json()).toMatchObject({ error: 'Service Unavailable' });
  });
});

describe('the log', () => {
  test('has one line for each request, with the route in place of the path', async () => {
    const before = door.log.length;
    await door.as(customer).get(`${JOBS}/ed49987b-6539-4e9e-8a63-2bcd811ef0ec?token=hidden`, { 'x-request-id': 'one' });
    await door.app.inject({ url: '/files/results/a?signature=hidden', headers: { 'x-request-id': 'two' } });
    await door.app.inject({ url: '/%zz', headers: { 'x-request-id': 'three' } });
    const lines = door.log.slice(before).filter(({ event }) => event === 'request');
    expect(lines.map(({ fields }) => fields)).toEqual([
      {
        request_id: 'one',
        method: 'GET',
        route: `${JOBS}/:job_id`,
        status: 404,
        ms: expect.any(Number),
        account_id: customer.accountId,
      },
      { request_id: 'two', method: 'GET', route: '/files/*', status: 403, ms: expect.any(Number), account_id: null },
      { request_id: 'three', method: 'GET', route: null, status: 400, ms: expect.any(Number), account_id: null },
    ]);
  });

  test('never holds a credential or a signature', async () => {
    await door.app.inject({
      method: 'POST',
      url: '/oauth/token',
      payload: { grant_type: 'client_credentials', client_id: customer.accessKey, client_secret: customer.secret },
    });
    await door.as(customer).get(JOBS);
    const text = JSON.stringify(door.log);
    expect(text).toContain(customer.accountId);
    for (const secret of [
      customer.secret,
      customer.authorization,
      customer.authorization.slice('Bearer '.length),
      'hidden',
    ]) {
      expect(text).not.toContain(secret);
    }
  });
});
