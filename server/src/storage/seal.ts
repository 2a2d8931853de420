import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { SealedObject } from '../core/ports/store.ts';

/** Large enough that reading and hashing are not bound by calls. */
const READ_BYTES = 1024 * 1024;

/** Reads the open file from its first byte to its last. */
export async function measureFile(file: FileHandle): Promise<SealedObject> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = file.createReadStream({ highWaterMark: READ_BYTES, start: 0, autoClose: false });
  for await (const chunk of stream) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Flushes a closed file to the disk and measures it. */
export async function flushAndMeasure(path: string): Promise<SealedObject> {
  // For writing, because some systems flush only what is open for writing.
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return await measureFile(file);
  } finally {
    await file.close();
  }
}

export async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Flushes the directory and those above it up to `root`: a directory made just now is an entry in another. */
export async function flushDirectories(path: string, root: string): Promise<void> {
  for (let directory = path; !relative(root, directory).startsWith('..'); directory = dirname(directory)) {
    await flushDirectory(directory);
    if (directory === root) return;
  }
}
