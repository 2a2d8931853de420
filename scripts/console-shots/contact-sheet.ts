/** All pictures of one theme and width beside each other: what is out of line is seen at a glance. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';

const SHEET_WIDTH = 1800;
/** Of a picture on it. */
const COLUMNS = { 1280: 4, 390: 8 } as const;

function page(names: readonly string[], suffix: string, columns: number): string {
  const figures = names.map(
    (name) => `<figure><figcaption>${name}</figcaption><div><img alt="" src="${name}-${suffix}.png"></div></figure>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>${suffix}</title><style>
body { margin: 1rem; display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 1rem; background: #888; font: 14px sans-serif; }
figure { margin: 0; } figcaption { padding: 0.25rem 0; } div { max-height: 32rem; overflow: hidden; } img { width: 100%; display: block; }
</style>${figures.join('')}`;
}

/** Writes `sheet-light-1280.html` and its picture. */
export async function writeContactSheet(
  browser: Browser,
  folder: string,
  names: readonly string[],
  { theme, width }: { readonly theme: string; readonly width: keyof typeof COLUMNS },
): Promise<void> {
  const suffix = `${theme}-${width}`;
  const path = resolve(folder, `sheet-${suffix}.html`);
  await writeFile(path, page(names, suffix, COLUMNS[width]));
  const sheet = await browser.newPage({ viewport: { width: SHEET_WIDTH, height: 900 } });
  await sheet.goto(pathToFileURL(path).href);
  await sheet.screenshot({ path: path.replace('.html', '.png'), fullPage: true });
  await sheet.close();
}
