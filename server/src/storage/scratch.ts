/** Unfinished files on this machine: what is on its way to become an object. */
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_DIRECTORY_MODE } from '../core/ports/store.ts';
import { ifPresent } from './file-faults.ts';
import { judgeName } from './object-key.ts';

/** The ending of the files of objects in the making. */
export const UNFINISHED = '.part';

/** The latest change of a file, or of anything in a directory. */
async function lastChange(path: string): Promise<number> {
  const found = await ifPresent(stat(path));
  if (found === null) return Number.POSITIVE_INFINITY;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await Promise.all((await readdir(path)).map((name) => lastChange(join(path, name))));
  return Math.max(found.mtimeMs, ...inside.filter(Number.isFinite));
}

/** Of the volume that the directory is on. */
export async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** A directory of unfinished files, as the store's port has it. */
export class Scratch {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  }

  async path(name: string): Promise<string> {
    await this.discard(name);
    return this.unused(name);
  }

  /** Of a name that no other has had: there is nothing to discard. */
  async unused(name: string): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
    return join(this.#directory, judgeName(name));
  }

  async discard(name: string): Promise<void> {
    judgeName(name);
    for (const entry of (await ifPresent(readdir(this.#directory))) ?? []) {
      if (entry !== name && !entry.startsWith(`${name}.`)) continue;
      await rm(join(this.#directory, entry), { recursive: true, force: true });
    }
  }

  async sweep({ olderThan, suffix }: { readonly olderThan: Date; readonly suffix: string }): Promise<number> {
    let removed = 0;
    for (const name of (await ifPresent(readdir(this.#directory))) ?? []) {
      if (!name.endsWith(suffix)) continue;
      const path = join(this.#directory, name);
      if ((await lastChange(path)) >= olderThan.getTime()) continue;
      await rm(path, { recursive: true, force: true });
      removed++;
    }
    return removed;
  }
}
