/** Results: the redirect, the manifest, and the file behind the signed link with ranges, validators and digests. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobKey, ResultFile } from '../../src/core/job.ts';
import { revokeLinks } from '../../src/jobs/results/revoke-links.ts';
import { manifestSchema } from '../../src/wire/apartmentiq/manifest.ts';
import { type Customer, JOBS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { failJob, succeedJob } from './ending.ts';

const WEEK_MS = 7 * 86_400_000;
const UNKNOWN_JOB = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const FILE = randomBytes(100_000);
const DIGEST = `sha-256=:${createHash('sha256').update(FILE).digest('base64')}:`;

let now = new Date();
let door: TestDoor;
let customer: Customer;
let key: JobKey;
let result: ResultFile;

async function created(): Promise<JobKey> {
  const { job_id: id } = (await door.as(customer).create(REQUEST)).json();
  return { accountId: customer.accountId, id };
}

beforeAll(async () => {
  door = await testDoor({ deps: { clock: () => now } });
  customer = await door.customer();
  key = await created();
  result = await succeedJob(door.deps, key, FILE);
});
afterAll(() => door[Symbol.asyncDispose]());

async function link(of: JobKey = key): Promise<string> {
  const answer = await door.as(customer).get(`${JOBS}/${of.id}/results`);
  expect(answer.statusCode, answer.body).toBe(302);
  return String(answer.headers['location']).replace(ORIGIN, '');
}

function fetched(url: string, headers: Readonly<Record<string, string>> = {}, method: 'GET' | 'HEAD' = 'GET') {
  return door.app.inject({ method, url, headers });
}

describe('the redirect', () => {
  test('leads to a link of this server, fresh on every call, and may not be stored', async () => {
    const answer = await door.as(customer).get(`${JOBS}/${key.id}/results`);
    expect(answer.statusCode).toBe(302);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['location']).toMatch(/^https:\/\/data\.example\.com\/files\/results\//);
    const start = now;
    now = new Date(now.getTime() + 60_000);
    expect(await link()).not.toBe(String(answer.headers['location']).replace(ORIGIN, ''));
    now = start;
  });

  test('its origin is the configured one, whatever the request says', async () => {
    const headers = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'gopher' };
    const answer = await door.as(customer).get(`${JOBS}/${key.id}/results`, headers);
    expect(new URL(String(answer.headers['location'])).origin).toBe(ORIGIN);
  });

  const NOT_COMPLETE = {
    error: 'Invalid operation',
    message: 'Results are not available because the job has not completed successfully',
  };

  test.each(['results', 'manifest', 'summary'])(
    'no %s while the job runs, nor after it failed or was cancelled',
    async (what) => {
      const running = await created();
      expect((await door.as(customer).get(`${JOBS}/${running.id}/${what}`)).json()).toEqual(NOT_COMPLETE);
      await failJob(door.deps, running, { code: 'export_failed', message: 'It failed' });
      const failed = await door.as(customer).get(`${JOBS}/${running.id}/${what}`);
      expect([failed.statusCode, failed.json()]).toEqual([400, NOT_COMPLETE]);
      const cancelled = await created();
      await door.as(customer).delete(`${JOBS}/${cancelled.id}`);
      expect((await door.as(customer).get(`${JOBS}/${cancelled.id}/${what}`)).json()).toEqual(NOT_COMPLETE);
    },
  );

  test.each(['results', 'manifest', 'summary'])('no %s of a job that does not exist', async (what) => {
    const answer = await door.as(customer).get(`${JOBS}/${UNKNOWN_JOB}/${what}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: 'Not Found', message: 'Job with the specified ID does not exist' });
  });

  test.each(['results', 'summary'])('410 for %s past the retention', async (what) => {
    const old = await created();
    await succeedJob(door.deps, old, 'a\n', new Date(now.getTime() - 1000));
    const answer = await door.as(customer).get(`${JOBS}/${old.id}/${what}`);
    expect(answer.statusCode).toBe(410);
    expect(answer.json()).toMatchObject({ error: 'Gone' });
  });

  test('no summary of what is too large for one, and what to do', async () => {
    const large = await created();
    await succeedJob(door.deps, large, 'a\n', undefined, 2_000_000);
    const answer = await door.as(customer).get(`${JOBS}/${large.id}/summary`);
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      {
        error: 'Invalid operation',
        message:
          'The result is too large to be summarised, 1 MiB with 198 million values; the most is 256 MiB with 100 million values: download it, or export fewer days or columns',
      },
    ]);
  });
});

describe('links that were revoked', () => {
  const REVOKED = { error: 'Forbidden', message: 'The download link was revoked; ask for the results again' };
  const revoke = () =>
    revokeLinks(door.deps, { accountId: customer.accountId, credentialId: 'operator', scopes: ['admin'] });

  test('open nothing from the next request on, also those of other jobs and keys; fresh ones do', async () => {
    const other = await created();
    await succeedJob(door.deps, other, 'a\n');
    const leaked = [await link(), await link(other)];
    for (const url of leaked) expect((await fetched(url)).statusCode).toBe(200);
    await revoke();
    for (const url of leaked) {
      const answer = await fetched(url);
      expect([answer.statusCode, answer.json()]).toEqual([403, REVOKED]);
      expect((await fetched(url, {}, 'HEAD')).statusCode).toBe(403);
      expect((await fetched(url, { range: 'bytes=0-0' })).statusCode).toBe(403);
    }
    const fresh = await link();
    expect((await fetched(fresh)).statusCode).toBe(200);
    // The number is under the signature: an old link does not become a new one.
    const epoch = new URLSearchParams(fresh.split('?')[1]).get('epoch') ?? '';
    expect((await fetched(`${leaked[0]}&epoch=${epoch}`)).statusCode).toBe(403);
  });

  test('are the account’s own: another’s stay', async () => {
    const neighbour = await door.customer();
    const { job_id: id } = (await door.as(neighbour).create(REQUEST)).json();
    await succeedJob(door.deps, { accountId: neighbour.accountId, id }, 'a\n');
    const answer = await door.as(neighbour).get(`${JOBS}/${id}/results`);
    const url = String(answer.headers['location']).replace(ORIGIN, '');
    await revoke();
    expect((await fetched(url)).statusCode).toBe(200);
  });
});

describe('the manifest', () => {
  test('names the file with rows, bytes and digest, and describes its columns', async () => {
    const answer = await door.as(customer).get(`${JOBS}/${key.id}/manifest`);
    expect(answer.statusCode).toBe(200);
    const manifest = manifestSchema.strict().parse(answer.json());
    expect(manifest).toEqual(answer.json());
    expect(manifest).toMatchObject({ job_id: key.id, report_type: 'property', data_version: 1, property_count: 2 });
    expect(manifest.resources).toHaveLength(1);
    expect(manifest.resources[0]).toMatchObject({
      path: result.filename,
      bytes: FILE.length,
      rows: 2,
      sha256: createHash('sha256').update(FILE).digest('hex'),
    });
  });
});

describe('the file', () => {
  test('comes whole, as a download, with its digest', async () => {
    const answer = await fetched(await link());
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(FILE)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': String(FILE.length),
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${result.filename}"`,
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      etag: `"${result.sha256}"`,
      'repr-digest': DIGEST,
      'content-digest': DIGEST,
    });
  });

  test('HEAD tells the same without the bytes, also when a range is asked for', async () => {
    const url = await link();
    const whole = await fetched(url);
    const answer = await fetched(url, { range: 'bytes=0-9' }, 'HEAD');
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.length).toBe(0);
    for (const name of [
      'content-length',
      'content-type',
      'content-disposition',
      'etag',
      'repr-digest',
      'last-modified',
    ]) {
      expect(answer.headers[name], name).toBe(whole.headers[name]);
    }
  });

  test('takes no credential, and is not disturbed by one', async () => {
    const url = await link();
    expect((await fetched(url, { authorization: 'Bearer of something else' })).statusCode).toBe(200);
  });

  test.each([
    ['bytes=0-9', 0, 9],
    ['bytes=99990-', 99_990, 99_999],
    ['bytes=-10', 99_990, 99_999],
    ['bytes=65530-65545', 65_530, 65_545],
  ])('%s', async (range, start, end) => {
    const answer = await fetched(await link(), { range });
    expect(answer.statusCode).toBe(206);
    expect(answer.rawPayload.equals(FILE.subarray(start, end + 1))).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/${FILE.length}`,
      'content-length': String(end - start + 1),
      'repr-digest': DIGEST,
    });
    expect(answer.headers).not.toHaveProperty('content-digest');
  });

  test('a broken download goes on under its ETag, and starts anew under another', async () => {
    const url = await link();
    const range = 'bytes=50000-';
    const resumed = await fetched(url, { range, 'if-range': `"${result.sha256}"` });
    expect([resumed.statusCode, resumed.rawPayload.length]).toEqual([206, 50_000]);
    const anew = await fetched(url, { range, 'if-range': '"another"' });
    expect([anew.statusCode, anew.rawPayload.length]).toEqual([200, FILE.length]);
  });

  test('a range behind the end is 416 with the size', async () => {
    const answer = await fetched(await link(), { range: 'bytes=100000-' });
    expect(answer.statusCode).toBe(416);
    expect(answer.headers['content-range']).toBe(`bytes */${FILE.length}`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toMatchObject({ error: 'Range Not Satisfiable' });
  });

  test('an empty file is a file', async () => {
    const empty = await created();
    await succeedJob(door.deps, empty, '');
    const answer = await fetched(await link(empty));
    expect([answer.statusCode, answer.headers['content-length'], answer.rawPayload.length]).toEqual([200, '0', 0]);
  });

  test('304 for whoever has it', async () => {
    const answer = await fetched(await link(), { 'if-none-match': `"${result.sha256}"` });
    expect([answer.statusCode, answer.rawPayload.length]).toEqual([304, 0]);
  });

  const REFUSED = {
    error: 'Forbidden',
    message: 'The download link is altered or expired; ask for the results again',
  };

  test('a link altered anywhere is refused', async () => {
    const url = await link();
    for (let index = '/files/'.length; index < url.length; index += 3) {
      const other = url[index] === 'A' ? 'B' : 'A';
      const altered = url.slice(0, index) + other + url.slice(index + 1);
      const answer = await fetched(altered);
      expect(answer.statusCode, altered).toBe(403);
      expect(answer.json()).toEqual(REFUSED);
    }
  });

  test.each([
    ['no query', (url: string) => url.replace(/\?.*/, '')],
    ['a parameter more', (url: string) => `${url}&more=1`],
    ['a parameter twice', (url: string) => `${url}&expires=99999999999`],
    ['the same parameter again', (url: string) => `${url}&${url.split('?')[1]}`],
    ['another path to the same file', (url: string) => url.replace('/files/', '/files//')],
    ['an encoded path', (url: string) => url.replace('/files/r', '/files/%72')],
    ['an encoded slash', (url: string) => url.replace('results/', 'results%2f')],
    ['nothing', () => '/files/'],
    ['a NUL', () => '/files/%00?expires=1&filename=a&kid=test&signature=x'],
  ])('refuses %s', async (_fault, change) => {
    const answer = await fetched(change(await link()));
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual(REFUSED);
  });

  test('lives seven days', async () => {
    const start = now;
    const url = await link();
    now = new Date(start.getTime() + WEEK_MS - 2000);
    expect((await fetched(url, {}, 'HEAD')).statusCode).toBe(200);
    now = new Date(start.getTime() + WEEK_MS + 1000);
    expect((await fetched(url, {}, 'HEAD')).statusCode).toBe(403);
    now = start;
  });

  test('a file that was deleted is gone', async () => {
    const deleted = await created();
    const { key: objectKey } = await succeedJob(door.deps, deleted, 'a\n');
    const url = await link(deleted);
    await door.deps.store.delete(objectKey);
    const answer = await fetched(url);
    expect(answer.statusCode).toBe(410);
    expect(answer.json()).toMatchObject({ error: 'Gone' });
  });

  test('a file that cannot be read to its end cuts the connection, and the operator is told', async () => {
    const url = await link();
    const { store } = door.deps;
    const lend = store.lend.bind(store);
    let given = false;
    store.lend = async () => ({
      async next() {
        if (given) throw new Error('the disk is gone');
        given = true;
        return FILE.subarray(0, 10);
      },
      close: async () => undefined,
    });
    await expect(fetched(url, { 'x-request-id': 'broken-1' })).rejects.toThrow();
    store.lend = lend;
    const told = door.log.find(({ event }) => event === 'answer_failed');
    expect(told).toMatchObject({ level: 'error', fields: { request_id: 'broken-1' } });
    expect(String(told?.fields['error'])).toContain('the disk is gone');
  });
});
