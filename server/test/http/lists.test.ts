/** Saved lists, and what is asked for by them, on the whole program. */
import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { BY_COMMAND } from '../../src/core/audit.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { ALL_PROPERTIES } from '../../src/core/lists/saved-list.ts';
import { deleteAccount } from '../../src/jobs/operator/accounts.ts';
import { tickSchedules } from '../../src/jobs/schedules/tick.ts';
import { savedListSchema, savedListSummarySchema } from '../../src/wire/apartmentiq/lists/saved-list.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';

const [FIRST, SECOND, THIRD] = GUIDE_IDS;
const LISTS = '/property_lists';
const JOBS = '/bulk_api/jobs';
const REPORT = { report_type: 'property', output_format: 'csv', start_date: '2025-12-01', end_date: '2025-12-31' };
const RULE = { frequency: 'daily', time: '06:00', time_zone: 'UTC', range: 'yesterday', data_deadline_hours: 0 };
const UNKNOWN = 1;

let app: TestApp;
let account: TestAccount;
/** Of the demo, by state and by size. */
let properties: readonly { id: number; state: string; unit_count: number }[];

beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  account = await app.account();
  properties = (await send(account, 'GET', '/properties/lookup?per_page=100')).json().properties;
});
afterAll(() => app?.close());

function send(owner: TestAccount, method: InjectOptions['method'] & string, path: string, payload?: object) {
  return app.as(owner, { method: method as 'GET', url: `/api/v1${path}`, ...(payload && { payload }) });
}

async function ok(owner: TestAccount, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) {
  const answer = await send(owner, method, path, payload);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function refused(
  owner: TestAccount,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
) {
  const { statusCode, body } = await send(owner, method, path, payload);
  const { message, errors = [message] } = JSON.parse(body);
  return [statusCode, ...errors];
}

/** The data without these properties, until the test is over. */
async function sell(...ids: readonly number[]): Promise<void> {
  const { warehouse } = app.app.deps.db;
  const before = await warehouse.current();
  if (before === null) throw new Error('there is no data');
  const known = await warehouse.propertyIds(before.version);
  const commit = (base: number, propertyIds: PropertyIdSet) =>
    warehouse.commit({ base, tables: before.tables, propertyIds });
  const { version } = await commit(before.version, PropertyIdSet.of([...known].filter((id) => !ids.includes(id))));
  onTestFinished(() => commit(version, known).then(() => undefined));
}

const REFUSED: readonly (readonly [body: object, faults: readonly (string | RegExp)[]])[] = [
  [{}, ['name is required and must be text', 'property_ids or filter is required: give one of them']],
  [
    { name: 'x', property_ids: [1], filter: 'unit_count > 1' },
    ['filter and property_ids exclude each other: give one of them'],
  ],
  [{ name: 'x', property_ids: [] }, ['property_ids is required and must be a non-empty array']],
  [{ name: 'x', property_ids: ['1'] }, [/^property_ids must contain only positive integers; 1 is not/]],
  [{ name: '', filter: 'unit_count > 1' }, [/^name must be text of 1 to 100 characters/]],
  [{ name: ' x', filter: 'unit_count > 1' }, ['name must not begin or end with a blank']],
  [{ name: '@all', filter: 'unit_count > 1' }, [/^name must not begin with @/]],
  [{ name: randomUUID(), filter: 'unit_count > 1' }, [/^name must not begin with @, look like an id/]],
  [{ name: '..', filter: 'unit_count > 1' }, [/a dot or two$/]],
  [{ name: 'x', filter: 7 }, [/^filter must be a condition such as/]],
  [{ name: 'x', filter: "state = 'T\0'" }, [/^filter must be a condition such as/]],
  [{ name: 'x', filter: 'sate = 1' }, ['filter: condition, character 1: there is no column sate (nearest: state)']],
  [{ name: 'x', filter: 'avg_rent > 1' }, [/there is no column avg_rent/]],
  [{ name: 'x', filter: 'unit_count > 3000000000' }, [/a whole number up to 2147483647 for unit_count is expected/]],
];

describe('a list', () => {
  test('of ids is made, shown, changed, renamed and deleted', async () => {
    const made = await ok(account, 'POST', LISTS, { name: 'Guide', property_ids: [THIRD, FIRST, THIRD] });
    expect(savedListSchema.strict().parse(made)).toEqual(made);
    expect(made).toMatchObject({ name: 'Guide', filter: null, property_count: 2, property_ids: [THIRD, FIRST] });
    expect(made).not.toHaveProperty('warnings');
    const { list_id: id } = made;
    for (const path of [`${LISTS}/${id}`, `${LISTS}/Guide`, `${LISTS}/gUIDE`]) {
      expect(await ok(account, 'GET', path)).toEqual(made);
    }
    const replaced = await ok(account, 'PATCH', `${LISTS}/Guide`, { property_ids: [SECOND] });
    expect(replaced).toMatchObject({ list_id: id, name: 'Guide', property_count: 1, property_ids: [SECOND] });
    const renamed = await ok(account, 'PATCH', `${LISTS}/${id}`, { name: 'The guide / 50% & more' });
    expect(renamed).toMatchObject({ list_id: id, property_ids: [SECOND] });
    const path = `${LISTS}/${encodeURIComponent('The guide / 50% & more')}`;
    expect(await ok(account, 'GET', path)).toMatchObject({ list_id: id });
    const filtered = await ok(account, 'PATCH', path, { filter: 'unit_count > 0' });
    expect(filtered).toMatchObject({ filter: 'unit_count > 0', property_count: null, property_ids: null });
    const deleted = await ok(account, 'DELETE', path);
    expect(savedListSummarySchema.strict().parse(deleted)).toEqual(deleted);
    expect(await refused(account, 'GET', path)).toEqual([404, 'List with the specified id or name does not exist']);
  });

  test('is listed by name, without ids', async () => {
    const owner = await app.account();
    for (const name of ['B', 'a']) await ok(owner, 'POST', LISTS, { name, property_ids: [FIRST] });
    const { lists, pagination } = await ok(owner, 'GET', `${LISTS}?per_page=1`);
    expect(lists).toMatchObject([{ name: 'a', property_count: 1 }]);
    expect(lists[0]).not.toHaveProperty('property_ids');
    expect(pagination).toEqual({ current_page: 1, total_pages: 2, total_count: 2, per_page: 1 });
  });

  test('keeps ids that are of no property, and says so; with no other it is refused', async () => {
    const owner = await app.account({ grants: PropertyIdSet.of([FIRST]) });
    const made = await ok(owner, 'POST', LISTS, { name: 'Some', property_ids: [FIRST, SECOND, UNKNOWN], nmae: 'x' });
    expect(made.property_ids).toEqual([FIRST, SECOND, UNKNOWN]);
    expect(made.warnings).toEqual([
      'the request body has unknown field nmae (nearest: name); it was ignored',
      `2 of the 3 property_ids are of no property that exists and that you may access; exports leave them out: ${SECOND}, ${UNKNOWN}`,
    ]);
    expect(await refused(owner, 'POST', LISTS, { name: 'None', property_ids: [SECOND, UNKNOWN] })).toEqual([
      400,
      `property_ids contains no ID of a property that exists and that you may access: ${SECOND}, ${UNKNOWN}`,
    ]);
  });

  test.each(REFUSED)('is refused for %j', async (body, faults) => {
    expect(await refused(account, 'POST', LISTS, body)).toEqual([
      400,
      ...faults.map((fault) => (typeof fault === 'string' ? fault : expect.stringMatching(fault))),
    ]);
  });

  test('has a name of its own, and its account as many lists as the operator allows', async () => {
    const owner = await app.account();
    await ok(owner, 'POST', LISTS, { name: 'Texas', filter: "state = 'TX'" });
    const other = await ok(owner, 'POST', LISTS, { name: 'Other', filter: "state = 'TX'" });
    const taken = expect.stringContaining('your account has a list called Texas already');
    expect(await refused(owner, 'POST', LISTS, { name: 'TEXAS', filter: 'unit_count > 1' })).toEqual([400, taken]);
    expect(await refused(owner, 'PATCH', `${LISTS}/${other.list_id}`, { name: 'texas' })).toEqual([400, taken]);
    const { policy } = app.app.deps;
    const { listsPerAccount } = policy;
    Object.assign(policy, { listsPerAccount: 2 });
    onTestFinished(() => void Object.assign(policy, { listsPerAccount }));
    const answer = await send(owner, 'POST', LISTS, { name: 'Third', filter: 'unit_count > 1' });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '3600']);
    expect(answer.json().message).toMatch(/^Your account has as many lists as it may have, 2; delete one/);
  });

  test('by a filter takes the right to look properties up', async () => {
    const owner = await app.account({ scopes: ['exports:write', 'exports:read'] });
    expect(await refused(owner, 'POST', LISTS, { name: 'x', filter: 'unit_count > 1' })).toEqual([
      403,
      'You do not have permission to look up properties',
    ]);
    await ok(owner, 'POST', LISTS, { name: 'x', property_ids: [FIRST] });
    expect((await refused(owner, 'PATCH', `${LISTS}/x`, { filter: 'unit_count > 1' }))[0]).toBe(403);
  });

  test('is in the audit log from its making to its end', async () => {
    const owner = await app.account();
    const { list_id: id } = await ok(owner, 'POST', LISTS, { name: 'Noted', property_ids: [FIRST, SECOND] });
    await ok(owner, 'PATCH', `${LISTS}/Noted`, { name: 'Noted too' });
    await ok(owner, 'DELETE', `${LISTS}/${id}`);
    const events = ['list-created', 'list-changed', 'list-deleted'] as const;
    const terms = { accountId: owner.id, events, from: null, until: null, limit: 10 };
    const entries = await app.app.deps.db.audit.last(terms);
    expect(entries.map(({ event, subject, properties: of }) => [event, subject, of?.count ?? null])).toEqual([
      ['list-created', id, 2],
      ['list-changed', id, null],
      ['list-deleted', id, null],
    ]);
  });

  test('ends with its account', async () => {
    const owner = await app.account();
    await ok(owner, 'POST', LISTS, { name: 'Kept', property_ids: [FIRST] });
    await ok(owner, 'POST', '/bulk_api/schedules', { ...REPORT_OF_SCHEDULE, ...RULE, property_list: 'Kept' });
    await deleteAccount(app.app.deps, BY_COMMAND, owner.id);
    expect(await app.app.deps.db.lists.names(owner.id, 10)).toEqual([]);
  });
});

const REPORT_OF_SCHEDULE = { report_type: 'property', output_format: 'csv' };

describe('counting', () => {
  test('tells how many a list, a filter and everything mean now', async () => {
    const [{ state, unit_count: units } = { state: '', unit_count: 0 }] = properties;
    const filter = `state = '${state}' AND unit_count >= ${units}`;
    const meant = properties.filter((each) => each.state === state && each.unit_count >= units).length;
    expect(meant).toBeGreaterThan(0);
    expect(await ok(account, 'POST', `${LISTS}/count`, { filter })).toEqual({ count: meant, left_out: 0 });
    const all = { count: properties.length, left_out: 0 };
    expect(await ok(account, 'POST', `${LISTS}/count`, { property_list: ALL_PROPERTIES })).toEqual(all);
    const owner = await app.account({ grants: PropertyIdSet.of([FIRST, UNKNOWN]) });
    await ok(owner, 'POST', LISTS, { name: 'Two', property_ids: [FIRST, SECOND] });
    const one = { count: 1, left_out: 0 };
    expect(await ok(owner, 'POST', `${LISTS}/count`, { property_list: 'Two' })).toEqual({ count: 1, left_out: 1 });
    expect(await ok(owner, 'POST', `${LISTS}/count`, { property_list: ALL_PROPERTIES })).toEqual(one);
    expect(await ok(owner, 'POST', `${LISTS}/count`, { filter: 'property_id > 0' })).toEqual(one);
    expect(await ok(owner, 'POST', `${LISTS}/count`, { filter: 'property_id < 0' })).toEqual({ count: 0, left_out: 0 });
  });

  test('refuses what is neither', async () => {
    expect(await refused(account, 'POST', `${LISTS}/count`, {})).toEqual([
      400,
      'filter or property_list is required: give one of them',
    ]);
    expect(await refused(account, 'POST', `${LISTS}/count`, { filter: 'x', property_list: 'y' })).toEqual([
      400,
      'filter and property_list exclude each other: give one of them',
    ]);
    expect(await refused(account, 'POST', `${LISTS}/count`, { property_list: 'Nothing' })).toEqual([
      400,
      'property_list: your account has no list Nothing',
    ]);
  });
});

describe('a job by a list', () => {
  let owner: TestAccount;
  beforeAll(async () => {
    owner = await app.account();
    await ok(owner, 'POST', LISTS, { name: 'Guide', property_ids: [THIRD, FIRST, SECOND] });
    await ok(owner, 'POST', LISTS, { name: 'Large', filter: `property_id IN (${FIRST}, ${THIRD}) AND unit_count > 0` });
  });

  test('has the properties of then, by id, by name, by filter, and all', async () => {
    const { list_id: id } = await ok(owner, 'GET', `${LISTS}/Guide`);
    for (const property_list of [id, 'guide']) {
      const job = await ok(owner, 'POST', JOBS, { ...REPORT, property_list });
      expect(job).toMatchObject({ property_ids: [THIRD, FIRST, SECOND], warnings: [] });
    }
    const byFilter = await ok(owner, 'POST', JOBS, { ...REPORT, property_list: 'Large' });
    expect(byFilter.property_ids).toEqual([FIRST, THIRD].sort());
    const all = await ok(owner, 'POST', JOBS, { ...REPORT, property_list: ALL_PROPERTIES });
    expect(all.property_ids).toEqual(properties.map((each) => each.id).sort());
    const granted = await app.account({ grants: PropertyIdSet.of([SECOND, UNKNOWN]) });
    const mine = await ok(granted, 'POST', JOBS, { ...REPORT, property_list: ALL_PROPERTIES });
    expect(mine).toMatchObject({ property_ids: [SECOND], warnings: [] });
    await ok(owner, 'PATCH', `${LISTS}/Guide`, { name: 'Guide' });
    expect(await ok(owner, 'GET', `${JOBS}/${byFilter.job_id}`)).toMatchObject({ property_ids: byFilter.property_ids });
  });

  test('leaves out what was sold, and says so', async () => {
    await sell(SECOND);
    const warning = `1 of the 3 properties of the list Guide is left out, because it is no longer in the data, or not among those that your account may see: ${SECOND}`;
    const job = await ok(owner, 'POST', JOBS, { ...REPORT, property_list: 'Guide' });
    expect(job).toMatchObject({ property_ids: [THIRD, FIRST], warnings: [warning] });
    const estimate = await ok(owner, 'POST', `${JOBS}/estimate`, { ...REPORT, property_list: 'Guide', clumns: [] });
    expect(estimate).toMatchObject({
      requested_records: 2,
      warnings: ['the request body has unknown field clumns (nearest: columns); it was ignored', warning],
    });
    // The same by ids is refused.
    expect((await refused(owner, 'POST', JOBS, { ...REPORT, property_ids: [...GUIDE_IDS] }))[0]).toBe(400);
    expect(await ok(owner, 'POST', `${LISTS}/count`, { property_list: 'Guide' })).toEqual({ count: 2, left_out: 1 });
  });

  test('with nothing left is refused', async () => {
    await sell(...GUIDE_IDS);
    const none = 'property_list Guide: none of its properties is in the data and may be seen by your account';
    for (const path of [JOBS, `${JOBS}/estimate`]) {
      expect(await refused(owner, 'POST', path, { ...REPORT, property_list: 'Guide' })).toEqual([400, none]);
    }
    const nothing = await app.account({ grants: PropertyIdSet.of([]) });
    expect(await refused(nothing, 'POST', JOBS, { ...REPORT, property_list: ALL_PROPERTIES })).toEqual([
      400,
      'property_list @all: there is no property that your account may see',
    ]);
    expect((await refused(owner, 'POST', JOBS, { ...REPORT, property_list: 'Nowhere' }))[0]).toBe(400);
  });

  test.each([
    [{ property_list: 'Giude' }, 'property_list: your account has no list Giude (nearest: Guide)'],
    [
      { property_list: 'Guide', property_ids: [FIRST] },
      'property_list and property_ids exclude each other: give one of them',
    ],
    [{ property_list: '' }, 'property_list must be the id or the name of a list, or @all'],
    [{ property_list: 7 }, 'property_list must be the id or the name of a list, or @all'],
    [{ property_list: null }, 'property_ids is required and must be a non-empty array'],
    [{ property_ids: [] }, 'property_ids is required and must be a non-empty array'],
  ])('is refused for %j', async (choice, fault) => {
    expect(await refused(owner, 'POST', JOBS, { ...REPORT, ...choice })).toEqual([400, fault]);
    expect(await refused(owner, 'POST', '/bulk_api/schedules', { ...REPORT_OF_SCHEDULE, ...RULE, ...choice })).toEqual([
      400,
      fault,
    ]);
  });

  test('may have empty ids beside the list, as clients that were generated send them', async () => {
    const job = await ok(owner, 'POST', JOBS, { ...REPORT, property_list: 'Guide', property_ids: [] });
    expect(job.property_ids).toEqual([THIRD, FIRST, SECOND]);
  });

  test('is the same job under the same key, whatever became of the list', async () => {
    const create = (list: string) =>
      app.as(owner, {
        method: 'POST',
        url: `/api/v1${JOBS}`,
        headers: { 'idempotency-key': 'by list' },
        payload: { ...REPORT, property_list: list },
      });
    await ok(owner, 'POST', LISTS, { name: 'Changing', property_ids: [FIRST] });
    const first = (await create('Changing')).json();
    await ok(owner, 'PATCH', `${LISTS}/Changing`, { property_ids: [SECOND] });
    expect((await create('Changing')).json()).toMatchObject({ job_id: first.job_id, property_ids: [FIRST] });
    expect((await create('Guide')).statusCode).toBe(422);
  });

  test('takes no list of another account', async () => {
    const other = await app.account();
    const { list_id: id } = await ok(owner, 'GET', `${LISTS}/Guide`);
    for (const [property_list, none] of [
      [id, 'with this id'],
      ['Guide', 'Guide'],
    ]) {
      const message = `property_list: your account has no list ${none}`;
      expect(await refused(other, 'POST', JOBS, { ...REPORT, property_list })).toEqual([400, message]);
    }
  });
});

describe('a schedule by a list', () => {
  let owner: TestAccount;
  beforeAll(async () => {
    owner = await app.account();
    await ok(owner, 'POST', LISTS, { name: 'Guide', property_ids: [...GUIDE_IDS] });
  });

  async function create(more: object) {
    return ok(owner, 'POST', '/bulk_api/schedules', { ...REPORT_OF_SCHEDULE, ...RULE, ...more });
  }

  /** What became of its next instant. */
  async function run({ schedule_id: id, next_run_at: next }: { schedule_id: string; next_run_at: string }) {
    await tickSchedules({ ...app.app.deps, clock: () => new Date(next) });
    const { runs } = await ok(owner, 'GET', `/bulk_api/schedules/${id}/runs`);
    await ok(owner, 'DELETE', `/bulk_api/schedules/${id}`);
    return runs[0];
  }

  test('names it, and each run has what the list holds by then, without what was sold', async () => {
    const schedule = await create({ property_list: 'guide' });
    expect(schedule).toMatchObject({ property_list: 'Guide', property_count: 3, property_ids: [], needs: null });
    await sell(SECOND);
    await ok(owner, 'PATCH', `${LISTS}/Guide`, { name: 'Renamed' });
    expect(await ok(owner, 'GET', `/bulk_api/schedules/${schedule.schedule_id}`)).toMatchObject({
      property_list: 'Renamed',
    });
    const { state, job_id: job } = await run(schedule);
    expect(state).toBe('submitted');
    expect(await ok(owner, 'GET', `${JOBS}/${job}`)).toMatchObject({
      property_ids: [FIRST, THIRD],
      warnings: [expect.stringMatching(/^1 of the 3 properties of the list Renamed is left out/), expect.any(String)],
    });
    await ok(owner, 'PATCH', `${LISTS}/Renamed`, { name: 'Guide' });
  });

  test('of everything has what the account may see by then', async () => {
    const schedule = await create({ property_list: ALL_PROPERTIES });
    expect(schedule).toMatchObject({ property_list: '@all', property_count: properties.length });
    await sell(SECOND);
    const { job_id: job } = await run(schedule);
    const made = await ok(owner, 'GET', `${JOBS}/${job}`);
    expect(made.property_ids).toHaveLength(properties.length - 1);
  });

  test('says at its making what is left out', async () => {
    await sell(SECOND);
    const { warnings, schedule_id: id } = await create({ property_list: 'Guide' });
    expect(warnings).toEqual([expect.stringMatching(/^1 of the 3 properties of the list Guide is left out/)]);
    await ok(owner, 'DELETE', `/bulk_api/schedules/${id}`);
  });

  test('fails a run for which nothing is left, with the reason', async () => {
    const schedule = await create({ property_list: 'Guide' });
    await sell(...GUIDE_IDS);
    expect(await run(schedule)).toMatchObject({
      state: 'failed',
      reason_code: 'invalid_parameter',
      reason: 'property_list Guide: none of its properties is in the data and may be seen by your account',
    });
  });

  test('keeps its list from being deleted', async () => {
    const { schedule_id: id } = await create({ property_list: 'Guide' });
    expect(await refused(owner, 'DELETE', `${LISTS}/Guide`)).toEqual([
      400,
      `The list Guide is not deleted, because it is used by the schedule ${id}; delete it first, or change the list`,
    ]);
    await ok(owner, 'DELETE', `/bulk_api/schedules/${id}`);
    await ok(owner, 'DELETE', `${LISTS}/Guide`);
  });
});
