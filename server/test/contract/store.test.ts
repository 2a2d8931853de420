import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { createDiskStore } from '../../src/storage/disk/disk.ts';
import { storeContract } from './store.contract.ts';

describe('the disk is an ObjectStore', () =>
  storeContract(async () => {
    const root = await mkdtemp(join(tmpdir(), 'conveyance-store-'));
    return { store: createDiskStore({ root }), close: () => rm(root, { recursive: true }) };
  }));
