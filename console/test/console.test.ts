/** The console in a real browser on the real server. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestApp, testApp, until } from '../../server/test/support/app.ts';
import { eachTab, faultsForTheEye, HAS_BROWSER, openBrowser, outOfReach, violations, watchedPage } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 120_000;
let app: TestApp;
let account: TestAccount;
let browser: Browser;
let world: ConsoleWorld;

describe.skipIf(!HAS_BROWSER)('the console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp();
    account = await app.account({ name: 'Harbor Analytics' });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('shows a job that somebody else makes, as it comes and ends', async () => {
    const { context, page, faults } = await world.open(account);
    await world.newJob(account, { name: 'Made by a program' });
    const row = page.locator('a.job-row', { hasText: 'Made by a program' });
    await row.getByText('succeeded').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Made by a program' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each(['jsonl', 'parquet'])('shows the first rows of %s', async (format) => {
    const id = await world.newJob(account, { output_format: format });
    const { context, page, faults } = await world.open(account);
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('columnheader', { name: 'report_generation_date' }).waitFor();
    await page.getByText(/^The first \d+ of \d+ rows$/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('finds exports by kind, day and words over all pages, keeps that in the address, and tells who made how many', async () => {
    const owner = await app.account({ name: 'Pier Nine' });
    const wanted = await world.newJob(owner, { name: 'The one from the beginning', report_type: 'units' });
    for (let each = 0; each < 51; each++) {
      const id = await world.newJob(owner, { name: `Number ${each}` });
      await app.as(owner, { method: 'DELETE', url: `/api/v1/bulk_api/jobs/${id}` });
    }
    const { context, page, faults } = await world.open(owner);
    const rows = page.locator('a.job-row');
    const row = rows.filter({ hasText: 'The one from the beginning' });
    await rows.filter({ hasText: 'Number 50' }).waitFor();
    // On the second page.
    expect(await row.count()).toBe(0);
    await page.getByRole('textbox', { name: 'Filter' }).fill('beginning units');
    await row.waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole('textbox', { name: 'Filter' }).fill('');
    await page.getByLabel('Kind').selectOption('Units reports');
    await row.waitFor();
    await page.waitForURL(({ searchParams }) => searchParams.get('report') === 'units');
    await page.reload();
    await row.waitFor();
    await page.getByLabel('Made on this day or earlier').fill('2020-01-01');
    await page.getByText('No export matches the filter.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await rows.filter({ hasText: 'Number 50' }).waitFor();
    await until(
      async () => (await app.as(owner, { url: `/api/v1/bulk_api/jobs/${wanted}` })).json().status,
      (status) => status === 'succeeded',
    );

    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    const card = page.getByRole('region', { name: 'Rows by key' });
    await card.getByText('Table', { exact: true }).click();
    await card.getByRole('row', { name: /^Token [0-9a-f]{8} 52 / }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV of every day and key' }).click(),
    ]);
    const [header, ...lines] = String(await readFile(await file.path()))
      .trim()
      .split('\r\n');
    expect(header).toBe(
      'day,credential_id,credential_kind,credential_name,jobs,succeeded,failed,properties,rows,bytes',
    );
    expect(lines).toHaveLength(1);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('keeps the columns and the compression of an export that is made again', async () => {
    const columns = ['id', 'report_generation_date'];
    const id = await world.newJob(account, { columns, compression: 'gzip', name: 'Two columns' });
    const { context, page, faults } = await world.open(account);
    await page.goto(`${app.url}/console/new?from=${id}`);
    await page.getByText(/rows · about/).waitFor();
    await page.getByRole('combobox', { name: 'Columns' }).fill('avg_rent');
    await page
      .getByRole('option', { name: /^avg_rent\b/ })
      .first()
      .click();
    // The choices lie over the button.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create the export' }).click();
    await page.getByRole('heading', { level: 1, name: 'Two columns' }).waitFor();
    const [job] = (await app.as(account, { url: '/api/v1/bulk_api/jobs?per_page=1' })).json().jobs;
    expect(job).toMatchObject({ compression: 'gzip', columns: [...columns, 'avg_rent'] });
    expect(faults).toEqual([]);
    await context.close();
  });

  test('shows nothing of one account to another', async () => {
    const id = await world.newJob(account, { name: 'A secret plan' });
    const other = await app.account({ name: 'Somebody else' });
    const { context, page } = await world.open(other);
    await page.getByText('Make the first export').waitFor();
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('alert').getByText('Job with the specified ID does not exist').waitFor();
    expect(await page.content()).not.toContain('A secret plan');
    await context.close();
  });

  test('lets a viewer see and fetch, not make', async () => {
    const id = await world.newJob(account);
    const { context, page } = await world.open(account, 'viewer');
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('button', { name: 'Download' }).waitFor();
    expect(await page.getByRole('link', { name: 'Duplicate' }).count()).toBe(0);
    await page.goto(`${app.url}/console/new`);
    await page.getByText('You may see exports, not make them').waitFor();
    await context.close();
  });

  test('says that it is offline, and catches up', async () => {
    const { context, page } = await world.open(account);
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await world.newJob(account, { name: 'Made meanwhile' });
    await context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    await page.locator('a.job-row', { hasText: 'Made meanwhile' }).waitFor();
    await context.close();
  });

  test('asks to sign in again once the session is over, and goes on where it was', async () => {
    const { context, page } = await world.open(account);
    await page.goto(`${app.url}/console/usage`);
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    await context.clearCookies();
    await page.getByRole('link', { name: 'Exports' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in to Conveyance' }).waitFor();
    await page.locator('input[name=key]').fill(account.key.accessKey);
    await page.locator('input[name=secret]').fill(account.key.secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Exports' }).waitFor();
    await context.close();
  });

  test.each([1280, 390])('breaks no rule of WCAG 2.2 AA at %i px, and needs no sideways scroll', async (width) => {
    const id = await world.newJob(account, { name: 'For the eye' });
    const { context, page, faults } = await watchedPage(browser, app.url);
    await page.setViewportSize({ width, height: 900 });
    const found: string[] = [];
    const look = async (what: string) => {
      const faults = [...(await faultsForTheEye(page)), ...(await outOfReach(page))];
      found.push(...faults.map((fault) => `${what}: ${fault}`));
    };
    await page.goto(`${app.url}/console/`);
    await page.getByRole('heading', { level: 1, name: 'Sign in to Conveyance' }).waitFor();
    await look('sign-in');
    await world.enter(page, account);
    await page.locator('a.job-row').first().waitFor();
    await look('exports');
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('columnheader', { name: 'report_generation_date' }).waitFor();
    await eachTab(page, (name) => look(`job, ${name}`));
    await page.goto(`${app.url}/console/new`);
    await page.getByRole('radio', { name: /CSV for Excel/ }).waitFor();
    await look('new export, what');
    await page.goto(`${app.url}/console/new?from=${id}`);
    await page.getByText(/rows · about/).waitFor();
    await look('new export, review');
    for (const path of ['schedules', 'usage', 'webhooks', 'dictionary', 'nowhere']) {
      await page.goto(`${app.url}/console/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await look(path);
    }
    expect(found).toEqual([]);
    // Control: a picture that says nothing is seen.
    await page.evaluate('document.querySelector("h1").append(new Image())');
    expect(await violations(page)).not.toEqual([]);
    // Control: so is a button beyond the edge.
    await page.evaluate('document.body.insertAdjacentHTML("beforeend", "<button style=position:fixed;left:110vw>x")');
    expect(await outOfReach(page)).toEqual(['x is beyond the edge']);
    expect(faults).toEqual([]);
    await context.close();
  });
});
