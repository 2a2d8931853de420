/** A tenant with hundreds of requests at once leaves the others theirs: nobody waits behind them, and nobody is answered 5xx. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { uuidOf } from '../support/file-jobs.ts';

const CROWD = 150;
/** At work, and waiting. */
const TAKEN = 22;

let server: TestApp;
let crowd: TestAccount;
let single: TestAccount;
beforeAll(async () => {
  server = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  [crowd, single] = [await server.account(), await server.account()];
});
afterAll(() => server?.close());

type Send = (as: TestAccount) => Promise<LightMyRequestResponse>;

function bearer(url: string, payload?: object): Send {
  return (as) => server.as(as, { url: `/api/v1${url}`, ...(payload && { method: 'POST', payload }) });
}

function basic(url: string, payload?: object): Send {
  return ({ key: { accessKey, secret } }) => {
    const authorization = `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;
    const headers = { authorization, 'user-agent': 'a test' };
    return server.http.inject({ url: `/v2${url}`, headers, ...(payload && { method: 'POST', payload }) });
  };
}

const ESTIMATE = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: GUIDE_IDS,
};
const ADDRESS = { address_line_1: '1 Main St', address_city: 'New York', address_state: 'NY' };

const LOOK_UPS: readonly [string, Send][] = [
  ['a look-up', bearer('/properties/lookup?state=NY')],
  ['a translation of ids', bearer('/properties/ids', { ids: GUIDE_IDS })],
  ['an estimate', bearer('/bulk_api/jobs/estimate', ESTIMATE)],
  ['a search', basic('/search/summaries', { settings: {} })],
  ['an address', basic('/resolve/property', ADDRESS)],
  ['a property', basic(`/property/${uuidOf(GUIDE_IDS[0])}`)],
  ['some properties', basic('/property/bulk', { property_ids: GUIDE_IDS.map(uuidOf) })],
];

describe.each(LOOK_UPS)('%s of another account', (_what, send) => {
  test(`is answered before most of ${CROWD} of one account are`, async () => {
    expect((await send(single)).statusCode).toBeLessThan(400);
    let answered = 0;
    const many = Array.from({ length: CROWD }, async () => {
      const answer = await send(crowd);
      if (answer.statusCode !== 429) answered += 1;
      return answer;
    });
    const other = await send(single);
    const before = answered;
    expect(other.statusCode).toBeLessThan(400);
    const answers = await Promise.all(many);
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThanOrEqual(CROWD / 2);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(TAKEN);
    expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
    // Not behind those that had come before it.
    expect(before).toBeLessThan(TAKEN);
  });
});
