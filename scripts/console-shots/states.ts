/** A page without what it shows: while it comes, when it does not come, and when there is nothing. */
import type { Page, Route } from 'playwright-core';
import type { Shot } from './shots.ts';

/** Everything that pages ask for, but who is signed in. */
const DATA = /\/(?:api\/v1|v2|admin\/v1)\//;
/** Lists and numbers of an account, or a server, that nothing has happened to. */
const NOTHING: Readonly<Record<string, unknown>> = {
  keys: [],
  ...{
    jobs: [],
    deliveries: [],
    schedules: [],
    accounts: [],
    entries: [],
    versions: [],
    nodes: [],
    tables: [],
    items: [],
    lists: [],
    usage: [],
  },
  ...{ count: 0, running: 0, waiting: 0, next_cursor: null, quota_usage: 0 },
};
const REFUSAL = {
  error: 'Internal Server Error',
  message:
    'The server failed; the fault is not in the request. Try again, or give the operator the id of this request.',
};

export interface State {
  readonly name: string;
  readonly bringAbout: (page: Page) => Promise<unknown>;
  readonly isThere: (page: Page) => Promise<unknown>;
}

function emptied(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const pagination = { current_page: 1, total_pages: 1, total_count: 0, per_page: 50 };
  const fields = Object.entries(body).map(([name, value]) => [name, name in NOTHING ? NOTHING[name] : value]);
  return { ...Object.fromEntries(fields), ...('pagination' in body && { pagination }) };
}

async function empty(route: Route): Promise<void> {
  if (route.request().url().includes('/events')) return route.continue();
  const response = await route.fetch();
  await route.fulfill({ response, json: emptied(await response.json()) });
}

const failure = (route: Route) =>
  route.fulfill({
    status: 500,
    json: REFUSAL,
    headers: { 'x-request-id': '0d5c7c2e-9a51-4c0e-8a46-5a2c0b1f4e77' },
  });

/** What takes the place of what comes is gone. */
const NOTHING_COMES = `document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root') === null &&
  ![...document.querySelectorAll('p, div')].some((each) => each.textContent === '…')`;

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).waitFor();

export const STATES: readonly State[] = [
  {
    name: 'loading',
    // Answered by nobody, until the page is closed.
    bringAbout: (page) => page.route(DATA, () => undefined),
    isThere: async (page) => {
      await heading(page);
      // What takes the place of a text that comes quickly is shown a moment later.
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 300))');
    },
  },
  {
    name: 'error',
    bringAbout: (page) => page.route(DATA, failure),
    isThere: (page) => page.getByRole('alert').or(page.getByText('Nothing has been loaded yet')).first().waitFor(),
  },
  {
    name: 'empty',
    bringAbout: (page) => page.route(DATA, empty),
    isThere: async (page) => {
      await heading(page);
      await page.waitForFunction(NOTHING_COMES);
    },
  },
];

/** The dictionary is never empty, and neither is what can be exported. */
export function statesOf({ path, name }: Shot): readonly State[] {
  if (path === undefined) return [];
  const isNeverEmpty = ['new-what', 'new-search', 'dictionary', 'operator-system'].includes(name);
  return STATES.filter((state) => state.name !== 'empty' || !isNeverEmpty);
}
