/** A server that is restarted while somebody watches an export: two servers, one after the other, on one database and one port. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../server/src/app.ts';
import { readSettings } from '../../server/src/config.ts';
import { invite } from '../../server/src/core/logins/sessions.ts';
import { demoDatabase, GUIDE_IDS, MASTER_KEY } from '../../server/test/support/app.ts';
import { HAS_BROWSER, launchBrowser, watchedPage } from './browser.ts';

const WAIT_MS = 120_000;
/** What a browser says of a server that is away. */
const AWAY = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/;

let directory: string;
let database: Awaited<ReturnType<typeof demoDatabase>>;
let browser: Browser;
const running: App[] = [];

async function startServer(role: 'api' | 'worker', port = '0'): Promise<App> {
  const server = await createApp(
    readSettings({
      CONVEYANCE_DATA_DIR: directory,
      CONVEYANCE_MASTER_KEY: MASTER_KEY,
      CONVEYANCE_PORT: port,
      CONVEYANCE_ROLE: role,
      CONVEYANCE_LOG_LEVEL: 'silent',
      CONVEYANCE_DRAIN_SECONDS: '0',
      DATABASE_URL: database.url,
    }),
  );
  running.push(server);
  await server.start();
  return server;
}

describe.skipIf(!HAS_BROWSER)('a server that is restarted', { timeout: WAIT_MS }, () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conveyance-console-'));
    database = await demoDatabase(directory);
    browser = await launchBrowser();
  }, WAIT_MS);
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.stop();
    await database?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('is told of on the page, which then catches up by itself', async () => {
    const first = await startServer('api');
    const { deps } = first;
    const { id } = await deps.db.accounts.create({ id: deps.ids(), name: 'Harbor Analytics', grants: 'all' });
    const { link } = await invite(deps, { accountId: id, role: 'member' });
    const { context, page, faults } = await watchedPage(browser, first.url);
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Exports' }).waitFor();
    const request = { report_type: 'units', output_format: 'csv', start_date: '2025-11-01', end_date: '2025-12-31' };
    const headers = { 'x-conveyance-console': '1', origin: first.url };
    const made = await context.request.post(`${first.url}/api/v1/bulk_api/jobs`, {
      headers,
      data: { ...request, property_ids: GUIDE_IDS, name: 'In the middle' },
    });
    const { job_id: jobId } = await made.json();
    await page.goto(`${first.url}/console/jobs/${jobId}`);
    await page.getByText('In the queue').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await first.stop();
    await page.getByText('Reconnecting…').waitFor();
    const second = await startServer('api', new URL(first.url).port);
    await startServer('worker');
    await page.getByRole('button', { name: 'Download' }).waitFor();
    await page.getByText('Succeeded').first().waitFor();
    expect(second.url).toBe(first.url);
    // The page was not loaded anew, and said no more than that the server was away.
    expect(faults.filter((fault) => !AWAY.test(fault))).toEqual([]);
    await context.close();
  });
});
