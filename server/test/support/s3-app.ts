/** A whole server whose objects lie in a bucket of Swift. */
import { vi } from 'vitest';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';
import { FaultProxy } from './fault-proxy.ts';
import { stubCredentials, uploadObjects } from './fleet/fleet.ts';
import { bucketSettings, swiftBucket } from './swift.ts';

export interface S3App extends TestApp {
  /** Between the server, its customers' links, and the store. */
  readonly store: FaultProxy;
  readonly bucket: string;
}

/** The credentials come from the environment, as they do from an operator's. */
export async function s3App({ settings = {}, ...options }: TestAppOptions = {}): Promise<S3App> {
  stubCredentials();
  const { endpoint, bucket } = await swiftBucket();
  const store = await FaultProxy.start(endpoint);
  const server = await testApp({ ...options, settings: { ...bucketSettings(store.url, bucket), ...settings } });
  await uploadObjects(server.app, server.dataDir);
  return {
    ...server,
    store,
    bucket,
    async close() {
      await server.close();
      await store.away();
      vi.unstubAllEnvs();
    },
  };
}
