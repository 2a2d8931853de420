/** `s3://bucket/key` as an operator types it, read without the SDK. */
import { ConveyanceError } from '../core/errors.ts';

export interface BucketAddress {
  readonly bucket: string;
  /** Ends with a slash, or is empty, where it stands for all keys that begin with it. */
  readonly key: string;
  readonly shown: string;
}

/** What a URL escapes, as it was typed. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Throws `load_refused` for what has more in it. */
export function bucketAddress({ hostname, pathname, username, password, search, hash }: URL): BucketAddress {
  const key = unescaped(pathname.slice(1));
  const shown = `s3://${hostname}/${key}`;
  if (hostname === '' || `${username}${password}${search}${hash}` !== '') {
    throw new ConveyanceError('load_refused', `${shown} must be a bucket and a key, and nothing else: s3://bucket/key`);
  }
  return { bucket: hostname, key, shown };
}
