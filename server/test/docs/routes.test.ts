/** Every route of the running server is in one of the OpenAPI documents and on a page for people, as both are committed. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDoor } from '../http/door.ts';
import { recordRoutes } from '../support/live-routes.ts';

const DOCS = new URL('../../../docs/', import.meta.url);

interface Documented {
  /** `GET /api/v1/usage`, in the form of OpenAPI. */
  readonly route: string;
  /** `exports:read`, or what else opens it. */
  readonly needs: string;
}

/** Routes that the documents pass over, and why. */
const PASSED_OVER: readonly {
  readonly why: string;
  readonly is: (route: string, all: ReadonlySet<string>) => boolean;
}[] = [
  {
    why: 'the HEAD that comes with every GET: http.md says so once; the one of files has a row of its own',
    is: (route, all) =>
      route.startsWith('HEAD ') && !route.includes('/files/') && all.has(route.replace('HEAD', 'GET')),
  },
];

async function servedRoutes(): Promise<ReadonlySet<string>> {
  let served = new Set<string>();
  await using door = await testDoor({
    prepare: (app) => {
      ({ served } = recordRoutes(app));
    },
  });
  await door.app.ready();
  return new Set([...served].map((route) => route.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{key}')));
}

function openApiRoutes(text: string): readonly Documented[] {
  const { servers, paths } = JSON.parse(text);
  const basesOf = (list: readonly { url: string }[]) => list.map(({ url }) => new URL(url).pathname.replace(/\/$/, ''));
  return Object.entries<Record<string, { security: Record<string, string[]>[] }>>(paths).flatMap(([path, item]) => {
    const { servers: own, ...operations } = item as typeof item & { servers?: { url: string }[] };
    return Object.entries(operations).flatMap(([method, { security }]) =>
      basesOf(own ?? servers).map((base) => {
        const [scheme] = security;
        const needs = scheme === undefined ? 'open' : (Object.values(scheme).flat()[0] ?? 'any credential');
        return { route: `${method.toUpperCase()} ${base}${path}`, needs };
      }),
    );
  });
}

function pageRoutes(text: string): readonly Documented[] {
  return text.split(/^## /m).flatMap((section) => {
    const bases = [...(/ Under (.*)\.$/m.exec(section)?.[1] ?? '``').matchAll(/`([^`]*)`/g)].map(
      ([, base = '']) => base,
    );
    const rows = [...section.matchAll(/^\| ([A-Z]+) \| `(.*?)` \| (.*?) \|/gm)];
    return rows.flatMap(([, method, path, needs = '']) =>
      bases.map((base) => ({ route: `${method} ${base}${path}`, needs: needs.replaceAll('`', '') })),
    );
  });
}

let served: ReadonlySet<string>;
let openApi: readonly Documented[];
let page: readonly Documented[];

beforeAll(async () => {
  served = await servedRoutes();
  const documents = ['openapi.json', 'openapi-admin.json'].map((name) => readFile(new URL(name, DOCS), 'utf8'));
  openApi = (await Promise.all(documents)).flatMap(openApiRoutes);
  page = pageRoutes(await readFile(new URL('http.md', DOCS), 'utf8'));
});

describe('the documents', () => {
  test('have every route of the server, and no other', () => {
    const told = [...served].filter((route) => !PASSED_OVER.some(({ is }) => is(route, served))).sort();
    expect(told.length).toBeGreaterThan(40);
    expect(openApi.map(({ route }) => route).sort()).toEqual(told);
    expect(page.map(({ route }) => route).sort()).toEqual(told);
  });

  test('say the same of who may call it', () => {
    const onPage = new Map(page.map(({ route, needs }) => [route, needs]));
    const open = new Set([
      'nothing',
      'a signed link',
      'an access key and its secret',
      'an invitation, an access key and its secret, or a personal token',
      'the cookie of a console session',
    ]);
    for (const { route, needs } of openApi) {
      const said = onPage.get(route) ?? '';
      expect(open.has(said) ? 'open' : said, route).toBe(needs);
    }
  });
});
