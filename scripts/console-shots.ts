/**
 * Pictures of every page of the console, of the demo's server, in both themes and at both widths, for people to look at.
 *
 *   npm run console:shots                 writes to console-shots/
 *   npm run console:shots -- new match    only those whose name begins so
 *   npm run console:shots -- --readme     the two that README.md shows, to docs/pictures/
 *
 * Needs Chromium, under CHROMIUM or as Debian installs it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const OUT = 'console-shots';
const PROGRAM = fileURLToPath(new URL('../server/dist/main.js', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 390] as const;
const HEIGHT = 900;
/** On a busy machine, a page takes its time. */
const PATIENCE_MS = 120_000;
const LINK = /http:\/\/\S+\/console\/in#\S+/;

/** A page, and what has to be there before it is taken. */
interface Shot {
  readonly name: string;
  readonly open: (page: Page, base: string) => Promise<unknown>;
}

function heading(page: Page, name: string | RegExp) {
  return page.getByRole('heading', { level: 1, name }).waitFor();
}

async function openJob(page: Page, base: string, tab: string): Promise<void> {
  await page.goto(`${base}/`);
  await page.locator('a.job-row').first().click();
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

async function review(page: Page, base: string): Promise<void> {
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

async function dropPortfolio(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/new?kind=match`);
  const dataTransfer = await page.evaluateHandle(PORTFOLIO);
  await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer });
  await page.getByRole('button', { name: 'Match the file' }).waitFor();
}

async function openMatch(page: Page, base: string): Promise<void> {
  await dropPortfolio(page, base);
  await page.getByRole('button', { name: 'Match the file' }).click();
  await page.getByText('rows have their property').waitFor();
  await page.getByRole('columnheader', { name: 'reonomy_id' }).waitFor();
}

const SHOTS: readonly Shot[] = [
  {
    name: 'exports',
    open: async (page, base) => {
      await page.goto(`${base}/`);
      await page.locator('a.job-row').first().waitFor();
      // The figures above it too.
      await page.getByText('…', { exact: true }).first().waitFor({ state: 'detached' });
    },
  },
  { name: 'job-preview', open: (page, base) => openJob(page, base, 'Preview') },
  { name: 'job-columns', open: (page, base) => openJob(page, base, 'Columns') },
  { name: 'job-charts', open: (page, base) => openJob(page, base, 'Charts') },
  { name: 'job-map', open: (page, base) => openJob(page, base, 'Map') },
  { name: 'job-parameters', open: (page, base) => openJob(page, base, 'Parameters') },
  { name: 'job-webhook', open: (page, base) => openJob(page, base, 'Webhook') },
  { name: 'job-copy-as', open: (page, base) => openJob(page, base, 'Copy as') },
  {
    name: 'new-what',
    open: (page, base) =>
      page.goto(`${base}/new`).then(() => page.getByRole('radio', { name: /CSV for Excel/ }).waitFor()),
  },
  { name: 'new-which', open: review },
  {
    name: 'new-review',
    open: async (page, base) => {
      await review(page, base);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText(/rows · about/).waitFor();
    },
  },
  {
    name: 'new-details',
    open: (page, base) => page.goto(`${base}/new?kind=details`).then(() => page.getByLabel('Updated since').waitFor()),
  },
  {
    name: 'new-search',
    open: (page, base) => page.goto(`${base}/new?kind=search`).then(() => page.getByText(/found$/).waitFor()),
  },
  { name: 'new-match', open: dropPortfolio },
  { name: 'match', open: openMatch },
  { name: 'match-charts', open: (page, base) => openMatch(page, base).then(() => openTab(page, 'Charts')) },
  { name: 'match-map', open: (page, base) => openMatch(page, base).then(() => openTab(page, 'Map')) },
  { name: 'schedules', open: (page, base) => page.goto(`${base}/schedules`).then(() => heading(page, 'Schedules')) },
  {
    name: 'usage',
    open: (page, base) => page.goto(`${base}/usage`).then(() => page.getByText('counts once').waitFor()),
  },
  { name: 'webhooks', open: (page, base) => page.goto(`${base}/webhooks`).then(() => page.locator('table').waitFor()) },
  {
    name: 'dictionary',
    open: (page, base) => page.goto(`${base}/dictionary`).then(() => page.locator('table').waitFor()),
  },
];

/** The demo, kept up: resolves with the invitation that it prints. */
function startDemo(): { readonly child: ChildProcess; readonly link: Promise<string> } {
  const child = spawn(process.execPath, [PROGRAM, 'demo', '--keep', '--output', `${OUT}/files`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const link = new Promise<string>((resolve, reject) => {
    let said = '';
    // For people, and so not on standard output.
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const found = LINK.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code} before it printed an invitation`)));
  });
  return { child, link };
}

const README_FLAG = '--readme';
const IS_FOR_README = process.argv.includes(README_FLAG);
const README_PICTURES = 'docs/pictures';
const README_SHOTS = ['exports', 'match'];
const README_HEIGHT = 720;
const WANTED = process.argv.slice(2).filter((word) => word !== README_FLAG);

function isWanted({ name }: Shot): boolean {
  return WANTED.length === 0 || WANTED.some((beginning) => name.startsWith(beginning));
}

async function takeAll(context: BrowserContext, base: string): Promise<void> {
  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: HEIGHT });
      for (const { name, open } of SHOTS.filter(isWanted)) {
        await open(page, base);
        await page.screenshot({ path: `${OUT}/${name}-${theme}-${width}.png`, fullPage: true });
      }
      await page.close();
    }
  }
}

/** What a reader sees first: the window as it is, and no more. */
async function takeForReadme(context: BrowserContext, base: string): Promise<void> {
  await mkdir(README_PICTURES, { recursive: true });
  const page = await context.newPage();
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: WIDTHS[0], height: README_HEIGHT });
  page.setDefaultTimeout(PATIENCE_MS);
  // The match first: then the list has it.
  for (const { name, open } of SHOTS.filter((shot) => README_SHOTS.includes(shot.name)).toReversed()) {
    await open(page, base);
    await page.screenshot({ path: `${README_PICTURES}/console-${name}.png` });
  }
  await page.close();
}

async function takeSignIn(context: BrowserContext, link: string): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  await page.goto(link.replace(/\/in#.*/, '/'));
  await heading(page, 'Sign in to Conveyance');
  await page.screenshot({ path: `${OUT}/sign-in.png` });
  await page.goto(link);
  await page.screenshot({ path: `${OUT}/invitation.png` });
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await heading(page, 'Exports');
  await page.close();
}

await mkdir(OUT, { recursive: true });
const { child, link } = startDemo();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  const context = await browser.newContext();
  const invitation = await link;
  await takeSignIn(context, invitation);
  const base = invitation.replace(/\/in#.*/, '');
  await (IS_FOR_README ? takeForReadme(context, base) : takeAll(context, base));
  console.info(`pictures are in ${IS_FOR_README ? README_PICTURES : OUT}/`);
} finally {
  await browser.close();
  child.kill('SIGINT');
}
