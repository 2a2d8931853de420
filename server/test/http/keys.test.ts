/** The account's own keys and tokens: made once with their secret, never more powerful than whoever makes them, and ended. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/access.ts';
import { authenticateToken } from '../../src/core/logins/credentials.ts';
import { invite } from '../../src/core/logins/sessions.ts';
import { createKey } from '../../src/jobs/keys/keys.ts';
import { createSchedule } from '../../src/jobs/schedules/schedules.ts';
import { parseScheduleRequest } from '../../src/wire/apartmentiq/schedule-request.ts';
import { ALL_SCOPES, type Customer, JOBS, ORIGIN, type TestDoor, testDoor } from './door.ts';

const KEYS = '/api/v1/keys';
const KEEPER: readonly Scope[] = [...ALL_SCOPES, 'keys'];
const UNKNOWN = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const MISSING = { error: 'Not Found', message: 'Access key or token with the specified ID does not exist' };
const MS_PER_DAY = 86_400_000;

let door: TestDoor;
let keeper: Customer;

beforeAll(async () => {
  door = await testDoor();
  keeper = await door.customer({ scopes: KEEPER });
});
afterAll(() => door[Symbol.asyncDispose]());

type Method = 'GET' | 'POST' | 'DELETE';
type Head = Readonly<Record<string, string>>;

function send(head: Head, method: Method, path = '', payload?: object) {
  return door.app.inject({ method, url: KEYS + path, headers: head, ...(payload && { payload }) });
}

const as = ({ authorization }: Pick<Customer, 'authorization'>): Head => ({ authorization });

async function made(head: Head, payload: object) {
  const answer = await send(head, 'POST', '', payload);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function listed(head: Head): Promise<readonly Record<string, unknown>[]> {
  return (await send(head, 'GET')).json().keys;
}

/** Somebody invited, at the console. */
async function session(role: 'viewer' | 'member'): Promise<Head> {
  const { link } = await invite(door.deps, { accountId: keeper.accountId, role });
  const own = { 'x-conveyance-console': '1', origin: ORIGIN };
  const payload = { invitation: link.split('#')[1] };
  const answer = await door.app.inject({ method: 'POST', url: '/console/session', headers: own, payload });
  const [cookie] = answer.cookies;
  return { ...own, cookie: `${cookie?.name}=${cookie?.value}` };
}

async function callerOf({ authorization }: Customer) {
  const caller = await authenticateToken(door.deps, authorization.replace('Bearer ', ''));
  if (caller === null) throw new Error('the customer is nobody');
  return caller;
}

describe('a new key', () => {
  test('opens what it was made for, with the secret that is told once', async () => {
    const { key, secret } = await made(as(keeper), { name: ' Nightly job ', scopes: ['exports:read', 'exports:read'] });
    expect(key).toMatchObject({
      ...{ kind: 'key', name: 'Nightly job', scopes: ['exports:read'], expires_at: null, revoked_at: null },
      ...{ last_used_at: null, last_address: null },
    });
    const authorization = `Basic ${Buffer.from(`${key.access_key}:${secret}`).toString('base64')}`;
    const me = await door.app.inject({ url: '/v2/jobs/file', headers: { authorization, 'user-agent': 'a test' } });
    expect(me.statusCode).toBe(200);
    expect(JSON.stringify(await listed(as(keeper)))).not.toContain(secret);
    const [newest] = await listed(as(keeper));
    expect(newest).toMatchObject({
      credential_id: key.credential_id,
      last_used_at: expect.any(String),
      last_address: '127.0.0.1',
    });
  });

  test('may be a token, and has by itself all that its maker has but the power over keys', async () => {
    const { key, secret } = await made(as(keeper), { name: 'Sheet', kind: 'token', account_id: keeper.accountId });
    expect(key).toMatchObject({ kind: 'token', access_key: null, scopes: ALL_SCOPES });
    const head = { authorization: `Bearer ${secret}` };
    expect((await door.app.inject({ url: JOBS, headers: head })).statusCode).toBe(200);
    expect((await send(head, 'GET')).statusCode).toBe(403);
  });

  test.each<[string, readonly Scope[], object, string]>([
    ['a scope that its maker lacks', ['keys', 'data:read'], { scopes: ['exports:write'] }, 'lacks exports:write'],
    ['a later end', KEEPER, { expires_at: '2999-01-01T00:00:00Z' }, 'ends at'],
  ])('cannot have %s', async (_what, scopes, asked, told) => {
    const maker = await door.customer({ scopes: [...KEEPER] });
    const caller = await callerOf(maker);
    const expiresAt = new Date(Date.now() + MS_PER_DAY);
    const { secret } = await createKey(door.deps, caller, {
      ...{ kind: 'token', name: 'lent', expiresAt },
      scopes,
    });
    const head = { authorization: `Bearer ${secret}` };
    const before = (await listed(head)).length;
    const refused = await send(head, 'POST', '', { name: 'more', ...asked });
    expect(refused.statusCode).toBe(403);
    expect(refused.json().message).toContain(told);
    expect(await listed(head)).toHaveLength(before);
    // Control: no more than the maker has is made, and ends with it.
    const { key } = await made(head, { name: 'as much', scopes: ['data:read'] });
    expect(key.expires_at).toBe(expiresAt.toISOString());
  });

  test.each<[object, string]>([
    [{}, 'name must be a text of 1 to 200 characters'],
    [{ name: '  ' }, 'name must be a text of 1 to 200 characters'],
    [{ name: 'x', kind: 'person' }, 'kind must be one of: key, token'],
    [
      { name: 'x', scopes: [] },
      'scopes must be a list of one or more of: exports:read, exports:write, data:read, keys',
    ],
    [{ name: 'x', scope: ['data:read'] }, 'the body has unknown field scope'],
    [{ name: 'x', expires_at: 'tomorrow' }, 'expires_at must be an instant such as 2027-01-31T00:00:00Z, or null'],
    [{ name: 'x', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at must be in the future'],
  ])('is refused for %j', async (payload, message) => {
    const answer = await send(as(keeper), 'POST', '', payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().message).toContain(message);
  });

  test('is one of so many, of those that work and of those of a day', async () => {
    const policy = { ...door.deps.policy, keysPerAccount: 3 };
    const deps = { ...door.deps, policy };
    const caller = await callerOf(await door.customer({ scopes: KEEPER }));
    const one = { kind: 'key', name: 'one', scopes: null, expiresAt: null } as const;
    // The customer has two already.
    const { credential } = await createKey(deps, caller, one);
    await expect(createKey(deps, caller, one)).rejects.toThrow('as many working keys and tokens as it may have, 3');
    await door.deps.db.credentials.revoke(credential.id);
    await createKey(deps, caller, one);
    await expect(createKey(deps, caller, one)).rejects.toThrow('Your account may make 3 keys and tokens a day');
  });
});

describe('a key', () => {
  test('gets a successor, and works a while longer itself', async () => {
    const { key: old, secret } = await made(as(keeper), { name: 'Loader', scopes: ['data:read'] });
    const answer = await send(as(keeper), 'POST', `/${old.credential_id}/rotate`, { overlap_seconds: 3600 });
    expect(answer.statusCode).toBe(200);
    const { key, secret: next } = answer.json();
    expect(key).toMatchObject({ name: 'Loader', scopes: ['data:read'], expires_at: null });
    const status = async (id: string, proof: string) => {
      const payload = { grant_type: 'client_credentials', client_id: id, client_secret: proof };
      return (await door.app.inject({ method: 'POST', url: '/oauth/token', payload })).statusCode;
    };
    expect(await status(old.access_key, secret)).toBe(200);
    expect(await status(key.access_key, next)).toBe(200);
    const stored = await door.deps.db.credentials.byId(old.credential_id);
    const left = (stored?.expiresAt?.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
    await send(as(keeper), 'POST', `/${key.credential_id}/rotate`, { overlap_seconds: 0 });
    expect(await status(key.access_key, next)).toBe(401);
  });

  test('that may do more than whoever asks gets none', async () => {
    const { key } = await made(as(keeper), { name: 'Writer', scopes: ['exports:write'] });
    const reader = await made(as(keeper), { name: 'Reader', kind: 'token', scopes: ['keys', 'data:read'] });
    const head = { authorization: `Bearer ${reader.secret}` };
    expect((await send(head, 'POST', `/${key.credential_id}/rotate`, {})).statusCode).toBe(403);
    // Control.
    expect((await send(as(keeper), 'POST', `/${key.credential_id}/rotate`, {})).statusCode).toBe(200);
  });

  test('ends at once, twice if need be, and tells the schedules that acted for it', async () => {
    const { key, secret } = await made(as(keeper), { name: 'Leaked', kind: 'token' });
    const body = { report_type: 'property', output_format: 'csv', property_ids: [99001416] };
    const rule = { frequency: 'daily', time: '06:00', time_zone: 'UTC', range: 'previous_month' };
    const caller = { accountId: keeper.accountId, credentialId: key.credential_id, scopes: ALL_SCOPES };
    await createSchedule(
      door.deps,
      caller,
      parseScheduleRequest({ ...body, ...rule }, () => true),
    );
    for (let round = 0; round < 2; round++) {
      const answer = await send(as(keeper), 'DELETE', `/${key.credential_id}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([
        200,
        { key: { credential_id: key.credential_id, revoked_at: expect.any(String) }, schedules_in_need: 1 },
      ]);
    }
    const used = await door.app.inject({ url: JOBS, headers: { authorization: `Bearer ${secret}` } });
    expect(used.statusCode).toBe(401);
    const again = await send(as(keeper), 'POST', `/${key.credential_id}/rotate`, {});
    expect([again.statusCode, again.json().message]).toEqual([
      400,
      'only an access key that still works can be rotated',
    ]);
  });

  test('of another account does not exist, and a person is no key', async () => {
    const stranger = await door.customer({ scopes: KEEPER });
    const [key] = await listed(as(stranger));
    await session('viewer');
    const people = await door.deps.db.credentials.list(keeper.accountId);
    const person = people.find(({ kind }) => kind === 'person');
    for (const id of [key?.['credential_id'], person?.id, UNKNOWN, 'no-uuid']) {
      for (const [method, path] of [
        ['DELETE', `/${id}`],
        ['POST', `/${id}/rotate`],
      ] as const) {
        const answer = await send(as(keeper), method, path, method === 'POST' ? {} : undefined);
        expect([answer.statusCode, answer.json()]).toEqual([404, MISSING]);
      }
    }
    expect((await listed(as(keeper))).map(({ kind }) => kind)).not.toContain('person');
  });
});

describe('at the console', () => {
  test('members look after keys, and viewers do not', async () => {
    const member = await session('member');
    const { key } = await made(member, { name: 'By a member' });
    expect(key.scopes).toEqual(ALL_SCOPES);
    expect((await send(member, 'DELETE', `/${key.credential_id}`)).statusCode).toBe(200);
    const viewer = await session('viewer');
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['DELETE', `/${key.credential_id}`],
    ] as const) {
      const answer = await send(viewer, method, path, method === 'POST' ? { name: 'x' } : undefined);
      expect(answer.statusCode).toBe(403);
    }
  });
});

test('the audit log has who made, rotated and revoked which key, and from where', async () => {
  const own = await door.customer({ scopes: KEEPER });
  const { key } = await made(as(own), { name: 'Watched' });
  const { key: next } = (await send(as(own), 'POST', `/${key.credential_id}/rotate`, {})).json();
  await send(as(own), 'DELETE', `/${next.credential_id}`);
  const { credentialId } = await callerOf(own);
  const entries = await door.deps.db.audit.last({ accountId: own.accountId, from: null, until: null, limit: 100 });
  const told = entries.filter((entry) => entry.credentialId === credentialId);
  expect(told.map(({ event, subject, address }) => [event, subject, address])).toEqual([
    ['credential-created', key.credential_id, '127.0.0.1'],
    ['credential-created', next.credential_id, '127.0.0.1'],
    ['credential-rotated', key.credential_id, '127.0.0.1'],
    ['credential-revoked', next.credential_id, '127.0.0.1'],
  ]);
});
