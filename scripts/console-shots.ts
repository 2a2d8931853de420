/**
 * Pictures of every page of the console, of the demo's server, in both themes and at both widths, with what they show and without it, for people
 * to look at. On the way each page is held to WCAG 2.2 AA and to the width of its window; what breaks a rule is printed, and fails the command.
 *
 *   npm run console:shots                 writes to console-shots/, with a sheet of all beside each other for each theme and width
 *   npm run console:shots -- new match    only those whose name begins so
 *   npm run console:shots -- --readme     the two that README.md shows, to docs/pictures/
 *
 * Needs Chromium, under CHROMIUM or as Debian installs it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { writeContactSheet } from './console-shots/contact-sheet.ts';
import { overflow, violations } from './console-shots/judge.ts';
import { SHOTS, type Shot } from './console-shots/shots.ts';
import { statesOf } from './console-shots/states.ts';

const OUT = 'console-shots';
const PROGRAM = fileURLToPath(new URL('../server/dist/main.js', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 390] as const;
const HEIGHT = 900;
/** On a busy machine, a page takes its time. */
const PATIENCE_MS = 120_000;
const LINKS = /http:\/\/\S+\/console\/in#\S+/g;

/** The customer's, and the operator's. */
interface Invitations {
  readonly customer: string;
  readonly operator: string;
}

/** The demo, kept up: resolves with the invitations that it prints. */
function startDemo(): { readonly child: ChildProcess; readonly invitations: Promise<Invitations> } {
  const child = spawn(process.execPath, [PROGRAM, 'demo', '--keep', '--output', `${OUT}/files`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const invitations = new Promise<Invitations>((resolve, reject) => {
    let said = '';
    // For people, and so not on standard output.
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const [customer, operator] = said.match(LINKS) ?? [];
      // A line at a time: the last of a link may still be on its way.
      if (customer !== undefined && operator !== undefined && said.includes('Ctrl-C stops it')) {
        resolve({ customer, operator });
      }
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code} before it printed the invitations`)));
  });
  return { child, invitations };
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

type Contexts = Readonly<Record<Shot['who'], BrowserContext>>;

async function newPage(context: BrowserContext, theme: 'light' | 'dark', width: number, height: number): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height });
  return page;
}

interface Look {
  readonly theme: (typeof THEMES)[number];
  readonly width: (typeof WIDTHS)[number];
}

/** What breaks a rule, in words. */
async function take(page: Page, name: string, { theme, width }: Look): Promise<readonly string[]> {
  const what = `${name}-${theme}-${width}`;
  await page.screenshot({ path: `${OUT}/${what}.png`, fullPage: true });
  return [...(await violations(page)), ...(await overflow(page))].map((fault) => `${what}: ${fault}`);
}

async function takeShot(contexts: Contexts, shot: Shot, base: string, look: Look): Promise<readonly string[]> {
  const faults: string[] = [];
  const page = await newPage(contexts[shot.who], look.theme, look.width, HEIGHT);
  await shot.open(page, { base });
  faults.push(...(await take(page, shot.name, look)));
  await page.close();
  for (const { name, bringAbout, isThere } of statesOf(shot)) {
    const without = await newPage(contexts[shot.who], look.theme, look.width, HEIGHT);
    await bringAbout(without);
    await without.goto(`${base}${shot.path}`);
    await isThere(without);
    faults.push(...(await take(without, `${shot.name}-${name}`, look)));
    await without.unrouteAll({ behavior: 'ignoreErrors' });
    await without.close();
  }
  return faults;
}

function namesOf(shots: readonly Shot[]): readonly string[] {
  return shots.flatMap((shot) => [shot.name, ...statesOf(shot).map(({ name }) => `${shot.name}-${name}`)]);
}

async function takeAll(browser: Browser, contexts: Contexts, base: string): Promise<readonly string[]> {
  const shots = SHOTS.filter(isWanted);
  const faults: string[] = [];
  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      for (const shot of shots) faults.push(...(await takeShot(contexts, shot, base, { theme, width })));
      await writeContactSheet(browser, OUT, namesOf(shots), { theme, width });
    }
  }
  console.info(`${namesOf(shots).length * THEMES.length * WIDTHS.length} pictures, ${faults.length} faults`);
  return faults;
}

/** What a reader sees first: the window as it is, and no more. */
async function takeForReadme({ customer }: Contexts, base: string): Promise<void> {
  await mkdir(README_PICTURES, { recursive: true });
  const page = await newPage(customer, 'light', WIDTHS[0], README_HEIGHT);
  // The match first: then the list has it.
  for (const { name, open } of SHOTS.filter((shot) => README_SHOTS.includes(shot.name)).toReversed()) {
    await open(page, { base });
    await page.screenshot({ path: `${README_PICTURES}/console-${name}.png` });
  }
  await page.close();
}

/** Somebody who is signed in, in a browser of his own. */
async function enter(browser: Browser, link: string, first: string): Promise<BrowserContext> {
  const context = await browser.newContext();
  const page = await newPage(context, 'light', WIDTHS[0], HEIGHT);
  await page.goto(link.replace(/\/in#.*/, '/'));
  await page.getByRole('heading', { level: 1, name: 'Sign in to Conveyance' }).waitFor();
  await page.screenshot({ path: `${OUT}/sign-in.png` });
  await page.goto(link);
  await page.screenshot({ path: `${OUT}/invitation.png` });
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.getByRole('heading', { level: 1, name: first }).waitFor();
  await page.close();
  return context;
}

await mkdir(OUT, { recursive: true });
const { child, invitations } = startDemo();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  const { customer, operator } = await invitations;
  const contexts: Contexts = {
    customer: await enter(browser, customer, 'Exports'),
    operator: await enter(browser, operator, 'Accounts'),
  };
  const base = customer.replace(/\/in#.*/, '');
  const faults = IS_FOR_README ? [] : await takeAll(browser, contexts, base);
  if (IS_FOR_README) await takeForReadme(contexts, base);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  console.info(`pictures are in ${IS_FOR_README ? README_PICTURES : OUT}/`);
} finally {
  await browser.close();
  child.kill('SIGINT');
}
