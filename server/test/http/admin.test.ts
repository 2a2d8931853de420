/** What operators do over HTTP, and what becomes of an account that is suspended or deleted. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { invite } from '../../src/core/logins/sessions.ts';
import { JOBS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { failJob, succeedJob } from './ending.ts';

let door: TestDoor;
let authorization: string;

interface Asked {
  readonly payload?: object;
  readonly query?: Readonly<Record<string, string>>;
}

async function ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, asked: Asked = {}) {
  const answer = await door.app.inject({ method, url: `/admin/v1${path}`, headers: { authorization }, ...asked });
  return { status: answer.statusCode, body: answer.json() };
}

/** All pages of a list. */
async function all(path: string, field: string, query: Record<string, string>) {
  const rows: Record<string, unknown>[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const { status, body }: { status: number; body: Record<string, unknown> } = await ask('GET', path, {
      query: { ...query, ...(cursor !== '' && { cursor }) },
    });
    expect(status, JSON.stringify(body)).toBe(200);
    rows.push(...(body[field] as Record<string, unknown>[]));
    cursor = body['next_cursor'] as string | null;
  }
  return { rows, pages };
}

const auditOf = async (accountId: string) =>
  (await door.deps.db.audit.last({ accountId, from: null, until: null, limit: 100 })).map(({ event }) => event);

async function newJob(owner: { readonly authorization: string; readonly accountId: string }, changes: object = {}) {
  const answer = await door.as(owner).create({ ...REQUEST, ...changes });
  expect(answer.statusCode, answer.body).toBe(200);
  return { accountId: owner.accountId, id: String(answer.json().job_id) };
}

beforeAll(async () => {
  door = await testDoor();
  const token = await issueToken(door.deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES });
  authorization = `Bearer ${token}`;
});
afterAll(() => door[Symbol.asyncDispose]());

describe('accounts', () => {
  test('are made, found by name, renamed, and limited, each written down with who did it', async () => {
    const made = await ask('POST', '/accounts', { payload: { name: ' Harbor 7 ', property_ids: [99001416] } });
    expect(made.body).toMatchObject({ name: 'Harbor 7', state: 'active', all_properties: false, property_count: 1 });
    const { account_id: id } = made.body;
    expect((await ask('PATCH', `/accounts/${id}`, { payload: { name: 'Pier 7' } })).body.name).toBe('Pier 7');
    const found = await ask('GET', '/accounts', { query: { name: 'pier' } });
    expect(found.body.accounts.map((each: { account_id: string }) => each.account_id)).toEqual([id]);
    await ask('PUT', `/accounts/${id}/quota`, { payload: { quota_limit: 5000 } });
    const { body } = await ask('PUT', `/accounts/${id}/quota`, { payload: { quota_limit: null } });
    expect(body).toMatchObject({ quota_limit: null, quota_usage: 0 });
    expect(body.history.map((each: { quota_limit: number | null }) => each.quota_limit)).toEqual([null, 5000]);
    expect(await auditOf(id)).toEqual(
      expect.arrayContaining(['account-created', 'account-renamed', 'quota-changed', 'operator-looked']),
    );
    const [entry] = await door.deps.db.audit.last({
      ...{ accountId: id, events: ['quota-changed'], from: null, until: null, limit: 1 },
    });
    expect(entry).toMatchObject({ credentialId: expect.stringMatching(/^[0-9a-f-]{36}$/), address: '127.0.0.1' });
  });

  test('come a page at a time, each once', async () => {
    for (let index = 0; index < 5; index++) await ask('POST', '/accounts', { payload: { name: `Row ${index % 2}` } });
    const { rows, pages } = await all('/accounts', 'accounts', { name: 'row', limit: '2' });
    expect(rows.map(({ name }) => name)).toEqual(['Row 0', 'Row 0', 'Row 0', 'Row 1', 'Row 1']);
    expect([new Set(rows.map(({ account_id }) => account_id)).size, pages]).toEqual([5, 3]);
  });

  test.each([
    [{}, 'name must be a text of 1 to 200 characters'],
    [{ name: '' }, 'name must be a text of 1 to 200 characters'],
    [{ name: 'a\0b' }, 'name must be a text of 1 to 200 characters'],
    [{ name: 'x', property_ids: [1.5] }, 'property_ids.0 must be whole numbers'],
    [{ name: 'x', propertyids: [1] }, 'the body has unknown field propertyids (nearest: property_ids)'],
  ])('are not made of %j', async (payload, message) => {
    const { status, body } = await ask('POST', '/accounts', { payload });
    expect([status, body.message]).toEqual([400, message]);
  });

  test.each([
    ['/accounts', { limit: '0' }, 'limit must be an integer between 1 and 100'],
    [
      '/accounts',
      { cursor: 'bm9uZQ' },
      'cursor is none that this list has given; leave it out to begin at the first page',
    ],
    ['/jobs', { state: 'done' }, 'state must be made of: waiting, running, succeeded, failed, cancelled'],
    ['/jobs', { acount_id: 'x' }, 'the query has unknown parameter acount_id (nearest: account_id)'],
    ['/audit', { from: 'yesterday' }, 'from must be a day or an instant, such as 2026-11-01 or 2026-11-01T12:00:00Z'],
  ])('and %s refuses %j', async (path, query, message) => {
    const { status, body } = await ask('GET', path, { query });
    expect([status, body.message]).toEqual([400, message]);
  });

  test.each(['/accounts/x', `/accounts/${randomUUID()}`, `/accounts/${OPERATORS_ACCOUNT}`])(
    'has none at %s',
    async (path) => {
      expect((await ask('GET', path)).status).toBe(404);
      expect((await ask('POST', `${path}/suspend`)).status).toBe(404);
      expect((await ask('DELETE', path)).status).toBe(404);
      expect((await ask('GET', `${path}/quota`)).status).toBe(404);
      expect((await ask('POST', `${path}/invitations`, { payload: {} })).status).toBe(404);
    },
  );
});

describe('a suspended account', () => {
  test('opens nothing by token, key, session, invitation or link, and everything once it is resumed', async () => {
    const customer = await door.customer();
    const { accountId, accessKey, secret } = customer;
    const job = await newJob(customer);
    await succeedJob(door.deps, job, 'rows\n');
    const { location } = (await door.as(customer).get(`${JOBS}/${job.id}/results`)).headers;
    const link = String(location).replace(ORIGIN, '');
    const accept = async (token: string) => {
      const headers = { origin: ORIGIN, 'x-conveyance-console': '1' };
      const payload = { invitation: token };
      return door.app.inject({ method: 'POST', url: '/console/session', headers, payload });
    };
    const tokenOf = async () => (await invite(door.deps, { accountId, role: 'member' })).link.split('#')[1] ?? '';
    const cookie = String((await accept(await tokenOf())).headers['set-cookie']).split(';')[0] ?? '';
    const waiting = await tokenOf();
    const basic = `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;
    const client = { grant_type: 'client_credentials', client_id: accessKey, client_secret: secret };
    const doors = {
      'a personal token': () => door.as(customer).get(JOBS),
      'a key': () => door.app.inject({ url: '/v2/jobs/file', headers: { authorization: basic, 'user-agent': 'test' } }),
      'the token endpoint': () => door.app.inject({ method: 'POST', url: '/oauth/token', payload: client }),
      'a session': () => door.app.inject({ url: JOBS, headers: { cookie, 'x-conveyance-console': '1' } }),
      'the page': () => door.app.inject({ url: '/console/session', headers: { cookie, 'x-conveyance-console': '1' } }),
      'a link': () => door.app.inject({ url: link }),
    };
    const statuses = async () =>
      Object.fromEntries(
        await Promise.all(Object.entries(doors).map(async ([name, open]) => [name, (await open()).statusCode])),
      );
    const [open, closed] = [200, 403].map((status) =>
      Object.fromEntries(Object.keys(doors).map((name) => [name, status])),
    );
    expect(await statuses()).toEqual(open);

    expect((await ask('POST', `/accounts/${accountId}/suspend`)).body.state).toBe('suspended');
    // The message to this and every other node is under way; without it, what is remembered lasts three seconds.
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(closed);
    expect((await doors['a personal token']()).json().message).toMatch(/^This account is suspended/);
    expect((await accept(waiting)).statusCode).toBe(403);
    // A wrong secret is told nothing.
    const wrong = { ...client, client_secret: 'wrong' };
    expect((await door.app.inject({ method: 'POST', url: '/oauth/token', payload: wrong })).statusCode).toBe(401);

    expect((await ask('POST', `/accounts/${accountId}/resume`)).body.state).toBe('active');
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(open);
    expect((await accept(waiting)).statusCode).toBe(200);
    expect(await auditOf(accountId)).toEqual(expect.arrayContaining(['account-suspended', 'account-resumed']));
  });
});

describe('a deleted account', () => {
  test('leaves nothing that opens or goes on, and what was done stays on record', async () => {
    const customer = await door.customer();
    const { accountId } = customer;
    const [done, waiting] = [
      await newJob(customer),
      await newJob(customer, { callback_url: 'https://h.example.com/' }),
    ];
    await succeedJob(door.deps, done, 'rows\n');
    const schedule = {
      ...{ report_type: 'property', output_format: 'csv', property_ids: [99001416] },
      ...{ frequency: 'daily', time: '06:00', time_zone: 'UTC', range: 'previous_month' },
    };
    const url = '/api/v1/bulk_api/schedules';
    const headers = { authorization: customer.authorization };
    const planned = await door.app.inject({ method: 'POST', url, headers, payload: schedule });
    expect(planned.statusCode, planned.body).toBe(200);
    const { status, body } = await ask('DELETE', `/accounts/${accountId}`);
    expect([status, body.state]).toEqual([200, 'deleted']);
    await expect.poll(async () => (await door.as(customer).get(JOBS)).statusCode, { timeout: 10_000 }).toBe(401);
    expect((await ask('GET', `/jobs/${waiting.id}`)).body.state).toBe('cancelled');
    const { rows } = await all('/webhook_deliveries', 'deliveries', { account_id: accountId });
    expect(rows.map(({ job_id }) => job_id)).toEqual([waiting.id]);
    const retried = await all('/webhook_deliveries', 'deliveries', { account_id: accountId, state: 'retrying' });
    expect(retried.rows).toEqual([]);
    const both = await all('/webhook_deliveries', 'deliveries', { account_id: accountId, state: 'retrying,failed' });
    expect(both.rows).toHaveLength(1);
    expect((await ask('GET', '/webhook_deliveries', { query: { state: 'sent' } })).status).toBe(400);
    const [delivery] = rows;
    const resend = await ask('POST', `/webhook_deliveries/${delivery?.['delivery_id']}/redeliver`);
    expect(resend.status).toBe(404);
    expect((await door.deps.db.schedules.list(accountId, { page: 1, perPage: 10 })).totalCount).toBe(0);
    // The next sweep deletes the files.
    expect((await door.deps.db.jobs.expired(new Date(1), 100)).map(({ id }) => id)).toContain(done.id);
    expect(
      (await ask('GET', '/accounts', { query: { name: 'Harbor Analytics', limit: '100' } })).body.accounts,
    ).toEqual(expect.not.arrayContaining([expect.objectContaining({ account_id: accountId })]));
    expect(await auditOf(accountId)).toEqual(expect.arrayContaining(['job-created', 'account-deleted']));
    expect((await ask('DELETE', `/accounts/${accountId}`)).status).toBe(404);
    expect((await ask('PUT', `/accounts/${accountId}/quota`, { payload: { quota_limit: 1 } })).status).toBe(404);
  });
});

describe('jobs of all accounts', () => {
  test('come newest first, a page at a time, by state, with whose they are', async () => {
    const [one, other] = [await door.customer(), await door.customer()];
    const made = [];
    for (let index = 0; index < 5; index++) made.push(await newJob(index % 2 === 0 ? one : other));
    const [first, , third] = made;
    if (first === undefined || third === undefined) throw new Error('no jobs');
    await failJob(door.deps, first, { code: 'export_failed', message: 'No disk' });
    const listed = await all('/jobs', 'jobs', { limit: '2' });
    expect(listed.rows.slice(0, 5).map(({ job_id }) => job_id)).toEqual(made.map(({ id }) => id).toReversed());
    const failed = await all('/jobs', 'jobs', { state: 'failed', account_id: one.accountId });
    expect(failed.rows).toEqual([
      expect.objectContaining({ job_id: first.id, account_name: 'Harbor Analytics', error_message: 'No disk' }),
    ]);
    const unended = await all('/jobs', 'jobs', { state: 'waiting,running', account_id: one.accountId });
    expect(unended.rows.map(({ job_id }) => job_id)).toEqual([made[4]?.id, third.id]);
    const { body } = await ask('DELETE', `/jobs/${third.id}`);
    expect(body).toMatchObject({ state: 'cancelled', account_id: one.accountId });
    expect((await ask('DELETE', `/jobs/${third.id}`)).status).toBe(200);
    expect((await ask('DELETE', `/jobs/${first.id}`)).body.message).toMatch(/already failed/);
    expect((await door.as(one).get(`${JOBS}/${third.id}`)).json().status).toBe('cancelled');
    expect(await auditOf(one.accountId)).toEqual(
      expect.arrayContaining(['job-cancelled-by-operator', 'operator-looked']),
    );
    expect((await ask('GET', `/jobs/${randomUUID()}`)).status).toBe(404);
    expect((await ask('GET', '/jobs/x')).status).toBe(400);
    expect((await ask('GET', '/queue')).body).toMatchObject({
      running: expect.any(Number),
      deliveries: expect.any(Object),
    });
  });
});

describe('the audit log and the server', () => {
  test('is read by account, event, credential and time, newest first, a page at a time', async () => {
    const customer = await door.customer();
    for (let index = 0; index < 3; index++) {
      await ask('PUT', `/accounts/${customer.accountId}/quota`, { payload: { quota_limit: index } });
    }
    const query = { account_id: customer.accountId, event: 'quota-changed', limit: '2' };
    const { rows, pages } = await all('/audit', 'entries', query);
    expect([rows.map(({ subject }) => subject), pages]).toEqual([['2', '1', '0'], 2]);
    const by = await all('/audit', 'entries', { account_id: customer.accountId, credential_id: 'operator' });
    expect(new Set(by.rows.map(({ event }) => event))).toEqual(new Set(['credential-created']));
    expect((await all('/audit', 'entries', { ...query, from: '2999-01-01' })).rows).toEqual([]);
    expect((await all('/audit', 'entries', { ...query, to: '2000-01-01' })).rows).toEqual([]);
  });

  test('has no data to show while nothing is loaded, and says so', async () => {
    const { status, body } = await ask('GET', '/warehouse');
    // The door's own version has no file.
    expect([status, body.as_of, body.tables]).toEqual([200, null, []]);
    expect((await ask('GET', '/warehouse/versions/9')).status).toBe(404);
    expect((await ask('GET', '/warehouse/versions/x')).status).toBe(404);
    expect((await ask('GET', '/system')).body).toMatchObject({ ready: true, version: '0.0.0', settings: [] });
  });

  test('invites an operator, whose session operates and exports nothing', async () => {
    const { body } = await ask('POST', '/invitations');
    const headers = { origin: ORIGIN, 'x-conveyance-console': '1' };
    const payload = { invitation: String(body.link).split('#')[1] };
    const entered = await door.app.inject({ method: 'POST', url: '/console/session', headers, payload });
    expect(entered.json()).toMatchObject({ role: 'operator', account_name: 'Operators', scopes: ['admin'] });
    const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
    const get = (url: string) => door.app.inject({ url, headers: { ...headers, cookie } });
    expect((await get('/admin/v1/accounts')).statusCode).toBe(200);
    expect((await get(JOBS)).statusCode).toBe(403);
    // A foreign page has the cookie alone, and changes nothing.
    const foreign = { cookie, origin: 'https://evil.example.com', 'x-conveyance-console': '1' };
    const made = await door.app.inject({ method: 'POST', url: '/admin/v1/invitations', headers: foreign });
    expect(made.statusCode).toBe(403);
  });
});
