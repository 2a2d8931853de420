/** Access keys and tokens, as people look after them in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueToken } from '../../server/src/core/logins/credentials.ts';
import { createSchedule } from '../../server/src/jobs/schedules/schedules.ts';
import { parseScheduleRequest } from '../../server/src/wire/apartmentiq/schedule-request.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { faultsForTheEye, HAS_BROWSER, openBrowser, outOfReach } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 120_000;

let app: TestApp;
let account: TestAccount;
let browser: Browser;
let world: ConsoleWorld;

/** The status that a key or token gets. */
async function statusOf(authorization: string, url: string): Promise<number> {
  return (await fetch(`${app.url}${url}`, { headers: { authorization, 'user-agent': 'a test' } })).status;
}

function basic(key: string, secret: string): string {
  return `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
}

async function told(page: Page): Promise<{ readonly key: string; readonly secret: string }> {
  const note = page.getByRole('status').filter({ hasText: 'Copy it now' });
  const texts = await note.locator('.mono').allTextContents();
  return { key: texts[0] ?? '', secret: texts.at(-1) ?? '' };
}

function rowOf(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: name });
}

describe.skipIf(!HAS_BROWSER)('access keys in the console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
    account = await app.account({ name: 'Harbor Analytics' });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('a key is made, used, rotated and revoked, and its secret is shown once', async () => {
    const { context, page, faults } = await world.open(account);
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor();
    await page.getByLabel('Name').fill('Nightly loader');
    await page.getByRole('checkbox', { name: 'Make and cancel exports' }).uncheck();
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByText('Copy it now: it is not shown again').waitFor();
    const { key, secret } = await told(page);
    expect(await statusOf(basic(key, secret), '/v2/jobs/file')).toBe(200);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('Copy it now: it is not shown again').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(secret);
    await page.reload();
    const row = rowOf(page, 'Nightly loader');
    await row.getByText('see exports and fetch files, look properties up').waitFor();
    await row.getByText('from 127.0.0.1').waitFor();
    expect(await page.content()).not.toContain(secret);

    await page.getByRole('button', { name: 'Rotate Nightly loader' }).click();
    await page.getByLabel('The old key works').selectOption('an hour more');
    await page.getByRole('button', { name: 'Make its successor' }).click();
    await page.getByText('Copy it now: it is not shown again').waitFor();
    const next = await told(page);
    expect(next.key).not.toBe(key);
    for (const pair of [basic(key, secret), basic(next.key, next.secret)]) {
      expect(await statusOf(pair, '/v2/jobs/file')).toBe(200);
    }
    await page.getByRole('button', { name: 'I have it' }).click();
    await rowOf(page, key).getByText('by itself').waitFor();

    const old = rowOf(page, key);
    await old.getByRole('button', { name: 'Revoke' }).click();
    await old.getByRole('button', { name: 'Yes, revoke it' }).click();
    await old.waitFor({ state: 'detached' });
    await expect.poll(() => statusOf(basic(key, secret), '/v2/jobs/file'), { timeout: 10_000 }).toBe(401);
    expect(await statusOf(basic(next.key, next.secret), '/v2/jobs/file')).toBe(200);
    await page.getByRole('switch', { name: 'Ended ones too' }).click();
    await rowOf(page, key).getByText('revoked', { exact: false }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a token is made that lasts a while; and whose end would stop schedules is told of them', async () => {
    const { deps } = app.app;
    const owner = await app.account({ name: 'Pier Nine' });
    const before = new Set((await deps.db.credentials.list(owner.id)).map(({ id }) => id));
    await issueToken(deps, { accountId: owner.id, scopes: ['exports:write'], name: 'Monthly' });
    const monthly = (await deps.db.credentials.list(owner.id)).find(({ id }) => !before.has(id));
    const request = {
      ...{ report_type: 'property', output_format: 'csv', property_ids: [GUIDE_IDS[0]] },
      ...{ frequency: 'daily', time: '06:00', time_zone: 'UTC', range: 'previous_month' },
    };
    const caller = { accountId: owner.id, credentialId: monthly?.id ?? '', scopes: ['exports:write'] } as const;
    await createSchedule(
      deps,
      caller,
      parseScheduleRequest(request, () => true),
    );

    const { context, page, faults } = await world.open(owner);
    await page.goto(`${app.url}/console/keys`);
    await page.getByText('Personal token', { exact: true }).click();
    await page.getByLabel('Name').fill('A sheet');
    await page.getByLabel('Ends').selectOption('in 90 days');
    await page.getByRole('button', { name: 'Create the token' }).click();
    await page.getByText('Copy it now: it is not shown again').waitFor();
    const { secret } = await told(page);
    expect(await statusOf(`Bearer ${secret}`, '/api/v1/bulk_api/jobs')).toBe(200);
    await rowOf(page, 'A sheet').getByText('in 90 days').waitFor();
    // A token has no successor.
    expect(
      await rowOf(page, 'A sheet')
        .getByRole('button', { name: /^Rotate/ })
        .count(),
    ).toBe(0);

    const row = rowOf(page, 'Monthly');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await row.getByRole('button', { name: 'Yes, revoke it' }).click();
    await row.getByText('1 of your schedules acted for it').waitFor();
    await row.getByRole('link', { name: 'Schedules' }).click();
    await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a viewer sees none of them', async () => {
    const { context, page, faults } = await world.open(account, 'viewer');
    await page.goto(`${app.url}/console/keys`);
    await page.getByText('You may not see or make keys').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each([1280, 390])('break no rule of WCAG 2.2 AA at %i px', async (width) => {
    const owner = await app.account({ name: 'Quay Street' });
    const { context, page, faults } = await world.open(owner);
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${app.url}/console/keys`);
    const found: string[] = [];
    const look = async (what: string) => {
      const all = [...(await faultsForTheEye(page))];
      // The table may be scrolled by itself.
      if (width > 1000) all.push(...(await outOfReach(page)));
      found.push(...all.map((fault) => `${what}: ${fault}`));
    };
    await page.getByRole('table').waitFor();
    await look('list');
    await page.getByLabel('Name').fill('Nightly loader');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByText('Copy it now: it is not shown again').waitFor();
    await look('made');
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'Rotate Nightly loader' }).click();
    await page.getByRole('button', { name: 'Make its successor' }).waitFor();
    await look('rotating');
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
