/** What a bucket keeps of objects that were deleted or replaced, where it keeps every version. */
import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import { isObjectKey } from '../object-key.ts';
import type { S3Connection } from './client.ts';
import { ifThere, statusOf, told } from './faults.ts';

/** Stores that know no versions may not know the question either. */
const UNKNOWN = [405, 501];

async function pageOf(
  { client, bucket, prefix }: S3Connection,
  ownPrefix: string,
  from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string },
): Promise<ListObjectVersionsCommandOutput | null> {
  try {
    return await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${prefix}${ownPrefix}`, ...from }),
    );
  } catch (error) {
    if (UNKNOWN.includes(statusOf(error) ?? 0)) return null;
    throw told(error);
  }
}

/** Objects never change, so whatever is not the latest of its key is of one that is gone; and so is a mark that it was deleted. */
function remainsOf({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput) {
  const old: readonly (ObjectVersion | DeleteMarkerEntry)[] = Versions.filter(({ IsLatest }) => IsLatest === false);
  return [...old, ...DeleteMarkers];
}

/** Deletes it for good. Resolves with how many versions there were. */
export async function purgeVersions(connection: S3Connection, ownPrefix: string): Promise<number> {
  const { client, bucket, prefix } = connection;
  let purged = 0;
  let from: Parameters<typeof pageOf>[2] = {};
  for (;;) {
    const page = await pageOf(connection, ownPrefix, from);
    if (page === null) return purged;
    for (const { Key = '', VersionId } of remainsOf(page)) {
      // What others keep in the bucket is no object of ours.
      if (!isObjectKey(Key.slice(prefix.length))) continue;
      await ifThere(client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId })));
      purged++;
    }
    const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    if (IsTruncated !== true || NextKeyMarker === undefined) return purged;
    from = {
      KeyMarker: NextKeyMarker,
      ...(NextVersionIdMarker !== undefined && { VersionIdMarker: NextVersionIdMarker }),
    };
  }
}
