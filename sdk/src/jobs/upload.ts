/** The multipart form of a file job. */
import type { DetailsRequest } from '../contract/types.ts';

/** Ids that are encoded together: some 200 kB of text at a time. */
const IDS_PER_PIECE = 5_000;

/**
 * The specification of a `property-details` job as bytes. They are held once: pieces of text become Blobs, and a Blob of Blobs copies
 * nothing. A million ids are 39 MB.
 */
export async function detailsSpec({ property_ids: ids, ...fields }: DetailsRequest): Promise<Blob> {
  const pieces = [new Blob([JSON.stringify(fields).slice(0, -1), ',"property_ids":['])];
  let piece: string[] = [];
  const close = (): void => {
    const comma = pieces.length > 1 ? ',' : '';
    if (piece.length > 0) pieces.push(new Blob([comma, piece.join(',')]));
    piece = [];
  };
  for await (const id of ids) {
    piece.push(JSON.stringify(id));
    if (piece.length === IDS_PER_PIECE) close();
  }
  close();
  return new Blob([...pieces, ']}']);
}

export interface Upload {
  readonly jobType: string;
  readonly file: Blob;
  readonly filename: string;
  readonly metadata?: unknown;
}

export function uploadForm({ jobType, file, filename, metadata }: Upload): FormData {
  const form = new FormData();
  form.set('job_type', jobType);
  if (metadata !== undefined) form.set('metadata', JSON.stringify(metadata));
  form.set('file', file, filename);
  return form;
}
