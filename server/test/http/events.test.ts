/** Following jobs over server-sent events, on real connections. */
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type JobKey } from '../../src/core/job.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { eventually } from '../contract/database-world.ts';
import { type OpenStream, openStream } from '../support/event-stream.ts';
import { withClient } from '../support/postgres.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';
import { claimJob, failJob, succeedJob } from './ending.ts';

const ALL = '/api/v1/bulk_api/events';
const HOUR_US = 3_600_000_000;

let door: TestDoor;
let origin: string;
let customer: Customer;
const streams: OpenStream[] = [];

beforeAll(async () => {
  door = await testDoor({ limits: { eventBeatMs: 50 } });
  origin = await door.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => door[Symbol.asyncDispose]());
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

async function open(path: string, of: Customer, lastEventId?: number): Promise<OpenStream> {
  const { authorization } = of;
  const stream = await openStream(origin + path, { authorization, ...(lastEventId !== undefined && { lastEventId }) });
  streams.push(stream);
  return stream;
}

async function created(of: Customer, body: object = REQUEST): Promise<JobKey> {
  const answer = await door.as(of).create(body);
  expect(answer.statusCode, answer.body).toBe(200);
  return { accountId: of.accountId, id: answer.json().job_id };
}

/**
 * Resolves when this process has heard of every change until now. A stream that is opened sooner may tell the last ones twice, as it
 * says it may: by itself, and when word of them comes.
 */
async function everythingHeard(): Promise<void> {
  const heard: string[] = [];
  const release = door.deps.db.subscribe('job-changed', (payload) => heard.push(payload));
  const { id } = await created(await door.customer());
  // Word comes in the order of the commits.
  await eventually(() => heard.some((payload) => payload.includes(id)), `word of job ${id}`);
  release();
}

async function followed() {
  customer = await door.customer();
  const key = await created(customer);
  return { key, stream: await open(`${JOBS}/${key.id}/events`, customer) };
}

function record(key: JobKey, attempt: number, phase: 'running' | 'finalizing', rowsWritten: number) {
  return door.deps.db.jobs.recordProgress(key, attempt, { phase, rowsWritten, rowsTotal: 2 });
}

function insertJob({ deps }: TestDoor, accountId: string, credentialId = '', ids: readonly number[] = []) {
  return deps.db.jobs.insert({
    accountId,
    id: deps.ids(),
    kind: 'report',
    spec: {
      reportType: 'property',
      outputFormat: 'csv',
      startDate: '2025-01-01',
      endDate: '2025-01-31',
      ...DEFAULT_FILE_OPTIONS,
    },
    propertyIds: encodePropertyIds(ids, ids.length),
    propertyCount: ids.length,
    callbackUrl: null,
    dataVersion: 1,
    credentialId,
  });
}

describe('the events of a job', () => {
  test('tell every phase, as GET tells it, and end with the job', async () => {
    const { key, stream } = await followed();
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    const get = async () => (await door.as(customer).get(`${JOBS}/${key.id}`)).json();
    const queued = await stream.next();
    expect(queued).toMatchObject({ event: 'job', data: { progress: { phase: 'queued', queue_position: 0 } } });
    expect(queued?.data).toEqual(await get());
    const attempt = await claimJob(door.deps, key);
    const claimed = await stream.next();
    expect(claimed?.data.progress).toMatchObject({ phase: 'queued', queue_position: null });
    const ids = [queued?.id, claimed?.id];
    for (const [phase, rows, percent] of [
      ['running', 0, 0],
      ['running', 1, 50],
      ['finalizing', 2, 99],
    ] as const) {
      await record(key, attempt, phase, rows);
      const told = await stream.next();
      expect(told?.data.progress).toMatchObject({ phase, percent, rows_written: rows });
      expect(told?.data).toEqual(await get());
      ids.push(told?.id);
    }
    await door.deps.db.jobs.finish(key, {
      outcome: 'failed',
      attempt,
      failure: { code: 'export_failed', message: 'No' },
    });
    const ended = await stream.next();
    expect(ended?.data).toMatchObject({ status: 'failed', error_code: 'export_failed', progress: { percent: 99 } });
    expect([...ids, ended?.id]).toEqual(
      [...new Set([...ids, ended?.id])].toSorted((left, right) => Number(left) - Number(right)),
    );
    expect(await stream.next()).toBeNull();
  });

  test('go on after the last event that a client has; what it knows of the end is answered with 204', async () => {
    const { key, stream } = await followed();
    const first = await stream.next();
    stream.close();
    const resumed = await open(`${JOBS}/${key.id}/events`, customer, first?.id);
    await succeedJob(door.deps, key, 'a\n');
    let last = await resumed.next();
    while (last?.data.status === 'submitted') last = await resumed.next();
    expect(last?.data).toMatchObject({ status: 'succeeded', progress: { phase: 'done', percent: 100 } });
    expect(await resumed.next()).toBeNull();
    // Missed by this one, who comes back after the end.
    const late = await open(`${JOBS}/${key.id}/events`, customer, first?.id);
    expect(await late.next()).toEqual(last);
    expect(await late.next()).toBeNull();
    expect((await open(`${JOBS}/${key.id}/events`, customer, last?.id)).response.status).toBe(204);
    // No number that we ever told.
    for (const id of [(last?.id ?? 0) + HOUR_US, Number.NaN]) {
      expect(await (await open(`${JOBS}/${key.id}/events`, customer, id)).next()).toEqual(last);
    }
  });

  test('leave out a long list of ids, and nothing else', async () => {
    const owner = await door.customer();
    const [credential] = await door.deps.db.credentials.list(owner.accountId);
    const ids = Array.from({ length: 1001 }, (_, index) => index + 1);
    for (const count of [1000, 1001]) {
      const { id } = await insertJob(door, owner.accountId, credential?.id, ids.slice(0, count));
      const told = await (await open(`${JOBS}/${id}/events`, owner)).next();
      const { property_ids, ...rest } = (await door.as(owner).get(`${JOBS}/${id}`)).json();
      expect(told?.data).toEqual(count === 1000 ? { ...rest, property_ids } : rest);
    }
  });

  test('HEAD answers and holds nothing', async () => {
    const { key } = await followed();
    const { authorization } = customer;
    const answer = await fetch(`${origin}${JOBS}/${key.id}/events`, { method: 'HEAD', headers: { authorization } });
    expect(answer.status).toBe(200);
    await answer.text();
  });
});

describe('the events of an account', () => {
  test('begin with what has not ended, and then tell all changes of its own jobs and of no other’s', async () => {
    const [owner, stranger] = [await door.customer(), await door.customer()];
    const [ended, waiting] = [await created(owner), await created(owner)];
    await door.deps.db.jobs.finish(ended, { outcome: 'cancelled' });
    await everythingHeard();
    const [own, foreign] = [await open(ALL, owner), await open(ALL, stranger)];
    expect((await own.next())?.data).toMatchObject({ job_id: waiting.id, status: 'submitted' });
    const theirs = await created(stranger);
    expect((await foreign.next())?.data).toMatchObject({ job_id: theirs.id });
    await failJob(door.deps, theirs, { code: 'export_failed', message: 'No' });
    const newer = await created(owner);
    expect((await own.next())?.data).toMatchObject({ job_id: newer.id, progress: { queue_position: 1 } });
    await door.deps.db.jobs.finish(waiting, { outcome: 'cancelled' });
    expect((await own.next())?.data).toMatchObject({ job_id: waiting.id, status: 'cancelled' });
  });

  test('go on after the last event that a client has: no end is left out', async () => {
    const owner = await door.customer();
    const [first, second] = [await created(owner), await created(owner)];
    await everythingHeard();
    const stream = await open(ALL, owner);
    await stream.next();
    const last = await stream.next();
    stream.close();
    for (const key of [second, first]) await door.deps.db.jobs.finish(key, { outcome: 'cancelled' });
    await everythingHeard();
    const resumed = await open(ALL, owner, last?.id);
    const told = [await resumed.next(), await resumed.next()].map((event) => [event?.data.job_id, event?.data.status]);
    expect(told).toEqual([
      [second.id, 'cancelled'],
      [first.id, 'cancelled'],
    ]);
  });
});

describe('a stream', () => {
  test('shows that it lives', async () => {
    const { key, stream } = await followed();
    await stream.next();
    const ended = stream.next();
    await eventually(() => stream.comments > 2, 'three comments');
    await door.deps.db.jobs.finish(key, { outcome: 'cancelled' });
    expect((await ended)?.data).toMatchObject({ status: 'cancelled' });
  });

  test('ends when its credential is revoked, and others go on', async () => {
    const owner = await door.customer();
    const key = await created(owner);
    const [credentials, other] = [await door.deps.db.credentials.list(owner.accountId), await followed()];
    const stream = await open(`${JOBS}/${key.id}/events`, owner);
    await stream.next();
    for (const { id } of credentials) await door.deps.db.credentials.revoke(id);
    expect(await stream.next()).toBeNull();
    await other.stream.next();
    await door.deps.db.jobs.finish(other.key, { outcome: 'cancelled' });
    expect((await other.stream.next())?.data).toMatchObject({ status: 'cancelled' });
  });

  test('ends with the access token', async () => {
    let now = Date.now();
    await using moving = await testDoor({ deps: { clock: () => new Date(now) }, limits: { eventBeatMs: 20 } });
    const url = await moving.app.listen({ port: 0, host: '127.0.0.1' });
    const { accessKey, secret } = await moving.customer();
    const payload = { grant_type: 'client_credentials', client_id: accessKey, client_secret: secret };
    const granted = await moving.app.inject({ method: 'POST', url: '/oauth/token', payload });
    const stream = await openStream(url + ALL, { authorization: `Bearer ${granted.json().access_token}` });
    const ended = stream.next();
    await eventually(() => stream.comments > 0, 'a comment while the token is good');
    now += 7_200_000;
    expect(await ended).toBeNull();
  });

  test('ends when the server may have missed something, so that its client comes back', async () => {
    const { key, stream } = await followed();
    const first = await stream.next();
    await withClient(door.databaseUrl, (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'listen%' and pid <> pg_backend_pid()`,
      ),
    );
    expect(await stream.next()).toBeNull();
    await door.deps.db.jobs.finish(key, { outcome: 'cancelled' });
    const resumed = await open(`${JOBS}/${key.id}/events`, customer, first?.id);
    expect((await resumed.next())?.data).toMatchObject({ status: 'cancelled' });
  });

  test('is cut off when its client takes nothing, and holds up neither the others nor a stop', {
    timeout: 120_000,
  }, async () => {
    await using crowded = await testDoor({ limits: { eventBeatMs: 100 } });
    const port = Number(new URL(await crowded.app.listen({ port: 0, host: '127.0.0.1' })).port);
    const { accountId, authorization } = await crowded.customer();
    const [credential] = await crowded.deps.db.credentials.list(accountId);
    // Some 16 MB of events: more than the kernel takes for a client that does not read.
    const ids = Array.from({ length: 1000 }, (_, index) => Number.MAX_SAFE_INTEGER - index);
    for (let made = 0; made < 1000; made += 10) {
      await Promise.all(Array.from({ length: 10 }, () => insertJob(crowded, accountId, credential?.id, ids)));
    }
    const idle = () =>
      connect(port, '127.0.0.1', function (this: Socket) {
        this.write(`GET ${ALL} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`);
        this.pause();
      });
    const lazy = idle();
    const serverSide = new Promise<void>((resolve) =>
      crowded.app.server.once('connection', (socket) => socket.once('close', () => resolve())),
    );
    await serverSide;
    lazy.destroy();
    const healthy = await openStream(`http://127.0.0.1:${port}${ALL}`, { authorization });
    for (let told = 0; told < 1000; told++) expect(await healthy.next()).not.toBeNull();
    const last = healthy.next();
    const another = idle();
    await crowded.app.close();
    expect(await last).toBeNull();
    another.destroy();
  });
});

describe('how many may be open', () => {
  const LIMITED = { code: 429, retryAfter: '10' };

  async function openOf(at: string, authorization: string) {
    const stream = await openStream(at + ALL, { authorization });
    streams.push(stream);
    return { stream, code: stream.response.status, retryAfter: stream.response.headers.get('retry-after') };
  }

  async function credentialsOf({ accountId }: Customer, count: number): Promise<readonly string[]> {
    const made = Array.from({ length: count }, () => issueToken(door.deps, { accountId, scopes: ['exports:read'] }));
    return (await Promise.all(made)).map((token) => `Bearer ${token}`);
  }

  test('twenty of a credential; one that ends makes room', async () => {
    const owner = await door.customer();
    const opened = [];
    for (let count = 0; count < 20; count++) opened.push(await openOf(origin, owner.authorization));
    expect(opened.map(({ code }) => code)).toEqual(Array(20).fill(200));
    expect(await openOf(origin, owner.authorization)).toMatchObject(LIMITED);
    const [other] = await credentialsOf(owner, 1);
    expect((await openOf(origin, other ?? '')).code).toBe(200);
    opened[0]?.stream.close();
    await expect.poll(async () => (await openOf(origin, owner.authorization)).code).toBe(200);
  });

  test('a hundred of an account, of however many credentials; those of others beside them', async () => {
    const owner = await door.customer();
    for (const authorization of await credentialsOf(owner, 5)) {
      for (let count = 0; count < 20; count++) expect((await openOf(origin, authorization)).code).toBe(200);
    }
    expect(await openOf(origin, owner.authorization)).toMatchObject(LIMITED);
    expect((await openOf(origin, (await door.customer()).authorization)).code).toBe(200);
  });

  test('as many of all as the setting says, then 503', async () => {
    await using small = await testDoor({ deps: { policy: { ...door.deps.policy, eventStreams: 2 } } });
    const at = await small.app.listen({ port: 0, host: '127.0.0.1' });
    for (let count = 0; count < 2; count++) {
      expect((await openOf(at, (await small.customer()).authorization)).code).toBe(200);
    }
    expect(await openOf(at, (await small.customer()).authorization)).toMatchObject({ ...LIMITED, code: 503 });
    for (const stream of streams.splice(0)) stream.close();
  });
});
