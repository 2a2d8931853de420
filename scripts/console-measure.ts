/**
 * How fast the console answers, and how much is loaded at first: interactions to the next paint on a list of 10,000 exports, with the
 * processor at a quarter of its speed, and the sizes of what the first page needs.
 *
 *   npm run console:measure
 *
 * Needs Chromium, under CHROMIUM or as Debian installs it. Times are worth something on a machine that does nothing else.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { idleJobs } from '../.bench/frame/idle-jobs.js';
import { createApp } from '../server/dist/app.js';
import { readSettings } from '../server/dist/config.js';
import { invite } from '../server/dist/core/logins/sessions.js';
import { cancelJob } from '../server/dist/jobs/cancel.js';

const ASSETS = 'server/dist/console';
const JOBS = 10_000;
const AT_ONCE = 20;
const THROTTLE = 4;
const ROUNDS = 3;
/** On a busy machine, a page at a quarter of the speed takes its time. */
const PATIENCE_MS = 180_000;
const MOST_MS = 200;
const BYTES_PER_KIB = 1024;
const BOUNDS_KIB = { js: 185, css: 42 } as const;

type App = Awaited<ReturnType<typeof createApp>>;

/** What `index.html` names: everything before the first page is shown. */
async function firstLoad(kind: keyof typeof BOUNDS_KIB): Promise<number> {
  const html = await readFile(`${ASSETS}/index.html`, 'utf8');
  const names = new Set([...html.matchAll(/\/console\/(assets\/[^"]+)"/g)].map(([, name = '']) => name));
  let bytes = 0;
  for (const name of names) {
    if (name.endsWith(`.${kind}`)) bytes += gzipSync(await readFile(`${ASSETS}/${name}`), { level: 9 }).length;
  }
  return bytes;
}

/** Ended ones, as most of a long list are. */
async function fill({ deps }: App, accountId: string): Promise<void> {
  const make = await idleJobs(deps, accountId);
  const [credential] = await deps.db.credentials.list(accountId);
  const caller = { accountId, credentialId: credential?.id ?? '', scopes: ['exports:write', 'exports:read'] } as const;
  for (let made = 0; made < JOBS; made += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => cancelJob(deps, caller, (await make()).id)));
  }
}

/** The browser’s own figures: from the key or button to the paint after it. */
const WATCH = `window.slowest = 0;
new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries())
    if (interactionId > 0) window.slowest = Math.max(window.slowest, duration);
}).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

/** Two frames after the last key everything has been painted and told. */
const PAINTED = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))';

async function slowest(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate('window.slowest = 0');
  await act();
  await page.evaluate(PAINTED);
  return Number(await page.evaluate('window.slowest'));
}

const ACTS: readonly (readonly [what: string, act: (page: Page) => Promise<unknown>])[] = [
  ['write into the filter', (page) => page.locator('[data-filter]').pressSequentially('prop', { delay: 50 })],
  [
    'empty the filter',
    (page) =>
      page
        .locator('[data-filter]')
        .press('Control+A')
        .then(() => page.keyboard.press('Delete')),
  ],
  ['choose a status', (page) => page.getByText('Failed', { exact: true }).click()],
  ['choose all again', (page) => page.getByText('All', { exact: true }).click()],
  [
    'go through the list by keys',
    async (page) => {
      await page.locator('h1').click();
      for (let row = 0; row < 10; row++) await page.keyboard.press('j');
    },
  ],
  [
    'next page',
    (page) =>
      page
        .getByRole('button', { name: 'next page' })
        .click()
        .then(() => page.locator('a.job-row').first().waitFor()),
  ],
  [
    'previous page',
    (page) =>
      page
        .getByRole('button', { name: 'previous page' })
        .click()
        .then(() => page.locator('a.job-row').first().waitFor()),
  ],
];

async function measure(page: Page): Promise<ReadonlyMap<string, number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  await page.evaluate(WATCH);
  const found = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [what, act] of ACTS) {
      found.set(what, Math.max(found.get(what) ?? 0, await slowest(page, () => act(page))));
    }
  }
  return found;
}

function say(what: string, value: string, isWithin: boolean): void {
  console.info(`${what.padEnd(30)} ${value.padStart(12)}  ${isWithin ? 'within' : 'BEYOND'} the bound`);
}

async function main(directory: string): Promise<void> {
  const settings = {
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_ROLE: 'api',
    CONVEYANCE_LOG_LEVEL: 'silent',
  };
  const app = await createApp(readSettings({ ...settings, CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0' }));
  await app.start();
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  try {
    const { deps } = app;
    const { id } = await deps.db.accounts.create({ id: deps.ids(), name: 'Harbor Analytics', grants: 'all' });
    const { link } = await invite(deps, { accountId: id, role: 'member' });
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Exports' }).waitFor();
    await fill(app, id);
    await page.reload();
    await page.locator('a.job-row').first().waitFor();
    const found = await measure(page);
    console.info(
      `${JOBS} exports, processor at 1/${THROTTLE}, the slowest of ${ROUNDS}; load of the machine ${loadavg()[0]?.toFixed(1)}`,
    );
    for (const [what, ms] of found) say(what, `${Math.round(ms)} ms`, ms <= MOST_MS);
    for (const kind of ['js', 'css'] as const) {
      const bytes = await firstLoad(kind);
      const kib = bytes / BYTES_PER_KIB;
      say(`first load, ${kind}, gzip`, `${kib.toFixed(1)} KiB`, kib <= BOUNDS_KIB[kind]);
      if (kib > BOUNDS_KIB[kind]) process.exitCode = 1;
    }
  } finally {
    await browser.close();
    await app.stop();
  }
}

const directory = await mkdtemp(join(tmpdir(), 'conveyance-measure-'));
try {
  await main(directory);
} finally {
  await rm(directory, { recursive: true, force: true });
}
