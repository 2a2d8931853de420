import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { RESET, ScriptedServer } from './scripted-server.ts';

const ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const KEY = { credential_id: ID, kind: 'key', access_key: 'cvk_1', scopes: ['data:read'] };
const ISSUED = { key: KEY, secret: 'told once' };

describe('access keys', () => {
  let server: ScriptedServer;
  let client: Conveyance;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    client = new Conveyance({ url: server.url, token: 'cvt_test', maxTries: 3 });
  });
  afterEach(() => server.stop());

  it('are listed, made, rotated and revoked', async () => {
    server
      .on('GET /api/v1/keys', { status: 200, body: { keys: [KEY] } })
      .on('POST /api/v1/keys', { status: 200, body: ISSUED })
      .on(`POST /api/v1/keys/${ID}/rotate`, { status: 200, body: ISSUED })
      .on(`DELETE /api/v1/keys/${ID}`, { status: 200, body: { key: KEY, schedules_in_need: 2 } });
    expect(await client.keys.list()).toEqual([KEY]);
    expect(await client.keys.create({ name: 'Nightly', scopes: ['data:read'] })).toEqual(ISSUED);
    expect(await client.keys.rotate(ID)).toEqual(ISSUED);
    await client.keys.rotate(ID, { overlapSeconds: 60 });
    expect(await client.keys.revoke(ID)).toMatchObject({ schedules_in_need: 2 });
    const bodies = server.requests.map(({ body }) => body);
    const made = JSON.stringify({ name: 'Nightly', scopes: ['data:read'] });
    expect(bodies).toEqual(['', made, '{}', '{"overlap_seconds":60}', '']);
  });

  it('are made once, though the answer is lost', async () => {
    server.on('POST /api/v1/keys', RESET).on(`POST /api/v1/keys/${ID}/rotate`, RESET);
    await expect(client.keys.create({ name: 'Nightly' })).rejects.toMatchObject({ name: 'NetworkError' });
    await expect(client.keys.rotate(ID)).rejects.toMatchObject({ name: 'NetworkError' });
    expect(server.requests).toHaveLength(2);
  });

  it('are not what another server answers', async () => {
    for (const call of ['GET /api/v1/keys', 'POST /api/v1/keys', `DELETE /api/v1/keys/${ID}`]) {
      server.on(call, { status: 200, body: { key: {} } });
    }
    await expect(client.keys.list()).rejects.toThrow('no list of keys');
    await expect(client.keys.create({ name: 'Nightly' })).rejects.toThrow('no key with its secret');
    await expect(client.keys.revoke(ID)).rejects.toThrow('no revoked key');
  });
});
