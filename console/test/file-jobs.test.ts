/** Details, searches and matches, made by somebody in a real browser. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { faultsForTheEye, HAS_BROWSER, openBrowser, outOfReach } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 120_000;
const NOWHERE = ['1 Nowhere Street', 'Atlantis', 'TX', '00000'];

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

/** As a hand lets it go over the page. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    `(() => { const transfer = new DataTransfer(); transfer.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}, { type: 'text/csv' })); return transfer; })()`,
  );
  await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
}

async function fetched(page: Page): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).first().click(),
  ]);
  return readFile(await download.path());
}

async function openKind(page: Page, kind: string): Promise<void> {
  await page.goto(`${app.url}/console/new`);
  // The control's own inputs are hidden behind their labels.
  await page.getByRole('radiogroup', { name: 'Kind of export' }).getByText(kind, { exact: true }).click();
}

function csvOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => `"${cell}"`).join(','));
  return `${lines.join('\n')}\n`;
}

describe.skipIf(!HAS_BROWSER)('file jobs in the console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp();
    account = await app.account({ name: 'Harbor Analytics' });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
    const look = await app.as(account, { url: '/api/v1/properties/lookup?per_page=100' });
    places = look.json().properties;
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('finds the properties of a file that is dropped, and makes a report of them', async () => {
    const { context, page, faults } = await world.open(account);
    await openKind(page, 'Match');
    const rows = places.map(({ address, city, state, zip_code: zip }) => [address, city, state, zip]);
    await drop(page, 'portfolio.csv', csvOf(['Street Address', 'City', 'State', 'Zip'], [...rows, NOWHERE]));
    // The guess is shown before anything is sent.
    await page.getByRole('columnheader', { name: 'Street Address Street and number' }).waitFor();
    await page.getByRole('cell', { name: places[0]?.address ?? '', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Match the file' }).click();
    await page.getByText(`${places.length} of ${places.length + 1} rows have their property`).waitFor();
    await page.getByRole('columnheader', { name: 'reonomy_id' }).waitFor();
    const bytes = await fetched(page);
    await page.getByText(createHash('sha256').update(bytes).digest('hex')).waitFor();
    expect(String(bytes).trim().split('\n')).toHaveLength(places.length + 2);
    await page.getByRole('button', { name: `Make a report of the ${places.length} properties` }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(`${places.length} chosen`).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/rows · about/).waitFor();
    await page.getByRole('button', { name: 'Create the export' }).click();
    await page.getByRole('heading', { level: 1, name: /^Export / }).waitFor();
    const jobs = await app.as(account, { url: '/api/v1/bulk_api/jobs?per_page=1' });
    expect(new Set(jobs.json().jobs[0].property_ids)).toEqual(new Set(places.map(({ id }) => id)));
    expect(faults).toEqual([]);
    await context.close();
  });

  test('asks for the columns that their names do not tell, and says what is no table', async () => {
    const { context, page, faults } = await world.open(account);
    await openKind(page, 'Match');
    await drop(page, 'nothing.csv', '');
    await page.getByRole('alert').getByText('the file is empty; its first line must name the columns').waitFor();
    const [place] = places;
    const row = [place?.address ?? '', place?.city ?? '', place?.state ?? '', place?.zip_code ?? ''];
    await drop(page, 'odd.csv', csvOf(['Where', 'City', 'State', 'Zip'], [row]));
    await page.getByText('Which columns say where the properties are?').waitFor();
    const submit = page.getByRole('button', { name: 'Match the file' });
    expect(await submit.isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'Street and number' }).press('ArrowDown');
    await page.getByRole('option', { name: 'Where' }).click();
    await page.getByRole('columnheader', { name: 'Where Street and number' }).waitFor();
    await submit.click();
    await page.getByText('1 of 1 rows have their property').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('fetches the details of ids of both kinds, and names those that are none', async () => {
    const [first, second] = places;
    const translated = await app.as(account, {
      method: 'POST',
      url: '/api/v1/properties/ids',
      payload: { ids: [second?.id] },
    });
    const [{ reonomy_id: uuid }] = translated.json().properties;
    const { context, page, faults } = await world.open(account);
    await openKind(page, 'Details');
    await page.getByRole('checkbox', { name: 'Sales' }).check();
    await page.getByRole('tab', { name: 'Paste ids' }).click();
    await page.getByRole('textbox', { name: 'Property ids' }).fill(`${first?.id}\n${uuid}\n777`);
    await page.getByText('No property that you may see has the id 777').waitFor();
    await page.getByText('2 chosen').waitFor();
    await page.getByRole('button', { name: 'Fetch the details of 2 properties' }).click();
    const lines = String(await fetched(page))
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ property_id: first?.id }, { id: uuid }]);
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty('sales');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('takes ids from a list that is uploaded', async () => {
    const { context, page, faults } = await world.open(account);
    await openKind(page, 'Details');
    await page.getByRole('tab', { name: 'Upload a list' }).click();
    const rows = places.map(({ id, city }, at) => [String(at), String(id), city]);
    await drop(page, 'list.csv', csvOf(['number', 'property_id', 'city'], rows));
    await page.getByText(`${places.length} chosen`).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('counts what a search finds, and makes a file of it', async () => {
    const { context, page, faults } = await world.open(account);
    const state = places[0]?.state ?? '';
    const inState = places.filter((place) => place.state === state).length;
    await openKind(page, 'Search');
    await page.getByText(`${places.length} properties found`).waitFor();
    await page.getByRole('textbox', { name: 'State' }).fill(state);
    await page.getByText(inState === 1 ? '1 property found' : `${inState} properties found`).waitFor();
    await page.getByRole('textbox', { name: 'Year built, from' }).fill('old');
    await page.getByRole('alert').getByText('year_built.min must be a number').waitFor();
    await page.getByRole('textbox', { name: 'Year built, from' }).fill('');
    await page.getByText(/found$/).waitFor();
    await page.getByRole('button', { name: 'Search as a file' }).click();
    const bytes = await fetched(page);
    expect(String(bytes).trim().split('\n')).toHaveLength(inState);
    // The server refused the year, on purpose.
    expect(faults).toEqual([expect.stringContaining('status of 400')]);
    await context.close();
  });

  test('says which job is in the way, and keeps what was written', async () => {
    const { context, page } = await world.open(account);
    await page.route('**/v2/jobs/file', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 429, json: { error: 'JobInProgress', message: 'Job X has not ended yet' } })
        : route.continue(),
    );
    await openKind(page, 'Search');
    await page.getByRole('textbox', { name: 'City' }).fill('Austin');
    await page.getByRole('button', { name: 'Search as a file' }).click();
    await page.getByRole('alert').getByText('Job X has not ended yet').waitFor();
    expect(await page.getByRole('textbox', { name: 'City' }).inputValue()).toBe('Austin');
    await context.close();
  });

  test('shows nothing of a job to somebody else of the account', async () => {
    const mine = await world.open(account);
    await openKind(mine.page, 'Search');
    await mine.page.getByRole('button', { name: 'Search as a file' }).click();
    await mine.page.getByRole('button', { name: 'Download' }).waitFor();
    const address = mine.page.url();
    const other = await world.open(account);
    await other.page.goto(address);
    await other.page.getByRole('alert').waitFor();
    expect(await other.page.getByRole('button', { name: 'Download' }).count()).toBe(0);
    await mine.context.close();
    await other.context.close();
  });

  test.each([1280, 390])('breaks no rule of WCAG 2.2 AA at %i px', async (width) => {
    const { context, page, faults } = await world.open(account);
    await page.setViewportSize({ width, height: 900 });
    const found: string[] = [];
    const look = async (what: string) => {
      const all = [...(await faultsForTheEye(page)), ...(await outOfReach(page))];
      found.push(...all.map((fault) => `${what}: ${fault}`));
    };
    for (const kind of ['Details', 'Search', 'Match']) {
      await openKind(page, kind);
      await page.getByText('One of these runs at a time').or(page.getByTestId('drop-zone')).first().waitFor();
      await look(kind);
    }
    const rows = places.map(({ address, city, state, zip_code: zip }) => [address, city, state, zip]);
    await drop(page, 'portfolio.csv', csvOf(['Address', 'City', 'State', 'Zip'], [...rows, NOWHERE]));
    await page.getByRole('button', { name: 'Match the file' }).waitFor();
    await look('mapping');
    await page.getByRole('button', { name: 'Match the file' }).click();
    await page.getByRole('columnheader', { name: 'reonomy_id' }).waitFor();
    await page.getByText('rows have their property').waitFor();
    await look('matched');
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
