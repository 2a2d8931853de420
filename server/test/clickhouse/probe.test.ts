/** A cluster that is not set up as exports need it is found out as the server starts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterWorld, clusterWorld } from './cluster-world.ts';
import { clusterMissing } from './machines.ts';

describe.skipIf(clusterMissing !== null)(`a cluster${clusterMissing ? ` (${clusterMissing})` : ''}`, () => {
  let world: ClusterWorld;

  beforeAll(async () => {
    world = await clusterWorld();
  }, 240_000);
  afterAll(() => world?.close());

  async function probe(changes: Parameters<ClusterWorld['behind']>[1], urls = world.machines.map(({ url }) => url)) {
    const { probe: look, log, close } = world.behind(urls, changes);
    try {
      await look();
      return log.lines.map(({ event }) => event);
    } finally {
      await close();
    }
  }

  it('that is set up as the documentation says is taken, and nothing is left in the store', async () => {
    expect(await probe({})).toEqual([]);
    const left: string[] = [];
    for await (const { key } of world.server.app.deps.store.list('probe/')) left.push(key);
    expect(left).toEqual([]);
  });

  it.each([
    ['password', { password: 'another one' }, /AUTHENTICATION_FAILED/],
    ['user', { user: 'nobody' }, /AUTHENTICATION_FAILED|UNKNOWN_USER/],
    ['cluster', { cluster: 'nowhere' }, /CLUSTER_DOESNT_EXIST/],
    ['collection', { collection: 'nothing' }, /ACCESS_DENIED|NAMED_COLLECTION_DOESNT_EXIST/],
  ])('with another %s is refused in its words', async (_, changes, words) => {
    const refused = probe(changes);
    await expect(refused).rejects.toMatchObject({ code: 'bad_setting' });
    await expect(refused).rejects.toThrow(words);
  });

  it('that does not answer is waited for by no start', async () => {
    expect(await probe({}, ['http://127.0.0.1:9'])).toEqual(['cluster-away']);
  });
});
