/** Hostile text in every name, address, file name and cell: shown as text on every page, and the policy of the page is never even tried. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATORS_ACCOUNT } from '../../server/src/core/access.ts';
import { issueKey } from '../../server/src/core/logins/credentials.ts';
import { invite } from '../../server/src/core/logins/sessions.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../../server/test/support/app.ts';
import { loadCsv } from '../../server/test/support/match-data.ts';
import { HAS_BROWSER, openBrowser, type Watched, watchedPage } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';
import { CORPUS } from './hostile-corpus.ts';

const WAIT_MS = 240_000;
/** Above the demo's own ids. */
const FIRST_ID = 99_100_000;

let app: TestApp;
let owner: TestAccount;
let browser: Browser;
let receiver: Server;
let world: ConsoleWorld;
/** Of an export whose name is each of the texts. */
let jobs: readonly string[];

function csvCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function csv(rows: readonly (readonly string[])[]): string {
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\n')}\n`;
}

/** Properties whose names, streets and cities are the texts. */
function properties(): string {
  const rows = CORPUS.map((text, at) => [String(FIRST_ID + at), text, text, text, 'TX']);
  return csv([['property_id', 'property_name', 'address', 'city', 'state'], ...rows]);
}

/** A webhook that came to nothing: its receiver answers with the texts. */
async function failDelivery(url: string): Promise<void> {
  const sent = await app.as(owner, { method: 'POST', url: '/api/v1/webhooks/test', payload: { url } });
  const { delivery_id: id } = sent.json();
  await until(
    async () => (await app.as(owner, { url: `/api/v1/webhook_deliveries/${id}` })).json().state,
    (state) => state === 'failed',
  );
}

/** What of the texts the page does not show. */
async function missing(page: Page, texts: readonly string[] = CORPUS): Promise<readonly string[]> {
  const shown = String(await page.evaluate('document.body.innerText'));
  return texts.filter((text) => !shown.includes(text));
}

async function isPwned(page: Page): Promise<unknown> {
  return page.evaluate('window.pwned');
}

async function asOperator(): Promise<Watched> {
  const watched = await watchedPage(browser, app.url);
  const { link } = await invite(app.app.deps, { accountId: OPERATORS_ACCOUNT, role: 'operator' });
  await watched.page.goto(link);
  await watched.page.getByRole('button', { name: 'Accept the invitation' }).click();
  await watched.page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  return watched;
}

describe.skipIf(!HAS_BROWSER)('hostile text', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    app = await testApp({ settings: { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8' } });
    const { deps } = app.app;
    await loadCsv(app.app, { properties: properties() });
    owner = await app.account({ name: CORPUS.slice(0, 3).join(' ') });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
    receiver = createServer((_request, response) => response.writeHead(500).end(CORPUS.join('\n')));
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    const { port } = receiver.address() as AddressInfo;
    const called = `http://127.0.0.1:${port}/?q=${encodeURIComponent(CORPUS.join(''))}`;
    const made: string[] = [];
    for (const [at, name] of CORPUS.entries()) {
      const more = at === 0 ? { callback_url: called } : {};
      made.push(await world.newJob(owner, { name, ...more }));
      await issueKey(deps, { accountId: owner.id, scopes: ['data:read'], name });
      await app.account({ name });
    }
    jobs = made;
    const payload = {
      ...{
        report_type: 'property',
        output_format: 'csv',
        property_ids: [GUIDE_IDS[0]],
        name: CORPUS.join(' ').slice(0, 255),
      },
      ...{ frequency: 'daily', time: '06:00', time_zone: 'UTC', range: 'yesterday' },
    };
    await app.as(owner, { method: 'POST', url: '/api/v1/bulk_api/schedules', payload });
    const [first = ''] = jobs;
    await until(
      async () => (await app.as(owner, { url: `/api/v1/bulk_api/jobs/${first}` })).json().status,
      (status) => status === 'succeeded',
    );
    await failDelivery(called);
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
    receiver?.close();
  });

  test('is text in the list of exports, in the list of keys, and in that of schedules', async () => {
    const { context, page, faults } = await world.open(owner);
    await page
      .locator('a.job-row')
      .nth(CORPUS.length - 1)
      .waitFor();
    expect(await missing(page)).toEqual([]);
    await page.goto(`${app.url}/console/?q=${encodeURIComponent(CORPUS[1] ?? '')}`);
    await page.locator('a.job-row').first().waitFor();
    expect(await missing(page, CORPUS.slice(1, 2))).toEqual([]);
    await page.goto(`${app.url}/console/keys`);
    await page.getByRole('table').waitFor();
    expect(await missing(page)).toEqual([]);
    await page.goto(`${app.url}/console/schedules`);
    await page.getByRole('table').waitFor();
    expect(await missing(page, CORPUS.slice(0, 3))).toEqual([]);
    await page.goto(`${app.url}/console/webhooks`);
    await page
      .getByText(/try 1: HTTP 500/)
      .first()
      .waitFor();
    expect(await isPwned(page)).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('is text on the page of an export and of its copy, in every tab', async () => {
    const { context, page, faults } = await world.open(owner);
    for (const [at, name] of CORPUS.entries()) {
      await page.goto(`${app.url}/console/jobs/${jobs[at]}`);
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
      if (at > 0) continue;
      for (const tab of await page.getByRole('tab').all()) await tab.click();
      await page.goto(`${app.url}/console/new?from=${jobs[at]}`);
      await page.getByText(/rows · about/).waitFor();
      await page.goto(`${app.url}/console/schedules/new?from=${jobs[at]}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    expect(await isPwned(page)).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('is text where properties are looked up', async () => {
    const { context, page, faults } = await world.open(owner);
    await page.goto(`${app.url}/console/new`);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('pwned');
    await page.getByText(/ found/).waitFor();
    // All but the few that have not that word in them.
    expect(
      await missing(
        page,
        CORPUS.filter((text) => text.includes('pwned')),
      ),
    ).toEqual([]);
    expect(await isPwned(page)).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('is text in a file that is dropped: its name, its columns, its cells, and what came of them', async () => {
    const { context, page, faults } = await world.open(owner);
    await page.goto(`${app.url}/console/new?kind=match`);
    const columns = CORPUS.map((text) => `x ${text}`);
    const content = csv([
      ['Address', 'City', 'State', 'Zip', ...columns],
      ['1 Main St', 'Atlanta', 'GA', '30301', ...CORPUS],
    ]);
    const transfer = await page.evaluateHandle(
      `(() => { const transfer = new DataTransfer(); transfer.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(CORPUS[1])}, { type: 'text/csv' })); return transfer; })()`,
    );
    await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByRole('button', { name: 'Match the file' }).waitFor();
    expect(await missing(page)).toEqual([]);
    await page.getByRole('button', { name: 'Match the file' }).click();
    await page.getByRole('columnheader', { name: 'reonomy_id' }).waitFor();
    expect(await missing(page, [...CORPUS, ...columns])).toEqual([]);
    await page.goto(`${app.url}/console/`);
    await page
      .locator('a.job-row')
      .filter({ hasText: CORPUS[1] ?? '' })
      .first()
      .waitFor();
    expect(await isPwned(page)).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('is text on every page of an operator’s', async () => {
    const { context, page, faults } = await asOperator();
    await page.getByRole('table').waitFor();
    expect(await missing(page)).toEqual([]);
    await page.goto(`${app.url}/console/accounts/${owner.id}`);
    await page.getByRole('table').waitFor();
    expect(await missing(page)).toEqual([]);
    await page.goto(`${app.url}/console/queue`);
    await page.getByText('All', { exact: true }).click();
    await page.getByRole('table').waitFor();
    for (const path of ['deliveries', 'data', 'audit', 'system']) {
      await page.goto(`${app.url}/console/${path}`);
      await page.getByRole('table').first().waitFor();
      expect(await isPwned(page)).toBeUndefined();
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  test('would be noticed if it ran, or only tried to', async () => {
    const { context, page, faults } = await world.open(owner);
    await page.evaluate('window.pwned = 1');
    expect(await isPwned(page)).toBe(1);
    expect(await missing(page, ['nobody wrote this'])).toEqual(['nobody wrote this']);
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.pwned=2">')`);
    await expect.poll(() => faults.some((fault) => fault.startsWith('policy: script-src'))).toBe(true);
    expect(await isPwned(page)).toBe(1);
    await context.close();
  });
});
