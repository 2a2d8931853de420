import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDiskStore } from '../../src/storage/disk/disk.ts';
import { storeContract } from './store.contract.ts';

const LATER = () => new Date(Date.now() + 60_000);

describe('the disk is an ObjectStore', () => {
  storeContract(async () => {
    const root = await mkdtemp(join(tmpdir(), 'conveyance-store-'));
    return { store: createDiskStore({ root }), close: () => rm(root, { recursive: true }) };
  });

  it('an object that cannot take its place leaves nothing', async () => {
    const root = await mkdtemp(join(tmpdir(), 'conveyance-store-'));
    const store = createDiskStore({ root });
    await (await store.create('results/a/below')).finish();
    const writer = await store.create('results/a');
    await writer.write(Buffer.from('x'));
    await expect(writer.finish()).rejects.toThrow();
    await writer.abort();
    expect(await store.sweepScratch({ olderThan: LATER(), suffix: '.part' })).toBe(0);
    await rm(root, { recursive: true });
  });
});
