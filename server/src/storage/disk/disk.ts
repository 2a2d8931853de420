import { createHash, randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type LentPieces,
  type ObjectStore,
  type ObjectWriter,
  PRIVATE_DIRECTORY_MODE,
  type SealedObject,
  type StoredObject,
} from '../../core/ports/store.ts';
import { hasCode, ifPresent } from '../file-faults.ts';
import { judgeKey, judgePrefix, notFound } from '../object-key.ts';
import { freeBytesOf, Scratch, UNFINISHED } from '../scratch.ts';
import { flushAndMeasure, flushDirectories, measureFile } from '../seal.ts';
import { tellingStore } from './away.ts';
import { FilePieces } from './file-pieces.ts';
import { createObjectFile } from './object-file.ts';
import { PieceBuffers } from './piece-buffers.ts';

/** On the volume of the objects, so that sealing is a rename. Its leading dot keeps it out of the keys. */
const SCRATCH = '.scratch';
/** A directory may be pruned between its creation and the rename into it, once or twice at worst. */
const MAX_MOVES = 5;

/** What the scratch files of objects in one directory of keys have in common. */
function scratchOf(directory: string): string {
  return createHash('sha256').update(directory).digest('hex');
}

async function sortedEntries(directory: string): Promise<readonly Dirent[]> {
  const entries = (await ifPresent(readdir(directory, { withFileTypes: true }))) ?? [];
  return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Objects as files below a directory. */
class DiskStore implements ObjectStore {
  readonly #root: string;
  readonly #scratch: Scratch;
  readonly #buffers = new PieceBuffers();

  constructor(root: string) {
    this.#root = resolve(root);
    this.#scratch = new Scratch(join(this.#root, SCRATCH));
  }

  async create(key: string): Promise<ObjectWriter> {
    const path = this.#path(key);
    const name = `${scratchOf(dirname(key))}.${randomUUID()}${UNFINISHED}`;
    const unfinished = await this.#scratch.unused(name);
    return createObjectFile({
      path: unfinished,
      settle: async () => {
        await this.#move(unfinished, path);
        await flushDirectories(dirname(path), this.#root);
      },
      discard: () => this.discard(name),
    });
  }

  async abandon(directory: string): Promise<void> {
    await this.discard(scratchOf(judgeKey(directory)));
  }

  scratch(name: string): Promise<string> {
    return this.#scratch.path(name);
  }

  discard(name: string): Promise<void> {
    return this.#scratch.discard(name);
  }

  async put(key: string, localPath: string) {
    const path = this.#path(key);
    const sealed = await flushAndMeasure(localPath);
    await this.#move(localPath, path);
    await flushDirectories(dirname(path), this.#root);
    return sealed;
  }

  async open(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<AsyncIterable<Uint8Array>> {
    const file = await this.#openFile(key);
    return file.createReadStream(range);
  }

  async lend(key: string, range?: { readonly start: number; readonly end: number }): Promise<LentPieces> {
    const file = await this.#openFile(key);
    try {
      const { start, end } = range ?? { start: 0, end: (await file.stat()).size - 1 };
      return new FilePieces(file, { start, bytes: end - start + 1 }, this.#buffers);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(key: string): Promise<StoredObject | null> {
    const found = await ifPresent(stat(this.#path(key)));
    return found?.isFile() ? { bytes: found.size, modifiedAt: found.mtime } : null;
  }

  async measure(key: string): Promise<SealedObject> {
    const file = await ifPresent(open(this.#path(key)));
    if (file === null) throw notFound(key);
    try {
      return await measureFile(file);
    } finally {
      await file.close();
    }
  }

  /** A disk keeps nothing of a deleted file that a program could delete. */
  async purge(): Promise<number> {
    return 0;
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    await ifPresent(unlink(path));
    await this.#prune(dirname(path));
  }

  async *list(prefix: string): AsyncIterable<{ readonly key: string } & StoredObject> {
    const start = judgePrefix(prefix).split('/').slice(0, -1);
    yield* this.#walk(start, prefix);
  }

  /** They are here, and a deletion waits for the versions that name them. */
  async hold(): Promise<() => void> {
    return () => undefined;
  }

  readonly copies = null;

  async localize(key: string): Promise<string> {
    if ((await this.stat(key)) === null) throw notFound(key);
    return this.#path(key);
  }

  freeBytes(): Promise<number> {
    return freeBytesOf(this.#root);
  }

  sweepScratch(stale: { readonly olderThan: Date; readonly suffix: string }): Promise<number> {
    return this.#scratch.sweep(stale);
  }

  /** Opened now, not at the first read: from here on a deletion does not disturb the reader. */
  async #openFile(key: string): Promise<FileHandle> {
    const file = await ifPresent(open(this.#path(key)));
    if (file === null) throw notFound(key);
    return file;
  }

  #path(key: string): string {
    return join(this.#root, judgeKey(key));
  }

  async #move(from: string, to: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      await mkdir(dirname(to), { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
      try {
        return await rename(from, to);
      } catch (error) {
        if (hasCode(error, 'EXDEV')) return this.#moveFromAfar(from, to);
        if (!hasCode(error, 'ENOENT') || tries === MAX_MOVES) throw error;
      }
    }
  }

  /** A file from another volume is copied next to its place first: under its key it is whole or absent. */
  async #moveFromAfar(from: string, to: string): Promise<void> {
    const name = randomUUID();
    const copy = await this.scratch(name);
    try {
      await copyFile(from, copy);
      await flushAndMeasure(copy);
      await this.#move(copy, to);
      await unlink(from);
    } finally {
      await this.discard(name);
    }
  }

  /** Removes directories that have become empty, so that years of jobs leave no skeleton. */
  async #prune(directory: string): Promise<void> {
    if (directory === this.#root) return;
    try {
      await rmdir(directory);
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR')) return;
      throw error;
    }
    await this.#prune(dirname(directory));
  }

  async *#walk(
    segments: readonly string[],
    prefix: string,
  ): AsyncGenerator<{ readonly key: string } & StoredObject, void, undefined> {
    for (const entry of await sortedEntries(join(this.#root, ...segments))) {
      if (segments.length === 0 && entry.name === SCRATCH) continue;
      const path = [...segments, entry.name];
      const key = path.join('/');
      if (entry.isDirectory()) {
        if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) yield* this.#walk(path, prefix);
      } else if (key.startsWith(prefix)) {
        const found = await this.stat(key);
        if (found) yield { key, ...found };
      }
    }
  }
}

/** Objects on this machine's disk, below `root`, which is created if absent. */
export function createDiskStore({ root }: { readonly root: string }): ObjectStore {
  return tellingStore(new DiskStore(root));
}
