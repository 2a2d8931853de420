/** Deliveries by their worker alone: jobs end when a test ends them, and workers start, stop and die when it says so. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SCOPES } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { JobKey } from '../../src/core/job.ts';
import { cancelReportJob } from '../../src/jobs/cancel.ts';
import { finishJob } from '../../src/jobs/finish.ts';
import { runJob } from '../../src/jobs/run/run.ts';
import { createWebhookSender } from '../../src/webhooks/send.ts';
import { DeliveryWorker } from '../../src/worker/delivery-worker.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { NEVER, type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { idOf, verified } from '../webhooks/verify.ts';

const API = '/api/v1';
const MILLION = 1_000_000;
const HEALTHY = 40;
/** Longer than a test: what hangs goes on hanging. */
const NO_TIMEOUT_MS = 600_000;
const OF_NO_JOB = { jobId: null, delaySeconds: 0 };
const MILLION_TIMEOUT_MS = 120_000;
const FIRST_OF_MANY = 100_000_000;
const ALL_JOBS = { workerId: 'test', leaseSeconds: 30, accountConcurrency: 1000 };

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  const settings = {
    CONVEYANCE_ROLE: 'api',
    CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8',
    CONVEYANCE_WEBHOOK_SCHEDULE: '0,1,1',
  };
  app = await testApp({ settings, demo: false });
  await app.app.deps.db.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of(GUIDE_IDS) });
  account = await app.account();
});
afterAll(() => app?.close());

async function receiver(...from: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...from);
  onTestFinished(() => started.close());
  return started;
}

function startWorker(): DeliveryWorker {
  const worker = new DeliveryWorker(app.app.deps, { drainMs: 0 });
  worker.start();
  onTestFinished(() => worker.stop());
  return worker;
}

/** One whose tries outlast the test. */
function startPatientWorker(): DeliveryWorker {
  const { deps } = app.app;
  const webhooks = createWebhookSender({
    allow: ['127.0.0.0/8'],
    clock: deps.clock,
    version: 'test',
    timeoutMs: NO_TIMEOUT_MS,
  });
  onTestFinished(() => webhooks.close());
  const worker = new DeliveryWorker({ ...deps, webhooks }, { drainMs: 0 });
  worker.start();
  return worker;
}

/** One byte a second, for ever. */
const drip: RequestListener = (_request, response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), 1000);
  response.on('close', () => clearInterval(timer));
};

/** As many bytes as somebody takes. */
const flood: RequestListener = (_request, response) => {
  const block = Buffer.alloc(65_536, 'x');
  const pour = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', pour);
  pour();
};

async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) {
  const answer = await app.as(account, { method, url: API + path, ...(payload && { payload }) });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer;
}

async function submit(callbackUrl: string, ids: readonly number[] = GUIDE_IDS): Promise<string> {
  const payload = {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2025-12-01',
    end_date: '2025-12-31',
    property_ids: ids,
    callback_url: callbackUrl,
  };
  return (await call('POST', '/bulk_api/jobs', payload)).json().job_id;
}

/** A job that has ended, the quick way. */
async function cancelled(callbackUrl: string, ids?: readonly number[]): Promise<string> {
  const jobId = await submit(callbackUrl, ids);
  await call('DELETE', `/bulk_api/jobs/${jobId}`);
  return jobId;
}

async function deliveryOf(jobId: string) {
  const { deliveries } = (await call('GET', `/webhook_deliveries?job_id=${jobId}`)).json();
  expect(deliveries).toHaveLength(1);
  return deliveries[0];
}

function settled(jobId: string, tries = 1) {
  return until(
    () => deliveryOf(jobId),
    (delivery) => delivery.state !== 'pending' && delivery.tries.length >= tries,
  );
}

async function secrets(): Promise<readonly string[]> {
  const answer = (await call('GET', '/webhooks/secret')).json();
  return answer.secrets.map(({ secret }: { secret: string }) => secret);
}

describe('each end of a job', () => {
  it('that failed is posted, with the reason', async () => {
    const { deps } = app.app;
    const sink = await receiver();
    const jobId = await submit(sink.url());
    // Three attempts that died unseen, and the fourth claim that gives up.
    let claim = await deps.db.queue.claim(ALL_JOBS);
    for (let deaths = 0; claim !== null && deaths < 3; deaths++) {
      await deps.db.queue.postpone(claim, 0);
      claim = await deps.db.queue.claim(ALL_JOBS);
    }
    if (claim === null) throw new Error('the job could not be claimed');
    await runJob(deps, claim, NEVER);
    startWorker();
    await settled(jobId);
    expect(sink.deliveries.map(({ body }) => JSON.parse(body))).toMatchObject([
      { job_id: jobId, status: 'failed', error_code: 'attempts_exhausted' },
    ]);
    expect(sink.deliveries[0]?.body).toBe((await call('GET', `/bulk_api/jobs/${jobId}`)).body);
  });

  it('that was cancelled is posted once, cancelled twice or not', async () => {
    const sink = await receiver();
    const jobId = await cancelled(sink.url());
    await call('DELETE', `/bulk_api/jobs/${jobId}`);
    startWorker();
    await settled(jobId);
    expect(sink.deliveries).toHaveLength(1);
    expect(sink.deliveries[0]?.body).toBe((await call('GET', `/bulk_api/jobs/${jobId}`)).body);
  });

  // Positive control, run: with a loser that queues too, the race fails. So it does with a cancel that ends the job by itself.
  it('is queued exactly once when a cancel and the worker’s ending race', async () => {
    const { deps } = app.app;
    const rounds = 40;
    const winners = new Set<string>();
    const caller = { accountId: account.id, credentialId: randomUUID(), scopes: DEFAULT_SCOPES };
    for (let round = 0; round < rounds; round++) {
      const jobId = await submit('http://127.0.0.1:2/');
      const claim = await deps.db.queue.claim(ALL_JOBS);
      if (claim === null) throw new Error('the job could not be claimed');
      const { attempt, job } = claim;
      const failure = { code: 'export_failed', message: 'It could not be written' };
      const end = () => deps.db.transaction((tx) => finishJob(tx, deps, job, { outcome: 'failed', attempt, failure }));
      const cancel = () =>
        cancelReportJob(deps, caller, jobId).then(
          () => true,
          () => false,
        );
      // Whoever asks first has the better start, and in the last rounds all the time that it needs: on any machine each wins some.
      const early = round % 2 === 0 ? cancel() : null;
      if (round >= rounds - 2) await early;
      const ending = end();
      if (round >= rounds - 2) await ending;
      const [ended, wasCancelled] = await Promise.all([ending, early ?? cancel()]);
      expect(wasCancelled).toBe(ended === null);
      winners.add(ended === null ? 'cancel' : 'worker');
      expect(await deliveryOf(jobId)).toMatchObject({ state: 'pending', tries: [] });
    }
    expect(winners.size).toBe(2);
    // They lead nowhere; what is left of them must not keep other tests waiting.
    startWorker();
    await until(
      async () => (await call('GET', '/webhook_deliveries?per_page=100')).json().deliveries,
      (deliveries) => deliveries.every(({ state }: { state: string }) => state !== 'pending'),
    );
  });

  it('passes through the one place that queues its webhook', async () => {
    for (const file of ['run/run', 'cancel']) {
      const source = await readFile(new URL(`../../src/jobs/${file}.ts`, import.meta.url), 'utf8');
      expect(source, `${file}.ts`).not.toContain('jobs.finish(');
      expect(source, `${file}.ts`).toContain('finishJob(tx');
    }
  });
});

describe('a try', () => {
  it('that fails is made again on the schedule, under the same id, signed anew', async () => {
    const answers = [500, 302, 200];
    const sink = await receiver((_request, response) =>
      response.writeHead(answers.shift() ?? 200, { location: 'http://127.0.0.1:9/' }).end('well'),
    );
    const jobId = await cancelled(sink.url());
    startWorker();
    const delivery = await settled(jobId);
    expect(delivery).toMatchObject({
      state: 'delivered',
      tries: [
        { try: 1, status: 500, response: 'well', failure: expect.stringContaining('500') },
        { try: 2, status: 302, failure: expect.stringContaining('redirect') },
        { try: 3, status: 200, failure: null },
      ],
    });
    const [secret = ''] = await secrets();
    for (const each of sink.deliveries) expect(verified(each, secret)).toMatchObject({ job_id: jobId });
    expect(sink.deliveries.map(idOf)).toEqual(Array(3).fill(delivery.delivery_id));
    expect(new Set(sink.deliveries.map(({ body }) => body)).size).toBe(1);
    const times = delivery.tries.map(({ at }: { at: string }) => Date.parse(at));
    for (const [at, time] of times.slice(1).entries()) expect(time - times[at]).toBeGreaterThanOrEqual(1000);
  });

  it('is the last at the end of the schedule; a redelivery begins anew', async () => {
    let healthy = false;
    const sink = await receiver((_request, response) => response.writeHead(healthy ? 204 : 503).end());
    const jobId = await cancelled(sink.url());
    startWorker();
    const failed = await settled(jobId);
    expect(failed).toMatchObject({ state: 'failed', next_try_at: null, tries: [{ try: 1 }, { try: 2 }, { try: 3 }] });
    healthy = true;
    const path = `/webhook_deliveries/${failed.delivery_id}/redeliver`;
    expect((await call('POST', path)).json()).toMatchObject({ delivery_id: failed.delivery_id, state: 'pending' });
    expect(await settled(jobId, 4)).toMatchObject({ state: 'delivered', tries: { length: 4 } });
    expect(new Set(sink.deliveries.map(idOf))).toEqual(new Set([failed.delivery_id]));
  });

  it('that is answered with 410 is the last', async () => {
    const sink = await receiver((_request, response) => response.writeHead(410).end());
    const jobId = await cancelled(sink.url());
    startWorker();
    expect(await settled(jobId)).toMatchObject({ state: 'failed', tries: [{ status: 410 }] });
    expect(sink.deliveries).toHaveLength(1);
  });

  it('that is not made when the body cannot be is counted, and not blamed on the receiver', async () => {
    const sink = await receiver();
    const jobId = await cancelled(sink.url());
    const { deps } = app.app;
    // The last id is cut off: seen only while the text is written.
    const unreadable = { get: (key: JobKey) => deps.db.jobs.get(key), propertyIds: async () => Uint8Array.of(0x80) };
    const jobs = Object.assign(Object.create(deps.db.jobs), unreadable);
    const worker = new DeliveryWorker({ ...deps, db: { ...deps.db, jobs } }, { drainMs: 0 });
    worker.start();
    const delivery = await until(
      () => deliveryOf(jobId),
      ({ tries }) => tries.length > 0,
    );
    await worker.stop();
    expect(delivery.tries[0]).toMatchObject({
      status: null,
      failure: expect.stringContaining('could not make the message'),
    });
    startWorker();
    expect(await settled(jobId)).toMatchObject({ state: 'delivered' });
  });
});

describe('a worker', () => {
  it('that starts after the end of a job sends what the dead one did not', async () => {
    const sink = await receiver();
    const ended = [await cancelled(sink.url()), await cancelled(sink.url())];
    expect(sink.connections()).toBe(0);
    startWorker();
    for (const jobId of ended) expect(await settled(jobId)).toMatchObject({ state: 'delivered', tries: [{ try: 1 }] });
    expect(sink.deliveries).toHaveLength(2);
  });

  it('that stops in the middle of a try does not count it; the next one sends it under the same id', async () => {
    let hang = true;
    const sink = await receiver((_request, response) => {
      if (!hang) response.writeHead(204).end();
    });
    const jobId = await cancelled(sink.url());
    const first = startWorker();
    await until(
      async () => sink.deliveries.length,
      (count) => count === 1,
    );
    await first.stop();
    expect(await deliveryOf(jobId)).toMatchObject({ state: 'pending', tries: [] });
    hang = false;
    startWorker();
    expect(await settled(jobId)).toMatchObject({ state: 'delivered', tries: [{ try: 1 }] });
    expect(new Set(sink.deliveries.map(idOf)).size).toBe(1);
    expect(sink.deliveries).toHaveLength(2);
  });

  // Positive control, run: with both caps at 1000 the hanging receiver has all slots, and the healthy one waits in vain.
  it('serves a healthy receiver while others of the same account hang, drip and flood', async () => {
    const hanging = await receiver(() => undefined, { host: '127.0.0.2' });
    const dripping = await receiver(drip, { host: '127.0.0.3' });
    const flooding = await receiver(flood, { host: '127.0.0.4' });
    const healthy = await receiver();
    const { db } = app.app.deps;
    for (let sent = 0; sent < 100; sent++) {
      for (const { host, url } of [hanging, dripping, flooding]) {
        await db.deliveries.enqueue({ ...OF_NO_JOB, accountId: account.id, id: randomUUID(), url: url(), host });
      }
    }
    const worker = startPatientWorker();
    for (const bad of [hanging, dripping, flooding]) {
      await until(
        async () => bad.deliveries.length,
        (count) => count > 0,
      );
    }
    for (let sent = 0; sent < HEALTHY; sent++) {
      expect(await settled(await cancelled(healthy.url()))).toMatchObject({ state: 'delivered' });
    }
    // None of the others had ended by then, and made room.
    const { deliveries } = (await call('GET', '/webhook_deliveries?per_page=100&page=2')).json();
    expect(deliveries.length).toBeGreaterThan(0);
    for (const { url, state, tries } of deliveries) {
      if (url !== healthy.url() && url !== flooding.url())
        expect({ state, tries }).toEqual({ state: 'pending', tries: [] });
    }
    await worker.stop();
  });

  // Positive controls, run: with the cap of a host counted over all accounts, in the claim or in the sender, the other waits in vain.
  it('serves one account while another’s messages to the same host hang', async () => {
    let hang = true;
    const shared = await receiver(({ url }, response) => {
      if (url === '/mine' || !hang) response.writeHead(204).end();
    });
    const { db } = app.app.deps;
    const neighbour = await app.account();
    for (let sent = 0; sent < 100; sent++) {
      const id = randomUUID();
      await db.deliveries.enqueue({
        ...OF_NO_JOB,
        accountId: neighbour.id,
        id,
        url: shared.url('/theirs'),
        host: shared.host,
      });
    }
    const worker = startPatientWorker();
    const theirs = () => shared.deliveries.filter(({ path }) => path === '/theirs').length;
    await until(
      async () => theirs(),
      (count) => count === 4,
    );
    for (let sent = 0; sent < 10; sent++) {
      expect(await settled(await cancelled(shared.url('/mine')))).toMatchObject({ state: 'delivered' });
    }
    expect(theirs()).toBe(4);
    hang = false;
    await worker.stop();
  });
});

describe('secrets', () => {
  it('rotate without losing a message: for a day both sign', async () => {
    const sink = await receiver();
    startWorker();
    const [before = ''] = await secrets();
    expect(before).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const rotated = (await call('POST', '/webhooks/secret/rotate')).json();
    expect(rotated.secrets).toMatchObject([{ expires_at: null }, { secret: before, expires_at: expect.any(String) }]);
    const { delivery_id: id } = (await call('POST', '/webhooks/test', { url: sink.url() })).json();
    await until(
      async () => sink.deliveries.length,
      (count) => count === 1,
    );
    const [delivery] = sink.deliveries;
    if (delivery === undefined) throw new Error('nothing was delivered');
    for (const { secret } of rotated.secrets) {
      expect(verified(delivery, secret)).toEqual({ event: 'test', delivery_id: id, created_at: expect.any(String) });
    }
    expect(String(delivery.headers['webhook-signature']).split(' ')).toHaveLength(2);
    const [after = ''] = await secrets();
    expect(() => verified({ ...delivery, body: delivery.body.replace('test', 'tesu') }, after)).toThrow('signature');
  });
});

describe('a job with a million ids', () => {
  it(
    'is posted whole, and verifies',
    async () => {
      const { warehouse } = app.app.deps.db;
      const propertyIds = PropertyIdSet.of(Array.from({ length: MILLION }, (_, at) => FIRST_OF_MANY + at));
      await warehouse.commit({ base: (await warehouse.current())?.version ?? null, tables: {}, propertyIds });
      const sink = await receiver();
      const ids = Array.from({ length: MILLION }, (_, at) => FIRST_OF_MANY + ((at * 7919) % MILLION));
      const jobId = await cancelled(sink.url(), ids);
      startWorker();
      await settled(jobId);
      const [delivery] = sink.deliveries;
      if (delivery === undefined) throw new Error('nothing was delivered');
      const { body } = await call('GET', `/bulk_api/jobs/${jobId}`);
      // Megabytes of text: a difference is not to be printed.
      expect(delivery.body === body).toBe(true);
      expect(verified(delivery, (await secrets())[0] ?? '')).toMatchObject({
        job_id: jobId,
        property_ids: { length: MILLION },
      });
    },
    MILLION_TIMEOUT_MS,
  );
});
