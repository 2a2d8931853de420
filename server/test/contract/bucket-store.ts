/** A store in a bucket, for the contract. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { MIB } from '../../src/core/size.ts';
import { ObjectCache } from '../../src/storage/cache/cache.ts';
import type { S3Connection } from '../../src/storage/s3/client.ts';
import { openObject } from '../../src/storage/s3/object-reader.ts';
import { createS3Store } from '../../src/storage/s3/s3.ts';

export async function bucketStore(connection: S3Connection): Promise<{ store: ObjectStore; close(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'conveyance-store-'));
  const directory = join(root, 'cache');
  await mkdir(directory);
  const fetch = (key: string) => openObject(connection, key);
  const copies = await ObjectCache.open({ directory, maxBytes: 64 * MIB, fetch, meter: NO_METER });
  return {
    store: createS3Store({ connection, scratchDirectory: join(root, 'scratch'), copies }),
    async close() {
      connection.client.destroy();
      await rm(root, { recursive: true });
    },
  };
}
