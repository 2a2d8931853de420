/** Downloads to files, for Node. Everything else is in the main entry and runs in browsers too. */
import { join } from 'node:path';
import { IntegrityError } from './contract/errors.ts';
import type { FileJob, ManifestFile } from './contract/types.ts';
import type { Conveyance } from './conveyance.ts';
import { type Downloaded, type DownloadOptions, download } from './results/download.ts';
import type { OpenResultFile, ResultFile, ResultLinks } from './results/file-links.ts';

export type { Downloaded, DownloadOptions } from './results/download.ts';
export { createPrivateFile } from './results/private-file.ts';

export interface DownloadProgress {
  /** Bytes of the file that are on disk, those of earlier runs included. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Bytes that an earlier run left and that were not downloaded again. */
  readonly resumedBytes: number;
}

export interface DownloadedExport extends Downloaded {
  readonly rows: number;
}

/**
 * Downloads a succeeded report job's file to `path`, whole or not at all: the bytes are written to `<path>.part`, compared with the
 * manifest's size and SHA-256, and only then get their name, replacing what was there. A broken download resumes where it
 * broke, in this run or in a later one. Memory use is a few chunks whatever the size. The file is readable by its owner alone (0600).
 *
 * Throws `IntegrityError` if the bytes are not the promised ones, `NetworkError` if the network stays down, `ApiError`.
 */
export async function downloadExport(
  client: Conveyance,
  jobId: string,
  path: string,
  { onProgress, signal, resume = true }: DownloadOptions<DownloadProgress> = {},
): Promise<DownloadedExport> {
  const { rows, bytes, sha256 } = onlyFile((await client.exports.manifest(jobId, { signal })).resources);
  const { lines: _lines, ...downloaded } = await download(
    { path, jobId, bytes, sha256, open: (from) => client.exports.open(jobId, { from, signal }) },
    {
      resume,
      onPart: (part) => onProgress?.({ bytes: part.bytes, totalBytes: bytes, resumedBytes: part.resumedBytes }),
    },
  );
  return { ...downloaded, rows };
}

function onlyFile(files: readonly ManifestFile[]): ManifestFile {
  const [file] = files;
  if (file && files.length === 1) return file;
  throw new IntegrityError('files in the manifest', { expected: '1', actual: String(files.length) });
}

export interface FilesProgress extends DownloadProgress {
  /** The file that is being downloaded, from 1. */
  readonly file: number;
  readonly files: number;
}

export interface DownloadedFile extends Downloaded {
  /** Lines of an NDJSON file; null for others. */
  readonly rows: number | null;
}

/**
 * Downloads the files of a file job, each whole or not at all, as `downloadExport` does; size and SHA-256 come with the file. Waits for
 * the job's end first.
 *
 * Throws `FileJobFailedError` in addition to the errors of `downloadExport`.
 * @param target the directory for the files under the server's names, or the path of each.
 */
export async function downloadFiles(
  client: Conveyance,
  jobId: FileJob['id'],
  target: string | ((file: ResultFile) => string),
  options: DownloadOptions<FilesProgress> = {},
): Promise<readonly DownloadedFile[]> {
  const links = await client.files.results(jobId, { signal: options.signal });
  const pathOf = typeof target === 'string' ? ({ filename }: ResultFile) => join(target, filename) : target;
  const files: DownloadedFile[] = [];
  for (let index = 0; index < links.count; index++) {
    const first = await links.open(index, { signal: options.signal });
    files.push(await downloadOpened({ links, jobId, first, path: pathOf(first) }, options));
  }
  return files;
}

interface OpenedFile {
  readonly links: ResultLinks;
  readonly jobId: string;
  readonly first: OpenResultFile;
  readonly path: string;
}

/** The first answer has described the file; its bytes are read unless the download continues from another place. */
async function downloadOpened(
  { links, jobId, first, path }: OpenedFile,
  { onProgress, signal, resume = true }: DownloadOptions<FilesProgress>,
): Promise<DownloadedFile> {
  const { index, count, filename, bytes, sha256 } = first;
  let unread: OpenResultFile | null = first;
  const release = async (): Promise<void> => {
    const body = unread?.body;
    unread = null;
    await body?.cancel();
  };
  try {
    if (sha256 === null || bytes === null) {
      throw new IntegrityError('size and digest of the file', { expected: 'both', actual: 'not told by the server' });
    }
    const { lines, ...downloaded } = await download(
      {
        path,
        jobId,
        bytes,
        sha256,
        open: async (from) => {
          if (from !== undefined || unread === null) {
            await release();
            return links.open(index, { from, signal });
          }
          unread = null;
          return first;
        },
      },
      {
        resume,
        onPart: (part) =>
          onProgress?.({
            file: index + 1,
            files: count,
            bytes: part.bytes,
            totalBytes: bytes,
            resumedBytes: part.resumedBytes,
          }),
      },
    );
    return { ...downloaded, rows: filename.endsWith('.ndjson') ? lines : null };
  } finally {
    await release();
  }
}
