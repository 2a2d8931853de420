/** What is wrong with the settings of a search, the server says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { cli } from './cli-world.ts';

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_BATCH_RATE_LIMIT_PER_SECOND: '0' } });
  account = await app.account();
});
afterAll(() => app?.close());

describe('search', () => {
  it.each<[string, string, RegExp]>([
    ['an unknown setting', 'citty=Rome', /unknown setting citty \(nearest: city\)/],
    ['a word that every object has', 'constructor=Rome', /unknown setting constructor/],
    ['a number that is none', 'year_built.min=old', /year_built.min must be a number/],
    ['a number beyond all numbers', 'year_built.min=1e999', /year_built.min must be a number/],
    ['a day that is none', 'sales_date.min=2026-02-30', /sales_date.min must be a calendar day/],
    ['a flag that is none', 'owner_occupied=perhaps', /owner_occupied must be true or false/],
  ])('tells of %s, at once and as a job', async (_what, set, message) => {
    const { accessKey, secret } = account.key;
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_ACCESS_KEY: accessKey, CONVEYANCE_SECRET: secret };
    for (const more of [[], ['--as-job']]) {
      const { code, stdout, stderr } = await cli(['search', '--set', set, ...more], { env });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
    }
  });
});
