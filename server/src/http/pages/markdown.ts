/** Pages of docs/ as HTML. What is not Markdown in them is shown as it is written, never run. */
import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml } from './layout.ts';

/** Where a link of a page leads: null if there is nothing at it here. */
export type FindLink = (target: string) => string | null;

export interface RenderedMarkdown {
  /** Of the first heading. */
  readonly title: string;
  readonly html: string;
}

/** Only the web. A browser runs what `javascript:` says. */
const ABSOLUTE = /^https?:\/\//;

/** The name of a heading in links, as GitHub gives it: links between pages are written for both. */
export function headingName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** Of several headings with one text, the second is `-1`. */
class HeadingNames {
  readonly #given = new Map<string, number>();

  take(text: string): string {
    const name = headingName(text);
    const before = this.#given.get(name) ?? 0;
    this.#given.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  }
}

/** What a reader sees of Markdown within a line. */
function plainText(raw: string): string {
  return raw.replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, '$1').replaceAll(/[`*]/g, '');
}

export function renderMarkdown(text: string, findLink: FindLink): RenderedMarkdown {
  const names = new HeadingNames();
  let title: string | null = null;
  const marked = new Marked({
    renderer: {
      html: ({ text: raw }: Tokens.HTML | Tokens.Tag) => escapeHtml(raw),
      image: ({ text: raw }: Tokens.Image) => escapeHtml(raw),
      heading({ tokens, depth, text: raw }) {
        title ??= plainText(raw);
        return `<h${depth} id="${names.take(plainText(raw))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const shown = this.parser.parseInline(tokens);
        if (ABSOLUTE.test(href)) return `<a href="${escapeHtml(href)}" rel="noreferrer">${shown}</a>`;
        const found = href.startsWith('#') ? href : findLink(href);
        return found === null ? shown : `<a href="${escapeHtml(found)}">${shown}</a>`;
      },
    },
  });
  const html = marked.parse(text, { async: false });
  return { title: title ?? '', html };
}

/** What stands between a heading and the next one. */
export interface Section {
  readonly heading: string;
  /** The heading’s name in links. */
  readonly anchor: string;
  /** As a reader sees it, near enough to be searched. */
  readonly text: string;
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading';
}

/** Of a page, in their order; what stands before the first heading is in none. */
export function sectionsOf(markdown: string): readonly Section[] {
  const names = new HeadingNames();
  const sections: { heading: string; anchor: string; text: string }[] = [];
  for (const token of new Marked().lexer(markdown)) {
    if (isHeading(token)) {
      const heading = plainText(token.text);
      sections.push({ heading, anchor: names.take(heading), text: '' });
      continue;
    }
    const section = sections.at(-1);
    if (section !== undefined) section.text += ` ${plainText(token.raw).replaceAll(/[|\s-]{2,}|\s+/g, ' ')}`;
  }
  return sections;
}
