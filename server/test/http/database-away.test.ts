/** A database that goes away: every door answers 503 with `Retry-After`, whatever of the request it meets, and serves again behind it. */

import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { APARTMENTIQ } from '../../src/http/dialects/apartmentiq/dialect.ts';
import { REONOMY } from '../../src/http/dialects/reonomy/dialect.ts';
import { createIntake } from '../../src/intake/intake.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';
import { AWAY, type Gateway, openGateway } from '../postgres/gateway.ts';
import { type OpenDatabase, silentLog, type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type Customer, JOBS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

const [APARTMENTIQ_PREFIX] = APARTMENTIQ.prefixes;
const [REONOMY_PREFIX] = REONOMY.prefixes;
const UPLOAD = `${REONOMY_PREFIX}/jobs/file`;
const ROOT = `${APARTMENTIQ_PREFIX}/bulk_api`;
const BULK_BODY = {
  error: 'Service Unavailable',
  message: 'The server’s database does not answer just now; send the request again',
};
const BATCH_BODY = { ...BULK_BODY, error: 'ServiceUnavailable' };

let root: string;
let database: TestDatabase;
let gateway: Gateway;
let db: OpenDatabase;
let door: TestDoor;
let customer: Customer;
/** Remembered where the clock stands still: its requests get past the log-in. */
let bearer: string;
let jobId: string;
let file: string;
/** Called when the door begins to read an upload. */
let reading: () => void = () => undefined;
/** Called before a transaction is committed. */
let committing: () => Promise<void> = async () => undefined;

function basic({ accessKey, secret }: Customer): string {
  return `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;
}

async function openDoor(): Promise<void> {
  const store = createDiskStore({ root });
  const intake = createIntake({ store, ids: randomUUID });
  const now = new Date();
  door = await testDoor({
    deps: {
      db: {
        ...db,
        transaction: (work) =>
          db.transaction(async (tx) => {
            const result = await work(tx);
            await committing();
            return result;
          }),
      },
      store,
      clock: () => now,
      intake: {
        ...intake,
        receiveForm: (form) => {
          reading();
          return intake.receiveForm(form);
        },
      },
    },
  });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyance-away-'));
  database = await testDatabase();
  gateway = await openGateway(database.url);
  db = await openDatabase({ url: gateway.url, log: silentLog, applicationName: 'test' });
  await openDoor();
  customer = await door.customer();
  const client = door.as(customer);
  jobId = (await client.create(REQUEST)).json().job_id;
  await succeedJob(door.deps, { accountId: customer.accountId, id: jobId }, randomBytes(1000));
  file = String((await client.get(`${JOBS}/${jobId}/results`)).headers['location']).replace(ORIGIN, '');
  const token = await door.app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { authorization: basic(customer) },
    payload: { grant_type: 'client_credentials' },
  });
  bearer = `Bearer ${token.json().access_token}`;
  await door.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await gateway.become('there');
  await door[Symbol.asyncDispose]();
  await db.close();
  await gateway[Symbol.asyncDispose]();
  await database.close();
  await rm(root, { recursive: true, force: true });
});

function portOf({ app }: TestDoor): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the door does not listen');
  return address.port;
}

/** Until it answers on every connection that the pool still has. */
beforeEach(async () => {
  await gateway.become('there');
  await expect.poll(() => ask({ url: JOBS }).then(({ status }) => status), { timeout: 20_000 }).toBe(200);
});

async function ask({ headers, ...options }: InjectOptions) {
  const answer = await door.app.inject({
    ...options,
    headers: { authorization: bearer, 'user-agent': 'a test', ...headers },
  });
  return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body: answer.body };
}

async function expectAway(options: InjectOptions, body: object): Promise<void> {
  const answer = await ask(options);
  expect(answer, `${options.method ?? 'GET'} ${options.url}`).toMatchObject({ status: 503, retryAfter: '5' });
  expect(JSON.parse(answer.body)).toEqual(body);
}

describe.each(AWAY)('the database is away and %s', (behaviour) => {
  test.each([
    ['the list of jobs', () => ({ url: JOBS })],
    ['a job', () => ({ url: `${JOBS}/${jobId}` })],
    ['its results', () => ({ url: `${JOBS}/${jobId}/results` })],
    ['its manifest', () => ({ url: `${JOBS}/${jobId}/manifest` })],
    ['its events', () => ({ url: `${JOBS}/${jobId}/events` })],
    ['events of the account', () => ({ url: `${ROOT}/events` })],
    ['a new job', () => ({ method: 'POST', url: JOBS, payload: REQUEST }) as const],
    ['an estimate', () => ({ method: 'POST', url: `${JOBS}/estimate`, payload: REQUEST }) as const],
    ['a cancellation', () => ({ method: 'DELETE', url: `${JOBS}/${jobId}` }) as const],
    ['usage', () => ({ url: `${APARTMENTIQ_PREFIX}/usage` })],
    ['schedules', () => ({ url: `${ROOT}/schedules` })],
    ['lists', () => ({ url: `${APARTMENTIQ_PREFIX}/property_lists` })],
    ['a list', () => ({ url: `${APARTMENTIQ_PREFIX}/property_lists/Texas` })],
    ['webhook deliveries', () => ({ url: `${APARTMENTIQ_PREFIX}/webhook_deliveries` })],
    ['the other prefix', () => ({ url: `${APARTMENTIQ.prefixes[1]}/bulk_api/jobs` })],
    ['a file', () => ({ url: file })],
    [
      'a token',
      () =>
        ({
          method: 'POST',
          url: '/oauth/token',
          headers: { authorization: basic(customer) },
          payload: { grant_type: 'client_credentials' },
        }) as const,
    ],
  ])('%s', async (_what, options) => {
    await gateway.become(behaviour);
    await expectAway(options(), BULK_BODY);
  });

  test('an upload that has begun: no fault of its body', async () => {
    const begun = new Promise<void>((resolve) => {
      reading = resolve;
    });
    const sent = request({
      port: portOf(door),
      host: '127.0.0.1',
      method: 'POST',
      path: UPLOAD,
      headers: {
        authorization: basic(customer),
        'user-agent': 'a test',
        'content-type': 'multipart/form-data; boundary=b',
      },
    });
    sent.write('--b\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nproperty-details\r\n');
    sent.write(
      '--b\r\nContent-Disposition: form-data; name="file"; filename="ids.json"\r\n\r\n{"detail_type": ["basic"], "property_ids": [',
    );
    await begun;
    await gateway.become(behaviour);
    sent.end(`"${randomUUID()}"]}\r\n--b--\r\n`);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(BATCH_BODY);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
  });
});

/** With ids that the path takes. */
function urlOf(path: string): string {
  return path.replaceAll(/:\w+/g, jobId);
}

test('every route that knows its caller says so, before it looks at anything else', async () => {
  await gateway.become('there');
  // One whose token is not remembered from a request before.
  const { authorization } = await door.customer();
  await gateway.become('gone');
  for (const prefix of APARTMENTIQ.prefixes) {
    for (const { method, path } of APARTMENTIQ.operations) {
      await expectAway({ method, url: `${prefix}${urlOf(path)}`, headers: { authorization } }, BULK_BODY);
    }
  }
  for (const { method, path } of REONOMY.operations) {
    const headers = { authorization: basic(customer) };
    await expectAway({ method, url: `${REONOMY_PREFIX}${urlOf(path)}`, headers }, BATCH_BODY);
  }
});

describe('a commit whose answer was lost', () => {
  /** Lets the next transaction commit, and breaks off when the database confirms it. */
  function loseNextAnswer(): void {
    committing = async () => {
      committing = async () => undefined;
      await gateway.become('drops the answer');
    };
  }

  /** Until every connection that broke has been found out. */
  async function comeBack(): Promise<void> {
    await gateway.become('there');
    await expect.poll(() => ask({ url: JOBS }).then(({ status }) => status), { timeout: 20_000 }).toBe(200);
  }

  async function countJobs(): Promise<number> {
    return JSON.parse((await ask({ url: JOBS })).body).pagination.total_count;
  }

  test('is told with the job that may exist, and the same key makes no second one', async () => {
    const before = await countJobs();
    const create = {
      method: 'POST',
      url: JOBS,
      payload: REQUEST,
      headers: { 'idempotency-key': randomUUID() },
    } as const;
    loseNextAnswer();
    const lost = await ask(create);
    expect(lost).toMatchObject({ status: 503, retryAfter: '5' });
    const { message } = JSON.parse(lost.body);
    const id = /may exist as ([0-9a-f-]{36}); send the request again with the same Idempotency-Key/.exec(message)?.[1];
    await comeBack();
    const again = await ask(create);
    expect(again.status).toBe(200);
    expect(JSON.parse(again.body).job_id).toBe(id);
    expect(await countJobs()).toBe(before + 1);
  });

  test('is told without a key too, as sending it again would make another', async () => {
    const before = await countJobs();
    loseNextAnswer();
    const lost = await ask({ method: 'POST', url: JOBS, payload: REQUEST });
    expect(lost).toMatchObject({ status: 503, retryAfter: '5' });
    expect(JSON.parse(lost.body).message).toMatch(
      /may exist as [0-9a-f-]{36}; look for it before you send the request again/,
    );
    await comeBack();
    expect(await countJobs()).toBe(before + 1);
  });
});
