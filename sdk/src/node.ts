/** Downloading to a file, for Node. Everything else is in the main entry and runs in browsers too. */
import type { Conveyance } from './client.ts';
import { ApiError, IntegrityError } from './errors.ts';
import type { OpenResult } from './jobs.ts';
import { PartFile } from './part-file.ts';
import { retryDelayMs, sleep } from './retry.ts';
import type { ManifestFile } from './types.ts';

export {
  type DownloadedFile,
  type DownloadFilesOptions,
  downloadFiles,
  type FilesProgress,
} from './batch-files.ts';

export interface DownloadProgress {
  /** Bytes of the file that are on disk, those of earlier runs included. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Bytes that an earlier run left and that were not fetched again. */
  readonly resumedBytes: number;
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what has arrived stays in `<path>.part` for the next one. */
  readonly signal?: AbortSignal;
  /** False begins anew even where a `.part` file lies. Default true. */
  readonly resume?: boolean;
}

export interface Downloaded {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly resumedBytes: number;
}

/**
 * Downloads a succeeded job's file to `path`, whole or not at all: the bytes grow in `<path>.part`, are compared with the
 * manifest's size and SHA-256, and only then get their name, replacing what was there. A broken connection is taken up where
 * it broke, in this run or in a later one. Memory stays at a few chunks whatever the size.
 *
 * Throws `IntegrityError` when the bytes are not the promised ones, `NetworkError` when the network stays away, `ApiError`.
 */
export async function downloadToFile(
  client: Conveyance,
  jobId: string,
  path: string,
  options: DownloadOptions = {},
): Promise<Downloaded> {
  const { onProgress, signal, resume = true } = options;
  const file = onlyFile((await client.jobs.manifest(jobId, signal ? { signal } : {})).resources);
  const part = await PartFile.open(path, { jobId, sha256: file.sha256 }, resume);
  const resumedBytes = part.bytes;
  const tell = (): void => onProgress?.({ bytes: part.bytes, totalBytes: file.bytes, resumedBytes });
  try {
    // More bytes than the file has cannot be its beginning.
    if (part.bytes > file.bytes) await part.restart();
    tell();
    if (part.bytes < file.bytes) await fill({ client, jobId, part, totalBytes: file.bytes, signal, tell });
  } catch (error) {
    await part.keep();
    throw error;
  }
  try {
    await part.seal(file);
  } catch (error) {
    // Which of the bytes are wrong cannot be told; those of this run may be fine and those of an earlier one not.
    if (!(error instanceof IntegrityError) || resumedBytes === 0) throw error;
    return downloadToFile(client, jobId, path, { ...options, resume: false });
  }
  return { path, rows: file.rows, bytes: file.bytes, sha256: file.sha256, resumedBytes };
}

function onlyFile(files: readonly ManifestFile[]): ManifestFile {
  const [file] = files;
  if (file && files.length === 1) return file;
  throw new IntegrityError('files in the manifest', { expected: '1', actual: String(files.length) });
}

interface Fill {
  readonly client: Conveyance;
  readonly jobId: string;
  readonly part: PartFile;
  readonly totalBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly tell: () => void;
}

/** Fetches until the server says that the file is at its end. Tries count anew whenever bytes have come. */
async function fill({ client, jobId, part, totalBytes, signal, tell }: Fill): Promise<void> {
  for (let tries = 1; ; tries++) {
    const before = part.bytes;
    try {
      const opened = await openRest(client, jobId, part, signal);
      await pour(opened, part, totalBytes, tell);
      return;
    } catch (error) {
      if (part.bytes > before) tries = 1;
      const delay = retryDelayMs(error, { tries, maxTries: client.maxTries, repeatable: true });
      if (delay === null) throw error;
      await sleep(delay, signal);
    }
  }
}

async function openRest(client: Conveyance, jobId: string, part: PartFile, signal?: AbortSignal): Promise<OpenResult> {
  const { etag, bytes: offset } = part;
  const from = etag !== null && offset > 0 ? { from: { offset, etag } } : {};
  try {
    return await client.jobs.open(jobId, { ...from, ...(signal && { signal }) });
  } catch (error) {
    // The range lies outside of the file that the server has now: begin anew.
    if (!(error instanceof ApiError) || error.status !== 416) throw error;
    return await client.jobs.open(jobId, signal ? { signal } : {});
  }
}

async function pour({ offset, etag, body }: OpenResult, part: PartFile, totalBytes: number, tell: () => void) {
  try {
    if (offset !== part.bytes) await part.restart();
    await part.identify(etag);
  } catch (error) {
    await body.cancel();
    throw error;
  }
  for await (const chunk of body) {
    await part.append(chunk);
    tell();
    // A body without end must not fill the disk; `seal` refuses the size.
    if (part.bytes > totalBytes) return;
  }
}
