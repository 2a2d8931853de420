/**
 * `/metrics` of the whole program, after it has done a little of everything.
 *
 * The control, run once: with the request’s path in place of its template as the route (one line in http/request-log.ts), three of
 * these tests fail, the ones about labels, accounts and jobs among them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APARTMENTIQ } from '../../src/http/dialects/apartmentiq/dialect.ts';
import { SERVICE_OPERATIONS } from '../../src/http/service/operations.ts';
import { METRICS, type Metric, PROCESS_LABELS } from '../../src/telemetry/metrics.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { amount, type Sample, scrape } from './exposition.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const REQUEST = {
  report_type: 'units',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: GUIDE_IDS,
};
const UNITS = { work: 'units', output_format: 'csv' };
const ROUTES: readonly string[] = [
  ...APARTMENTIQ.prefixes.flatMap((prefix) => APARTMENTIQ.operations.map(({ path }) => prefix + path)),
  ...SERVICE_OPERATIONS.map(({ path }) => path),
  'none',
];
const ROWS: readonly Metric[] = Object.values(METRICS);
/** What a histogram adds to its name. */
const SUFFIX = /_(bucket|sum|count)$/;

let app: TestApp;
let receiver: Receiver;
let account: TestAccount;
let customersWords: readonly string[];
let text: string;
let samples: readonly Sample[];

async function job(
  request: object,
): Promise<{ job_id: string; status: string; result: { rows: number; bytes: number } }> {
  const { job_id: id } = (await app.as(account, { method: 'POST', url: JOBS, payload: request })).json();
  return until(
    async () => (await app.as(account, { url: `${JOBS}/${id}` })).json(),
    ({ status }) => status !== 'submitted',
  );
}

function rowOf(name: string): Metric | undefined {
  return ROWS.find((row) => row.name === name || (row.type === 'histogram' && row.name === name.replace(SUFFIX, '')));
}

beforeAll(async () => {
  receiver = await startReceiver((_request, response) => response.writeHead(500).end());
  app = await testApp({
    settings: {
      CONVEYANCE_METRICS_PORT: '0',
      CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1',
      CONVEYANCE_WEBHOOK_SCHEDULE: '0',
    },
  });
  account = await app.account();
  const done = await job({ ...REQUEST, callback_url: receiver.url() });
  await app.as(account, { method: 'DELETE', url: `${JOBS}/${done.job_id}` });
  const limited = await app.account();
  await app.app.deps.db.quota.setLimit(limited.id, 1);
  await app.as(limited, { method: 'POST', url: JOBS, payload: REQUEST });
  const ghost = '7c1f3b52-93a0-4f5e-9a3b-0a52a6b0c001';
  await app.http.inject({ method: 'GET', url: `/no/such/path/${ghost}?secret=${ghost}` });
  await fetch(app.url + JOBS, { method: 'PROPFIND' });
  await app.as(account, { url: `${JOBS}/${ghost}` });
  // The webhook was tried once, in vain, and the scraper sees it when nothing is left to be delivered.
  ({ text, samples } = await until(
    () => scrape(app.app.metricsUrl),
    (scraped) =>
      amount(scraped.samples, 'conveyance_webhooks_given_up_total') === 1 &&
      amount(scraped.samples, 'conveyance_webhook_deliveries') === 0,
  ));
  customersWords = [account.id, account.token, account.key.accessKey, done.job_id, ghost];
  expect(amount(samples, 'conveyance_result_rows_total', UNITS)).toBe(done.result.rows);
  expect(amount(samples, 'conveyance_result_bytes_total', UNITS)).toBe(done.result.bytes);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

describe('the metrics of a working server', () => {
  it('count requests by method, route and class of status', () => {
    const requests = 'conveyance_http_request_duration_seconds_count';
    expect(amount(samples, requests, { method: 'POST', route: JOBS, status: '2xx' })).toBe(1);
    expect(amount(samples, requests, { method: 'POST', route: JOBS, status: '4xx' })).toBe(1);
    expect(amount(samples, requests, { method: 'GET', route: 'none', status: '4xx' })).toBe(1);
    expect(amount(samples, requests, { method: 'other', route: 'none', status: '4xx' })).toBe(1);
  });

  it('count what was refused, by the code of the error', () => {
    const errors = (code: string) => amount(samples, 'conveyance_http_errors_total', { code });
    expect(errors('quota_exceeded')).toBe(1);
    expect(errors('not_found')).toBe(3);
    expect(errors('invalid_operation')).toBe(1);
    expect(errors('rate_limited')).toBe(0);
  });

  it('count jobs from their creation to their end', () => {
    expect(amount(samples, 'conveyance_jobs_created_total', UNITS)).toBe(1);
    expect(amount(samples, 'conveyance_jobs_ended_total', { ...UNITS, outcome: 'succeeded' })).toBe(1);
    expect(amount(samples, 'conveyance_jobs_ended_total', { outcome: 'failed' })).toBe(0);
    expect(amount(samples, 'conveyance_job_duration_seconds_count', UNITS)).toBe(1);
    expect(amount(samples, 'conveyance_job_queue_wait_seconds_count')).toBe(1);
    expect(amount(samples, 'conveyance_job_attempt_duration_seconds_count', { result: 'completed' })).toBe(1);
  });

  it('count the tries at webhooks by what they came to', () => {
    const tries = 'conveyance_webhook_try_duration_seconds_count';
    expect(amount(samples, tries, { result: '5xx' })).toBe(1);
    expect(amount(samples, tries)).toBe(1);
  });

  it('tell how the queue, the database, the engine, the storage and the data stand', () => {
    expect(amount(samples, 'conveyance_database_up')).toBe(1);
    for (const state of ['waiting', 'delayed', 'running']) {
      expect(amount(samples, 'conveyance_queue_tasks', { state })).toBe(0);
    }
    expect(amount(samples, 'conveyance_queue_oldest_waiting_seconds')).toBe(0);
    expect(amount(samples, 'conveyance_webhook_deliveries')).toBe(0);
    expect(amount(samples, 'conveyance_data_version')).toBe(1);
    expect(amount(samples, 'conveyance_data_version_age_seconds')).toBeGreaterThan(0);
    expect(amount(samples, 'conveyance_storage_free_bytes')).toBeGreaterThan(0);
    expect(amount(samples, 'conveyance_storage_minimum_free_bytes')).toBe(512 * 1_048_576);
    expect(amount(samples, 'conveyance_engine_children', { pool: 'exports' })).toBeGreaterThan(0);
    expect(amount(samples, 'conveyance_engine_children_replaced_total', { pool: 'exports' })).toBe(0);
    expect(amount(samples, 'conveyance_database_connections')).toBeGreaterThan(0);
    expect(amount(samples, 'conveyance_chores_total', { chore: 'rescue', result: 'done' })).toBeGreaterThan(0);
    expect(amount(samples, 'conveyance_build_info', { role: 'all' })).toBe(1);
    expect(amount(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('are all in the table, with the type that it declares and no label that it does not', () => {
    for (const { name, labels } of samples) {
      if (/^(process|nodejs)_/.test(name)) {
        const known = [...PROCESS_LABELS, 'le', 'quantile'];
        expect(known, name).toEqual(expect.arrayContaining(Object.keys(labels)));
        continue;
      }
      const row = rowOf(name);
      expect(row, name).toBeDefined();
      const declared = [...Object.keys(row?.labels ?? {}), ...(name.endsWith('_bucket') ? ['le'] : [])];
      expect(Object.keys(labels).sort(), name).toEqual(declared.sort());
      expect(text).toContain(`# TYPE ${row?.name} ${row?.type}\n`);
    }
  });

  it('have no value in a label that is not on its list', () => {
    let checked = 0;
    for (const { name, labels } of samples) {
      for (const [label, values] of Object.entries(rowOf(name)?.labels ?? {})) {
        if (label === 'version') continue;
        expect(typeof values === 'string' ? ROUTES : values, `${name} ${label}`).toContain(labels[label]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(100);
  });

  it('tell of no account and no job', () => {
    expect(
      ROWS.flatMap(({ labels }) => Object.keys(labels)).filter((label) => /account|job|user|key|id$/.test(label)),
    ).toEqual([]);
    for (const word of customersWords) expect(text).not.toContain(word);
    // The control: what the path of a request named does stand where it was asked for.
    expect(text).toContain('route="/api/v1/bulk_api/jobs/:job_id"');
  });

  it('show every metric of the table once there is something to show', () => {
    const shown = new Set(samples.map(({ name }) => rowOf(name)?.name));
    const silent = ROWS.filter(({ name }) => !shown.has(name)).map(({ name }) => name);
    expect(silent).toEqual([]);
  });
});
