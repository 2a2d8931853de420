/** Exports that are repeated, webhooks that are tried out, and sessions that end, in a real browser. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '@conveyance/sdk';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { HAS_BROWSER, openBrowser, violations } from './browser.ts';
import { ConsoleWorld } from './console-world.ts';

const WAIT_MS = 120_000;

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let app: TestApp;
let account: TestAccount;
let browser: Browser;
let world: ConsoleWorld;
let receiver: Server;
const received: Received[] = [];

describe.skipIf(!HAS_BROWSER)('in the console', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        received.push({ headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(request.url === '/broken' ? 500 : 204).end();
      });
    });
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    app = await testApp({ settings: { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8' } });
    account = await app.account({ name: 'Harbor Analytics' });
    browser = await openBrowser();
    world = new ConsoleWorld(app, browser);
  }, WAIT_MS);
  afterAll(async () => {
    await app?.close();
    receiver?.close();
  });

  test('a finished export is repeated every month', async () => {
    const id = await world.newJob(account, { name: 'Texas rents', columns: ['id', 'report_generation_date'] });
    const { context, page, faults } = await world.open(account);
    await page.goto(`${app.url}/console/jobs/${id}`);
    await page.getByRole('link', { name: 'Repeat monthly' }).click();
    await page.getByRole('heading', { level: 1, name: 'Repeat an export' }).waitFor();
    await page.getByRole('textbox', { name: 'On day' }).fill('5');
    await page.getByRole('textbox', { name: 'Time zone' }).fill('Nowhere/Atlantis');
    await page.getByRole('button', { name: 'Repeat it' }).click();
    await page
      .getByRole('alert')
      .getByText(/time_zone/)
      .waitFor();
    expect(await violations(page)).toEqual([]);
    // What was written is still there.
    expect(await page.getByRole('textbox', { name: 'On day' }).inputValue()).toBe('5');
    await page.getByRole('textbox', { name: 'Time zone' }).fill('America/Chicago');
    await page.getByRole('button', { name: 'Repeat it' }).click();
    await page.getByRole('cell', { name: 'monthly on day 5, 07:00 America/Chicago' }).waitFor();
    const listed = await app.as(account, { url: '/api/v1/bulk_api/schedules' });
    const { schedule_id: schedule } = listed.json().schedules[0];
    const answer = await app.as(account, { url: `/api/v1/bulk_api/schedules/${schedule}` });
    expect(answer.json()).toMatchObject({
      ...{ name: 'Texas rents', frequency: 'monthly', day_of_month: 5, range: 'previous_month' },
      columns: ['id', 'report_generation_date'],
    });
    // On purpose, for a zone that there is not.
    expect(faults).toEqual([expect.stringContaining('status of 400')]);
    await context.close();
  });

  test('a receiver is tried out, with the secret that the page shows', async () => {
    const { context, page, faults } = await world.open(account);
    await page.goto(`${app.url}/console/webhooks`);
    const { port } = receiver.address() as AddressInfo;
    const url = page.getByRole('textbox', { name: 'URL of the receiver' });
    await url.fill(`http://127.0.0.1:${port}/exports`);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText(/Your program took it: try 1: HTTP 204/).waitFor();
    await page.getByRole('button', { name: 'Show the secret' }).click();
    const secret = (await page.getByText(/^whsec_/).textContent()) ?? '';
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(await verifyWebhook({ headers, body }, { secret })).toMatchObject({ event: 'test' });
    await url.fill(`http://127.0.0.1:${port}/broken`);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText(/It was not taken: try 1: HTTP 500/).waitFor();
    await page.getByRole('button', { name: 'New secret' }).click();
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('the one before, which signs too').waitFor();
    expect(await page.getByText(/^whsec_/).count()).toBe(2);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('what failed while a receiver was away is sent again, all of it at once', async () => {
    const owner = await app.account({ name: 'Pier Nine' });
    const { port } = receiver.address() as AddressInfo;
    const test = {
      method: 'POST',
      url: '/api/v1/webhooks/test',
      payload: { url: `http://127.0.0.1:${port}/broken` },
    } as const;
    for (let each = 0; each < 3; each++) await app.as(owner, test);
    const failed = async () => {
      const listed = await app.as(owner, { url: '/api/v1/webhook_deliveries' });
      const deliveries: { state: string }[] = listed.json().deliveries;
      return deliveries.filter(({ state }) => state === 'failed').length;
    };
    await expect.poll(failed, { timeout: WAIT_MS }).toBe(3);
    const { context, page, faults } = await world.open(owner);
    await page.goto(`${app.url}/console/webhooks`);
    await page.getByLabel('Failed since').fill('2099-01-01T00:00');
    await page.getByRole('button', { name: 'Send them again' }).click();
    await page.getByText('None failed since then.').waitFor();
    const before = received.length;
    await page.getByLabel('Failed since').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Send them again' }).click();
    await page.getByText('3 sent again.').waitFor();
    await expect.poll(() => received.length, { timeout: WAIT_MS }).toBeGreaterThanOrEqual(before + 3);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a viewer is shown no secret, and nothing to send', async () => {
    const { context, page } = await world.open(account, 'viewer');
    await page.goto(`${app.url}/console/webhooks`);
    await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
    await page.getByRole('table').waitFor();
    expect(await page.getByRole('button', { name: 'Show the secret' }).count()).toBe(0);
    await context.close();
  });
});
