/** Downloading the result files of a batch job, for Node. */
import { join } from 'node:path';
import type { BatchClient } from './batch-client.ts';
import type { OpenResultFile, ResultFile, ResultLinks } from './batch-results.ts';
import type { FileJob } from './batch-types.ts';
import { ApiError, IntegrityError } from './errors.ts';
import { PartFile, type Tally } from './part-file.ts';

export interface FilesProgress {
  /** The file that is being fetched, from 1. */
  readonly file: number;
  readonly files: number;
  /** Bytes of this file that are on disk. */
  readonly bytes: number;
  /** Null when the server does not say. */
  readonly totalBytes: number | null;
}

export interface DownloadFilesOptions {
  readonly onProgress?: (progress: FilesProgress) => void;
  /** Stops the download; what has arrived stays in `.part` files for the next one. */
  readonly signal?: AbortSignal;
  /** False begins anew even where a `.part` file lies. Default true. */
  readonly resume?: boolean;
}

export interface DownloadedFile {
  readonly path: string;
  /** Lines of an NDJSON file; null for others. */
  readonly rows: number | null;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly resumedBytes: number;
}

const NEWLINE = 0x0a;

class LineCount implements Tally {
  lines = 0;

  add(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.lines++;
  }

  reset(): void {
    this.lines = 0;
  }
}

/**
 * Downloads the files of a batch job, whole or not at all: the bytes of each grow in `<path>.part`, are compared with size and SHA-256
 * as the server tells them, and only then get their name, replacing what was there. Waits for the job's end first.
 *
 * Throws `IntegrityError` when the bytes are not the promised ones, `FileJobFailedError`, `NetworkError`, `ApiError`.
 * @param target the directory for the files under the server's names, or the path of each.
 */
export async function downloadFiles(
  client: BatchClient,
  job: Pick<FileJob, 'id'>,
  target: string | ((file: ResultFile) => string),
  options: DownloadFilesOptions = {},
): Promise<readonly DownloadedFile[]> {
  const { signal } = options;
  const links = await client.results(job.id, signal ? { signal } : {});
  const pathOf = typeof target === 'string' ? ({ filename }: ResultFile) => join(target, filename) : target;
  const files: DownloadedFile[] = [];
  for (let index = 0; index < links.count; index++) {
    files.push(await downloadOne({ links, jobId: job.id, index, pathOf, options }));
  }
  return files;
}

interface Download {
  readonly links: ResultLinks;
  readonly jobId: string;
  readonly index: number;
  readonly pathOf: (file: ResultFile) => string;
  readonly options: DownloadFilesOptions;
}

async function downloadOne(download: Download): Promise<DownloadedFile> {
  const { links, jobId, index, pathOf, options } = download;
  const first = await links.open(index, undefined, options.signal);
  const { filename, sha256, bytes: totalBytes } = first;
  const lines = new LineCount();
  let part: PartFile;
  try {
    if (sha256 === null || totalBytes === null) {
      throw new IntegrityError('size and digest of the file', { expected: 'both', actual: 'not told by the server' });
    }
    part = await PartFile.open(pathOf(first), { jobId, sha256 }, options.resume ?? true, lines);
  } catch (error) {
    await first.body.cancel();
    throw error;
  }
  const resumedBytes = part.bytes <= totalBytes ? part.bytes : 0;
  try {
    await fill(download, part, first);
  } catch (error) {
    await part.keep();
    throw error;
  }
  try {
    await part.seal({ bytes: totalBytes, sha256 });
  } catch (error) {
    // Which of the bytes are wrong cannot be told; those of this run may be fine and those of an earlier one not.
    if (!(error instanceof IntegrityError) || resumedBytes === 0) throw error;
    return downloadOne({ ...download, options: { ...options, resume: false } });
  }
  const rows = filename.endsWith('.ndjson') ? lines.lines : null;
  return { path: pathOf(first), rows, bytes: totalBytes, sha256, resumedBytes };
}

async function fill({ links, index, options }: Download, part: PartFile, first: OpenResultFile): Promise<void> {
  const { count: files, bytes: totalBytes } = first;
  const tell = (): void => options.onProgress?.({ file: index + 1, files, bytes: part.bytes, totalBytes });
  const { offset, body, etag } = await continued(links, part, first, options.signal);
  try {
    if (offset !== part.bytes) await part.restart();
    await part.identify(etag);
    tell();
  } catch (error) {
    await body.cancel();
    throw error;
  }
  for await (const chunk of body) {
    await part.append(chunk);
    tell();
    // A body without end must not fill the disk; `seal` refuses the size.
    if (totalBytes !== null && part.bytes > totalBytes) return;
  }
}

/** The rest of a file of which an earlier run left the beginning, or the whole file. */
async function continued(
  links: ResultLinks,
  part: PartFile,
  first: OpenResultFile,
  signal: AbortSignal | undefined,
): Promise<OpenResultFile> {
  const { etag, bytes: offset } = part;
  if (etag === null || etag !== first.etag || offset === 0 || offset > (first.bytes ?? 0)) return first;
  await first.body.cancel();
  try {
    return await links.open(first.index, { offset, etag }, signal);
  } catch (error) {
    // The part is whole already, and there is no byte behind it.
    if (!(error instanceof ApiError) || error.status !== 416) throw error;
    return { ...first, offset, body: new ReadableStream({ start: (controller) => controller.close() }) };
  }
}
