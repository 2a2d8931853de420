/** Pages for people: every link works, nothing comes from another server, and programs get what they got before. */
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headingName, renderMarkdown } from '../../src/http/pages/markdown.ts';
import { ORIGIN, type TestDoor, testDoor } from './door.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
/** Where people who write programs begin. */
const START = '/docs/start';
const DOCS = new URL('../../../docs/', import.meta.url);

interface Visited {
  readonly status: number;
  readonly type: string;
  readonly policy: string;
  readonly body: string;
}

let door: TestDoor;
const visited = new Map<string, Visited>();

async function visit(url: string): Promise<Visited> {
  const kept = visited.get(url);
  if (kept !== undefined) return kept;
  const { statusCode, headers, body } = await door.app.inject({ url, headers: { accept: BROWSER } });
  const type = String(headers['content-type']);
  const page = { status: statusCode, type, policy: String(headers['content-security-policy']), body };
  visited.set(url, page);
  return page;
}

function isPage({ type }: Visited): boolean {
  return type.startsWith('text/html');
}

/** `[what it is, its value]` of every attribute that names an address. */
function addressesOf({ body }: Visited): [string, string][] {
  return [...body.matchAll(/<(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, tag = '', value = '']) => [tag, value]);
}

/** Every address on this server that can be reached by links, with the page that links to it. */
async function crawl(): Promise<Map<string, string>> {
  const from = new Map([[START, 'nowhere']]);
  const waiting = [START];
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    const page = await visit(url.split('#')[0] ?? '');
    if (!isPage(page)) continue;
    for (const [, address] of addressesOf(page)) {
      if (/^(?:https?:|data:)/.test(address)) continue;
      const target = new URL(address, new URL(url, ORIGIN));
      const path = target.pathname + target.search + target.hash;
      if (!from.has(path)) waiting.push(path);
      if (!from.has(path)) from.set(path, url);
    }
  }
  return from;
}

let reached: Map<string, string>;
beforeAll(async () => {
  door = await testDoor({ readiness: async () => ({ ready: true, checks: {} }) });
  reached = await crawl();
});
afterAll(() => door?.[Symbol.asyncDispose]());

describe('the pages', () => {
  test('have links that all lead somewhere, and to a heading that there is', async () => {
    for (const [url, from] of reached) {
      const [path = '', fragment] = url.split('#');
      const page = await visit(path);
      expect(page.status, `${url}, linked from ${from}`).toBe(200);
      if (fragment !== undefined) expect(page.body, `${url}, linked from ${from}`).toContain(`id="${fragment}"`);
    }
    expect(reached.size).toBeGreaterThan(60);
  });

  test('are all found from the first one: each file of docs/ is one of them', async () => {
    const files = (await readdir(DOCS)).filter((file) => file.endsWith('.md'));
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) expect([...reached.keys()]).toContain(`/docs/${file.replace('.md', '')}`);
    for (const path of ['/docs', '/docs/sdk', '/docs/adr', '/docs/scalar.js', '/docs/text.css', '/openapi.json'])
      expect([...reached.keys()]).toContain(path);
  });

  test('load nothing from another server, and the browser would not let them', async () => {
    let pages = 0;
    for (const path of reached.keys()) {
      const page = await visit(path.split('#')[0] ?? '');
      // The console is a program with a policy of its own.
      if (!isPage(page) || path === '/console/') continue;
      pages++;
      expect(page.policy, path).toMatch(/^default-src 'none';/);
      expect(page.policy, path).not.toMatch(/https?:|\*|unsafe-eval/);
      const forms = path === '/docs/search' ? 'self' : 'none';
      expect(page.policy, path).toContain(`base-uri 'none';form-action '${forms}';frame-ancestors 'none'`);
      // A link that a reader may follow is no request.
      for (const [tag, address] of addressesOf(page))
        if (tag !== 'a') expect(address, path).toMatch(/^(?:\/(?!\/)|data:,$)/);
      expect(page.body, path).not.toMatch(/<style|<iframe|<img|\son\w+="|javascript:/);
      expect(page.body, path).not.toMatch(/<script(?! src="\/docs\/[a-z]+\.js"><\/script>)/);
    }
    expect(pages).toBeGreaterThan(40);
    const { policy } = await visit('/docs/exports');
    expect(policy).not.toContain('script-src');
    expect(policy).not.toContain('unsafe');
    for (const sheet of ['frame', 'text']) {
      const { status, body } = await visit(`/docs/${sheet}.css`);
      expect(status).toBe(200);
      expect(body).not.toMatch(/url\(|@import|https?:/);
    }
    // The reference has a look of its own, which the style of texts would tear apart.
    expect((await visit('/docs')).body).not.toContain('text.css');
    // The reference is told to use neither fonts nor anything else of its maker's servers.
    const { body: start } = await visit('/docs/reference.js');
    for (const setting of ['withDefaultFonts: false', 'telemetry: false', "url: '/openapi.json'"])
      expect(start).toContain(setting);
  });

  test('are as they were written: what looks like HTML in them is text', () => {
    const { html, title } = renderMarkdown(
      '# A `b` <i>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](other.md#z) [w](https://example.com/?a=1&b=2) ![p](q.png)\n\n## A `b` <i>\n',
      (target) => (target === 'other.md#z' ? '/docs/other#z' : null),
    );
    expect(title).toBe('A b <i>');
    expect(html).not.toMatch(/<script|<i>|<img|javascript/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('<a href="/docs/other#z">y</a>');
    expect(html).toContain('<a href="https://example.com/?a=1&amp;b=2" rel="noreferrer">w</a>');
    expect(html).toContain('<h1 id="a-b-i">');
    expect(html).toContain('<h2 id="a-b-i-1">');
    expect(headingName('A job’s states')).toBe('a-jobs-states');
  });

  test.each(['/docs/nothing', '/docs/../package.json', '/docs/%2e%2e%2fpackage', '/docs/adr/README', '/docs/'])(
    '%s is not one of them',
    async (url) => {
      const answer = await door.app.inject({ url });
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ error: 'Not Found' });
    },
  );
});

describe('/', () => {
  test.each([undefined, '*/*', 'application/json', 'text/plain', 'text/html;q=0', 'text/htmlx'])(
    'is a text for a client that accepts %s',
    async (accept) => {
      const answer = await door.app.inject({ url: '/', headers: accept === undefined ? {} : { accept } });
      expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', vary: 'Accept' });
      expect(answer.body).toContain(`Reference  ${ORIGIN}/openapi.json`);
    },
  );

  test.each([BROWSER, 'text/html', 'TEXT/HTML;q=0.5'])(
    'leads a browser that accepts %s to the console',
    async (accept) => {
      const answer = await door.app.inject({ url: '/', headers: { accept } });
      expect(answer.statusCode).toBe(302);
      expect(answer.headers).toMatchObject({ location: '/console/', vary: 'Accept' });
    },
  );

  test('has a page for people who write programs, which the text names', async () => {
    expect((await door.app.inject({ url: '/' })).body).toContain(`${ORIGIN}${START}\n`);
    const answer = await door.app.inject({ url: START, headers: { accept: BROWSER, host: 'evil.example.com' } });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
    expect(answer.body).toContain(`npm i -g ${ORIGIN}/client/conveyance-cli.tgz`);
    expect(answer.body).not.toContain('evil');
  });
});
