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

async function flushNow(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

interface Flushing {
  readonly current: Promise<void>;
  next: Promise<void> | null;
}

const flushes = new Map<string, Flushing>();

function beginFlush(path: string): Promise<void> {
  const current = flushNow(path);
  const flushing: Flushing = { current, next: null };
  flushes.set(path, flushing);
  const end = () => {
    if (flushes.get(path) === flushing && flushing.next === null) flushes.delete(path);
  };
  current.then(end, end);
  return current;
}

/**
 * Flushes what is in the directory now. Whoever comes while it is being flushed waits for the next time, which is one for all of them: the
 * directories that many jobs have in common are flushed as often as the disk can, and not as often as there are jobs.
 */
export function flushDirectory(path: string): Promise<void> {
  const flushing = flushes.get(path);
  if (flushing === undefined) return beginFlush(path);
  const again = () => beginFlush(path);
  flushing.next ??= flushing.current.then(again, again);
  return flushing.next;
}

/** Flushes the directory and those above it up to `root`: a directory made just now is an entry in another. */
export async function flushDirectories(path: string, root: string): Promise<void> {
  const above: string[] = [];
  for (let directory = path; !relative(root, directory).startsWith('..'); directory = dirname(directory)) {
    above.push(directory);
    if (directory === root) break;
  }
  await Promise.all(above.map(flushDirectory));
}
