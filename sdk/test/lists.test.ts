import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance, NetworkError } from '../src/index.ts';
import { RESET, ScriptedServer } from './scripted-server.ts';

const ID = '7d0f6a52-3c1e-4f0a-9b8e-2a6d1c5e4f30';
const PATH = '/api/v1/property_lists';
const SUMMARY = { list_id: ID, name: 'Texas', filter: "state = 'TX'", property_count: null };
const LIST = { ...SUMMARY, property_ids: null };
const BUSY = { status: 503, headers: { 'retry-after': '0' } };
const ODD = { status: 200, body: { name: 'Texas' } };

let server: ScriptedServer;
let client: Conveyance;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = new Conveyance({ url: server.url, token: 't' });
});
afterEach(() => server.stop());

describe('lists', () => {
  it('are made, once: an answer that is lost is not asked for again', async () => {
    server.on(`POST ${PATH}`, { status: 200, body: LIST }, RESET);
    expect(await client.lists.create({ name: 'Texas', filter: "state = 'TX'" })).toEqual(LIST);
    await expect(client.lists.create({ name: 'Two', property_ids: [1, 2] })).rejects.toThrow(NetworkError);
    expect(server.seen(`POST ${PATH}`).map(({ body }) => JSON.parse(body))).toEqual([
      { name: 'Texas', filter: "state = 'TX'" },
      { name: 'Two', property_ids: [1, 2] },
    ]);
  });

  it('are read, changed, counted and deleted by whatever name they have, again where the server is busy', async () => {
    const path = `${PATH}/50%25%20%2F%20North`;
    server
      .on(`GET ${path}`, BUSY, { status: 200, body: LIST })
      .on(`PATCH ${path}`, BUSY, { status: 200, body: LIST })
      .on(`POST ${PATH}/count`, BUSY, { status: 200, body: { count: 3, left_out: 1 } })
      .on(`DELETE ${path}`, { status: 200, body: SUMMARY });
    const name = '50% / North';
    expect(await client.lists.get(name)).toEqual(LIST);
    expect(await client.lists.change(name, { name: 'North' })).toEqual(LIST);
    expect(await client.lists.count({ property_list: name })).toEqual({ count: 3, left_out: 1 });
    expect(await client.lists.delete(name)).toEqual(SUMMARY);
    expect(JSON.parse(server.seen(`PATCH ${path}`)[0]?.body ?? '')).toEqual({ name: 'North' });
  });

  it('come by page, and all of them one after the other', async () => {
    const page = (current: number) => ({
      status: 200,
      body: {
        lists: [{ ...SUMMARY, name: `Page ${current}` }],
        pagination: { current_page: current, total_pages: 2, total_count: 2, per_page: 1 },
      },
    });
    server.on(`GET ${PATH}`, page(1), page(1), page(2));
    expect(await client.lists.list({ page: 1, perPage: 1 })).toEqual(page(1).body);
    const names = [];
    for await (const { name } of client.lists.all()) names.push(name);
    expect(names).toEqual(['Page 1', 'Page 2']);
    expect(server.requests.map(({ url }) => url)).toEqual([
      `${PATH}?page=1&per_page=1`,
      `${PATH}?page=1&per_page=100`,
      `${PATH}?page=2&per_page=100`,
    ]);
  });

  it('that are none are refused', async () => {
    server.on(`POST ${PATH}`, ODD).on(`GET ${PATH}`, ODD).on(`DELETE ${PATH}/x`, ODD).on(`POST ${PATH}/count`, ODD);
    for (const asked of [
      () => client.lists.create({ name: 'Texas' }),
      () => client.lists.list(),
      () => client.lists.delete('x'),
      () => client.lists.count({ filter: 'x' }),
    ]) {
      await expect(asked()).rejects.toThrow('in the answer');
    }
  });
});
