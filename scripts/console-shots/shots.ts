/** Every page of the console, and what has to be there before it is taken. */
import type { Page } from 'playwright-core';

/** Where pages are asked for: the console's address, without a slash at its end. */
export interface Place {
  readonly base: string;
}

export interface Shot {
  readonly name: string;
  readonly who: 'customer' | 'operator';
  readonly open: (page: Page, place: Place) => Promise<unknown>;
  /** The path of a page that asks the server for what it shows, and so is taken without it too; absent for parts of a page. */
  readonly path?: string;
}

function heading(page: Page, name: string | RegExp) {
  return page.getByRole('heading', { level: 1, name }).waitFor();
}

/** The match that an earlier picture made is in the list too. */
const REPORTS = 'a.job-row[href*="/jobs/"]';

async function openJob(page: Page, { base }: Place, tab: string): Promise<void> {
  await page.goto(`${base}/`);
  await page.locator(REPORTS).first().click();
  await openTab(page, tab);
  await page.getByRole('tabpanel').locator('table, pre, p, section').first().waitFor();
}

/** On a narrow window tabs are a choice. */
async function openTab(page: Page, tab: string): Promise<void> {
  const choice = page.getByRole('combobox', { name: 'Show', exact: true });
  await page.getByRole('tab', { name: tab }).or(choice).first().waitFor();
  if (await choice.isVisible()) await choice.selectOption({ label: tab });
  else await page.getByRole('tab', { name: tab }).click();
  await page.locator('[role=tabpanel] .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}

async function review(page: Page, { base }: Place): Promise<void> {
  await page.goto(`${base}/new`);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('State').fill('TX');
  await page.getByRole('checkbox', { name: 'All that are shown' }).check();
}

/** Addresses of properties that there are, and one that is none. */
const PORTFOLIO = `(async () => {
  const answer = await fetch('/api/v1/properties/lookup?per_page=60', { headers: { 'x-conveyance-console': '1' } });
  const { properties } = await answer.json();
  const rows = properties.map((each) => [each.address, each.city, each.state, each.zip_code, each.property_name]);
  const table = [['Street Address', 'City', 'State', 'Zip', 'Name'], ...rows, ['1 Nowhere Street', 'Atlantis', 'TX', '00000', '']];
  const transfer = new DataTransfer();
  const text = table.map((row) => row.map((cell) => '"' + cell.replaceAll('"', '""') + '"').join(',')).join('\\n');
  transfer.items.add(new File([text], 'portfolio.csv', { type: 'text/csv' }));
  return transfer;
})()`;

async function dropPortfolio(page: Page, { base }: Place): Promise<void> {
  await page.goto(`${base}/new?kind=match`);
  const dataTransfer = await page.evaluateHandle(PORTFOLIO);
  await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer });
  await page.getByRole('button', { name: 'Match the file' }).waitFor();
}

async function openMatch(page: Page, place: Place): Promise<void> {
  await dropPortfolio(page, place);
  await page.getByRole('button', { name: 'Match the file' }).click();
  await page.getByText('rows have their property').waitFor();
  await page.getByRole('columnheader', { name: 'reonomy_id' }).waitFor();
}

async function makeKey(page: Page, { base }: Place): Promise<void> {
  await page.goto(`${base}/keys`);
  await page.getByLabel('Name').fill('Nightly loader');
  await page.getByRole('button', { name: 'Create the key' }).click();
  await page.getByText('Copy it now').waitFor();
}

async function makeSchedule(page: Page, { base }: Place): Promise<void> {
  await page.goto(`${base}/`);
  await page.locator(REPORTS).filter({ hasText: 'succeeded' }).first().click();
  await page.getByRole('link', { name: 'Repeat monthly' }).click();
  await heading(page, 'Repeat an export');
}

const LARGE_IN_TEXAS = "state = 'TX' AND unit_count >= 50";

/** With a list that is made where there is none yet. */
async function openLists(page: Page, { base }: Place): Promise<void> {
  const list = { name: 'Texas', filter: LARGE_IN_TEXAS };
  const headers = { 'x-conveyance-console': '1', 'content-type': 'application/json' };
  const request = JSON.stringify({ method: 'POST', headers, body: JSON.stringify(list) });
  await page.goto(`${base}/lists`);
  await page.evaluate(`fetch('/api/v1/property_lists', ${request})`);
  await page.goto(`${base}/lists`);
  await page.getByText(/now$/).first().waitFor();
}

async function openList(page: Page, place: Place): Promise<void> {
  await openLists(page, place);
  await page.getByRole('link', { name: 'Texas', exact: true }).click();
  await page.getByText(/now$/).first().waitFor();
}

async function exportList(page: Page, place: Place): Promise<void> {
  await openLists(page, place);
  await page.getByRole('link', { name: 'Export Texas' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText(/now$/).waitFor();
}

function customers(name: string, open: Shot['open'], path?: string): Shot {
  return { name, who: 'customer', open, ...(path !== undefined && { path }) };
}

function at(path: string, isThere: (page: Page) => Promise<unknown>): Shot['open'] {
  return (page, { base }) => page.goto(`${base}${path}`).then(() => isThere(page));
}

const table = (page: Page) => page.locator('table').first().waitFor();

/** The longest list is the first page that people see. */
async function exportsAreThere(page: Page): Promise<void> {
  await page.locator('a.job-row').first().waitFor();
  // The figures above it too.
  await page.getByText('…', { exact: true }).first().waitFor({ state: 'detached' });
}

const CUSTOMERS: readonly Shot[] = [
  customers('exports', at('/', exportsAreThere), '/'),
  ...['Preview', 'Columns', 'Charts', 'Map', 'Parameters', 'Webhook', 'Copy as'].map((tab) =>
    customers(`job-${tab.toLowerCase().replace(' ', '-')}`, (page, place) => openJob(page, place, tab)),
  ),
  customers(
    'new-what',
    at('/new', (page) => page.getByRole('radio', { name: /CSV for Excel/ }).waitFor()),
    '/new',
  ),
  customers('new-which', review),
  customers('new-review', async (page, place) => {
    await review(page, place);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/rows · about/).waitFor();
  }),
  customers(
    'new-details',
    at('/new?kind=details', (page) => page.getByLabel('Updated since').waitFor()),
  ),
  customers(
    'new-search',
    at('/new?kind=search', (page) => page.getByText(/found$/).waitFor()),
    '/new?kind=search',
  ),
  customers('new-match', dropPortfolio),
  customers('match', openMatch),
  customers('match-charts', (page, place) => openMatch(page, place).then(() => openTab(page, 'Charts'))),
  customers('match-map', (page, place) => openMatch(page, place).then(() => openTab(page, 'Map'))),
  customers('schedule-new', makeSchedule),
  customers(
    'schedules',
    at('/schedules', (page) => heading(page, 'Schedules')),
    '/schedules',
  ),
  customers(
    'usage',
    at('/usage', (page) => page.getByRole('region', { name: 'Rows by key' }).waitFor()),
    '/usage',
  ),
  customers('explore', async (page, { base }) => {
    await page.goto(`${base}/explore`);
    await page.getByLabel('State').fill('TX');
    await page.getByRole('checkbox', { name: 'All that are shown' }).check();
    await page.locator('circle.place').first().waitFor();
  }),
  customers('lists', openLists, '/lists'),
  customers('list', openList),
  customers('list-export', exportList),
  customers('keys', at('/keys', table), '/keys'),
  customers('keys-made', makeKey),
  customers('webhooks', at('/webhooks', table), '/webhooks'),
  customers('dictionary', at('/dictionary', table), '/dictionary'),
  customers('shortcuts', async (page, { base }) => {
    await page.goto(`${base}/`);
    await exportsAreThere(page);
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog').waitFor();
  }),
  customers(
    'not-found',
    at('/nowhere', (page) => page.getByRole('heading', { level: 1 }).waitFor()),
  ),
];

function operators(name: string, isThere: (page: Page) => Promise<unknown> = table): Shot {
  const path = `/${name === 'accounts' ? '' : name}`;
  return { name: `operator-${name}`, who: 'operator', open: at(path, isThere), path };
}

const OPERATORS: readonly Shot[] = [
  operators('accounts'),
  {
    name: 'operator-account',
    who: 'operator',
    open: async (page, { base }) => {
      await page.goto(`${base}/`);
      await page.getByRole('link', { name: 'Demo customer' }).click();
      await page.getByText('this month').first().waitFor();
    },
  },
  operators('queue', async (page) => {
    await page.getByText('All', { exact: true }).click();
    await table(page);
  }),
  operators('data'),
  operators('deliveries', (page) => page.getByText('Webhooks that came to nothing').waitFor()),
  operators('audit'),
  operators('system'),
];

export const SHOTS: readonly Shot[] = [...CUSTOMERS, ...OPERATORS];
