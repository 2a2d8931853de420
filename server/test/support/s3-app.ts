/** A whole server whose objects lie in a bucket of Swift. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { vi } from 'vitest';
import type { App } from '../../src/app.ts';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';
import { FaultProxy } from './fault-proxy.ts';
import { bucketSettings, SWIFT_KEYS, swiftBucket } from './swift.ts';

export interface S3App extends TestApp {
  /** Between the server, its customers' links, and the store. */
  readonly store: FaultProxy;
  readonly bucket: string;
}

/** What the demo has on this machine's disk is brought to the bucket. */
async function uploadObjects({ deps }: App, dataDir: string): Promise<void> {
  const objects = join(dataDir, 'objects');
  const found = await readdir(objects, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(objects, path).split(sep).join('/');
    if (entry.isFile() && !key.startsWith('.')) await deps.store.put(key, path);
  }
}

/** The credentials come from the environment, as they do from an operator's. */
export async function s3App({ settings = {}, ...options }: TestAppOptions = {}): Promise<S3App> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', SWIFT_KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SWIFT_KEYS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
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
