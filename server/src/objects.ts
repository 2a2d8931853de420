/** The composition of the store: a disk, or a bucket where a setting names one. What talks to buckets is loaded only then. */
import { access } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { presetVariable, type Settings } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Clock } from './core/ports/clock.ts';
import type { LinkSigner, ServerLinks } from './core/ports/links.ts';
import type { ObjectStore } from './core/ports/store.ts';
import type { CacheMeter } from './core/ports/telemetry.ts';
import { MIB } from './core/size.ts';
import { createDiskStore } from './storage/disk/disk.ts';
import { type BucketLocation, parseBucketLocation } from './storage-settings.ts';

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

async function openBucketAt(settings: Settings, location: BucketLocation, meter: CacheMeter) {
  const { dataDir, s3Endpoint, s3Region, s3PathStyle, cacheDir, cacheMib } = settings;
  presetVariable(...SDK_SILENCE);
  const { openBucket } = await import('./storage/s3/open.ts');
  return openBucket({
    ...location,
    endpoint: s3Endpoint,
    region: s3Region,
    pathStyle: s3PathStyle === undefined ? s3Endpoint !== undefined : s3PathStyle === 'true',
    dataDir,
    cacheDirectory: cacheDir ?? join(dataDir, 'cache'),
    cacheBytes: cacheMib * MIB,
    meter,
  });
}

export async function openObjects(settings: Settings, meter: CacheMeter): Promise<OpenObjects> {
  if (settings.storage === 'disk') return openDisk(settings);
  const bucket = await openBucketAt(settings, settings.storage, meter);
  return { ...bucket, links: settings.links === 'store' ? bucket.links : (server) => server };
}

function isInside(inner: string, outer: string): boolean {
  const path = relative(outer, inner);
  return path === '' || !(path.startsWith('..') || isAbsolute(path));
}

async function refuseUnreadable(root: string): Promise<void> {
  try {
    await access(root);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isAbsent = 'code' in error && error.code === 'ENOENT';
    const words = isAbsent ? `There is no ${root}` : `${root} cannot be read: ${error.message}`;
    throw new ConveyanceError('backup_unusable', words, { cause: error });
  }
}

async function openFolder(
  place: string,
  { dataDir }: Settings,
  mustExist: boolean,
): Promise<Pick<OpenObjects, 'store' | 'close'>> {
  const root = resolve(place);
  if (isInside(root, dataDir)) {
    throw new ConveyanceError(
      'bad_setting',
      `${root} is in the data directory, and would be lost with it: choose another disk`,
    );
  }
  if (mustExist) await refuseUnreadable(root);
  return { store: createDiskStore({ root }), close: async () => undefined };
}

/** A place for backups: a folder, or `s3://bucket/prefix` on the S3 server of the settings. Throws `bad_setting`, `backup_unusable`. */
export async function openBackupPlace(
  place: string,
  settings: Settings,
  { mustExist, meter }: { readonly mustExist: boolean; readonly meter: CacheMeter },
): Promise<Pick<OpenObjects, 'store' | 'close'>> {
  if (!place.startsWith('s3://')) return openFolder(place, settings, mustExist);
  const location = parseBucketLocation(place);
  if (location === null)
    throw new ConveyanceError('bad_setting', `${place} is no place: s3://bucket or s3://bucket/prefix`);
  const { storage } = settings;
  if (storage !== 'disk' && storage.bucket === location.bucket) {
    const [shorter = '', longer = ''] = [storage.prefix, location.prefix].sort(
      (one, other) => one.length - other.length,
    );
    if (longer.startsWith(shorter)) {
      throw new ConveyanceError(
        'bad_setting',
        `${place} overlaps with the store of the server itself: choose another bucket or prefix`,
      );
    }
  }
  return openBucketAt(settings, location, meter);
}
