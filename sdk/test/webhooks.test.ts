import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance, type VerifyOptions, verifyWebhook } from '../src/index.ts';
import { JOB_ID, jobBody, ScriptedServer } from './scripted-server.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const BODY = JSON.stringify(jobBody({ status: 'succeeded', note: 'Zürich' }));
const NOW = new Date('2026-03-01T12:00:00Z');

/** By the letter of the specification. That the server’s own messages pass, here and in the reference library, is tested with the server. */
function headersFor(body: string, secret = SECRET, at = NOW): Record<string, string> {
  const timestamp = String(at.getTime() / 1000);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function verify(headers: Headers | Record<string, string>, body: string | Uint8Array = BODY, options = {}) {
  return verifyWebhook({ headers, body }, { secret: SECRET, now: NOW, ...options });
}

describe('verifying a webhook', () => {
  it('gives the job, from text or bytes, from plain headers or those of fetch', async () => {
    const headers = headersFor(BODY);
    for (const given of [headers, new Headers(headers)]) {
      for (const body of [BODY, new TextEncoder().encode(BODY)]) {
        expect(await verify(given, body)).toEqual(JSON.parse(BODY));
      }
    }
  });

  it('takes any of several secrets and of several signatures', async () => {
    const [one, other] = [headersFor(BODY), headersFor(BODY, OTHER)];
    expect(await verify(other, BODY, { secret: [SECRET, OTHER] })).toMatchObject({ job_id: JOB_ID });
    const both = ['v2,AAAA', 'v1,%', other['webhook-signature'], one['webhook-signature']].join(' ');
    expect(await verify({ ...one, 'webhook-signature': both })).toMatchObject({ job_id: JOB_ID });
  });

  it('refuses every changed bit of the body and of the signature', async () => {
    const headers = headersFor(BODY);
    const bytes = new TextEncoder().encode(BODY);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      await expect(verify(headers, altered), `bit ${bit}`).rejects.toMatchObject({ name: 'WebhookVerificationError' });
    }
    const signature = Buffer.from(headers['webhook-signature']?.slice(3) ?? '', 'base64');
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const altered = signature.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const forged = { ...headers, 'webhook-signature': `v1,${Buffer.from(altered).toString('base64')}` };
      await expect(verify(forged), `bit ${bit}`).rejects.toThrow('no signature');
    }
  });

  it.each<[string, Record<string, string>, Partial<VerifyOptions>, string]>([
    ['another secret', headersFor(BODY, OTHER), {}, 'no signature'],
    ['another id', { ...headersFor(BODY), 'webhook-id': 'msg_2' }, {}, 'no signature'],
    ['a later timestamp', { ...headersFor(BODY), 'webhook-timestamp': '1772366401' }, {}, 'no signature'],
    ['a message from the past', headersFor(BODY), { now: new Date(NOW.getTime() + 301_000) }, 'timestamp'],
    ['a message from the future', headersFor(BODY), { now: new Date(NOW.getTime() - 301_000) }, 'timestamp'],
    ['a timestamp that is none', { ...headersFor(BODY), 'webhook-timestamp': 'Infinity' }, {}, 'timestamp'],
    ['a replay under a tighter limit', headersFor(BODY), { toleranceSeconds: -1 }, 'timestamp'],
    ['no headers', {}, {}, 'missing'],
  ])('refuses %s', async (_what, headers, options, message) => {
    await expect(verify(headers, BODY, options)).rejects.toThrow(message);
  });

  it('says when the secret is none, whatever came', async () => {
    for (const secret of ['', 'hunter2', 'whsec_', 'whsec_%%%']) {
      await expect(verify(headersFor(BODY), BODY, { secret })).rejects.toThrow(TypeError);
    }
  });
});

describe('the account’s webhooks', () => {
  const ID = '0d0f2a3e-1111-4222-8333-444455556666';
  const DELIVERY = { delivery_id: ID, job_id: null, state: 'pending', tries: [] };
  const SECRETS = { secrets: [{ secret: SECRET, created_at: '2026-01-01T00:00:00.000Z', expires_at: null }] };
  let server: ScriptedServer;
  let webhooks: Conveyance['webhooks'];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    webhooks = new Conveyance({ url: server.url, token: 't', maxTries: 1 }).webhooks;
  });
  afterEach(() => server.stop());

  it('are listed, shown, redelivered and tested', async () => {
    const page = { deliveries: [DELIVERY], pagination: { total_pages: 1 } };
    server
      .on('GET /api/v1/webhook_deliveries', { status: 200, body: page })
      .on(`GET /api/v1/webhook_deliveries/${ID}`, { status: 200, body: DELIVERY })
      .on(`POST /api/v1/webhook_deliveries/${ID}/redeliver`, { status: 200, body: DELIVERY })
      .on('POST /api/v1/webhooks/test', { status: 200, body: DELIVERY });
    expect(await webhooks.deliveries({ jobId: JOB_ID, page: 2, perPage: 5 })).toEqual(page);
    expect(await webhooks.delivery(ID)).toEqual(DELIVERY);
    expect(await webhooks.redeliver(ID)).toEqual(DELIVERY);
    expect(await webhooks.test('https://example.com/hook')).toEqual(DELIVERY);
    expect(server.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', `/api/v1/webhook_deliveries?job_id=${JOB_ID}&page=2&per_page=5`, ''],
      ['GET', `/api/v1/webhook_deliveries/${ID}`, ''],
      ['POST', `/api/v1/webhook_deliveries/${ID}/redeliver`, ''],
      ['POST', '/api/v1/webhooks/test', '{"url":"https://example.com/hook"}'],
    ]);
  });

  it('show and rotate their secrets', async () => {
    server
      .on('GET /api/v1/webhooks/secret', { status: 200, body: SECRETS })
      .on('POST /api/v1/webhooks/secret/rotate', { status: 200, body: SECRETS });
    expect(await webhooks.secrets()).toEqual(SECRETS.secrets);
    expect(await webhooks.rotateSecret()).toEqual(SECRETS.secrets);
  });

  it('are not what another server answers', async () => {
    for (const call of [
      'GET /api/v1/webhook_deliveries',
      'GET /api/v1/webhooks/secret',
      'POST /api/v1/webhooks/test',
    ]) {
      server.on(call, { status: 200, body: {} });
    }
    await expect(webhooks.deliveries()).rejects.toThrow('no list of deliveries');
    await expect(webhooks.secrets()).rejects.toThrow('no secrets');
    await expect(webhooks.test('https://example.com/')).rejects.toThrow('no delivery');
  });
});
