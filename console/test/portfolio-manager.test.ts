/** What a portfolio manager does in the first half hour, in one go, in a real browser on the real server. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { HAS_BROWSER, openBrowser, openTab } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 180_000;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

let app: TestApp;
let account: TestAccount;
let browser: Browser;
let world: ConsoleWorld;

interface Place {
  readonly id: number;
  readonly state: string;
}

async function placesOf(): Promise<readonly Place[]> {
  return (await app.as(account, { url: '/api/v1/properties/lookup?per_page=100' })).json().properties;
}

/** Looks the properties of a state up, and saves the search as a list. */
async function saveState(page: Page, state: string, count: number): Promise<void> {
  await page.getByRole('link', { name: 'Explore' }).click();
  await page.getByLabel('State').fill(state);
  await page.getByText(`${count} found`).waitFor();
  await page.getByRole('link', { name: 'Save the search as a list' }).click();
  await page.getByRole('heading', { level: 1, name: 'New list' }).waitFor();
  await page.getByText(nowWords(count)).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('Texas');
  await page.getByRole('button', { name: 'Save the list' }).click();
  await page.getByRole('row', { name: /Texas/ }).getByText(nowWords(count)).waitFor();
}

function nowWords(count: number): string {
  return `${count} ${count === 1 ? 'property' : 'properties'} now`;
}

async function exportList(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Export Texas' }).click();
  await page.getByRole('radio', { name: /CSV for Excel/ }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('List Texas').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: '12 months' }).click();
  await page.getByLabel('Name').fill('Our monthly rents');
  await page.getByText(/rows · about/).waitFor();
  await page.getByRole('button', { name: 'Create the export' }).click();
  await page.getByRole('heading', { level: 1, name: 'Our monthly rents' }).waitFor();
}

/** From the page of an export that is under way to the file on disk. */
async function watchAndFetch(page: Page): Promise<Buffer> {
  await page.getByRole('list', { name: 'What became of it' }).getByText('Submitted').waitFor();
  const button = page.getByRole('button', { name: 'Download' });
  await button.waitFor();
  await page.getByRole('list', { name: 'What became of it' }).getByText('Succeeded').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFile(await download.path());
}

async function lookAtCharts(page: Page): Promise<void> {
  await openTab(page, 'Charts');
  const rent = page.getByRole('region', { name: /^Asking and net effective rent/ });
  await rent.getByText(/^Asking rent (?:rose|fell|stayed)/).waitFor();
  await rent.locator('path.line').first().waitFor();
}

async function repeatMonthly(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Repeat monthly' }).click();
  await page.getByRole('heading', { level: 1, name: 'Repeat an export' }).waitFor();
  await page.getByRole('combobox', { name: 'Properties' }).click();
  await page.getByRole('option', { name: 'Texas' }).click();
  await page.getByRole('textbox', { name: 'On day' }).fill('3');
  await page.getByRole('textbox', { name: 'Time zone' }).fill('America/Chicago');
  await page.getByRole('button', { name: 'Repeat it' }).click();
  await page.getByRole('cell', { name: 'monthly on day 3, 07:00 America/Chicago' }).waitFor();
}

describe.skipIf(!HAS_BROWSER)('a portfolio manager', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp();
    account = await app.account({ name: 'Harbor Analytics' });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('comes by an invitation, saves a state as a list, exports it for Excel, checks the file, looks at its charts, and has it made every month', async () => {
    const places = await placesOf();
    const state = places[0]?.state ?? '';
    const ids = places.filter((place) => place.state === state).map(({ id }) => id);
    const { context, page, faults } = await world.open(account);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });

    await page.getByText('Make the first export').waitFor();
    await saveState(page, state, ids.length);
    await exportList(page);

    const bytes = await watchAndFetch(page);
    await page.getByText(createHash('sha256').update(bytes).digest('hex')).waitFor();
    // As Excel wants it.
    expect(bytes.subarray(0, 3)).toEqual(BYTE_ORDER_MARK);
    const [header = '', ...rows] = String(bytes.subarray(3)).trim().split('\r\n');
    expect(header.split(',')).toContain('report_generation_date');
    await page.getByText(`${rows.length} rows`, { exact: false }).first().waitFor();
    await page.getByRole('columnheader', { name: 'report_generation_date' }).waitFor();

    await lookAtCharts(page);
    await repeatMonthly(page);
    const made = await app.as(account, { url: '/api/v1/bulk_api/jobs' });
    const [job] = made.json().jobs;
    expect(new Set(job.property_ids)).toEqual(new Set(ids));
    expect(made.json().jobs).toMatchObject([
      {
        ...{ report_type: 'property', output_format: 'csv', csv_profile: 'excel', name: 'Our monthly rents' },
        ...{ start_date: '2025-01-01', end_date: '2025-12-31' },
      },
    ]);
    const listed = await app.as(account, { url: '/api/v1/bulk_api/schedules' });
    const [{ schedule_id: id }] = listed.json().schedules;
    const schedule = await app.as(account, { url: `/api/v1/bulk_api/schedules/${id}` });
    expect(schedule.json()).toMatchObject({
      ...{ frequency: 'monthly', day_of_month: 3, csv_profile: 'excel', range: 'previous_month' },
      ...{ property_list: 'Texas', property_count: ids.length },
    });
    expect(faults).toEqual([]);
    await context.close();
  });
});
