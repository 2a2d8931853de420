/** An export that somebody watches, whatever comes in between: servers one after the other, on one database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/src/app.ts';
import { invite } from '../../server/src/core/logins/sessions.ts';
import { demoDatabase, GUIDE_IDS, MASTER_KEY, serverOf } from '../../server/test/support/app.ts';
import { HAS_BROWSER, openBrowser, watchedPage } from './browser.ts';
import { Network } from './network.ts';

const WAIT_MS = 120_000;
/** What a browser says of a server that is away. */
const AWAY =
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_SOCKET_NOT_CONNECTED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/;

let directory: string;
let database: Awaited<ReturnType<typeof demoDatabase>>;
let browser: Browser;
const running: App[] = [];

async function startServer(role: 'api' | 'worker', port = '0', more: object = {}): Promise<App> {
  const server = await serverOf({
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_PORT: port,
    CONVEYANCE_ROLE: role,
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    DATABASE_URL: database.url,
    ...more,
  });
  running.push(server);
  await server.start();
  return server;
}

describe.skipIf(!HAS_BROWSER)('an export that is watched', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conveyance-console-'));
    database = await demoDatabase(directory);
    browser = await openBrowser();
  }, WAIT_MS);
  afterAll(async () => {
    for (const server of running) await server.stop();
    await database?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Somebody of a new account, signed in, at the page of an export that no worker has begun. */
  async function atUnbegunExport(server: App, url = server.url) {
    const { deps } = server;
    const { id } = await deps.db.accounts.create({ id: deps.ids(), name: 'Harbor Analytics', grants: 'all' });
    const { link } = await invite(deps, { accountId: id, role: 'member' });
    const { context, page, faults } = await watchedPage(browser, url);
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Exports' }).waitFor();
    const request = { report_type: 'units', output_format: 'csv', start_date: '2025-11-01', end_date: '2025-12-31' };
    const headers = { 'x-conveyance-console': '1', origin: url };
    const made = await context.request.post(`${url}/api/v1/bulk_api/jobs`, {
      headers,
      data: { ...request, property_ids: GUIDE_IDS, name: 'In the middle' },
    });
    const { job_id: jobId } = await made.json();
    const status = async () => {
      const answer = await context.request.get(`${url}/api/v1/bulk_api/jobs/${jobId}`, { headers });
      return (await answer.json()).status;
    };
    return { context, page, faults, jobId: String(jobId), jobUrl: `${url}/console/jobs/${jobId}`, status };
  }

  test('shows its end though it ended after the page had asked, and before the stream was open', async () => {
    const server = await startServer('api');
    const { context, page, faults, jobUrl, status } = await atUnbegunExport(server);
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.route('**/bulk_api/events', async (route) => {
      await opened;
      await route.continue();
    });
    await page.goto(jobUrl);
    await page.getByText('In the queue').waitFor();
    const worker = await startServer('worker');
    await expect.poll(status, { timeout: WAIT_MS / 2 }).toBe('succeeded');
    // Nobody has told the page so far.
    expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(0);
    open();
    await page.getByRole('button', { name: 'Download' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
    await worker.stop();
    await server.stop();
  });

  test('goes on over a restart: the page says so, and then catches up by itself', async () => {
    const first = await startServer('api');
    const { context, page, faults, jobUrl } = await atUnbegunExport(first);
    await page.goto(jobUrl);
    await page.getByText('In the queue').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await first.stop();
    await page.getByText('Reconnecting…').waitFor();
    const second = await startServer('api', new URL(first.url).port);
    const worker = await startServer('worker');
    await page.getByRole('button', { name: 'Download' }).waitFor();
    await page.getByText('Succeeded').first().waitFor();
    expect(second.url).toBe(first.url);
    // The page was not loaded anew, and said no more than that the server was away.
    expect(faults.filter((fault) => !AWAY.test(fault))).toEqual([]);
    await context.close();
    await worker.stop();
    await second.stop();
  });

  test('is lost sight of when the network goes, which the page says; and is caught up with, on every page, when it is back', async () => {
    const network = await Network.start();
    const server = await startServer('api', '0', { CONVEYANCE_PUBLIC_URL: network.url });
    const address = server.http?.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server listens nowhere');
    network.leadTo(address.port);
    const { context, page, faults, jobId, jobUrl } = await atUnbegunExport(server, network.url);
    const list = await context.newPage();
    await list.goto(`${network.url}/console/`);
    const row = list.locator('a.job-row', { hasText: 'In the middle' });
    await row.getByText('queued').waitFor();
    await page.goto(jobUrl);
    await page.getByText('In the queue').waitFor();
    for (const each of [page, list]) await each.getByText('Live', { exact: true }).waitFor();
    network.lose();
    for (const each of [page, list]) await each.getByText('Reconnecting…').waitFor();
    // All of it happens while nobody can be told: its beginning, its progress, its end.
    const worker = await startServer('worker');
    await expect
      .poll(async () => (await server.deps.db.operatorJobs.find(jobId))?.job.status, { timeout: WAIT_MS })
      .toBe('succeeded');
    expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(0);
    await row.getByText('queued').waitFor();
    network.comeBack();
    await page.getByRole('button', { name: 'Download' }).waitFor();
    await page.getByText('Started').first().waitFor();
    await row.getByText('succeeded').waitFor();
    await list.getByText('Live', { exact: true }).waitFor();
    expect(faults.filter((fault) => !AWAY.test(fault))).toEqual([]);
    await context.close();
    await worker.stop();
    await server.stop();
    await network.close();
  });
});
