/** The quota as a customer meets it: usage, refusals, and what gives it back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { utcDay } from '../../src/core/dates.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { cancelReportJob } from '../../src/jobs/cancel.ts';
import { forgetOldUsage } from '../../src/jobs/forget-usage.ts';
import { errorSchema } from '../../src/wire/apartmentiq/errors.ts';
import { dailyUsageSchema, usageSchema } from '../../src/wire/apartmentiq/usage.ts';
import { type Customer, JOBS, KNOWN_IDS, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

const USAGE = '/apartmentiq/api/v1/usage';
const DAY_MS = 86_400_000;

type DayUsage = z.infer<typeof dailyUsageSchema>['usage'][number];

let now = new Date('2026-02-28T23:59:59Z');
let door: TestDoor;

beforeAll(async () => {
  door = await testDoor({ deps: { clock: () => now } });
});
afterAll(() => door[Symbol.asyncDispose]());

async function customer(limit: number | null): Promise<Customer> {
  const made = await door.customer();
  await door.deps.db.quota.setLimit(made.accountId, limit);
  return made;
}

async function usageOf(of: Customer) {
  const answer = await door.as(of).get(USAGE);
  expect(answer.statusCode).toBe(200);
  return usageSchema.strict().parse(answer.json());
}

describe('usage', () => {
  test('tells limit, use and the month of UTC', async () => {
    now = new Date('2026-02-28T23:59:59Z');
    const acme = await customer(null);
    const period = { period_start: '2026-02-01', period_end: '2026-02-28' };
    expect(await usageOf(acme)).toEqual({ quota_limit: null, quota_usage: 0, ...period });
    await door.as(acme).create(REQUEST);
    expect(await usageOf(acme)).toEqual({ quota_limit: null, quota_usage: 2, ...period });
    now = new Date('2026-03-01T00:00:00Z');
    expect(await usageOf(acme)).toEqual({
      quota_limit: null,
      quota_usage: 0,
      period_start: '2026-03-01',
      period_end: '2026-03-31',
    });
  });

  test('is forgotten thirteen months later', async () => {
    now = new Date('2025-01-31T12:00:00Z');
    const acme = await customer(null);
    const { job_id: id } = (await door.as(acme).create(REQUEST)).json();
    await door.deps.db.quota.keep({ accountId: acme.accountId, id });
    now = new Date('2026-02-28T23:59:59Z');
    await forgetOldUsage(door.deps);
    expect((await door.deps.db.quota.usage(acme.accountId, '2025-01')).usage).toBe(2);
    now = new Date('2026-03-01T00:00:00Z');
    expect(await forgetOldUsage(door.deps)).toBeGreaterThan(0);
    expect((await door.deps.db.quota.usage(acme.accountId, '2025-01')).usage).toBe(0);
  });

  test('is the account’s own', async () => {
    const [acme, other] = [await customer(5), await customer(6)];
    await door.as(acme).create(REQUEST);
    expect(await usageOf(other)).toMatchObject({ quota_limit: 6, quota_usage: 0 });
  });

  test('needs exports:read', async () => {
    const writer = await door.customer({ scopes: ['exports:write', 'data:read'] });
    const answer = await door.as(writer).get(USAGE);
    expect([answer.statusCode, answer.json()]).toEqual([
      403,
      { error: 'Forbidden', message: 'You do not have permission to view usage' },
    ]);
    expect((await door.app.inject({ url: USAGE })).statusCode).toBe(401);
  });
});

describe('usage by day', () => {
  const days = (of: Customer, query = '') => door.as(of).get(`${USAGE}/daily${query}`);

  test('tells by credential what the jobs of each day came to, up to today', async () => {
    // The instants of jobs are the database’s.
    now = new Date();
    const acme = await customer(null);
    const { job_id: id } = (await door.as(acme).create(REQUEST)).json();
    await succeedJob(door.deps, { accountId: acme.accountId, id }, 'id\n1\n2\n');
    await door.as(acme).create({ ...REQUEST, name: 'another' });
    const token = (await door.deps.db.credentials.list(acme.accountId)).find(({ kind }) => kind === 'token');
    const answer = await days(acme, '?days=2');
    const told = dailyUsageSchema.strict().parse(answer.json());
    const today = now.toISOString().slice(0, 10);
    expect(told).toMatchObject({
      first_day: utcDay(new Date(now.getTime() - DAY_MS)),
      last_day: today,
      complete: true,
    });
    const figures = { jobs: 2, succeeded: 1, failed: 0, properties: 2, rows: 2, bytes: 7 };
    const credential = { credential_id: token?.id, credential_kind: 'token', credential_name: null };
    expect(told.usage).toEqual([{ day: today, ...credential, ...figures }]);
    const other = await customer(null);
    expect((await days(other)).json().usage).toEqual([]);
  });

  test('tells what keys are called to whoever may see them', async () => {
    now = new Date();
    const acme = await customer(null);
    const scopes = ['exports:read', 'exports:write'] as const;
    const token = await issueToken(door.deps, {
      accountId: acme.accountId,
      name: 'Nightly',
      scopes: [...scopes, 'keys'],
    });
    const named = { ...acme, authorization: `Bearer ${token}` };
    expect((await door.as(named).create(REQUEST)).statusCode).toBe(200);
    const names = async (of: Customer) => (await days(of)).json().usage.map((each: DayUsage) => each.credential_name);
    expect(await names(named)).toEqual(['Nightly']);
    expect(await names(acme)).toEqual([null]);
  });

  test.each(['0', '93', 'x', '1.5', '-1', ''])('is refused for days=%s', async (text) => {
    const answer = await days(await customer(null), `?days=${text}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      400,
      { message: 'days must be an integer between 1 and 92' },
    ]);
  });
});

describe('a quota that is not enough', () => {
  test('refuses the job with 429 and both numbers, and makes nothing', async () => {
    const acme = await customer(2);
    await door.as(acme).create(REQUEST);
    now = new Date('2026-03-31T23:59:00.500Z');
    const answer = await door.as(acme).create({ ...REQUEST, property_ids: KNOWN_IDS });
    expect(answer.statusCode).toBe(429);
    // To the reset, in whole seconds that do not come too early.
    expect(answer.headers['retry-after']).toBe('60');
    expect(errorSchema.strict().parse(answer.json())).toEqual({
      error: 'Quota exceeded',
      message: expect.stringContaining(
        '1 properties that do not count yet in 2026-03, and 0 of 2 are left; ask for fewer, or for properties that were exported this month; the quota starts again on 2026-04-01 (UTC)',
      ),
      quota_limit: 2,
      quota_usage: 2,
    });
    expect((await door.as(acme).get(JOBS)).json().pagination.total_count).toBe(1);
  });

  test('lets through what counts already', async () => {
    const acme = await customer(2);
    await door.as(acme).create(REQUEST);
    expect((await door.as(acme).create(REQUEST)).statusCode).toBe(200);
    expect(await usageOf(acme)).toMatchObject({ quota_usage: 2 });
  });

  test('is given back by a cancel, in the month of the job', async () => {
    now = new Date('2026-03-31T12:00:00Z');
    const acme = await customer(2);
    const { job_id: id } = (await door.as(acme).create(REQUEST)).json();
    now = new Date('2026-04-01T12:00:00Z');
    expect(await usageOf(acme)).toMatchObject({ quota_usage: 0 });
    expect((await door.as(acme).delete(`${JOBS}/${id}`)).statusCode).toBe(200);
    expect((await door.as(acme).delete(`${JOBS}/${id}`)).statusCode).toBe(200);
    expect(await usageOf(acme)).toMatchObject({ quota_usage: 0 });
    now = new Date('2026-03-31T12:00:00Z');
    expect(await usageOf(acme)).toMatchObject({ quota_usage: 0 });
    expect((await door.as(acme).create({ ...REQUEST, property_ids: [99004737] })).statusCode).toBe(200);
  });

  test('is not given back when the cancel is not committed', async () => {
    const acme = await customer(2);
    const { job_id: id } = (await door.as(acme).create(REQUEST)).json();
    const { db } = door.deps;
    const failing = {
      ...db,
      transaction: ((work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error('the power went');
        })) as typeof db.transaction,
    };
    const caller = { accountId: acme.accountId, credentialId: '', scopes: ['exports:write'] as const };
    await expect(cancelReportJob({ ...door.deps, db: failing }, caller, id)).rejects.toThrow('the power went');
    expect(await usageOf(acme)).toMatchObject({ quota_usage: 2 });
  });
});

describe('an estimate is refused as the job would be', () => {
  test.each<[string, object]>([
    ['nothing given', {}],
    ['a day that is none', { ...REQUEST, start_date: '2025-02-30' }],
    ['days the wrong way round', { ...REQUEST, end_date: '2025-11-30' }],
    ['no ids', { ...REQUEST, property_ids: [] }],
    ['ids that nobody knows', { ...REQUEST, property_ids: [99001416, 5, 6] }],
    ['a callback that is not public', { ...REQUEST, callback_url: 'http://127.0.0.1/' }],
    ['a callback that is too long', { ...REQUEST, callback_url: `https://example.com/${'x'.repeat(2029)}` }],
  ])('%s', async (_fault, body) => {
    const acme = door.as(await customer(null));
    const [created, estimated] = [await acme.create(body), await acme.estimate(body)];
    expect(created.statusCode).toBe(400);
    expect([estimated.statusCode, estimated.json()]).toEqual([created.statusCode, created.json()]);
  });

  test('without the scope', async () => {
    const reader = door.as(await door.customer({ scopes: ['exports:read', 'data:read'] }));
    const [created, estimated] = [await reader.create(REQUEST), await reader.estimate(REQUEST)];
    expect(created.statusCode).toBe(403);
    expect([estimated.statusCode, estimated.json()]).toEqual([created.statusCode, created.json()]);
  });
});
