import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { MIB } from '../../src/core/size.ts';
import { ObjectCache } from '../../src/storage/cache/cache.ts';
import { openObject } from '../../src/storage/s3/object-reader.ts';
import { createS3Store } from '../../src/storage/s3/s3.ts';
import { connectTo, swiftBucket, swiftMissing } from '../support/swift.ts';
import { storeContract } from './store.contract.ts';

describe.skipIf(swiftMissing !== null)(
  `a bucket of Swift is an ObjectStore${swiftMissing ? ` (${swiftMissing})` : ''}`,
  () => {
    storeContract(async () => {
      const { endpoint, bucket } = await swiftBucket();
      const root = await mkdtemp(join(tmpdir(), 'conveyance-store-'));
      const connection = connectTo(endpoint, bucket, 'some/prefix/');
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
    });
  },
);
