/** A little of everything that a server keeps: jobs of every kind and end, schedules, webhooks, keys, quota. */
import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Customer, JOBS, type Json, SCHEDULES, until } from './customer.ts';
import type { Repeat } from './expected.ts';

const HEADERS = ['Address1', 'City', 'State', 'Zip'];
const MAPPING = { address_line_1: 'Address1', address_city: 'City', address_state: 'State', address_postal: 'Zip' };
const ADDRESSES = `${HEADERS.join(',')}\n6566 N Kestrelwick Way,Atlanta,GA,30350\n1 Nowhere Street,Atlanta,GA,30350\n`;
const MATCH_METADATA = { headers: HEADERS, mapping: MAPPING };
/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:9/webhook';
const DELIVERIES = '/api/v1/webhook_deliveries';
const MINUTE_MS = 60_000;

export interface Days {
  readonly start_date: string;
  readonly end_date: string;
}

export interface Place {
  readonly dataDir: string;
  /** Of a receiver that accepts every webhook at `/taken` and none at `/refused`. */
  readonly receiver: string;
  readonly propertyIds: readonly number[];
  readonly days: Days;
}

/** What was created, to be checked later. */
export interface Made {
  readonly paths: readonly string[];
  readonly repeats: readonly Repeat[];
}

function report(place: Place, more: object): object {
  return { report_type: 'property', output_format: 'csv', ...place.days, property_ids: place.propertyIds, ...more };
}

/** Each format and each report once; the first under a key and without a webhook, so that it can be sent again and triggers no webhook. */
export async function reportJobs(place: Place, customer: Customer): Promise<Made> {
  const key = randomUUID();
  const first = report(place, { name: 'Every column' });
  const columns = ['property_id', 'unit_name', 'rent'];
  const others = [
    report(place, { report_type: 'units', output_format: 'jsonl', columns, callback_url: `${place.receiver}/refused` }),
    report(place, { report_type: 'floorplans', output_format: 'parquet', property_ids: place.propertyIds.slice(0, 2) }),
    report(place, {
      callback_url: `${place.receiver}/taken`,
      compression: 'gzip',
      csv_profile: 'excel',
      property_ids: place.propertyIds.slice(0, 1),
    }),
  ];
  const keyed = await customer.submitReport(first, { 'idempotency-key': key });
  const paths = [keyed];
  for (const body of others) paths.push(await customer.submitReport(body));
  for (const path of paths) await customer.reaches(path, 'succeeded');
  const jobId = keyed.slice(JOBS.length + 1);
  const repeat = { as: customer.name, path: JOBS, key, body: first, jobId };
  return { paths, repeats: [repeat] };
}

/** The warehouse's files are missing while it runs: it fails as with a broken disk. */
export async function failedJob({ dataDir, ...place }: Place, customer: Customer): Promise<string> {
  const files = join(dataDir, 'objects/warehouse');
  const away = join(dataDir, 'warehouse-away');
  await rename(files, away);
  try {
    const path = await customer.submitReport(report({ dataDir, ...place }, { name: 'Fails' }));
    await customer.reaches(path, 'failed');
    return path;
  } finally {
    await rename(away, files);
  }
}

/** One of each type, and the calls without a job. Resolves with the jobs' paths. */
export async function fileJobs(customer: Customer): Promise<string[]> {
  const settings = { year_built: { min: 1900 } };
  const found = (await customer.post('/v2/search/summaries', { settings }))['items'] as { id: string }[];
  const ids = found.slice(0, 5).map(({ id }) => id);
  await customer.get(`/v2/property/${ids[0]}?detail_type=basic,sales`);
  const details = { detail_type: ['basic', 'ownership', 'sales', 'taxes'], property_ids: [...ids, randomUUID()] };
  const paths: string[] = [];
  for (const [type, file, metadata] of [
    ['property-details', JSON.stringify(details)],
    ['match', ADDRESSES, MATCH_METADATA],
    ['search', JSON.stringify({ settings })],
  ] as const) {
    const path = await customer.submitFile(type, file, metadata);
    await customer.reaches(path, 'SUCCESS');
    paths.push(path);
  }
  return paths;
}

/** A schedule each whose run became a job, was skipped and waits; one for months to come; one that is paused. */
export async function schedules(place: Place, customer: Customer): Promise<string[]> {
  const nextMinute = new Date(Math.ceil((Date.now() + 1000) / MINUTE_MS) * MINUTE_MS).toISOString().slice(11, 16);
  const base = {
    report_type: 'property',
    output_format: 'jsonl',
    property_ids: place.propertyIds.slice(0, 2),
    time_zone: 'UTC',
  };
  const daily = { ...base, frequency: 'daily', time: nextMinute };
  const monthly = { ...base, frequency: 'monthly', day_of_month: 1, time: '06:00', time_zone: 'America/New_York' };
  const make = async (body: object) => `${SCHEDULES}/${(await customer.post(SCHEDULES, body))['schedule_id']}`;
  const due = [
    await make({ ...daily, name: 'Has its data', range: 'previous_month' }),
    await make({ ...daily, name: 'Is skipped', range: 'yesterday', data_deadline_hours: 0, on_incomplete: 'skip' }),
    await make({ ...daily, name: 'Waits', range: 'yesterday' }),
  ];
  const later = await make({ ...monthly, name: 'Months to come', range: 'trailing_n_days', days: 31 });
  const paused = await make({ ...base, frequency: 'weekly', weekday: 'monday', time: '05:30', range: 'previous_week' });
  await customer.post(`${paused}/pause`, {});
  for (const path of due) {
    const settled = await until(
      async () => (await customer.get(`${path}/runs`))['runs'] as Json[],
      ([run]) => run !== undefined && (run['state'] !== 'waiting' || run['reason_code'] === 'data_incomplete'),
    );
    for (const { job_id } of settled) if (job_id !== null) await customer.reaches(`${JOBS}/${job_id}`, 'succeeded');
  }
  return [...due, later, paused];
}

/** A secret that was rotated, a test event, and the ends of all deliveries so far. */
export async function webhooks(place: Place, customer: Customer): Promise<void> {
  await customer.post('/api/v1/webhooks/secret/rotate', {});
  await customer.post('/api/v1/webhooks/test', { url: `${place.receiver}/taken` });
  await until(
    async () => (await customer.get(DELIVERIES))['deliveries'] as Json[],
    (deliveries) => deliveries.length > 0 && deliveries.every(({ state }) => state !== 'pending'),
  );
}

/**
 * While nothing runs jobs: one that is cancelled while it waits, its webhook pending, and one of each contract that keeps waiting.
 * These repeat the request of an earlier job: over the same data they will end with the same bytes.
 */
export async function leftBehind(
  place: Place,
  customer: Customer,
  byFiles: Customer,
): Promise<{ readonly cancelled: string; readonly queued: { readonly report: string; readonly match: string } }> {
  const cancelled = await customer.submitReport(report(place, { name: 'Cancelled', callback_url: NOBODY }));
  await customer.delete(cancelled);
  const waiting = await customer.submitReport(report(place, { name: 'Waits for a worker' }));
  return {
    cancelled,
    queued: { report: waiting, match: await byFiles.submitFile('match', ADDRESSES, MATCH_METADATA) },
  };
}
