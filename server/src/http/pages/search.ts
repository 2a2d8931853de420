/** Words, found in the pages of docs/: section by section, those with the words in their heading first. */
import { DOCS_PATH, escapeHtml, renderPage, SEARCH_PATH } from './layout.ts';
import type { Section } from './markdown.ts';

export interface SearchedPage {
  readonly name: string;
  readonly title: string;
  readonly sections: readonly Section[];
}

interface Hit {
  readonly page: SearchedPage;
  readonly section: Section;
  /** How many of the words are in the heading. */
  readonly inHeading: number;
}

/** What is beyond these is not read: nobody looks for more, and every word costs a look at all pages. */
const MOST_CHARACTERS = 200;
const MOST_WORDS_ASKED = 6;
const MOST_SHOWN = 40;
/** Of the text beside the first word that is found. */
const SNIPPET_BEFORE = 60;
const SNIPPET_LENGTH = 240;

export function wordsOf(query: string): readonly string[] {
  const words = query.slice(0, MOST_CHARACTERS).toLowerCase().split(/\s+/);
  return [...new Set(words)].filter((word) => word !== '').slice(0, MOST_WORDS_ASKED);
}

function hitsIn(pages: readonly SearchedPage[], words: readonly string[]): readonly Hit[] {
  const hits: Hit[] = [];
  for (const page of pages) {
    for (const section of page.sections) {
      const heading = section.heading.toLowerCase();
      const text = section.text.toLowerCase();
      if (!words.every((word) => heading.includes(word) || text.includes(word))) continue;
      hits.push({ page, section, inHeading: words.filter((word) => heading.includes(word)).length });
    }
  }
  // Of equals, pages stay in the order of the list; why something was decided comes behind how it is used.
  const rank = ({ page, inHeading }: Hit) => (page.name.startsWith('adr') ? -1 : inHeading);
  return hits.toSorted((left, right) => rank(right) - rank(left));
}

/** The text around the first word, cut at spaces, with the words marked. */
function snippetOf({ text }: Section, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...(places.length > 0 ? places : [0])) - SNIPPET_BEFORE);
  const end = Math.min(text.length, start + SNIPPET_LENGTH);
  const cut = text.slice(start, end);
  const escaped = words.map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  const pieces = cut.split(new RegExp(`(${escaped.join('|')})`, 'gi'));
  // The pattern is in brackets, so every second piece is a word that was found.
  const marked = pieces.map((piece, at) => (at % 2 === 1 ? `<mark>${escapeHtml(piece)}</mark>` : escapeHtml(piece)));
  return `${start > 0 ? '… ' : ''}${marked.join('')}${end < text.length ? ' …' : ''}`;
}

function item({ page, section }: Hit, words: readonly string[]): string {
  const address = `${DOCS_PATH}${page.name}#${section.anchor}`;
  const where = section.heading === page.title ? '' : `${escapeHtml(page.title)}: `;
  return `<dt>${where}<a href="${escapeHtml(address)}">${escapeHtml(section.heading)}</a></dt>\n<dd>${snippetOf(section, words)}</dd>`;
}

function answer(pages: readonly SearchedPage[], words: readonly string[]): string {
  if (words.length === 0) return '<p>Which words?</p>';
  const hits = hitsIn(pages, words);
  if (hits.length === 0) {
    return `<p>No section has all of these words. Try fewer, or look through <a href="${DOCS_PATH}index">all pages</a>.</p>`;
  }
  const more = hits.length > MOST_SHOWN ? `, of which the first ${MOST_SHOWN} are here` : '';
  const shown = hits.slice(0, MOST_SHOWN).map((hit) => item(hit, words));
  return `<p>${hits.length} ${hits.length === 1 ? 'section' : 'sections'}${more}</p>\n<dl>\n${shown.join('\n')}\n</dl>`;
}

export function searchPage(pages: readonly SearchedPage[], query: string): string {
  const asked = query.slice(0, MOST_CHARACTERS);
  const form = `<form action="${SEARCH_PATH}"><input name="q" type="search" aria-label="Words to search for" value="${escapeHtml(asked)}" maxlength="${MOST_CHARACTERS}"> <button>Search</button></form>`;
  const body = `<main>\n<h1>Search</h1>\n${form}\n${answer(pages, wordsOf(query))}\n</main>`;
  return renderPage({ title: 'Search · Conveyance', body });
}
