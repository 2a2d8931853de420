/** The routes of schedules: who may use them, whose schedules they show, what they refuse, and what they answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { tickSchedules } from '../../src/jobs/schedules/tick.ts';
import { scheduleRunSchema, scheduleSchema, scheduleSummarySchema } from '../../src/wire/apartmentiq/schedule.ts';
import { type Customer, KNOWN_IDS, type TestDoor, testDoor } from './door.ts';

const PREFIXES = ['/apartmentiq/api/v1', '/api/v1'];
const SCHEDULES = '/api/v1/bulk_api/schedules';
const UNKNOWN = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const VIEW = 'You do not have permission to view schedules';
const CHANGE = 'You do not have permission to create or change schedules';
type Method = 'GET' | 'POST' | 'DELETE';
const ROUTES: readonly (readonly [Method, string, Scope, string])[] = [
  ['POST', '', 'exports:write', CHANGE],
  ['GET', '', 'exports:read', VIEW],
  ['GET', `/${UNKNOWN}`, 'exports:read', VIEW],
  ['POST', `/${UNKNOWN}/pause`, 'exports:write', CHANGE],
  ['POST', `/${UNKNOWN}/resume`, 'exports:write', CHANGE],
  ['DELETE', `/${UNKNOWN}`, 'exports:write', CHANGE],
  ['GET', `/${UNKNOWN}/runs`, 'exports:read', VIEW],
];
const BODY = {
  report_type: 'property',
  output_format: 'csv',
  property_ids: [99004737, 99001416, 99004737],
  frequency: 'monthly',
  day_of_month: 31,
  time: '06:00',
  time_zone: 'America/New_York',
  range: 'previous_month',
};

let now = new Date('2026-01-31T10:59:59Z');
let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor({ deps: { clock: () => now } });
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

function send({ authorization }: Pick<Customer, 'authorization'>, method: Method, path: string, payload?: object) {
  const body = payload === undefined ? {} : { payload };
  return door.app.inject({ method, url: SCHEDULES + path, headers: { authorization }, ...body });
}

async function create(of: Customer, change: object = {}) {
  const answer = await send(of, 'POST', '', { ...BODY, ...change });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

test('a field that nobody reads is ignored, and the answer to the creation says so', async () => {
  const { warnings, schedule_id: id } = await create(customer, {
    callback_ulr: 'https://example.com/',
    start_date: null,
  });
  expect(warnings).toEqual(['the request body has unknown field callback_ulr (nearest: callback_url); it was ignored']);
  expect(await create(customer)).not.toHaveProperty('warnings');
  expect((await send(customer, 'GET', `/${id}`)).json()).not.toHaveProperty('warnings');
});

test('an account has as many as the operator allows, and is told so', async () => {
  const policy = { ...door.deps.policy, schedulesPerAccount: 1 };
  const narrow = await testDoor({ deps: { policy } });
  try {
    const { authorization } = await narrow.customer();
    const request = { method: 'POST', url: SCHEDULES, headers: { authorization }, payload: BODY } as const;
    expect((await narrow.app.inject(request)).statusCode).toBe(200);
    const answer = await narrow.app.inject(request);
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('3600');
    expect(answer.json().message).toMatch(/^Your account has as many schedules as it may have, 1; delete one/);
  } finally {
    await narrow[Symbol.asyncDispose]();
  }
});

describe.each(ROUTES)('%s …/schedules%s', (method, path, scope, message) => {
  test('needs a bearer token under both prefixes', async () => {
    for (const prefix of PREFIXES) {
      const answer = await door.app.inject({ method, url: `${prefix}/bulk_api/schedules${path}` });
      expect(answer.statusCode).toBe(401);
    }
  });

  test(`needs ${scope}`, async () => {
    const others = (['exports:read', 'exports:write', 'data:read'] as const).filter((other) => other !== scope);
    const answer = await send(
      await door.customer({ scopes: others }),
      method,
      path,
      method === 'POST' ? {} : undefined,
    );
    expect([answer.statusCode, answer.json()]).toEqual([403, { error: 'Forbidden', message }]);
    expect(answer.headers['www-authenticate']).toContain(`scope="${scope}"`);
  });
});

describe('creating a schedule', () => {
  test('answers with it, with what was left open, and with its next instant', async () => {
    const schedule = await create(customer);
    expect(scheduleSchema.strict().parse(schedule)).toEqual(schedule);
    expect(schedule).toEqual({
      schedule_id: expect.any(String),
      state: 'active',
      next_run_at: '2026-01-31T11:00:00.000Z',
      needs: null,
      frequency: 'monthly',
      day_of_month: 31,
      weekday: null,
      time: '06:00',
      time_zone: 'America/New_York',
      range: 'previous_month',
      days: null,
      data_deadline_hours: 48,
      on_incomplete: 'run',
      report_type: 'property',
      output_format: 'csv',
      callback_url: null,
      columns: null,
      compression: 'none',
      csv_profile: 'standard',
      name: null,
      property_count: 2,
      property_list: null,
      property_ids: [99004737, 99001416],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await send(customer, 'GET', `/${schedule.schedule_id.toUpperCase()}`)).json()).toEqual(schedule);
  });

  test('takes what another schedule shows', async () => {
    const first = await create(customer, { frequency: 'weekly', day_of_month: null, weekday: 'monday' });
    const second = await create(customer, first);
    const own = { schedule_id: expect.any(String), created_at: expect.any(String), updated_at: expect.any(String) };
    expect(second).toEqual({ ...first, ...own, warnings: expect.any(Array) });
    expect(second.schedule_id).not.toBe(first.schedule_id);
  });

  test('tells all faults at once', async () => {
    const answer = await send(customer, 'POST', '', { ...BODY, time: '6 am', day_of_month: 0, columns: ['rents'] });
    const errors = [
      'day_of_month must be an integer between 1 and 31',
      'time must be in HH:MM format, from 00:00 to 23:59',
      'columns contains unknown column rents',
    ];
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'Invalid parameter', message: errors[0] });
    expect(answer.json().errors.slice(0, 2)).toEqual(errors.slice(0, 2));
    expect(answer.json().errors).toHaveLength(3);
  });

  test.each(['', '{', '[]', 'null'])('refuses a body that is no JSON object: %j', async (payload) => {
    const headers = { authorization: customer.authorization, 'content-type': 'application/json' };
    const answer = await door.app.inject({ method: 'POST', url: SCHEDULES, headers, payload });
    expect([answer.statusCode, answer.json().message]).toEqual([400, 'request body must be a JSON object']);
  });

  test('refuses a callback URL as a job’s creation does', async () => {
    const longest = `https://example.com/${'x'.repeat(2028)}`;
    expect((await create(customer, { callback_url: longest })).callback_url).toBe(longest);
    const answer = await send(customer, 'POST', '', { ...BODY, callback_url: `${longest}x` });
    const message = 'callback_url must be a public http or https URL';
    expect([answer.statusCode, answer.json()]).toEqual([400, { error: 'Invalid parameter', message }]);
  });

  test('refuses ids as a job’s creation does', async () => {
    const unknown = await send(customer, 'POST', '', { ...BODY, property_ids: [5] });
    expect([unknown.statusCode, unknown.json().message]).toEqual([400, 'property_ids contains 1 unknown IDs: 5']);
    const narrow = await door.customer({ grants: PropertyIdSet.of([99001416]) });
    const foreign = await send(narrow, 'POST', '', BODY);
    expect([foreign.statusCode, foreign.json().message]).toEqual([
      403,
      'You do not have permission to access the specified properties',
    ]);
  });
});

describe('a schedule', () => {
  test('of another account does not exist', async () => {
    const { schedule_id: id } = await create(customer);
    const stranger = await door.customer();
    const missing = { error: 'Not Found', message: 'Schedule with the specified ID does not exist' };
    for (const of of [`/${id}`, `/${UNKNOWN}`]) {
      for (const [method, path] of [
        ['GET', of],
        ['POST', `${of}/pause`],
        ['POST', `${of}/resume`],
        ['GET', `${of}/runs`],
        ['DELETE', of],
      ] as const) {
        const answer = await send(stranger, method, path);
        expect([answer.statusCode, answer.json()], path).toEqual([404, missing]);
      }
    }
    expect((await send(stranger, 'GET', '')).json().schedules).toEqual([]);
    expect((await send(customer, 'GET', `/${id}`)).json()).toMatchObject({ state: 'active' });
  });

  test('is listed by page, without its ids', async () => {
    const lister = await door.customer();
    const ids: string[] = [];
    for (let made = 0; made < 3; made++) ids.unshift((await create(lister)).schedule_id);
    const { schedules, pagination } = (await send(lister, 'GET', '?page=2&per_page=2')).json();
    expect(schedules.map(({ schedule_id: id }: { schedule_id: string }) => id)).toEqual(ids.slice(2));
    expect(pagination).toEqual({ current_page: 2, total_pages: 2, total_count: 3, per_page: 2 });
    expect(scheduleSummarySchema.strict().parse(schedules[0])).toEqual(schedules[0]);
  });

  test('is paused and resumed, twice if need be, and deleted', async () => {
    const { schedule_id: id } = await create(customer);
    for (let time = 0; time < 2; time++) {
      const paused = await send(customer, 'POST', `/${id}/pause`);
      expect([paused.statusCode, paused.json()]).toMatchObject([200, { state: 'paused', next_run_at: null }]);
    }
    for (let time = 0; time < 2; time++) {
      const resumed = await send(customer, 'POST', `/${id}/resume`);
      const next_run_at = '2026-01-31T11:00:00.000Z';
      expect([resumed.statusCode, resumed.json()]).toMatchObject([200, { state: 'active', next_run_at }]);
    }
    const deleted = await send(customer, 'DELETE', `/${id}`);
    expect(deleted.json()).toMatchObject({ schedule_id: id, state: 'active' });
    expect((await send(customer, 'DELETE', `/${id}`)).statusCode).toBe(404);
  });

  test('tells what became of its runs', async () => {
    const runner = await door.customer();
    const { schedule_id: id } = await create(runner, {
      frequency: 'daily',
      day_of_month: null,
      data_deadline_hours: 0,
    });
    now = new Date('2026-02-01T12:00:00Z');
    await tickSchedules(door.deps);
    const { runs, pagination } = (await send(runner, 'GET', `/${id}/runs?per_page=1`)).json();
    expect(pagination).toEqual({ current_page: 1, total_pages: 2, total_count: 2, per_page: 1 });
    expect(scheduleRunSchema.strict().parse(runs[0])).toEqual(runs[0]);
    const { jobs } = (await door.as(runner).get('/api/v1/bulk_api/jobs')).json();
    expect(runs).toEqual([
      {
        planned_at: '2026-02-01T11:00:00.000Z',
        start_date: '2026-01-01',
        end_date: '2026-01-31',
        state: 'submitted',
        deadline_at: '2026-02-01T12:00:00.000Z',
        job_id: jobs[0].job_id,
        data_complete: false,
        reason_code: null,
        reason: null,
      },
    ]);
    expect(jobs[0]).toMatchObject({
      start_date: '2026-01-01',
      end_date: '2026-01-31',
      property_ids: [99004737, 99001416],
    });
  });

  test.each<[Method, string, string]>([
    ['GET', '/x', 'schedule_id must be a valid UUID'],
    ['DELETE', '/x', 'schedule_id must be a valid UUID'],
    ['POST', '/x/pause', 'schedule_id must be a valid UUID'],
    ['GET', '/x/runs', 'schedule_id must be a valid UUID'],
    ['GET', '?per_page=101', 'per_page must be an integer between 1 and 100'],
    ['GET', `/${UNKNOWN}/runs?page=0`, 'page must be a positive integer'],
  ])('%s %s is refused', async (method, path, message) => {
    const answer = await send(customer, method, path);
    expect([answer.statusCode, answer.json().message]).toEqual([400, message]);
  });

  test('of a hundred thousand properties is streamed whole', async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => 1000 + index);
    const { version } = (await door.deps.db.warehouse.current()) ?? { version: 0 };
    const all = PropertyIdSet.of([...KNOWN_IDS, ...ids]);
    await door.deps.db.warehouse.commit({ base: version, tables: {}, propertyIds: all });
    const schedule = await create(customer, { property_ids: ids });
    expect(schedule.property_count).toBe(ids.length);
    expect(schedule.property_ids).toEqual(ids);
  });
});
