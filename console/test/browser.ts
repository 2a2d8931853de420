/** A real browser that notes what a page must not do: ask another origin, report an error, break the policy. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

import { overflow, violations } from '../../scripts/console-shots/judge.ts';

export { violations };

/** As Debian installs it. Without one the tests of the pages are skipped, and say so. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const HAS_BROWSER = existsSync(CHROMIUM);

let launched: Promise<Browser> | undefined;

/** One for all test files of this process, with which it ends. Each test has a context of its own, and closes it. */
export function openBrowser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  return launched;
}

export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
  /** In words, what was not in order so far. */
  readonly faults: string[];
}

/** What the server answers on purpose is in the browser’s log as an error too. */
const REFUSALS_ON_PURPOSE = /status of (?:401|403|404)/;

/** A browser of its own, with no cookie of others. */
export async function watchedPage(browser: Browser, origin: string): Promise<Watched> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const faults: string[] = [];
  await context.exposeBinding('tellViolation', (_source, text: string) => faults.push(`policy: ${text}`));
  await context.addInitScript(
    "addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => tellViolation(effectiveDirective + ' ' + blockedURI))",
  );
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:'))
      faults.push(`asked ${url}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !REFUSALS_ON_PURPOSE.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return { context, page, faults };
}

/** The tabs of a page one after the other, each once it has what it shows: on a narrow window they are a choice. */
export async function eachTab(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  const choice = page.getByRole('combobox', { name: 'Show', exact: true });
  const isNarrow = await choice.isVisible();
  const names = await (isNarrow ? choice.locator('option') : page.getByRole('tab')).allTextContents();
  for (const name of names) {
    await openTab(page, name);
    await look(name);
  }
}

export async function openTab(page: Page, name: string): Promise<void> {
  const choice = page.getByRole('combobox', { name: 'Show', exact: true });
  if (await choice.isVisible()) await choice.selectOption({ label: name });
  else await page.getByRole('tab', { name, exact: true }).click();
  await page.locator('[role=tabpanel] .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}

/** What can be pressed must be seen without scrolling sideways, and tabs stand on one line. */
export async function outOfReach(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`[
    ...[...document.querySelectorAll('button, a')]
      .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
      .map((each) => each.textContent + ' is beyond the edge'),
    ...[...document.querySelectorAll('[role=tablist]')]
      .filter((list) => new Set([...list.children].map(({ offsetTop }) => offsetTop)).size > 1)
      .map((list) => list.textContent + ' is more than a line'),
  ]`);
}

const COLOR_SCHEMES = ['light', 'dark'] as const;

/** Colours that change by a transition are brought to its end: half way, they are of neither scheme. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(`for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()`);
}

/** What breaks WCAG 2.2 AA on the page as it stands, in either colour scheme, and whether it must be scrolled sideways. */
export async function faultsForTheEye(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of COLOR_SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await settle(page);
    found.push(...(await violations(page)).map((violation) => `${colorScheme}: ${violation}`));
  }
  return [...found, ...(await overflow(page))];
}
