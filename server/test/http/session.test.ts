/** Sessions of the console: started, used, ended, and never enough by their cookie alone. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConsoleRole } from '../../src/core/access.ts';
import { invite, recogniseSession } from '../../src/core/logins/sessions.ts';
import { revokeCredential } from '../../src/jobs/schedules/needs.ts';
import { type LiveRoutes, recordRoutes } from '../support/live-routes.ts';
import { type Customer, JOBS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

const SESSION = '/console/session';
const COOKIE = '__Host-conveyance-session';
/** What the page sends with every request. */
const PAGE = { 'x-conveyance-console': '1', origin: ORIGIN };

let door: TestDoor;
let live: LiveRoutes;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor({
    prepare: (app) => {
      live = recordRoutes(app);
    },
  });
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

async function invitation(role: ConsoleRole = 'member', accountId = customer.accountId): Promise<string> {
  const { link } = await invite(door.deps, { accountId, role });
  expect(link).toMatch(/^https:\/\/data\.example\.com\/console\/in#cvi_[\w-]{43}$/);
  return link.split('#')[1] ?? '';
}

function signIn(payload: object, headers: object = PAGE, remoteAddress = '192.0.2.1') {
  return door.app.inject({ method: 'POST', url: SESSION, headers: { ...headers }, payload, remoteAddress });
}

function cookieOf(answer: LightMyRequestResponse): string {
  const [cookie] = answer.cookies;
  return `${cookie?.name}=${cookie?.value}`;
}

async function session(role: ConsoleRole = 'member'): Promise<{ cookie: string }> {
  return { cookie: cookieOf(await signIn({ invitation: await invitation(role) })) };
}

describe('signing in', () => {
  test('by an invitation works once, and sets a cookie that no script and no other page gets', async () => {
    const token = await invitation('viewer');
    const answer = await signIn({ invitation: token });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      account_id: customer.accountId,
      account_name: 'Harbor Analytics',
      role: 'viewer',
      scopes: ['exports:read', 'data:read'],
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toMatch(
      new RegExp(`^${COOKIE}=cvs_[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure$`),
    );
    expect((await signIn({ invitation: token })).statusCode).toBe(401);
  });

  test('makes a caller that is a page, which a key of the same account is not', async () => {
    const { cookie } = await session();
    const signedIn = await recogniseSession(door.deps, cookie.split('=')[1] ?? '');
    expect(signedIn?.caller).toMatchObject({ accountId: customer.accountId, isPage: true });
    const signing = vi.spyOn(door.deps.links, 'sign');
    const { job_id: id } = (await door.as(customer).create(REQUEST)).json();
    await succeedJob(door.deps, { accountId: customer.accountId, id }, Buffer.from('a file'));
    const url = `${JOBS}/${id}/results`;
    expect((await door.app.inject({ url, headers: { ...PAGE, cookie } })).statusCode).toBe(302);
    expect((await door.app.inject({ url, headers: { authorization: customer.authorization } })).statusCode).toBe(302);
    expect(signing.mock.calls.map(([link]) => Reflect.get(link, 'isForPage'))).toEqual([true, false]);
    signing.mockRestore();
  });

  test('by a key and its secret, and by a personal token', async () => {
    const { accessKey, secret, authorization } = customer;
    const byKey = await signIn({ access_key: accessKey, secret });
    const byToken = await signIn({ token: authorization.replace('Bearer ', '') });
    expect([byKey.statusCode, byToken.statusCode]).toEqual([200, 200]);
    // A new id at each sign-in.
    expect(cookieOf(byKey)).not.toBe(cookieOf(await signIn({ access_key: accessKey, secret })));
    expect((await signIn({ access_key: accessKey, secret: 'wrong' })).statusCode).toBe(401);
    expect((await signIn({ token: 'cvt_wrong' })).statusCode).toBe(401);
    expect((await signIn({})).json().message).toMatch(/invitation/);
    expect((await signIn({ token: 7 })).statusCode).toBe(400);
  });

  test('takes no token that was issued with fewer scopes than its key has', async () => {
    const { accessKey, secret } = customer;
    const grant = { grant_type: 'client_credentials', client_id: accessKey, client_secret: secret };
    const issued = await door.app.inject({
      method: 'POST',
      url: '/oauth/token',
      payload: { ...grant, scope: 'data:read' },
    });
    expect((await signIn({ token: issued.json().access_token })).statusCode).toBe(401);
  });

  test('is refused from another page, with the address of this one', async () => {
    const payload = { invitation: await invitation() };
    for (const headers of [
      {},
      { origin: ORIGIN },
      { 'x-conveyance-console': '1' },
      { ...PAGE, origin: 'https://evil.example' },
    ]) {
      const answer = await signIn(payload, headers);
      expect([answer.statusCode, answer.json().message]).toEqual([403, expect.stringContaining(`${ORIGIN}/console/`)]);
    }
    // What was refused has not used the invitation up.
    expect((await signIn(payload)).statusCode).toBe(200);
  });

  test('slows down who tries invitations', async () => {
    const wrong = { invitation: `cvi_${'A'.repeat(43)}` };
    let answer = await signIn(wrong, PAGE, '192.0.2.99');
    for (let tries = 0; tries < 70 && answer.statusCode === 401; tries++)
      answer = await signIn(wrong, PAGE, '192.0.2.99');
    expect([answer.statusCode, Number(answer.headers['retry-after']) > 0]).toEqual([429, true]);
    expect((await signIn(wrong, PAGE, '192.0.2.100')).statusCode).toBe(401);
  });

  test('is in the audit log, and keeps neither token', async () => {
    const token = await invitation();
    const answer = await signIn({ invitation: token });
    const query = { accountId: customer.accountId, from: null, until: null, limit: 100 };
    const events = (await door.deps.db.audit.last(query)).slice(-3);
    expect(events.map(({ event }) => event)).toEqual(['invitation-created', 'credential-created', 'session-started']);
    expect(events[2]).toMatchObject({ address: '192.0.2.1', subject: answer.json().id });
    const written = JSON.stringify(events);
    for (const secret of [token, cookieOf(answer)]) expect(written).not.toContain(secret.slice(-43));
  });
});

describe('a session', () => {
  test('calls both interfaces within its role', async () => {
    const [viewer, member] = [await session('viewer'), await session('member')];
    const list = (headers: object) => door.app.inject({ url: JOBS, headers: { ...PAGE, ...headers } });
    expect((await list(viewer)).statusCode).toBe(200);
    const files = await door.app.inject({
      url: '/v2/jobs/file',
      headers: { ...PAGE, ...viewer, 'user-agent': 'test' },
    });
    expect([files.statusCode, files.json()]).toEqual([200, { count: 0, items: [] }]);
    const create = (headers: object) =>
      door.app.inject({ method: 'POST', url: JOBS, headers: { ...PAGE, ...headers }, payload: REQUEST });
    const refused = await create(viewer);
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([403, undefined]);
    expect((await create(member)).statusCode).toBe(200);
  });

  test('is told, listed, ended by another one of the same person, and then over without a challenge', async () => {
    const { accessKey, secret } = customer;
    const [mine, other] = [
      await signIn({ access_key: accessKey, secret }),
      await signIn({ access_key: accessKey, secret }),
    ];
    const headers = { ...PAGE, cookie: cookieOf(mine) };
    expect((await door.app.inject({ url: SESSION, headers })).json()).toMatchObject({
      id: mine.json().id,
      role: 'member',
    });
    const { sessions } = (await door.app.inject({ url: '/console/sessions', headers })).json();
    expect(sessions).toContainEqual(
      expect.objectContaining({ id: mine.json().id, current: true, address: '192.0.2.1' }),
    );
    expect(sessions).toContainEqual(expect.objectContaining({ id: other.json().id, current: false }));
    const end = () => door.app.inject({ method: 'DELETE', url: `/console/sessions/${other.json().id}`, headers });
    expect([(await end()).statusCode, (await end()).statusCode]).toEqual([204, 404]);
    for (const url of [SESSION, JOBS, '/v2/jobs/file']) {
      const answer = await door.app.inject({ url, headers: { ...PAGE, cookie: cookieOf(other) } });
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, undefined]);
    }
    // Not somebody else’s.
    const stranger = await session();
    const foreign = await door.app.inject({
      method: 'DELETE',
      url: `/console/sessions/${mine.json().id}`,
      headers: { ...PAGE, ...stranger },
    });
    expect(foreign.statusCode).toBe(404);
    const out = await door.app.inject({ method: 'DELETE', url: SESSION, headers });
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await door.app.inject({ url: SESSION, headers })).statusCode).toBe(401);
  });

  test('ends with its credential within five seconds, and by itself after twelve hours without use', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { cookie } = await session();
      const get = () => door.app.inject({ url: SESSION, headers: { ...PAGE, cookie } });
      expect((await get()).statusCode).toBe(200);
      vi.advanceTimersByTime(11 * 3_600_000);
      expect((await get()).statusCode).toBe(200);
      vi.advanceTimersByTime(11 * 3_600_000);
      expect((await get()).statusCode).toBe(200);
      vi.advanceTimersByTime(12 * 3_600_000 + 1_000);
      expect((await get()).statusCode).toBe(401);

      const before = new Set((await door.deps.db.credentials.list(customer.accountId)).map(({ id }) => id));
      const later = await session();
      const person = (await door.deps.db.credentials.list(customer.accountId)).find(({ id }) => !before.has(id));
      expect(person?.kind).toBe('person');
      const see = () => door.app.inject({ url: JOBS, headers: { ...PAGE, ...later } });
      expect((await see()).statusCode).toBe(200);
      await revokeCredential(door.deps, person?.id ?? '');
      vi.advanceTimersByTime(4_000);
      expect((await see()).statusCode).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });
});

/** How a page of another origin, or a form, can make a browser send the cookie. */
const FOREIGN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the cookie alone': {},
  'our origin without the header': { origin: ORIGIN },
  'the header without an origin': { 'x-conveyance-console': '1' },
  'the header from another origin': { 'x-conveyance-console': '1', origin: 'https://evil.example' },
  'the header from no origin': { 'x-conveyance-console': '1', origin: 'null' },
  'a form of another site': { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
  'a text of another site': {
    origin: 'https://evil.example',
    'content-type': 'text/plain',
    'sec-fetch-site': 'cross-site',
  },
};

describe('the cookie alone', () => {
  async function counted(): Promise<unknown> {
    const { db } = door.deps;
    const { accountId } = customer;
    const page = { page: 1, perPage: 100 };
    return [await db.jobs.list(accountId, page), await db.credentials.list(accountId)];
  }

  test('opens no route that reads by a credential, and changes nothing on any', async () => {
    const { cookie } = await session();
    const before = await counted();
    // Without a credential of their own they say what they say to everybody.
    const open =
      /^\/(?:console(?:\/\*)?|docs.*|files.*|client.*|livez|readyz|(?:admin\/)?openapi\.json|oauth\/token)?$/;
    const routes = [...live.served].map((route) => route.split(' ') as [string, string]);
    const guarded = routes.filter(([, path]) => !open.test(path));
    expect(guarded.length).toBeGreaterThan(60);
    for (const [method, path] of guarded) {
      for (const [how, headers] of Object.entries(FOREIGN)) {
        const isBodied = ['POST', 'PUT', 'PATCH'].includes(method);
        // A page of the same host that only reads is no foreign one: `GET` with our header is the console's own.
        if (!isBodied && method !== 'DELETE' && 'x-conveyance-console' in headers) continue;
        const url = path.replace(/:\w+/, 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec');
        const payload = isBodied ? JSON.stringify(REQUEST) : undefined;
        const answer = await door.app.inject({
          method: method as 'GET',
          url,
          headers: { 'user-agent': 'browser', ...headers, cookie },
          ...(payload !== undefined && { payload }),
        });
        expect([403, 415], `${method} ${path}: ${how}`).toContain(answer.statusCode);
      }
    }
    expect(await counted()).toEqual(before);
  });

  test('is refused a body that a form can send, even from our own page', async () => {
    const headers = { ...PAGE, ...(await session()) };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const request = { method: 'POST', url: JOBS, payload: JSON.stringify(REQUEST) } as const;
      const answer = await door.app.inject({ ...request, headers: { ...headers, 'content-type': type } });
      expect(answer.statusCode).toBe(415);
    }
    // Control: the same as JSON makes a job.
    const answer = await door.app.inject({ method: 'POST', url: JOBS, headers, payload: REQUEST });
    expect(answer.statusCode).toBe(200);
  });

  test('follows a link of our own page, such as a download', async () => {
    const headers = { ...(await session()), 'sec-fetch-site': 'same-origin' };
    expect((await door.app.inject({ url: JOBS, headers })).statusCode).toBe(200);
    expect(
      (await door.app.inject({ url: JOBS, headers: { ...headers, 'sec-fetch-site': 'cross-site' } })).statusCode,
    ).toBe(403);
  });
});
