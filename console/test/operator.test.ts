/** The operator's pages in a real browser on the real server. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATORS_ACCOUNT } from '../../server/src/core/access.ts';
import { invite } from '../../server/src/core/logins/sessions.ts';
import { loadAndRecord } from '../../server/src/warehouse/loads/recorded-load.ts';
import { newJob } from '../../server/test/security/access-world.ts';
import { type TestApp, testApp } from '../../server/test/support/app.ts';
import { faultsForTheEye, HAS_BROWSER, openBrowser, type Watched, watchedPage } from './browser.ts';

const WAIT_MS = 240_000;
const HOSTILE = '<img src=x onerror="window.pwned=1">{{7*7}}';

let app: TestApp;
let browser: Browser;

async function enter(page: Page): Promise<void> {
  const { link } = await invite(app.app.deps, { accountId: OPERATORS_ACCOUNT, role: 'operator' });
  await page.goto(link);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
}

async function open(): Promise<Watched> {
  const watched = await watchedPage(browser, app.url);
  await enter(watched.page);
  return watched;
}

/** A webhook whose tries are over. */
async function failedDelivery(name: string): Promise<void> {
  const { deps } = app.app;
  const customer = await app.account({ name });
  const job = await newJob(app, customer, { callback_url: 'https://hooks.example.com/exports' });
  await app.as(customer, { method: 'DELETE', url: `/api/v1/bulk_api/jobs/${job.id}` });
  const caps = { perAccountAndHost: 9, perHost: 9, perAccount: 9, notTo: [], leaseSeconds: 30 };
  const attempt = { status: 500, latencyMs: 12, failure: 'HTTP 500', responseHead: '', retryAfterSeconds: null };
  // Whatever else is due comes to nothing too.
  for (let claim = await deps.db.deliveries.claim(caps); claim !== null; claim = await deps.db.deliveries.claim(caps)) {
    await deps.db.deliveries.settle(claim, attempt, null);
  }
}

/** A load whose only row is rejected: the data stays as it is. */
async function loadWithReject(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-console-load-'));
  try {
    const path = join(directory, 'properties.csv');
    await writeFile(path, 'property_id,year_built,property_name\n99001416,soon,<img src=x>\n');
    const files = { paths: [path], table: null, columnNames: new Map(), rejectFile: null };
    const options = { ...files, dryRun: false, maxRejects: 1, by: HOSTILE, note: HOSTILE };
    const { signal } = new AbortController();
    await loadAndRecord(app.app.deps, options, { origin: 'command' }, { signal });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe.skipIf(!HAS_BROWSER)('the operator’s console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    // No worker: what is submitted is stuck.
    app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
    browser = await openBrowser();
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('makes an account, limits it, lets somebody in; finds what is stuck, sends again, and sees a load', async () => {
    await failedDelivery('Meadow Homes');
    await loadWithReject();
    const { context, page, faults } = await open();
    await page.getByLabel('New account').fill('Harbor Analytics');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Harbor Analytics' }).waitFor();
    await page.getByLabel('Properties a month').fill('5000');
    await page.getByRole('button', { name: 'Set the quota' }).click();
    await page.getByText('0 of 5,000 properties this month').waitFor();
    await page.getByLabel('May see').selectOption('those that meet a rule');
    await page.getByRole('textbox', { name: 'Rule' }).fill('unit_count >= 1');
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByText(/propert(?:y comes|ies come), /).waitFor();
    await page.getByRole('button', { name: 'Yes, give these' }).click();
    await page.getByText('By the rule').getByText('unit_count >= 1').waitFor();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const told = await page.getByRole('status').filter({ hasText: 'Works once' }).textContent();
    const link = /http\S+#cvi_[\w-]+/.exec(told ?? '')?.[0] ?? '';

    const customer = await watchedPage(browser, app.url);
    await customer.page.goto(link);
    await customer.page.getByRole('button', { name: 'Accept the invitation' }).click();
    await customer.page.getByRole('heading', { level: 1, name: 'Exports' }).waitFor();
    await customer.page.getByText('Harbor Analytics · member').waitFor();
    expect(await customer.page.getByRole('link', { name: 'Queue' }).count()).toBe(0);
    await customer.context.close();

    const [account] = await app.app.deps.db.accounts.list();
    if (account === undefined) throw new Error('no account was made');
    const stuck = await newJob(app, await app.account({ name: 'Pier Nine' }));
    await page.getByRole('link', { name: 'Queue' }).click();
    const short = stuck.id.slice(0, 8);
    await page.getByRole('button', { name: `Cancel job ${short}` }).click();
    await page.getByRole('button', { name: `Yes, cancel job ${short}` }).click();
    await page.getByText('Nothing runs or waits.').waitFor();
    expect(await app.app.deps.db.jobs.get(stuck)).toMatchObject({ status: 'cancelled' });

    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page
      .getByRole('row', { name: /Meadow Homes/ })
      .getByRole('button', { name: 'Resend' })
      .click();
    await page.getByText('Webhooks that came to nothing').waitFor();

    await page.getByRole('link', { name: 'Data' }).click();
    await page.getByText(/^Data as of 2025-12-31, version 1/).waitFor();
    await page.getByRole('cell', { name: /^load of / }).waitFor();

    await page
      .getByRole('link', { name: /^Load / })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /^Load / }).waitFor();
    await page.getByRole('heading', { name: '1 rejected row' }).waitFor();
    await page.getByRole('cell', { name: 'must be a whole number' }).waitFor();
    const [rejects] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV of the rejected rows' }).click(),
    ]);
    const rows = await readFile(await rejects.path(), 'utf8');
    expect([rejects.suggestedFilename(), rows]).toEqual([
      expect.stringMatching(/^rejects-\d+\.csv$/),
      expect.stringContaining('soon'),
    ]);

    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByLabel('Events').fill('job-cancelled-by-operator,webhook-resent-by-operator');
    await page.getByRole('cell', { name: 'webhook-resent-by-operator' }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^CSV of the newest/ }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('audit.csv');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('suspends an account after a second press, and resumes it', async () => {
    const customer = await app.account({ name: 'Quay Street' });
    const { context, page } = await open();
    await page.getByRole('link', { name: 'Quay Street' }).click();
    await page.getByRole('button', { name: 'Suspend the account' }).click();
    await page.getByRole('button', { name: 'Yes, suspend it' }).click();
    await page.getByRole('button', { name: 'Resume the account' }).waitFor();
    const get = () => app.as(customer, { url: '/api/v1/bulk_api/jobs' });
    await expect.poll(async () => (await get()).statusCode, { timeout: 10_000 }).toBe(403);
    await page.getByRole('button', { name: 'Resume the account' }).click();
    await page.getByRole('button', { name: 'Suspend the account' }).waitFor();
    await context.close();
  });

  test('goes on with lists that are longer than a page', async () => {
    // Behind all others by their names, and more than a page has.
    for (let each = 0; each < 101; each++) await app.account({ name: `Zeta ${String(each).padStart(3, '0')}` });
    const owner = await app.account({ name: 'Many jobs' });
    for (let each = 0; each < 51; each++) await newJob(app, owner);
    const { context, page, faults } = await open();
    const rows = page.getByRole('row');
    const pages = [
      ['', 'accounts', 'Zeta 100'],
      ['queue', 'jobs', 'Many jobs'],
      ['audit', 'entries', 'credential-created'],
    ] as const;
    for (const [path, what, text] of pages) {
      await page.goto(`${app.url}/console/${path}`);
      await page
        .getByText(text === 'Zeta 100' ? 'Zeta 000' : text)
        .first()
        .waitFor();
      const before = await rows.count();
      await page.getByRole('button', { name: `More ${what}` }).click();
      await expect.poll(() => rows.count()).toBeGreaterThan(before);
      await page.getByText(text).first().waitFor();
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each([1280, 390])('breaks no rule of WCAG 2.2 AA at %i px, and shows hostile names as text', async (width) => {
    const hostile = await app.account({ name: HOSTILE });
    await newJob(app, hostile);
    await failedDelivery(HOSTILE);
    const { context, page, faults } = await watchedPage(browser, app.url);
    await page.setViewportSize({ width, height: 900 });
    await enter(page);
    const found: string[] = [];
    const pages = { '': HOSTILE, [`accounts/${hostile.id}`]: HOSTILE, queue: HOSTILE, deliveries: HOSTILE };
    await loadWithReject();
    const [load] = await app.app.deps.db.loads.list({ table: null, from: null, until: null, before: null, limit: 1 });
    const loads = { data: HOSTILE, [`data/loads/${load?.number}`]: HOSTILE };
    const others = { ...loads, audit: 'operator-looked', system: 'CONVEYANCE_PORT' };
    for (const [path, text] of Object.entries({ ...pages, ...others })) {
      await page.goto(`${app.url}/console/${path}`);
      await page.getByText(text).first().waitFor();
      found.push(...(await faultsForTheEye(page)).map((fault) => `${path}: ${fault}`));
      expect(await page.evaluate('window.pwned')).toBeUndefined();
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
