/** An account that is given a rule: what it sees is what the rule is true of in the data version at hand, on every path. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../cli/cli-world.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { BatchClient, parseLines, uuidOf } from '../support/file-jobs.ts';
import { ALIASES, loadCsv, PROPERTIES } from '../support/match-data.ts';

const RULE = "state = 'IL' AND asset_category <> 'sfr'";
const VISIBLE = [4, 5, 6];
const HIDDEN = [1, 2, 3];
const API = '/api/v1';
const PATIENCE_MS = 120_000;

let server: TestApp;
/** Everything: what is not found for want of a rule's consent is there. */
let control: TestAccount;
let ruled: TestAccount;

const run = (...argv: readonly string[]) => cli(argv, { deps: server.app.deps });

async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  server = await testApp({ demo: false });
  await loadCsv(server.app, { properties: PROPERTIES, property_addresses: ALIASES });
  control = await server.account({ name: 'Control' });
  ruled = await server.account({ name: 'Ruled' });
  expect(await json('grants', 'replace', 'Ruled', '--rule', RULE, '--yes')).toMatchObject({ replaced: true });
}, PATIENCE_MS);
afterAll(() => server?.close(), PATIENCE_MS);

const post = (account: TestAccount, url: string, payload: object) =>
  server.as(account, { method: 'POST', url: API + url, payload });

function report(ids: readonly number[]) {
  const range = { start_date: '2025-12-01', end_date: '2025-12-31' };
  return { report_type: 'property', output_format: 'csv', ...range, property_ids: ids };
}

async function lookedUp(account: TestAccount): Promise<readonly number[]> {
  const answer = await server.as(account, { url: `${API}/properties/lookup?per_page=100` });
  return answer.json().properties.map(({ id }: { id: number }) => id);
}

function asJson(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

describe('an account with a rule', { timeout: PATIENCE_MS }, () => {
  it('looks up what the rule is true of', async () => {
    expect(await lookedUp(ruled)).toEqual(VISIBLE);
    expect(await lookedUp(control)).toEqual([...HIDDEN, ...VISIBLE]);
  });

  it('orders, estimates and schedules that, and nothing else', async () => {
    const monthly = { frequency: 'monthly', day_of_month: 1, time: '06:00', time_zone: 'UTC', range: 'previous_month' };
    const timeless = (ids: readonly number[]) => ({
      ...{ report_type: 'property', output_format: 'csv', property_ids: ids },
      ...monthly,
    });
    for (const [path, body] of [
      ['/bulk_api/jobs', report],
      ['/bulk_api/jobs/estimate', report],
      ['/bulk_api/schedules', timeless],
    ] as const) {
      const refused = await post(ruled, path, body([4, 1]));
      expect([path, refused.statusCode], refused.body).toEqual([path, 403]);
      expect(refused.body).toContain('may not access: 1');
      for (const [account, ids] of [
        [ruled, VISIBLE],
        [control, [4, 1]],
      ] as const) {
        const good = await post(account, path, body(ids));
        expect([path, good.statusCode < 300], good.body).toEqual([path, true]);
      }
    }
  });

  it('translates ids of that', async () => {
    const answer = await post(ruled, '/properties/ids', { ids: [1, 4] });
    expect(answer.json()).toMatchObject({ properties: [{ id: 4 }], unknown: [1] });
    const all = await post(control, '/properties/ids', { ids: [1, 4] });
    expect(all.json().unknown).toEqual([]);
  });

  it('reads, searches and resolves in that', async () => {
    for (const [account, seen] of [
      [ruled, VISIBLE],
      [control, [...HIDDEN, ...VISIBLE]],
    ] as const) {
      const client = new BatchClient(server, account);
      const one = await client.request(`/property/${uuidOf(1)}`);
      expect(one.status).toBe(account === ruled ? 404 : 200);
      expect((await client.request(`/property/${uuidOf(4)}`)).status).toBe(200);
      const bulk = await client.request(
        '/property/bulk',
        asJson({ property_ids: [uuidOf(1), uuidOf(5)], detail_type: ['basic'] }),
      );
      expect(((await bulk.json()) as unknown[]).length).toBe(account === ruled ? 1 : 2);
      const search = await client.request('/search/summaries', asJson({ settings: {} }));
      expect(await search.json()).toMatchObject({ count: seen.length });
      const address = { address_line_1: '767 3rd Ave', address_city: 'New York', address_state: 'NY' };
      const resolved = await client.request('/resolve/property', asJson({ ...address, address_postal: '10017' }));
      expect(await resolved.json()).toMatchObject({ reonomy_id: account === ruled ? null : uuidOf(1) });
    }
  });

  it('has jobs of details, searches and matches in that', async () => {
    for (const [account, seen] of [
      [ruled, VISIBLE],
      [control, [...HIDDEN, ...VISIBLE]],
    ] as const) {
      const client = new BatchClient(server, account);
      const all = [...HIDDEN, ...VISIBLE].map(uuidOf);
      const details = await client.run(
        'property-details',
        JSON.stringify({ detail_type: ['basic'], property_ids: all }),
      );
      const ids = (text: string | undefined) => parseLines<{ id: string }>(text ?? '').map(({ id }) => id);
      expect(ids(details.files[0])).toEqual(seen.map(uuidOf));
      const search = await client.run('search', JSON.stringify({ settings: {} }));
      expect(ids(search.files[0]).sort()).toEqual(seen.map(uuidOf).sort());
      const headers = ['a', 'c', 's', 'z'];
      const mapping = { address_line_1: 'a', address_city: 'c', address_state: 's', address_postal: 'z' };
      const match = await client.run('match', 'a,c,s,z\n767 3rd Ave,New York,NY,10017\n', { headers, mapping });
      expect(match.files[0]).toContain(account === ruled ? 'MISS' : `${uuidOf(1)},OK`);
    }
  });

  it('sees what a load brings as soon as it is there, and pages and versions of before as they were', async () => {
    const client = new BatchClient(server, ruled);
    const settings = { settings: {}, limit: 1 };
    const first = (await (await client.request('/search/summaries', asJson(settings))).json()) as {
      items: readonly { id: string }[];
      search_token: string;
    };
    const { db } = server.app.deps;
    const before = (await db.warehouse.current())?.version ?? 0;
    // 1 moves to where the rule is true, 4 to where it is not.
    await loadCsv(server.app, { properties: 'property_id,state\n1,IL\n4,NY\n' });
    const now = (await db.warehouse.current())?.version ?? 0;
    // Found with the load: no customer waits for it.
    expect([...((await db.warehouse.matches(now, RULE)) ?? [])]).toEqual([1, 5, 6]);
    expect([...((await db.warehouse.matches(before, RULE)) ?? [])]).toEqual(VISIBLE);
    expect(await lookedUp(ruled)).toEqual([1, 5, 6]);
    const found = first.items.map(({ id }) => id);
    for (let token: string | null = first.search_token; token !== null; ) {
      const answer = await client.request(
        `/search/summaries?search_token=${encodeURIComponent(token)}`,
        asJson(settings),
      );
      const page = (await answer.json()) as { items: readonly { id: string }[]; search_token: string | null };
      found.push(...page.items.map(({ id }) => id));
      token = page.search_token;
    }
    expect(found.sort()).toEqual(VISIBLE.map(uuidOf).sort());
    expect((await post(ruled, '/bulk_api/jobs', report([4]))).statusCode).toBe(403);
    const made = await post(ruled, '/bulk_api/jobs', report([1]));
    const id = made.json().job_id;
    const ended = await until(
      async () => (await server.as(ruled, { url: `${API}/bulk_api/jobs/${id}` })).json().status,
      (status) => status !== 'submitted',
    );
    expect(ended).toBe('succeeded');
  });

  it('is found anew where nothing was kept', async () => {
    const { db } = server.app.deps;
    const version = await db.warehouse.current();
    // Another rule, of which no load has heard.
    await db.accounts.setGrants(ruled.id, { rule: 'property_id IN (2, 5)' });
    expect(await db.warehouse.matches(version?.version ?? 0, 'property_id IN (2, 5)')).toBeNull();
    expect((await post(ruled, '/bulk_api/jobs', report([1]))).statusCode).toBe(403);
    expect([...((await db.warehouse.matches(version?.version ?? 0, 'property_id IN (2, 5)')) ?? [])]).toEqual([2, 5]);
    expect(await lookedUp(ruled)).toEqual([2, 5]);
  });
});
