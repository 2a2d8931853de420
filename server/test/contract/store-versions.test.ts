/** What a bucket keeps of deleted objects is deleted for good: tried on a bucket that keeps every version. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { MIB } from '../../src/core/size.ts';
import { ObjectCache } from '../../src/storage/cache/cache.ts';
import { openObject } from '../../src/storage/s3/object-reader.ts';
import { createS3Store } from '../../src/storage/s3/s3.ts';
import { connectTo, swiftBucket, swiftMissing } from '../support/swift.ts';

it.skipIf(swiftMissing !== null)(
  'of ours, below the prefix, and nothing that is there',
  { timeout: 120_000 },
  async () => {
    const { endpoint, bucket } = await swiftBucket();
    const root = await mkdtemp(join(tmpdir(), 'conveyance-versions-'));
    const connection = connectTo(endpoint, bucket, 'ours/');
    const { client } = connection;
    try {
      const directory = join(root, 'cache');
      await mkdir(directory);
      const fetch = (key: string) => openObject(connection, key);
      const copies = await ObjectCache.open({ directory, maxBytes: MIB, fetch, meter: NO_METER });
      const store = createS3Store({ connection, scratchDirectory: join(root, 'scratch'), copies });
      const status = { Status: 'Enabled' } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: status }));
      const put = async (key: string) => {
        const writer = await store.create(key);
        await writer.write(Buffer.from('Jane Doe'));
        await writer.finish();
      };
      const foreign = { Bucket: bucket, Key: 'theirs/warehouse/x' };
      for (const Body of ['one', 'two']) await client.send(new PutObjectCommand({ ...foreign, Body }));
      for (const key of ['warehouse/a', 'warehouse/b', 'results/c']) await put(key);
      await put('warehouse/b');
      await store.delete('warehouse/a');
      await store.delete('results/c');
      const versions = async (prefix: string) => {
        const { Versions = [], DeleteMarkers = [] } = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }),
        );
        return [...Versions, ...DeleteMarkers].map(({ Key }) => Key).sort();
      };
      // Control: the bucket has what was deleted.
      expect(await versions('ours/')).toEqual([
        'ours/results/c',
        'ours/results/c',
        'ours/warehouse/a',
        'ours/warehouse/a',
        'ours/warehouse/b',
        'ours/warehouse/b',
      ]);
      expect(await store.purge('warehouse/')).toBe(3);
      expect(await versions('ours/')).toEqual(['ours/results/c', 'ours/results/c', 'ours/warehouse/b']);
      expect(await store.purge('results/')).toBe(2);
      expect(await versions('')).toEqual(['ours/warehouse/b', 'theirs/warehouse/x', 'theirs/warehouse/x']);
      expect(await store.stat('warehouse/b')).not.toBeNull();
    } finally {
      client.destroy();
      await rm(root, { recursive: true });
    }
  },
);
