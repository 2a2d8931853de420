/** The pages of docs/, found once, each read and rendered when it is first asked for. */
import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { DOCS_PATH, escapeHtml, renderPage, START_PATH } from './layout.ts';
import { type RenderedMarkdown, renderMarkdown, type Section, sectionsOf } from './markdown.ts';
import { type SearchedPage, searchPage } from './search.ts';

export interface Library {
  /** A whole page, by its name in addresses; null if there is none. */
  page(name: string): Promise<string | null>;
  /** The sections that have all words of the query, as a page. */
  search(query: string): Promise<string>;
  /** Of all pages, in the order of the list. */
  names(): Promise<readonly string[]>;
}

/** Pages for who uses a server come first; how and why it is built as it is, last. */
const FOLDERS = ['docs', 'sdk', 'docs/adr'];
/** The file that describes its folder. */
const INDEX = 'README';
const LIST = 'index';
/** Generated, and served beside the pages. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['docs/openapi.json', '/openapi.json'],
  ['README.md', START_PATH],
]);

/** `docs/adr/README.md` → `adr`. */
function nameOf(file: string): string {
  const path = file.replace(/^docs\//, '').replace(/\.md$/, '');
  return path.endsWith(`/${INDEX}`) ? path.slice(0, -INDEX.length - 1) : path;
}

/** A package may come without one of the folders; any other error is none of "there are no pages". */
async function namesIn(folder: URL): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The pages that there are, by name: the file of each, from the root of the repository. */
async function findPages(root: URL): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const folder of FOLDERS) {
    const files = await namesIn(new URL(`${folder}/`, root));
    for (const file of files.toSorted()) {
      if (file.endsWith('.md')) pages.set(nameOf(`${folder}/${file}`), `${folder}/${file}`);
    }
  }
  return pages;
}

/** A link as a file of the repository has it, as an address of this server. What is not served here stays text. */
function addressOf(target: string, file: string, pages: ReadonlyMap<string, string>): string | null {
  const [path = '', fragment] = target.split('#', 2);
  const linked = posix.normalize(posix.join(posix.dirname(file), path));
  const name = nameOf(linked);
  const found = pages.get(name) === linked ? DOCS_PATH + name : ELSEWHERE.get(linked);
  if (found === undefined) return null;
  return fragment === undefined || found === START_PATH ? found : `${found}#${fragment}`;
}

function listPage(titles: readonly (readonly [name: string, title: string])[]): string {
  const item = ([name, title]: readonly [string, string]) =>
    `<li><a href="${DOCS_PATH}${name}">${escapeHtml(title)}</a></li>`;
  const list = (items: typeof titles) => `<ul>\n${items.map(item).join('\n')}\n</ul>`;
  const decisions = titles.filter(([name]) => name.startsWith('adr'));
  const others = titles.filter(([name]) => !name.startsWith('adr'));
  const body = `<main>\n<h1>All pages</h1>\n${list(others)}\n<h2>Why it is as it is</h2>\n${list(decisions)}\n</main>`;
  return renderPage({ title: 'All pages', body });
}

interface ReadPage extends RenderedMarkdown {
  readonly sections: readonly Section[];
}

/** @param root of the repository, with a slash at its end. */
export function createLibrary(root: URL): Library {
  let finding: Promise<ReadonlyMap<string, string>> | undefined;
  const rendering = new Map<string, Promise<ReadPage>>();

  function pages(): Promise<ReadonlyMap<string, string>> {
    // What failed once, for want of file handles, is tried again.
    finding ??= findPages(root).catch((error: unknown) => {
      finding = undefined;
      throw error;
    });
    return finding;
  }

  async function render(file: string): Promise<ReadPage> {
    const text = await readFile(new URL(file, root), 'utf8');
    const all = await pages();
    const rendered = renderMarkdown(text, (target) => addressOf(target, file, all));
    return { ...rendered, sections: sectionsOf(text) };
  }

  function rendered(file: string): Promise<ReadPage> {
    const kept = rendering.get(file);
    if (kept !== undefined) return kept;
    const made = render(file).catch((error: unknown) => {
      rendering.delete(file);
      throw error;
    });
    rendering.set(file, made);
    return made;
  }

  async function list(): Promise<string> {
    const titles: [string, string][] = [];
    for (const [name, file] of await pages()) titles.push([name, (await rendered(file)).title]);
    return listPage(titles);
  }

  return {
    async names() {
      return [...(await pages()).keys()];
    },
    async search(query) {
      const searched: SearchedPage[] = [];
      for (const [name, file] of await pages()) {
        const { title, sections } = await rendered(file);
        searched.push({ name, title, sections });
      }
      return searchPage(searched, query);
    },
    async page(name) {
      if (name === LIST) return list();
      const file = (await pages()).get(name);
      if (file === undefined) return null;
      const { title, html } = await rendered(file);
      return renderPage({ title: `${title} · Conveyance`, body: `<main>\n${html}</main>` });
    },
  };
}
