/** Saved lists in a real browser: from a filter, a look-up and a file to exports, once and every month. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { faultsForTheEye, HAS_BROWSER, openBrowser, outOfReach, watchedPage } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 120_000;

let app: TestApp;
let browser: Browser;
let world: ConsoleWorld;
/** Where the first property of the demo stands, and how many of all stand there. */
let state: string;
let there: number;

async function get(owner: TestAccount, path: string) {
  return (await app.as(owner, { url: `/api/v1${path}` })).json();
}

async function saveList(owner: TestAccount, payload: object) {
  const answer = await app.as(owner, { method: 'POST', url: '/api/v1/property_lists', payload });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

function heading(page: Page, name: string) {
  return page.getByRole('heading', { level: 1, name }).waitFor();
}

describe.skipIf(!HAS_BROWSER)('lists in the console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp();
    const owner = await app.account();
    const { properties } = await get(owner, '/properties/lookup?per_page=100');
    state = properties[0].state;
    there = properties.filter((each: { state: string }) => each.state === state).length;
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
  });

  test('lead from a filter to an export, and to one every month', async () => {
    const owner = await app.account({ name: 'Harbor Analytics' });
    const { context, page, faults } = await world.open(owner);
    await page.getByRole('link', { name: 'Lists' }).click();
    await page.getByText('Properties that you export again and again').waitFor();
    await page.getByRole('link', { name: 'New list' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Texas');
    const filter = page.getByRole('textbox', { name: 'Filter' });
    await filter.fill(`sate = '${state}'`);
    await page
      .getByRole('alert')
      .getByText(/there is no column sate \(nearest: state\)/)
      .waitFor();
    await filter.fill(`state = '${state}' AND unit_count >= 1`);
    const words = `${there} ${there === 1 ? 'property' : 'properties'} now`;
    await page.getByText(words).waitFor();
    await page.getByRole('button', { name: 'Save the list' }).click();
    await heading(page, 'Lists');
    await page.getByRole('row', { name: /Texas/ }).getByText(words).waitFor();
    await page.getByRole('link', { name: 'Export Texas' }).click();
    await page.getByRole('radio', { name: /CSV for Excel/ }).check();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('List Texas').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/rows · about/).waitFor();
    await page.getByText('The same for a program').click();
    await page.getByText(/"property_list":"Texas"/).waitFor();
    await page.getByRole('button', { name: 'Create the export' }).click();
    await page.getByRole('link', { name: 'Repeat monthly' }).click();
    await page.getByRole('combobox', { name: 'Properties' }).click();
    await page.getByRole('option', { name: 'Texas' }).click();
    await page.getByText(words).waitFor();
    await page.getByRole('button', { name: 'Repeat it' }).click();
    await page.getByRole('cell', { name: /list Texas/ }).waitFor();
    const [job] = (await get(owner, '/bulk_api/jobs')).jobs;
    expect(job.property_ids).toHaveLength(there);
    const [schedule] = (await get(owner, '/bulk_api/schedules')).schedules;
    expect(schedule).toMatchObject({ frequency: 'monthly', property_list: 'Texas', property_count: there });
    // The schedule keeps its list.
    await page.getByRole('link', { name: 'Lists' }).click();
    await page.getByRole('link', { name: 'Texas', exact: true }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page
      .getByRole('alert')
      .getByText(/is used by the schedule/)
      .waitFor();
    // On purpose: a column that there is not, and a list that is used.
    expect(new Set(faults)).toEqual(new Set([expect.stringContaining('status of 400')]));
    await context.close();
  });

  test('are saved from a look-up, as what is chosen and as the search itself', async () => {
    const owner = await app.account();
    const { context, page, faults } = await world.open(owner);
    await page.goto(`${app.url}/console/new`);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('State').fill(state);
    await page.getByRole('checkbox', { name: 'All that are shown' }).check();
    await page.getByRole('button', { name: 'Save as list' }).click();
    await page.getByRole('textbox', { name: 'Name of the list' }).fill('Chosen');
    await page.keyboard.press('Enter');
    await page.getByText('Saved as Chosen').waitFor();
    await page.getByRole('link', { name: 'Save the search as a list' }).click();
    await page.getByText(`${there} ${there === 1 ? 'property' : 'properties'} now`).waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Searched');
    await page.getByRole('button', { name: 'Save the list' }).click();
    await heading(page, 'Lists');
    const { lists } = await get(owner, '/property_lists');
    expect(lists).toMatchObject([
      { name: 'Chosen', filter: null, property_count: there },
      { name: 'Searched', filter: `state = '${state}'` },
    ]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('are made of a dropped file, and changed', async () => {
    const owner = await app.account();
    const { context, page, faults } = await world.open(owner);
    await page.goto(`${app.url}/console/lists/new`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Portfolio');
    await page.getByRole('tab', { name: 'Upload' }).click();
    const dataTransfer = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      const text = 'property_id,name\\n${GUIDE_IDS[0]},a\\n${GUIDE_IDS[1]},b\\n1,gone\\n';
      transfer.items.add(new File([text], 'portfolio.csv', { type: 'text/csv' }));
      return transfer;
    })()`);
    await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer });
    await page.getByText('1 left out').waitFor();
    await page.getByText('2 properties chosen').waitFor();
    await page.getByRole('button', { name: 'Save the list' }).click();
    await page.getByRole('link', { name: 'Portfolio', exact: true }).click();
    await page.getByText('2 properties now').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).first().fill('Portfolio 2026');
    await page.getByRole('button', { name: 'Save the list' }).click();
    await page.getByRole('link', { name: 'Portfolio 2026', exact: true }).click();
    await page.getByRole('tab', { name: 'Paste ids' }).click();
    await page.getByRole('textbox', { name: 'Property ids' }).fill(String(GUIDE_IDS[2]));
    await page.getByText('1 property chosen').waitFor();
    await page.getByRole('button', { name: 'Save the list' }).click();
    await heading(page, 'Lists');
    expect(await get(owner, '/property_lists/portfolio%202026')).toMatchObject({ property_ids: [GUIDE_IDS[2]] });
    await page.getByRole('link', { name: 'Portfolio 2026', exact: true }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('Properties that you export again and again').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('are seen by a viewer, and changed by none', async () => {
    const owner = await app.account();
    const { list_id: id } = await saveList(owner, { name: 'Seen', filter: 'unit_count >= 1' });
    const { context, page } = await world.open(owner, 'viewer');
    await page.goto(`${app.url}/console/lists`);
    await page.getByRole('link', { name: 'Seen', exact: true }).waitFor();
    expect(
      await page
        .getByRole('link', { name: /New list|Export/ })
        .filter({ hasText: /New list|^Export$/ })
        .count(),
    ).toBe(0);
    await page.goto(`${app.url}/console/lists/${id}`);
    await page.getByText('unit_count >= 1').waitFor();
    expect(await page.getByRole('button', { name: 'Save the list' }).count()).toBe(0);
    await context.close();
  });

  test.each([1280, 390])('break no rule of WCAG 2.2 AA at %i px, and need no sideways scroll', async (width) => {
    const owner = await app.account();
    const { list_id: id } = await saveList(owner, { name: 'Texas, 50 units and more', filter: 'unit_count >= 50' });
    await saveList(owner, { name: 'A portfolio', property_ids: [...GUIDE_IDS] });
    await saveList(owner, { name: 'With a gap', property_ids: [GUIDE_IDS[0], 1] });
    const job = await world.newJob(owner, { property_ids: null, property_list: 'With a gap' });
    const { context, page, faults } = await watchedPage(browser, app.url);
    await page.setViewportSize({ width, height: 900 });
    const found: string[] = [];
    const look = async (what: string) => {
      const faults = [...(await faultsForTheEye(page)), ...(await outOfReach(page))];
      found.push(...faults.map((fault) => `${what}: ${fault}`));
    };
    await world.enter(page, owner);
    await page.goto(`${app.url}/console/lists`);
    await page.getByText(/now$/).first().waitFor();
    await look('lists');
    await page.goto(`${app.url}/console/lists/new?filter=unit_count+%3E%3D+1`);
    await page.getByText(/now$/).waitFor();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await look(`new list, ${await tab.textContent()}`);
    }
    await page.goto(`${app.url}/console/lists/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await look('a list');
    await page.goto(`${app.url}/console/new?list=A+portfolio`);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('3 properties now').waitFor();
    await look('which');
    await page.goto(`${app.url}/console/jobs/${job}`);
    await page.getByText('1 of the 2 properties of the list With a gap is left out').waitFor();
    await look('an export that leaves something out');
    await page.goto(`${app.url}/console/schedules/new?from=${job}`);
    await page.getByRole('combobox', { name: 'Properties' }).waitFor();
    await look('repeat');
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
