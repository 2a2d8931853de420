import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { ScriptedServer, type Step } from './scripted-server.ts';

const SEARCH = 'POST /v2/search/summaries';
const IDS = ['51e2200a-5160-5ab1-8f98-20a17fedbb87', '60a041c1-06e9-5b56-9468-2d398b07de75'];

let server: ScriptedServer;
let client: Conveyance;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = new Conveyance({ url: server.url, accessKey: 'cvk_key', secret: 'sécret' });
});
afterEach(() => server.stop());

describe('properties, with an access key,', () => {
  it('reads one property', async () => {
    const path = `/v2/property/${IDS[0]}`;
    server.on(`GET ${path}`, { status: 200, body: { id: IDS[0], sales: [] } });
    const found = await client.properties.get(IDS[0] ?? '', { detailTypes: ['basic', 'sales'], filterPii: true });
    expect(found).toEqual({ id: IDS[0], sales: [] });
    expect(server.requests[0]?.url).toBe(`${path}?detail_type=basic&detail_type=sales&filter_pii=true`);
  });

  it('reads many at once', async () => {
    server.on('POST /v2/property/bulk', { status: 200, body: IDS.map((id) => ({ id })) });
    const found = await client.properties.getMany(IDS, { detailTypes: ['basic', 'sales'], filterPii: true });
    expect(found).toEqual(IDS.map((id) => ({ id })));
    const sent = { property_ids: IDS, detail_type: ['basic', 'sales'], filter_pii: true };
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(sent);
  });

  it('asks for the number that a search finds with one property', async () => {
    server.on(SEARCH, { status: 200, body: { count: 7, items: [{ id: IDS[0] }], search_token: 't' } });
    expect(await client.properties.search({ city: ['Rome'] }, { limit: 1 })).toMatchObject({ count: 7 });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ settings: { city: ['Rome'] }, limit: 1 });
  });

  it('tells who is calling', async () => {
    const me = { id: IDS[0], account: { id: IDS[1], name: 'Acme' } };
    server.on('GET /v2/users/me', { status: 200, body: me });
    expect(await client.me()).toEqual(me);
  });

  it('resolves one address', async () => {
    const resolution = { reonomy_id: IDS[0], status: 'OK', miss_reason: null, candidates: [] };
    server.on('POST /v2/resolve/property', { status: 200, body: resolution });
    const place = { address_line_1: '20 W 34th St', address_postal: '10001' };
    expect(await client.properties.resolve(place)).toEqual(resolution);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(place);
  });

  it('follows the token of a search to its last page, with the same settings', async () => {
    const page = (ids: readonly string[], search_token: string | null): Step => ({
      status: 200,
      body: { count: 3, items: ids.map((id) => ({ id })), search_token },
    });
    server.on(SEARCH, page(['a', 'b'], 'tök en'), { status: 503, headers: { 'retry-after': '0' } }, page(['c'], null));
    const ids = [];
    for await (const { id } of client.properties.searchAll({ owner_occupied: true })) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
    const sent = server.seen(SEARCH);
    expect(sent.map(({ url }) => new URL(url, server.url).searchParams.get('search_token'))).toEqual([
      null,
      'tök en',
      'tök en',
    ]);
    for (const { body } of sent) expect(JSON.parse(body)).toEqual({ settings: { owner_occupied: true } });
  });

  it.each([
    ['a property', () => client.properties.get('x')],
    ['properties', () => client.properties.getMany(['x'])],
    ['the caller', () => client.me()],
    ['a search', () => client.properties.search({})],
    ['a resolution', () => client.properties.resolve({ latitude: 1, longitude: 2 })],
  ])('takes nothing else for %s', async (_what, call) => {
    const others = ['POST /v2/property/bulk', 'GET /v2/users/me', 'POST /v2/resolve/property'];
    for (const path of ['GET /v2/property/x', SEARCH, ...others]) {
      server.on(path, { status: 200, body: {} });
    }
    await expect(call()).rejects.toMatchObject({ error: 'Unexpected answer' });
  });
});
