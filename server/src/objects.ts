/** The composition of the store: a disk, or a bucket where a setting names one. What talks to buckets is loaded only then. */
import { join } from 'node:path';
import { presetVariable, type Settings } from './config.ts';
import type { Clock } from './core/ports/clock.ts';
import type { LinkSigner, ServerLinks } from './core/ports/links.ts';
import type { ObjectStore } from './core/ports/store.ts';
import type { CacheMeter } from './core/ports/telemetry.ts';
import { MIB } from './core/size.ts';
import { createDiskStore } from './storage/disk/disk.ts';

export interface OpenObjects {
  readonly store: ObjectStore;
  /** Where the store is elsewhere: throws `bad_setting` with the reason if it does not let us do what jobs need. */
  readonly probe: (() => Promise<void>) | null;
  /** What customers are handed out. @param server links to this server, which it honours in any case. */
  links(server: ServerLinks, clock: Clock): LinkSigner;
  close(): Promise<void>;
}

/** The SDK warns about the oldest Node that we run on, which it supports. */
export const SDK_SILENCE = ['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true'] as const;

function openDisk({ dataDir }: Settings): OpenObjects {
  return {
    store: createDiskStore({ root: join(dataDir, 'objects') }),
    probe: null,
    links: (server) => server,
    close: async () => undefined,
  };
}

export async function openObjects(settings: Settings, meter: CacheMeter): Promise<OpenObjects> {
  const { storage, dataDir, s3Endpoint, s3Region, s3PathStyle, cacheDir, cacheMib } = settings;
  if (storage === 'disk') return openDisk(settings);
  presetVariable(...SDK_SILENCE);
  const { openBucket } = await import('./storage/s3/open.ts');
  const bucket = await openBucket({
    ...storage,
    endpoint: s3Endpoint,
    region: s3Region,
    pathStyle: s3PathStyle === undefined ? s3Endpoint !== undefined : s3PathStyle === 'true',
    dataDir,
    cacheDirectory: cacheDir ?? join(dataDir, 'cache'),
    cacheBytes: cacheMib * MIB,
    meter,
  });
  return { ...bucket, links: settings.links === 'store' ? bucket.links : (server) => server };
}
