/** A bucket as the store of a node: what is loaded where a setting names one, and nowhere else. */
import { join } from 'node:path';
import type { Clock } from '../../core/ports/clock.ts';
import type { LinkSigner, ServerLinks } from '../../core/ports/links.ts';
import type { ObjectStore } from '../../core/ports/store.ts';
import type { CacheMeter } from '../../core/ports/telemetry.ts';
import { ObjectCache } from '../cache/cache.ts';
import { takeDirectory } from '../cache/own-directory.ts';
import { connect, type S3Options } from './client.ts';
import { createStoreLinks } from './links.ts';
import { openObject } from './object-reader.ts';
import { probeBucket } from './probe.ts';
import { createS3Store } from './s3.ts';

export interface BucketOptions extends S3Options {
  readonly dataDir: string;
  readonly cacheDirectory: string;
  readonly cacheBytes: number;
  readonly meter: CacheMeter;
}

export interface OpenBucket {
  readonly store: ObjectStore;
  /** Throws `bad_setting` with the reason if the bucket does not let us do what jobs need. */
  probe(): Promise<void>;
  links(server: ServerLinks, clock: Clock): LinkSigner;
  close(): Promise<void>;
}

export async function openBucket(options: BucketOptions): Promise<OpenBucket> {
  const { dataDir, cacheDirectory, cacheBytes, meter, bucket, prefix } = options;
  const connection = connect(options);
  const own = await takeDirectory(cacheDirectory);
  const copies = await ObjectCache.open({
    directory: own.path,
    maxBytes: cacheBytes,
    fetch: (key) => openObject(connection, key),
    meter,
  });
  const store = createS3Store({ connection, scratchDirectory: join(dataDir, 'scratch'), copies });
  return {
    store,
    probe: () => probeBucket(store, `s3://${bucket}/${prefix}`),
    links: (server, clock) => createStoreLinks({ connection, server, clock }),
    async close() {
      connection.client.destroy();
      await own.release();
    },
  };
}
