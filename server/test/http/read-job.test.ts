/** Reading, listing and cancelling jobs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobKey } from '../../src/core/job.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';
import { claimJob, failJob, succeedJob } from './ending.ts';

const UNKNOWN_JOB = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

async function created(of: Customer = customer): Promise<JobKey> {
  const answer = await door.as(of).create(REQUEST);
  expect(answer.statusCode, answer.body).toBe(200);
  return { accountId: of.accountId, id: answer.json().job_id };
}

describe('reading', () => {
  test.each(['no-uuid', `${UNKNOWN_JOB}x`, '1', 'x'.repeat(5000), '%00', '..%2f..'])(
    'job_id %s is no UUID',
    async (id) => {
      for (const path of ['', '/results', '/manifest', '/events']) {
        const answer = await door.as(customer).get(`${JOBS}/${id}${path}`);
        expect(answer.json()).toEqual({ error: 'Invalid parameter', message: 'job_id must be a valid UUID' });
        expect(answer.statusCode).toBe(400);
      }
      expect((await door.as(customer).delete(`${JOBS}/${id}`)).statusCode).toBe(400);
    },
  );

  test('while the job runs: how far it is and when to ask again', async () => {
    const runner = await door.customer();
    const key = await created(runner);
    const queued = await door.as(runner).get(`${JOBS}/${key.id.toUpperCase()}`);
    expect(queued.json()).toMatchObject({ progress: { phase: 'queued', queue_position: 0, eta_seconds: null } });
    expect(queued.headers).toMatchObject({ 'retry-after': '1', 'x-progress': '0%', 'cache-control': 'no-store' });
    const attempt = await claimJob(door.deps, key);
    await door.deps.db.jobs.recordProgress(key, attempt, { phase: 'running', rowsWritten: 64, rowsTotal: 100 });
    const running = await door.as(runner).get(`${JOBS}/${key.id}`);
    expect(running.headers['x-progress']).toBe('64%');
    expect(running.json()).toMatchObject({
      status: 'submitted',
      progress: { phase: 'running', percent: 64, rows_written: 64, rows_total: 100 },
    });
  });

  test('a failed job says why', async () => {
    const runner = await door.customer();
    const key = await created(runner);
    const message = 'The job ran longer than an hour; split it';
    await failJob(door.deps, key, { code: 'time_limit_exceeded', message });
    const answer = await door.as(runner).get(`${JOBS}/${key.id}`);
    expect(answer.json()).toMatchObject({
      status: 'failed',
      error_code: 'time_limit_exceeded',
      error_message: message,
    });
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(answer.headers).not.toHaveProperty('x-progress');
  });

  test('a list: newest first, page by page', async () => {
    const lister = await door.customer();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.unshift((await created(lister)).id);
    const pages = [];
    for (const page of [1, 2, 3]) pages.push((await door.as(lister).get(`${JOBS}?page=${page}&per_page=2`)).json());
    expect(pages.map(({ jobs }) => jobs.map(({ job_id }: { job_id: string }) => job_id))).toEqual([
      ids.slice(0, 2),
      ids.slice(2),
      [],
    ]);
    expect(pages[1].pagination).toEqual({ current_page: 2, total_pages: 2, total_count: 3, per_page: 2 });
    expect(pages[0].jobs[0].property_ids).toEqual(REQUEST.property_ids);
    // The newest waits behind the two others; other accounts' jobs, of which there are some, are not counted.
    expect(pages[0].jobs.map(({ progress }: { progress: object }) => progress)).toMatchObject([
      { queue_position: 2 },
      { queue_position: 1 },
    ]);
    const whole = (await door.as(lister).get(JOBS)).json();
    expect(whole.pagination).toEqual({ current_page: 1, total_pages: 1, total_count: 3, per_page: 50 });
  });

  const PER_PAGE = 'per_page must be an integer between 1 and 100';
  const PAGE = 'page must be a positive integer';
  test.each([
    ['per_page=0', PER_PAGE],
    ['per_page=101', PER_PAGE],
    ['per_page=x', PER_PAGE],
    ['per_page=', PER_PAGE],
    ['per_page=1.5', PER_PAGE],
    ['per_page=1e1', PER_PAGE],
    ['page=0', PAGE],
    ['page=-1', PAGE],
    ['page=99999999999999999999', PAGE],
    ['page=1&page=2', 'the query has page 2 times; give it once'],
  ])('?%s', async (query, message) => {
    for (const url of [JOBS, '/api/v1/accounts']) {
      const answer = await door.as(customer).get(`${url}?${query}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual({ error: 'Invalid parameter', message });
    }
  });
});

describe('cancelling', () => {
  test('ends the job; again answers the same again', async () => {
    const { id } = await created();
    const first = await door.as(customer).delete(`${JOBS}/${id}`);
    expect(first.statusCode).toBe(200);
    expect(first.json()).toMatchObject({ job_id: id, status: 'cancelled', property_ids: REQUEST.property_ids });
    const second = await door.as(customer).delete(`${JOBS}/${id}`);
    expect(second.statusCode).toBe(200);
    expect(second.body).toBe(first.body);
  });

  test('a body on DELETE is not looked at', async () => {
    const { id } = await created();
    const answer = await door.app.inject({
      method: 'DELETE',
      url: `${JOBS}/${id}`,
      headers: { authorization: customer.authorization, 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(200);
  });

  test('a job that has succeeded stays as it is', async () => {
    const runner = await door.customer();
    const key = await created(runner);
    await succeedJob(door.deps, key, 'a\n');
    const answer = await door.as(runner).delete(`${JOBS}/${key.id}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'Invalid operation', message: expect.stringContaining('succeeded') });
    expect((await door.as(runner).get(`${JOBS}/${key.id}`)).json()).toMatchObject({ status: 'succeeded' });
  });
});
