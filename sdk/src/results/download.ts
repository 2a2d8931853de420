/** Downloads one result file, for Node: from an open body to a whole and verified file. */
import { ApiError, IntegrityError } from '../contract/errors.ts';
import type { OpenResult, ResumePoint } from './open-result.ts';
import { PartFile } from './part-file.ts';

export interface DownloadOptions<Progress> {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the download; what has arrived stays in `<path>.part` for the next one. */
  readonly signal?: AbortSignal;
  /** False starts from the beginning even if there is a `.part` file. Default true. */
  readonly resume?: boolean;
}

/** What to download. */
export interface Target {
  readonly path: string;
  readonly jobId: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly open: (from: ResumePoint | undefined) => Promise<OpenResult>;
}

export interface DownloadTerms {
  readonly resume: boolean;
  /** Called with what is on disk after every chunk, and before the first. */
  readonly onPart: (part: Pick<PartFile, 'bytes' | 'resumedBytes'>) => void;
}

export interface Downloaded {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Bytes that an earlier run left and that were not downloaded again. */
  readonly resumedBytes: number;
}

const RANGE_NOT_SATISFIABLE = 416;

/**
 * The bytes are written to `<path>.part`, compared with size and digest, and only then get their name. Bytes that are not the promised
 * ones are removed, and `IntegrityError` is thrown; any other failure leaves them for the next run.
 */
export async function download(target: Target, terms: DownloadTerms): Promise<Downloaded & { readonly lines: number }> {
  const { path, jobId, sha256, bytes } = target;
  const part = await PartFile.open(path, { jobId, sha256 }, terms.resume);
  try {
    // More bytes than the file has cannot be its beginning.
    if (part.bytes > bytes) await part.restart();
    terms.onPart(part);
    if (part.bytes < bytes) await fill(part, target, terms);
  } catch (error) {
    await part.keep();
    throw error;
  }
  const { resumedBytes, lines } = part;
  try {
    await part.seal({ bytes, sha256 });
  } catch (error) {
    // There is no telling which bytes are wrong; those of this run may be fine and those of an earlier one not.
    if (!(error instanceof IntegrityError) || resumedBytes === 0) throw error;
    return download(target, { ...terms, resume: false });
  }
  return { path, bytes, sha256, resumedBytes, lines };
}

async function fill(part: PartFile, { bytes, open }: Target, { onPart }: DownloadTerms): Promise<void> {
  const { etag, body, offset } = await openRest(part, open);
  try {
    if (offset !== part.bytes) await part.restart();
    await part.identify(etag);
  } catch (error) {
    await body.cancel();
    throw error;
  }
  for await (const chunk of body) {
    await part.append(chunk);
    onPart(part);
    // An endless body must not fill the disk; `seal` refuses the size.
    if (part.bytes > bytes) return;
  }
}

async function openRest({ etag, bytes: offset }: PartFile, open: Target['open']): Promise<OpenResult> {
  if (etag === null || offset === 0) return open(undefined);
  try {
    return await open({ offset, etag });
  } catch (error) {
    // The range is outside the file that the server has now: start from the beginning.
    if (!(error instanceof ApiError) || error.status !== RANGE_NOT_SATISFIABLE) throw error;
    return await open(undefined);
  }
}
