/** What free searches tell of what is metered: a property’s price, asked for by halving, at once and as a job. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PURPOSES } from '../../src/core/keyring/purposes.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines, uuidOf } from '../support/file-jobs.ts';

const QUESTIONS = 32;
const ID = uuidOf(GUIDE_IDS[0]);

interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly widened_settings?: Readonly<Record<string, { readonly from: unknown; readonly below: unknown }>>;
}

let server: TestApp;
let account: TestAccount;
let client: BatchClient;
/** Of the property, as an account that has paid for it knows it. */
let price: number;

beforeAll(async () => {
  server = await testApp();
  account = await server.account();
  client = new BatchClient(server, account);
  price = await paidPrice(new BatchClient(server, await server.account()));
});
afterAll(() => server?.close());

async function paidPrice(by: BatchClient): Promise<number> {
  const answer = await by.request(`/property/${ID}?detail_type=sales`);
  expect(answer.status).toBe(200);
  const { sales } = (await answer.json()) as { sales: readonly { sale_amount: number | null; sale_date: string }[] };
  const latest = [...sales].sort((left, right) => (left.sale_date < right.sale_date ? 1 : -1))[0];
  if (latest?.sale_amount == null) throw new Error('the demo has a price for its first property');
  return latest.sale_amount;
}

async function search(by: BatchClient, settings: object): Promise<Page> {
  const headers = { 'content-type': 'application/json' };
  const answer = await by.request('/search/summaries', { method: 'POST', headers, body: JSON.stringify({ settings }) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}

async function isFound(by: BatchClient, settings: object): Promise<boolean> {
  return (await search(by, settings)).items.some(({ id }) => id === ID);
}

/** Halves until whole dollars: what an attacker knows of the price afterwards. */
async function halve(by: BatchClient): Promise<{ readonly low: number; readonly high: number }> {
  let [low, high] = [0, 2 ** QUESTIONS];
  for (let asked = 0; asked < QUESTIONS; asked++) {
    const middle = Math.floor((low + high) / 2);
    if (await isFound(by, { sales_price: { min: middle } })) low = middle;
    else high = middle;
  }
  return { low, high };
}

describe('the price of a property', () => {
  test('is told by no more than its step, however it is asked for', async () => {
    const { low, high } = await halve(client);
    // The highest bound that still finds it is the last dollar of the step, whatever the price in it.
    expect(high - low).toBe(1);
    const step = (await search(client, { sales_price: { min: price, max: price } })).widened_settings?.['sales_price'];
    const width = 10 ** (Math.floor(Math.log10(price)) - 1);
    expect(step?.from).toBe(Math.floor(price / width) * width);
    expect(high).toBe(Number(step?.from) + width);
    // From below as from above, and with both ends on the price.
    expect(await isFound(client, { sales_price: { max: Number(step?.from) } })).toBe(true);
    expect(await isFound(client, { sales_price: { min: high - 1, max: high - 1 } })).toBe(true);
    expect(await isFound(client, { sales_price: { min: high } })).toBe(false);
    expect(await isFound(client, { sales_price: { max: Number(step?.from) - 1 } })).toBe(false);
  });

  test('as a job neither, whose metadata says what was applied', async () => {
    const { from, below } =
      (await search(client, { sales_price: { min: price, max: price } })).widened_settings?.['sales_price'] ?? {};
    const settings = { sales_price: { min: Number(below) - 1 } };
    const { job, files } = await client.run('search', JSON.stringify({ settings }));
    expect(parseLines<{ id: string }>(files[0] ?? '').map(({ id }) => id)).toContain(ID);
    expect(job.metadata).toMatchObject({ widened_settings: { sales_price: { from, below: null } } });
  });

  test('is compared exactly once it is paid for, and not for a job that has not succeeded', async () => {
    const payer = await server.account();
    const by = new BatchClient(server, payer);
    const above = { sales_price: { min: price + 1, max: price + 1 } };
    expect(await isFound(by, above)).toBe(true);
    const { db, clock, ids } = server.app.deps;
    const job = { accountId: payer.id, id: ids() };
    const month = clock().toISOString().slice(0, 7);
    await db.quota.reserve({ job, month, propertyIds: [GUIDE_IDS[0]] });
    expect(await isFound(by, above)).toBe(true);
    await db.quota.giveBack(job);
    expect(await paidPrice(by)).toBe(price);
    expect(await isFound(by, above)).toBe(false);
    expect(await isFound(by, { sales_price: { min: price, max: price } })).toBe(true);
    const { files } = await by.run('search', JSON.stringify({ settings: above }));
    expect(parseLines<{ id: string }>(files[0] ?? '').map(({ id }) => id)).not.toContain(ID);
  });
});

test('where the operator wants it, searches are exact: 32 of them tell the price', async () => {
  const exact = await testApp({ settings: { CONVEYANCE_SEARCH_PRECISION: 'exact' } });
  try {
    const by = new BatchClient(exact, await exact.account());
    expect(await halve(by)).toEqual({ low: Math.floor(price), high: Math.floor(price) + 1 });
    expect(await search(by, { sales_price: { min: price } })).not.toHaveProperty('widened_settings');
  } finally {
    await exact.close();
  }
});

test('a search token is signed by a key that nothing else is', () => {
  const { secrets, searchSigner } = server.app.deps;
  expect(searchSigner.hash('text')).not.toEqual(secrets.hash('text'));
  const derived = Object.values(PURPOSES).flatMap(({ derivedFrom }) => derivedFrom);
  expect(new Set(derived).size).toBe(derived.length);
});
