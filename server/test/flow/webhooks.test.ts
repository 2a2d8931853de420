/** The whole program: a job ends, and its webhook arrives, signed, with the very bytes that the API answers. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { idOf, verified } from '../webhooks/verify.ts';

const API = '/apartmentiq/api/v1';

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8' } });
});
afterAll(() => app?.close());

async function receiver(...from: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...from);
  onTestFinished(() => started.close());
  return started;
}

async function submit(account: TestAccount, callbackUrl: string): Promise<string> {
  const payload = {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2025-12-01',
    end_date: '2025-12-31',
    property_ids: GUIDE_IDS,
    callback_url: callbackUrl,
  };
  const answer = await app.as(account, { method: 'POST', url: `${API}/bulk_api/jobs`, payload });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json().job_id;
}

async function get(account: TestAccount, path: string): Promise<string> {
  return (await app.as(account, { url: API + path })).body;
}

async function secretOf(account: TestAccount): Promise<string> {
  return JSON.parse(await get(account, '/webhooks/secret')).secrets[0].secret;
}

describe('a webhook', () => {
  it('of a job that succeeded has the bytes of the job, and is logged', async () => {
    const account = await app.account();
    const sink = await receiver((_request, response) => response.writeHead(200).end('thanks'));
    const jobId = await submit(account, sink.url());
    await until(
      async () => sink.deliveries.length,
      (count) => count > 0,
    );
    const [delivery] = sink.deliveries;
    if (delivery === undefined) throw new Error('nothing was delivered');
    expect(delivery.body).toBe(await get(account, `/bulk_api/jobs/${jobId}`));
    expect(verified(delivery, await secretOf(account))).toMatchObject({ job_id: jobId, status: 'succeeded' });
    const log = await until(
      async () => JSON.parse(await get(account, `/webhook_deliveries?job_id=${jobId}`)),
      ({ deliveries }) => deliveries[0]?.state === 'delivered',
    );
    expect(log).toEqual({
      deliveries: [
        {
          delivery_id: idOf(delivery),
          job_id: jobId,
          url: sink.url(),
          state: 'delivered',
          created_at: expect.any(String),
          finished_at: expect.any(String),
          next_try_at: null,
          tries: [
            {
              try: 1,
              at: expect.any(String),
              status: 200,
              latency_ms: expect.any(Number),
              failure: null,
              response: 'thanks',
            },
          ],
        },
      ],
      pagination: { current_page: 1, total_pages: 1, total_count: 1, per_page: 50 },
    });
    expect(sink.deliveries).toHaveLength(1);
  });

  it('goes nowhere when the job has no callback_url', async () => {
    const account = await app.account();
    const sink = await receiver();
    const payload = { report_type: 'units', output_format: 'csv', start_date: '2025-12-01', end_date: '2025-12-01' };
    const request = {
      method: 'POST',
      url: `${API}/bulk_api/jobs`,
      payload: { ...payload, property_ids: GUIDE_IDS },
    } as const;
    const { job_id: jobId } = (await app.as(account, request)).json();
    await until(
      async () => JSON.parse(await get(account, `/bulk_api/jobs/${jobId}`)).status,
      (status) => status === 'succeeded',
    );
    // What ends later is delivered: the loop has been past the first.
    await submit(account, sink.url());
    await until(
      async () => sink.deliveries.length,
      (count) => count > 0,
    );
    expect(JSON.parse(await get(account, '/webhook_deliveries')).pagination.total_count).toBe(1);
    expect(JSON.parse(await get(account, `/webhook_deliveries?job_id=${jobId}`)).deliveries).toEqual([]);
  });

  it('to a target that is refused when it is connected to fails, and says why', async () => {
    const account = await app.account();
    const answer = await app.as(account, {
      method: 'POST',
      url: `${API}/webhooks/test`,
      payload: { url: 'http://name.invalid/hook' },
    });
    expect(answer.statusCode, answer.body).toBe(200);
    const { delivery_id: id } = answer.json();
    const delivery = await until(
      async () => JSON.parse(await get(account, `/webhook_deliveries/${id}`)),
      ({ state }) => state !== 'pending',
    );
    expect(delivery).toMatchObject({ state: 'failed', job_id: null, tries: [{ try: 1, status: null }] });
  });
});
