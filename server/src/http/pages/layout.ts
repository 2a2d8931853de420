/** What all pages have: the frame, and the rules for the browser. They load nothing from anywhere else. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export interface Page {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** False for what has a look of its own within the frame. */
  readonly isText?: boolean;
}

export const REFERENCE_PATH = '/docs';
/** Behind it the page's or file's name. */
export const DOCS_PATH = '/docs/';
export const CONSOLE_PATH = '/console/';
/** What this server is, for people who write programs. */
export const START_PATH = `${DOCS_PATH}start`;
/** With the words in `q`. */
export const SEARCH_PATH = `${DOCS_PATH}search`;
export const FRAME_STYLE_NAME = 'frame.css';
export const TEXT_STYLE_NAME = 'text.css';
export const HTML_TYPE = 'text/html; charset=utf-8';

const MENU: readonly (readonly [string, string])[] = [
  [START_PATH, 'Conveyance'],
  [CONSOLE_PATH, 'Console'],
  [`${DOCS_PATH}exports`, 'Guide'],
  [REFERENCE_PATH, 'API reference'],
  [`${DOCS_PATH}dictionary`, 'Dictionary'],
  [`${DOCS_PATH}index`, 'All pages'],
  [SEARCH_PATH, 'Search'],
];

export function renderPage({ title, body, isText = true }: Page): string {
  const styles = isText ? [FRAME_STYLE_NAME, TEXT_STYLE_NAME] : [FRAME_STYLE_NAME];
  const sheets = styles.map((name) => `<link rel="stylesheet" href="${DOCS_PATH}${name}">`).join('\n');
  const links = MENU.map(([path, name]) => `<a href="${path}">${name}</a>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
${sheets}
</head>
<body>
<header><nav>
${links}
</nav></header>
${body}
</body>
</html>
`;
}

type Directives = Readonly<Record<string, string>>;

/** Nothing but our own style, and the empty icon that keeps browsers from asking for one. */
const PLAIN: Directives = {
  'default-src': "'none'",
  'style-src': "'self'",
  'img-src': 'data:',
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** The reference writes its styles itself, and calls this server. */
const REFERENCE: Directives = {
  ...PLAIN,
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
};

function policy(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join(';');
}

export const PLAIN_POLICY = policy(PLAIN);
/** Its form asks this server. */
export const SEARCH_POLICY = policy({ ...PLAIN, 'form-action': "'self'" });
export const REFERENCE_POLICY = policy(REFERENCE);
