/** Multipart uploads that nobody has completed or aborted. */
import { ListMultipartUploadsCommand, ListPartsCommand, type MultipartUpload } from '@aws-sdk/client-s3';
import type { S3Connection } from './client.ts';
import { ifThere, telling } from './faults.ts';

/** Those of keys that begin with the prefix. The SDK has no paginator for them. */
export async function* unfinishedUploads(
  { client, bucket }: S3Connection,
  prefix: string,
): AsyncGenerator<MultipartUpload, void, undefined> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const request = { Bucket: bucket, Prefix: prefix, ...from };
    const page = await telling(client.send(new ListMultipartUploadsCommand(request)));
    yield* page.Uploads ?? [];
    if (page.IsTruncated !== true) return;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/**
 * When it last got a part, or began: one that is an hour old may be at work. Infinity if it was finished meanwhile. The SDK's paginator asks
 * for ever where a store gives a marker with its last page too, as Swift does.
 */
export async function lastChange(
  { client, bucket }: S3Connection,
  { Key = '', UploadId, Initiated = new Date() }: MultipartUpload,
): Promise<number> {
  let latest = Initiated.getTime();
  let PartNumberMarker: string | undefined;
  for (;;) {
    const request = { Bucket: bucket, Key, UploadId, ...(PartNumberMarker !== undefined && { PartNumberMarker }) };
    const page = await ifThere(client.send(new ListPartsCommand(request)));
    if (page === null) return Number.POSITIVE_INFINITY;
    for (const { LastModified } of page.Parts ?? []) latest = Math.max(latest, LastModified?.getTime() ?? 0);
    if (page.IsTruncated !== true) return latest;
    PartNumberMarker = page.NextPartNumberMarker;
  }
}
