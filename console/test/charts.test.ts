/** What a result holds, in a real browser: columns, charts and map of exports and of file jobs. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { eachTab, faultsForTheEye, HAS_BROWSER, openBrowser, openTab, outOfReach } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 120_000;
const HOSTILE = '<img src=x onerror="window.pwned=1"><svg onload=window.pwned=1>';
const HEADERS = ['Street', 'City', 'State', 'Zip', HOSTILE];

interface Place {
  readonly id: number;
  readonly address: string;
  readonly city: string;
  readonly state: string;
  readonly zip_code: string;
}

let app: TestApp;
let account: TestAccount;
let browser: Browser;
let world: ConsoleWorld;
let places: readonly Place[];

async function saved(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFile(await download.path());
}

function portfolio(): string {
  const rows = places.map(({ address, city, state, zip_code: zip }) => [address, city, state, zip, HOSTILE]);
  const lines = [HEADERS, ...rows, ['1 Nowhere Street', 'Atlantis', 'TX', '00000', HOSTILE]];
  return lines.map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
}

describe.skipIf(!HAS_BROWSER)('results in the console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp({ parcels: 40 });
    account = await app.account({ name: 'Harbor Analytics' });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
    const look = await app.as(account, { url: '/api/v1/properties/lookup?per_page=40' });
    places = look.json().properties;
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('of an export are drawn, read out by keyboard, shown as tables, and saved', async () => {
    const id = await world.newJob(account, { start_date: '2025-11-01', end_date: '2025-12-31' });
    const { context, page, faults } = await world.open(account);
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('columnheader', { name: 'report_generation_date' }).waitFor();
    await openTab(page, 'Charts');
    const rent = page.getByRole('region', { name: /^Asking and net effective rent/ });
    await rent.getByText(/^Asking rent (?:rose|fell|stayed)/).waitFor();
    expect(await rent.locator('path.line').count()).toBe(4);
    const drawing = rent.getByRole('group', { name: /by day, in US dollars a month/ });
    await drawing.focus();
    await page.keyboard.press('End');
    await drawing.getByText(/^2025-12-31: Asking rent \$[\d,]+, Net effective rent \$[\d,]+$/).waitFor();
    await rent.getByText('Table', { exact: true }).click();
    await rent.getByRole('row', { name: /^2025-11-01 \$/ }).waitFor();
    const csv = String(await saved(page, 'Save Asking and net effective rent, mean of the rows as CSV'));
    expect(csv.split('\r\n')[0]).toBe('Day,Asking rent,Net effective rent');
    expect(csv.trim().split('\r\n')).toHaveLength(62);
    const png = await saved(page, 'Save Available units as PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(5_000);
    await openTab(page, 'Map');
    await page.getByText(/^3 properties at \d places?/).waitFor();
    const map = page.getByRole('group', { name: /a map of the United States/ });
    expect(await map.locator('path.state').count()).toBeGreaterThan(48);
    expect(await map.locator('circle.place').count()).toBeGreaterThan(0);
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await map.getByText(/° N, .*° W: Properties \d/).waitFor();
    await openTab(page, 'Columns');
    const column = page.getByRole('row', { name: /^avg_rent money/ });
    await column.getByRole('img', { name: /^Most rows lie from \$/ }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('of a match, a search and details are drawn, and hostile cells are text', async () => {
    const { context, page, faults } = await world.open(account);
    await page.goto(`${app.url}/console/new?kind=match`);
    const transfer = await page.evaluateHandle(
      `(() => { const transfer = new DataTransfer(); transfer.items.add(new File([${JSON.stringify(portfolio())}], 'portfolio.csv', { type: 'text/csv' })); return transfer; })()`,
    );
    await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByRole('button', { name: 'Match the file' }).click();
    await page.getByText(new RegExp(`of ${places.length + 1} rows have their property`)).waitFor();
    await openTab(page, 'Columns');
    await page.getByRole('row', { name: /^<img/ }).getByText(HOSTILE).first().waitFor();
    await openTab(page, 'Charts');
    await page.getByText(new RegExp(`^(?:OK|MISS) has the most: \\d+ rows, of ${places.length + 1}\\.$`)).waitFor();
    await page.getByRole('region', { name: 'Properties by state' }).waitFor();
    await openTab(page, 'Map');
    await page.getByText(/^\d+ properties at \d+ places/).waitFor();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    await page.goto(`${app.url}/console/new?kind=search`);
    await page.getByRole('button', { name: 'Search as a file' }).click();
    await page.getByRole('button', { name: 'Download' }).first().waitFor();
    await openTab(page, 'Charts');
    await page.getByRole('region', { name: 'Properties by the decade in which they were built' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('of which there are none say so, and why', async () => {
    const id = await world.newJob(account, { columns: ['zip_code'] });
    const { context, page } = await world.open(account);
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('columnheader', { name: 'zip_code' }).waitFor();
    await openTab(page, 'Charts');
    await page.getByText('Nothing to draw: the file lacks the columns, or the rows.').waitFor();
    await openTab(page, 'Map');
    await page.getByText('No map: the file does not say where its properties are.').waitFor();
    await context.close();
  });

  test.each([1280, 390])('break no rule of WCAG 2.2 AA at %i px', async (width) => {
    const id = await world.newJob(account);
    const { context, page, faults } = await world.open(account);
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('columnheader', { name: 'report_generation_date' }).waitFor();
    const found: string[] = [];
    await eachTab(page, async (name) => {
      const all = [...(await faultsForTheEye(page)), ...(await outOfReach(page))];
      found.push(...all.map((fault) => `${name}: ${fault}`));
    });
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
