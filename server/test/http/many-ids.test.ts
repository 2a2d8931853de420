/** A job with a million ids: taken, repeated in every answer, and never held as text. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS } from '../../src/core/job.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';

const COUNT = 1_000_000;
/** Seven digits and a comma each. */
const TEXT_BYTES = COUNT * 8;
const COPIES = 3;
/** For tens of megabytes of JSON on a busy machine. */
const TIMEOUT_MS = 120_000;

let door: TestDoor;
let customer: Customer;
let jobId: string;
let port: number;
let idsRead = 0;

/** The same request again, without its ten megabytes of JSON. */
async function copyJob(ids: readonly number[]): Promise<void> {
  const credential = await door.deps.db.credentials.byAccessKey(customer.accessKey);
  await door.deps.db.jobs.insert({
    accountId: customer.accountId,
    id: randomUUID(),
    kind: 'report',
    spec: {
      reportType: 'property',
      outputFormat: 'csv',
      startDate: '2025-12-01',
      endDate: '2025-12-31',
      ...DEFAULT_FILE_OPTIONS,
    },
    propertyIds: encodePropertyIds(ids, ids.length),
    propertyCount: ids.length,
    callbackUrl: null,
    dataVersion: 2,
    credentialId: credential?.id ?? '',
  });
}

beforeAll(async () => {
  door = await testDoor();
  const ids = Array.from({ length: COUNT }, (_, index) => 1_000_000 + index);
  await door.deps.db.warehouse.commit({ base: 1, tables: {}, propertyIds: PropertyIdSet.of(ids) });
  customer = await door.customer();
  const created = await door.as(customer).create({ ...REQUEST, property_ids: ids });
  expect(created.statusCode).toBe(200);
  expect(created.json().property_ids).toEqual(ids);
  jobId = created.json().job_id;
  for (let copy = 0; copy < COPIES; copy++) await copyJob(ids);
  const { jobs } = door.deps.db;
  const read = jobs.propertyIds.bind(jobs);
  jobs.propertyIds = (key) => {
    idsRead++;
    return read(key);
  };
  port = Number(new URL(await door.app.listen({ host: '127.0.0.1', port: 0 })).port);
}, TIMEOUT_MS);
afterAll(() => door[Symbol.asyncDispose]());

interface Reading {
  readonly bytes: number;
  readonly tail: string;
  readonly contentLength: string | undefined;
  /** How many jobs' ids the server had read when the first bytes of the answer were here. */
  readonly idsReadAtFirst: number;
}

function readOverSocket(path: string): Promise<Reading> {
  idsRead = 0;
  return new Promise((resolve, reject) => {
    const headers = { authorization: customer.authorization };
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let bytes = 0;
      let tail = '';
      let idsReadAtFirst = 0;
      response.once('data', () => {
        idsReadAtFirst = idsRead;
      });
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        tail = (tail + chunk.toString('latin1')).slice(-200);
      });
      response.on('end', () =>
        resolve({ bytes, tail, idsReadAtFirst, contentLength: response.headers['content-length'] }),
      );
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

test('a list of such jobs is sent while it is made: one job’s ids at a time', { timeout: TIMEOUT_MS }, async () => {
  const { bytes, tail, contentLength, idsReadAtFirst } = await readOverSocket(JOBS);
  expect(contentLength).toBeUndefined();
  expect(bytes).toBeGreaterThan((COPIES + 1) * TEXT_BYTES);
  expect(tail).toMatch(
    /,1999999\]\}\],"pagination":\{"current_page":1,"total_pages":1,"total_count":4,"per_page":50\}\}$/,
  );
  expect(idsRead).toBe(COPIES + 1);
  expect(idsReadAtFirst).toBeLessThan(COPIES);
});

test('one such job too', { timeout: TIMEOUT_MS }, async () => {
  const { bytes, tail, contentLength } = await readOverSocket(`${JOBS}/${jobId}`);
  expect(contentLength).toBeUndefined();
  expect(bytes).toBeGreaterThan(TEXT_BYTES);
  expect(tail).toMatch(/,1999999\]\}$/);
});

test('a client that goes away ends the making of the answer', { timeout: TIMEOUT_MS }, async () => {
  idsRead = 0;
  await new Promise<void>((resolve, reject) => {
    const leaving = request({
      host: '127.0.0.1',
      port,
      path: JOBS,
      headers: { authorization: customer.authorization },
    });
    leaving.on('response', (response) => {
      response.once('data', () => leaving.destroy());
      response.once('close', resolve);
    });
    leaving.on('error', reject);
    leaving.end();
  });
  await expect
    .poll(() => door.log.at(-1)?.fields, { timeout: TIMEOUT_MS / 2 })
    .toMatchObject({ cut_off: true, status: 200 });
  expect(idsRead).toBeLessThan(COPIES + 1);
});
