/** Whose address a request has: the other end of its connection, or whom a proxy of the operator's own names. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientAddressOf, trustedProxies } from '../../src/http/server/trusted-proxies.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { basicHeaders } from '../support/file-jobs.ts';

const PROXIES = ['127.0.0.0/8', '10.1.0.0/16', 'fd00::/8'];

describe('the address of a client', () => {
  const isTrusted = trustedProxies(PROXIES);
  it.each([
    ['198.51.100.7', '192.0.2.1', '198.51.100.7', 'a stranger is not believed'],
    ['127.0.0.1', undefined, '127.0.0.1', 'a proxy that names nobody asks for itself'],
    ['127.0.0.1', '192.0.2.1', '192.0.2.1', 'whom the proxy names'],
    ['127.0.0.1', '203.0.113.9, 192.0.2.1', '192.0.2.1', 'what the client wrote itself stands left of it'],
    ['127.0.0.1', '192.0.2.1, 10.1.2.3', '192.0.2.1', 'through two proxies'],
    ['127.0.0.1', '203.0.113.9,192.0.2.1 , 10.2.2.3', '10.2.2.3', 'a machine beside the ranges is a client'],
    ['127.0.0.1', '10.1.2.3, 10.1.2.4', '10.1.2.3', 'none but proxies'],
    ['fd00::1', '2001:db8::7', '2001:db8::7', 'IPv6'],
    ['127.0.0.1', '[2001:db8::7]:4711', '2001:db8::7', 'IPv6 with its port'],
    ['127.0.0.1', '192.0.2.1:4711', '192.0.2.1', 'IPv4 with its port'],
    ['127.0.0.1', 'unknown', '127.0.0.1', 'a word'],
    ['127.0.0.1', "192.0.2.1, '; drop table --", '127.0.0.1', 'no word is skipped'],
    ['127.0.0.1', '', '127.0.0.1', 'an empty header'],
    ['', '192.0.2.1', '', 'a connection that is gone'],
  ])('of %j with %j is %j: %s', (peer, header, address, _why) => {
    expect(clientAddressOf(peer, header, isTrusted)).toBe(address);
  });
});

describe.each([
  ['behind a proxy that is named', { CONVEYANCE_TRUSTED_PROXIES: '127.0.0.1' }, '192.0.2.1'],
  ['without one', {}, '127.0.0.1'],
])('%s', (_case, more, expected) => {
  let app: TestApp;
  let account: TestAccount;
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 192.0.2.1' };
  beforeAll(async () => {
    app = await testApp({ settings: { CONVEYANCE_ROLE: 'api', ...more } });
    account = await app.account();
  });
  afterAll(() => app?.close());

  it('the audit log, the last use and refused log-ins have it', async () => {
    const payload = { report_type: 'property', output_format: 'csv', start_date: '2025-12-01', end_date: '2025-12-02' };
    const made = await app.as(account, {
      ...{ method: 'POST', url: '/api/v1/bulk_api/jobs', headers: forwarded },
      payload: { ...payload, property_ids: [99001416] },
    });
    expect(made.statusCode, made.body).toBe(200);
    const wrong = basicHeaders({ key: { ...account.key, secret: 'a guess' } });
    const refused = await app.http.inject({ url: '/v2/users/me', headers: { ...wrong, ...forwarded } });
    expect(refused.statusCode).toBe(401);
    const { db } = app.app.deps;
    const entries = () => db.audit.last({ accountId: account.id, from: null, until: null, limit: 10 });
    await expect
      .poll(async () => (await entries()).map(({ event, address }) => [event, address]), { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining([
          ['job-created', expected],
          ['login-refused', expected],
        ]),
      );
    await expect
      .poll(async () => (await db.credentials.list(account.id)).map(({ lastAddress }) => lastAddress), {
        timeout: 10_000,
      })
      .toContain(expected);
  });
});
