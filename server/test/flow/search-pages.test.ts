/** Paging through a search while data is loaded: every page is of the data that the first one read. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { searchProperties } from '../../src/properties/search.ts';
import { loadWarehouse } from '../../src/warehouse/load/load.ts';
import { parseSearchRequest } from '../../src/wire/reonomy/search.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';

/** Three pages of the 10,000 that an answer holds at most. */
const PROPERTIES = 25_000;
const PAGE_SIZE = 7;
const PATIENCE_MS = 180_000;

interface Page {
  readonly count: number;
  readonly items: readonly { readonly id: string }[];
  readonly search_token: string | null;
}

let server: TestApp;
let account: TestAccount;
let client: BatchClient;
beforeAll(async () => {
  server = await testApp({ demo: false });
  account = await server.account();
  client = new BatchClient(server, account);
}, PATIENCE_MS);
afterAll(() => server?.close());

/** Loads the properties with these ids into the city. */
async function load(city: string, ids: Iterable<number>): Promise<void> {
  const directory = await mkdtemp(join(server.dataDir, 'load-'));
  const path = join(directory, 'properties.csv');
  await writeFile(path, `property_id,city\n${Array.from(ids, (id) => `${id},${city}\n`).join('')}`);
  const rejectFile = join(directory, 'rejects.csv');
  const options = { paths: [path], table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
  await loadWarehouse(server.app.deps, options, { signal: new AbortController().signal });
}

function* range(from: number, to: number, step = 1): Generator<number, void, undefined> {
  for (let id = from; id <= to; id += step) yield id;
}

const ROME = { settings: { city: ['Rome'] } };
const caller = (accountId: string) => ({ accountId, credentialId: 'test', scopes: SCOPES });

function readPage(token: string | null, { accountId = account.id, body = ROME as unknown } = {}) {
  return searchProperties(server.app.deps, caller(accountId), parseSearchRequest(body), token, PAGE_SIZE);
}

describe('a search of several pages', () => {
  test(
    'gives each property once over HTTP, whatever is loaded between the pages',
    async () => {
      await load('Rome', range(1, PROPERTIES));
      const found: string[] = [];
      let token: string | null = null;
      let pages = 0;
      do {
        const query = token === null ? '' : `?search_token=${encodeURIComponent(token)}`;
        const headers = { 'content-type': 'application/json' };
        const init = { method: 'POST', headers, body: JSON.stringify(ROME) };
        const page = (await (await client.request(`/search/summaries${query}`, init)).json()) as Page;
        expect(page.count).toBe(PROPERTIES);
        found.push(...page.items.map(({ id }) => id));
        token = page.search_token;
        pages += 1;
        // Every other one moves away, behind and before the page, and others come, behind and before it.
        if (pages === 1) await load('Bonn', range(1, PROPERTIES, 2));
        if (pages === 2) await load('Rome', range(PROPERTIES + 1, PROPERTIES + 100));
      } while (token !== null);
      expect(pages).toBe(3);
      expect(found).toHaveLength(PROPERTIES);
      expect(new Set(found)).toEqual(new Set(Array.from(range(1, PROPERTIES), uuidOf)));
      // Control: a search that begins now finds other properties.
      const fresh = await searchProperties(server.app.deps, caller(account.id), parseSearchRequest(ROME), null);
      expect(fresh.count).toBe(PROPERTIES / 2 + 100);
    },
    PATIENCE_MS,
  );

  test('ends where it ends: a last page that is full is followed by one that is empty or by none', async () => {
    await load('Rimini', range(500_001, 500_000 + 2 * PAGE_SIZE));
    const body = { settings: { city: ['Rimini'] } };
    const found = [];
    let token: string | null = null;
    do {
      const page = await readPage(token, { body });
      expect(page.count).toBe(2 * PAGE_SIZE);
      found.push(...page.items.map(({ id }) => id));
      token = page.token;
    } while (token !== null);
    expect(found).toEqual(Array.from(range(500_001, 500_000 + 2 * PAGE_SIZE), uuidOf));
  });

  test('keeps to what the account may see on each of its pages', async () => {
    const few = await server.account({ grants: PropertyIdSet.of(range(2, 40, 2)) });
    const found = [];
    let token: string | null = null;
    do {
      const page = await readPage(token, { accountId: few.id });
      found.push(...page.items.map(({ id }) => id));
      token = page.token;
    } while (token !== null);
    expect(found).toEqual(Array.from(range(2, 40, 2), uuidOf));
  });
});

describe('a search token', () => {
  const STALE = { code: 'invalid_parameter', message: expect.stringMatching(/^search_token is altered/) };

  async function freshToken(): Promise<string> {
    const { token } = await readPage(null);
    if (token === null) throw new Error('the search has one page only');
    return token;
  }

  test('goes on as it was given', async () => {
    const token = await freshToken();
    expect((await readPage(token)).items).toHaveLength(PAGE_SIZE);
    // Again: it is not used up.
    expect((await readPage(token)).items).toHaveLength(PAGE_SIZE);
  });

  test('is refused with any of its bits turned', async () => {
    const bytes = Buffer.from(await freshToken());
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(readPage(altered.toString('latin1')), `bit ${bit}`).rejects.toMatchObject(STALE);
    }
  });

  test('is refused when it is cut, or has more behind it', async () => {
    const token = await freshToken();
    for (let length = 0; length < token.length; length++) {
      await expect(readPage(token.slice(0, length)), `${length} characters`).rejects.toMatchObject(STALE);
    }
    for (const more of [' ', 'A', '.', '=']) {
      await expect(readPage(token + more), JSON.stringify(more)).rejects.toMatchObject(STALE);
    }
  });

  test('is refused from another account', async () => {
    const other = await server.account();
    await expect(readPage(await freshToken(), { accountId: other.id })).rejects.toMatchObject(STALE);
  });

  test.each([
    ['other settings', { settings: { city: ['Bonn'] } }],
    ['more settings', { settings: { city: ['Rome'], state: ['NY'] } }],
    ['no settings', { settings: {} }],
  ])('is refused with %s', async (_what, body) => {
    await expect(readPage(await freshToken(), { body })).rejects.toMatchObject(STALE);
  });

  test('is refused after a day, and until then keeps what it names', async () => {
    const { deps } = server.app;
    const token = await freshToken();
    const at = (hours: number) => ({ ...deps, clock: () => new Date(Date.now() + hours * 3_600_000) });
    const read = (hours: number) =>
      searchProperties(at(hours), caller(account.id), parseSearchRequest(ROME), token, PAGE_SIZE);
    await expect(read(25)).rejects.toMatchObject(STALE);
    expect((await read(23)).items).toHaveLength(PAGE_SIZE);
    await load('Rome', [700_001]);
    await deps.db.warehouse.prune();
    expect((await read(23)).items).toHaveLength(PAGE_SIZE);
  });
});
