/** What is wrong with a page as it stands: the rules of WCAG 2.2 AA, and what cannot be reached. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What breaks WCAG 2.2 AA on the page as it is, in words. */
export async function violations(page: Page): Promise<readonly string[]> {
  if (await page.evaluate<boolean>('window.axe === undefined')) await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  // Of what is in order, nothing is told: to gather it takes as long as to judge.
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  const { violations: found } = await page.evaluate<{ violations: readonly AxeViolation[] }>(`axe.run(${options})`);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

/** How many pixels the page is wider than its window, in words; nothing where it is not. */
export async function overflow(page: Page): Promise<readonly string[]> {
  const pixels = Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
  return pixels > 0 ? [`${pixels} px wider than the window`] : [];
}
