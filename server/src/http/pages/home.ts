/** For visitors with nothing but the address: what this is, and where to go on. A browser is led to the console, a program gets a text. */
import { z } from 'zod';
import type { Door, OpenOperation } from '../server/operation.ts';
import { CONSOLE_PATH, DOCS_PATH, escapeHtml, REFERENCE_PATH, renderPage, START_PATH } from './layout.ts';

type Facts = Pick<Door, 'settings' | 'version' | 'addresses'>;

function homeText({ settings: { publicUrl }, version, addresses }: Facts): string {
  return [
    `Conveyance ${version}: asynchronous bulk export of property data`,
    '',
    `API        ${addresses.join(' ')}`,
    `Token      POST ${publicUrl}/oauth/token`,
    `Reference  ${publicUrl}/openapi.json`,
    `Guide      ${publicUrl}${START_PATH}`,
    `Health     ${publicUrl}/livez ${publicUrl}/readyz`,
    '',
  ].join('\n');
}

const LINKS: readonly (readonly [path: string, name: string, about: string])[] = [
  [CONSOLE_PATH, 'Console', 'exports without a program: sign in, choose, watch, download'],
  [`${DOCS_PATH}exports`, 'Guide to exports', 'submit, follow, download, verify, be notified, repeat; load the files'],
  [`${DOCS_PATH}reonomy`, 'Guide to file jobs', 'property details, searches, matching addresses'],
  [REFERENCE_PATH, 'API reference', 'every call, to read and to try'],
  [`${DOCS_PATH}dictionary`, 'Dictionary of the reports', 'every column: type, unit, meaning'],
  [`${DOCS_PATH}detail-types`, 'Dictionary of the details', 'every field of every detail type, every search setting'],
  [`${DOCS_PATH}webhooks`, 'Webhooks', 'what you can rely on, how to receive them'],
  [`${DOCS_PATH}errors`, 'Errors', 'what each means, and what to do'],
  [`${DOCS_PATH}index`, 'All pages', 'the rest of the documentation'],
  ['/openapi.json', 'openapi.json', 'the reference for programs (OpenAPI 3.1)'],
  ['/readyz', 'Health', 'whether this server can take work'],
];

/** For people who write programs. */
export function homePage({ settings: { publicUrl }, version, addresses }: Facts): string {
  const url = escapeHtml(publicUrl);
  const entries = LINKS.map(([path, name, about]) => `<dt><a href="${path}">${name}</a></dt>\n<dd>${about}</dd>`);
  const bases = addresses.map((address) => `<li><code>${escapeHtml(address)}</code></li>`);
  const body = `<main>
<h1>Conveyance ${escapeHtml(version)}</h1>
<p>This server exports property data in bulk: submit a job, be told when it is done, download CSV, JSONL or Parquet.</p>
<dl>
${entries.join('\n')}
</dl>
<h2>Clients</h2>
<p>They come from this server:</p>
<pre><code>npm i -g ${url}/client/conveyance-cli.tgz    # the command conveyance
npm i ${url}/client/conveyance-sdk.tgz       # TypeScript and JavaScript
curl -O ${url}/client/conveyance.py          # Python, one file</code></pre>
<h2>Addresses</h2>
<ul>
${bases.join('\n')}
<li><code>${url}/oauth/token</code>, where an access key and its secret are exchanged for a token</li>
</ul>
</main>`;
  return renderPage({ title: 'Conveyance', body });
}

/** A browser names HTML in what it accepts; the clients of APIs accept anything. */
function wantsHtml(accept: string | undefined): boolean {
  return /(?:^|,)\s*text\/html\s*(?=[,;]|$)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accept ?? '');
}

export const getHome: OpenOperation = {
  method: 'GET',
  path: '/',
  document: {
    operationId: 'getHome',
    tag: 'Service',
    summary: 'Home',
    description: 'What this server is and where to go on. A browser (`Accept: text/html`) is led to the console.',
    responses: {
      200: { description: 'Plain text', contentType: 'text/plain', schema: z.string() },
      302: { description: 'To `/console/`' },
    },
  },
  async answer(door, { request, reply }) {
    reply.header('vary', 'Accept');
    if (wantsHtml(request.headers.accept)) return reply.redirect(CONSOLE_PATH, 302);
    reply.type('text/plain; charset=utf-8');
    return homeText(door);
  },
};
