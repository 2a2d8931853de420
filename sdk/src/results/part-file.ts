/** An unfinished download: `<path>.part` with the bytes so far and `<path>.part.json` with the file that they belong to. */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IntegrityError } from '../contract/errors.ts';
import { isRecord } from '../transport/exchange.ts';
import { createPrivateFile, openOwnFile } from './private-file.ts';

/** What the bytes of a part file belong to. Bytes of anything else are not continued. */
export interface PartOrigin {
  readonly jobId: string;
  readonly sha256: string;
  /** Null if the server gave none: then the download cannot be resumed. */
  readonly etag: string | null;
}

const NEWLINE = 0x0a;

/** What is known about the bytes so far, those of an earlier run included. */
interface Contents {
  readonly hash: Hash;
  bytes: number;
  lines: number;
}

function noContents(): Contents {
  return { hash: createHash('sha256'), bytes: 0, lines: 0 };
}

function take(contents: Contents, chunk: Uint8Array): void {
  contents.hash.update(chunk);
  contents.bytes += chunk.byteLength;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) contents.lines++;
}

/** Bytes are counted and hashed as they are written; `seal` gives them their name only if they are the right ones. */
export class PartFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #contents: Contents;
  #origin: PartOrigin;
  #resumedBytes: number;

  private constructor(path: string, handle: FileHandle, { contents, origin }: Kept) {
    this.#path = path;
    this.#handle = handle;
    this.#contents = contents;
    this.#origin = origin;
    this.#resumedBytes = contents.bytes;
  }

  /** Opens the part of the file at `path`: with what an earlier run left of the same result if `resume`, else empty. */
  static async open(path: string, origin: Omit<PartOrigin, 'etag'>, resume: boolean): Promise<PartFile> {
    const kept = resume ? await readKept(path, origin) : null;
    if (kept !== null) return new PartFile(path, kept.handle, kept);
    const handle = await createPrivateFile(partPath(path));
    return new PartFile(path, handle, { contents: noContents(), origin: { ...origin, etag: null } });
  }

  get bytes(): number {
    return this.#contents.bytes;
  }

  /** Line ends among them. */
  get lines(): number {
    return this.#contents.lines;
  }

  /** Bytes of an earlier run that are still valid. */
  get resumedBytes(): number {
    return this.#resumedBytes;
  }

  get etag(): string | null {
    return this.#origin.etag;
  }

  /** Records whose bytes follow, before the first of them is written. */
  async identify(etag: string | null): Promise<void> {
    if (etag === this.#origin.etag) return;
    this.#origin = { ...this.#origin, etag };
    const file = await createPrivateFile(originPath(this.#path));
    try {
      await file.writeFile(JSON.stringify(this.#origin));
    } finally {
      await file.close();
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let written = 0; written < chunk.byteLength; ) {
      const at = this.bytes + written;
      const { bytesWritten } = await this.#handle.write(chunk, written, chunk.byteLength - written, at);
      written += bytesWritten;
    }
    take(this.#contents, chunk);
  }

  /** Forgets all bytes. */
  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#contents = noContents();
    this.#resumedBytes = 0;
  }

  /**
   * Renames the part to its final name if its size and digest are as expected; the file then survives a power cut.
   * Otherwise deletes it and throws `IntegrityError`.
   */
  async seal(expected: { readonly bytes: number; readonly sha256: string }): Promise<void> {
    const { bytes } = this;
    const sha256 = this.#contents.hash.digest('hex');
    if (bytes !== expected.bytes || sha256 !== expected.sha256) {
      await this.discard();
      if (bytes === expected.bytes)
        throw new IntegrityError('sha256 of the file', { expected: expected.sha256, actual: sha256 });
      throw new IntegrityError('bytes of the file', { expected: String(expected.bytes), actual: String(bytes) });
    }
    await this.#handle.sync();
    await this.#handle.close();
    await rename(partPath(this.#path), this.#path);
    await rm(originPath(this.#path), { force: true });
    await syncDirectory(dirname(this.#path));
  }

  /** Closes the file and leaves the bytes for a later run. */
  async keep(): Promise<void> {
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(partPath(this.#path), { force: true });
    await rm(originPath(this.#path), { force: true });
  }
}

interface Kept {
  readonly contents: Contents;
  readonly origin: PartOrigin;
}

function partPath(path: string): string {
  return `${path}.part`;
}

function originPath(path: string): string {
  return `${path}.part.json`;
}

async function readKept(
  path: string,
  wanted: Omit<PartOrigin, 'etag'>,
): Promise<(Kept & { readonly handle: FileHandle }) | null> {
  const origin = await readOrigin(originPath(path));
  if (origin === null || origin.etag === null) return null;
  if (origin.jobId !== wanted.jobId || origin.sha256 !== wanted.sha256) return null;
  const handle = await openOwnFile(partPath(path));
  if (handle === null) return null;
  try {
    const contents = noContents();
    for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) take(contents, chunk);
    return { handle, contents, origin };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Null if there is none that can be read: then the download starts from the beginning. */
async function readOrigin(path: string): Promise<PartOrigin | null> {
  let fields: unknown;
  const file = await openOwnFile(path);
  try {
    fields = JSON.parse((await file?.readFile('utf8')) ?? '');
  } catch {
    return null;
  } finally {
    await file?.close();
  }
  if (!isRecord(fields)) return null;
  const { jobId, sha256, etag } = fields;
  if (typeof jobId !== 'string' || typeof sha256 !== 'string' || typeof etag !== 'string') return null;
  return { jobId, sha256, etag };
}

/** A rename is only as durable as its directory. Windows cannot open one; there the rename alone must suffice. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
