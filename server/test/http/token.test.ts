/** `POST /oauth/token` and the bearer tokens it gives: RFC 6749 and RFC 6750, on real credentials. */
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Customer, JOBS, ORIGIN, type TestDoor, TOKEN_KEY, testDoor } from './door.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TAKEN = 'application/x-www-form-urlencoded or application/json';
const HOUR_MS = 3_600_000;

let now = new Date('2026-03-01T12:00:00Z');
let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor({ deps: { clock: () => now } });
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

function form(fields: Readonly<Record<string, string>>) {
  return door.app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: FORM,
    payload: new URLSearchParams(fields).toString(),
  });
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

function credentials(of: Customer = customer) {
  return { grant_type: 'client_credentials', client_id: of.accessKey, client_secret: of.secret };
}

function listJobs(authorization?: string) {
  return door.app.inject({ url: JOBS, headers: authorization === undefined ? {} : { authorization } });
}

async function token(of: Customer = customer, scope?: string): Promise<string> {
  const answer = await form({ ...credentials(of), ...(scope && { scope }) });
  return answer.json().access_token;
}

describe('a token request', () => {
  test('by form: the whole answer', async () => {
    const answer = await form(credentials());
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(answer.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 7200,
      scope: 'exports:read exports:write data:read',
      created_at: Math.floor(now.getTime() / 1000),
    });
  });

  test('by JSON and by HTTP Basic', async () => {
    const json = await door.app.inject({ method: 'POST', url: '/oauth/token', payload: credentials() });
    expect(json.statusCode).toBe(200);
    const { grant_type } = credentials();
    const byBasic = await door.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { ...FORM, authorization: basic(customer.accessKey, customer.secret) },
      payload: new URLSearchParams({ grant_type }).toString(),
    });
    expect(byBasic.statusCode).toBe(200);
  });

  test('a token carries the scopes that were asked for, once each', async () => {
    const answer = await form({ ...credentials(), scope: 'exports:read  exports:read data:read' });
    expect(answer.json()).toMatchObject({ scope: 'exports:read data:read' });
  });

  test.each([
    ['grant_type missing', { grant_type: undefined }, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['an unknown scope', { scope: 'everything' }, 400, 'invalid_scope'],
    ['a scope that the key lacks', { scope: 'exports:read admin' }, 400, 'invalid_scope'],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client'],
    ['no client', { client_id: undefined, client_secret: undefined }, 401, 'invalid_client'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'cvk_unknown' }, 401, 'invalid_client'],
    ['a NUL byte', { client_id: 'cvk_\u0000' }, 401, 'invalid_client'],
    ['a field of another type', { client_id: 5 }, 400, 'invalid_request'],
    ['a list', { client_id: ['a', 'b'] }, 400, 'invalid_request'],
    [
      'a wrong secret before a wrong grant type',
      { client_secret: 'wrong', grant_type: 'password' },
      401,
      'invalid_client',
    ],
  ])('%s', async (_fault, change, status, error) => {
    const answer = await door.app.inject({
      method: 'POST',
      url: '/oauth/token',
      payload: { ...credentials(), ...change },
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({ error, error_description: expect.any(String) });
    expect(answer.headers['cache-control']).toBe('no-store');
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Basic realm="conveyance"');
  });

  test('unknown client and wrong secret are the same answer', async () => {
    const unknown = await form({ ...credentials(), client_id: `cvk_${'0'.repeat(32)}` });
    const wrong = await form({ ...credentials(), client_secret: 'A'.repeat(43) });
    expect(unknown.body).toBe(wrong.body);
    expect(unknown.statusCode).toBe(wrong.statusCode);
  });

  test.each([
    [
      'a parameter given twice',
      `grant_type=client_credentials&client_id=a&client_id=b&client_secret=c`,
      'invalid_request',
    ],
    ['no body', '', 'invalid_client'],
    ['a broken escape', 'grant_type=%ZZ&client_id=%&client_secret=%E0%A4%A', 'invalid_client'],
  ])('%s in a form', async (_fault, payload, error) => {
    const answer = await door.app.inject({ method: 'POST', url: '/oauth/token', headers: FORM, payload });
    expect(answer.json()).toMatchObject({ error });
  });

  test.each([
    ['not Basic', 'Bearer abc'],
    ['not base64', 'Basic %%%'],
    ['no colon', `Basic ${Buffer.from('abc').toString('base64')}`],
    ['nothing', 'Basic'],
  ])('an Authorization header that is %s', async (_fault, authorization) => {
    const answer = await door.app.inject({ method: 'POST', url: '/oauth/token', headers: { ...FORM, authorization } });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  test('the client in two places at once', async () => {
    const answer = await door.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { authorization: basic(customer.accessKey, customer.secret) },
      payload: credentials(),
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  test.each([
    [
      'as multipart',
      { 'content-type': 'multipart/form-data; boundary=x' },
      `the Content-Type is multipart/form-data; this call takes ${TAKEN}`,
    ],
    [
      'compressed',
      { ...FORM, 'content-encoding': 'gzip' },
      'The request body is compressed (Content-Encoding: gzip); send it without Content-Encoding',
    ],
  ])('a request %s is told in the words of OAuth', async (_how, headers, description) => {
    const answer = await door.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers,
      payload: 'grant_type=client_credentials',
    });
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: description },
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('a request that is JSON is read under any type but a form’s', async () => {
    for (const type of [undefined, 'text/plain', 'json']) {
      const answer = await door.app.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: type === undefined ? {} : { 'content-type': type },
        payload: Buffer.from(JSON.stringify(credentials())),
      });
      expect(answer.statusCode, String(type)).toBe(200);
    }
  });

  test('other bodies and methods', async () => {
    const text = {
      method: 'POST',
      url: '/oauth/token',
      headers: { 'content-type': 'text/plain' },
      payload: 'a',
    } as const;
    expect([(await door.app.inject(text)).statusCode, (await door.app.inject(text)).json()]).toEqual([
      400,
      {
        error: 'invalid_request',
        error_description: `the Content-Type is text/plain; this call takes ${TAKEN}`,
      },
    ]);
    const large = await form({ ...credentials(), scope: 'x'.repeat(20_000) });
    expect([large.statusCode, large.json()]).toEqual([
      413,
      { error: 'invalid_request', error_description: 'The request body is larger than this call reads' },
    ]);
    const get = await door.app.inject({ url: '/oauth/token' });
    expect([get.statusCode, get.headers['allow']]).toEqual([405, 'POST']);
  });
});

describe('a bearer token', () => {
  test('opens the API, whatever the case of the scheme', async () => {
    const bearer = await token();
    expect((await listJobs(`Bearer ${bearer}`)).statusCode).toBe(200);
    expect((await listJobs(`bearer  ${bearer}`)).statusCode).toBe(200);
  });

  test('without one: how to authenticate, and no error code', async () => {
    const answer = await listJobs();
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ error: 'Unauthorized', message: 'Missing or invalid bearer token' });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="conveyance"');
  });

  async function forged(change: {
    key?: Uint8Array;
    iss?: string;
    aud?: string;
    exp?: number;
    alg?: string;
    typ?: string;
  }) {
    const seconds = Math.floor(now.getTime() / 1000);
    const subject = (await door.deps.db.credentials.byAccessKey(customer.accessKey))?.id ?? '';
    return new SignJWT({ scope: 'exports:read' })
      .setProtectedHeader({ alg: change.alg ?? 'HS256', typ: change.typ ?? 'at+jwt' })
      .setSubject(subject)
      .setIssuer(change.iss ?? ORIGIN)
      .setAudience(change.aud ?? ORIGIN)
      .setExpirationTime(change.exp ?? seconds + 60)
      .sign(change.key ?? TOKEN_KEY);
  }

  test('is judged by key, algorithm, type, issuer, audience and time', async () => {
    expect((await listJobs(`Bearer ${await forged({})}`)).statusCode).toBe(200);
    const seconds = Math.floor(now.getTime() / 1000);
    const bad = [
      await forged({ key: new Uint8Array(32) }),
      await forged({ key: new Uint8Array([...TOKEN_KEY, ...TOKEN_KEY]), alg: 'HS512' }),
      await forged({ typ: 'JWT' }),
      await forged({ typ: 'id+jwt' }),
      await forged({ typ: '' }),
      await forged({ iss: 'https://elsewhere.example.com' }),
      await forged({ aud: 'https://elsewhere.example.com' }),
      await forged({ exp: seconds - 1 }),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await forged({})).split('.')[1]}.`,
    ];
    for (const text of bad) {
      const answer = await listJobs(`Bearer ${text}`);
      expect(answer.statusCode, text).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    }
  });

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer é',
    'Token abc',
    'Basic YTpi',
    'Bearer cvt_unknown',
    'Bearer a.b.c',
  ])('refuses %s', async (authorization) => {
    const answer = await listJobs(authorization);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ error: 'Unauthorized', message: 'Missing or invalid bearer token' });
  });

  test('lives two hours', async () => {
    const bearer = `Bearer ${await token()}`;
    const start = now;
    now = new Date(start.getTime() + 2 * HOUR_MS - 1000);
    expect((await listJobs(bearer)).statusCode).toBe(200);
    now = new Date(start.getTime() + 2 * HOUR_MS);
    expect((await listJobs(bearer)).statusCode).toBe(401);
  });

  test('a narrowed token may only do what it was narrowed to', async () => {
    const answer = await door.app.inject({
      method: 'POST',
      url: JOBS,
      headers: { authorization: `Bearer ${await token(customer, 'exports:read')}` },
      payload: {},
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="conveyance", error="insufficient_scope", scope="exports:write"',
    );
  });

  test('is worth nothing within five seconds of its key’s revocation', async () => {
    const revoked = await door.customer();
    const bearer = `Bearer ${await token(revoked)}`;
    expect((await listJobs(bearer)).statusCode).toBe(200);
    const credential = await door.deps.db.credentials.byAccessKey(revoked.accessKey);
    expect(await door.deps.db.credentials.revoke(credential?.id ?? '')).toBe(true);
    now = new Date(now.getTime() + 4_999);
    expect((await listJobs(bearer)).statusCode).toBe(401);
    expect((await form(credentials(revoked))).json()).toMatchObject({ error: 'invalid_client' });
  });

  test('a personal token is worth nothing as soon as its revocation is told', async () => {
    const revoked = await door.customer();
    expect((await listJobs(revoked.authorization)).statusCode).toBe(200);
    for (const { id, kind } of await door.deps.db.credentials.list(revoked.accountId)) {
      if (kind === 'token') await door.deps.db.credentials.revoke(id);
    }
    // The clock stands: nothing that is remembered runs out.
    await expect.poll(async () => (await listJobs(revoked.authorization)).statusCode).toBe(401);
  });
});
