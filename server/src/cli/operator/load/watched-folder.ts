/** A folder in which files appear that are to be loaded: which are complete, and where they go afterwards. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { usage } from '@conveyance/cli/terminal';
import { isUuid } from '../../../core/ids/job-id.ts';

/** Says that it is the same folder, under whichever path a process knows it. */
const NAME_FILE = '.conveyance-watch';
/** Endings under which programs write what they rename when it is complete. */
const UNFINISHED = /\.(tmp|temp|part|partial|filepart|crdownload|swp|~)$/i;
const DATA = /\.(csv|tsv|txt)(\.(gz|zst))?$|\.(jsonl|ndjson|json|parquet)$/i;

export interface WatchedFile {
  readonly name: string;
  readonly path: string;
  readonly modifiedMs: number;
  /** Changes when the file is written to, replaced or moved: also when it is moved back after it was loaded. */
  readonly mark: string;
}

interface Seen {
  readonly mark: string;
  readonly sinceMs: number;
}

export interface FolderTerms {
  readonly folder: string;
  readonly done: string;
  readonly failed: string;
  /** A file that has not changed for so long is complete. */
  readonly settleMs: number;
  /** With it a file is complete when there is a second one, whose name has this behind it. */
  readonly marker: string | null;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** What is there now; null if there is nothing, or no plain file: a link could lead anywhere. */
async function lookAt(path: string) {
  try {
    const found = await lstat(path, { bigint: true });
    return found.isFile() ? found : null;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

export class WatchedFolder {
  readonly #terms: FolderTerms;
  readonly #now: () => number;
  #seen = new Map<string, Seen>();

  /** @param now milliseconds of a clock that only this machine sees: those of files may be another’s. */
  constructor(terms: FolderTerms, now: () => number = () => performance.now()) {
    this.#terms = terms;
    this.#now = now;
  }

  /** Makes the folders for what was loaded; returns what tells this folder from all others. */
  async open(): Promise<string> {
    const { folder, done, failed } = this.#terms;
    for (const target of [done, failed]) {
      await mkdir(target, { recursive: true });
      const [here, there] = await Promise.all([lstat(folder), lstat(target)]);
      if (here.dev !== there.dev)
        throw usage(`${target} is on another disk than ${folder}: files could not be moved at once`);
    }
    const path = join(folder, NAME_FILE);
    try {
      await writeFile(path, `${randomUUID()}\n`, { flag: 'wx' });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const name = (await readFile(path, 'utf8')).trim();
    if (isUuid(name)) return name;
    throw usage(`${path} is no file of ours: delete it`);
  }

  /** The files that are complete, the oldest first. */
  async complete(): Promise<readonly WatchedFile[]> {
    const { folder, marker, settleMs } = this.#terms;
    const names = await readdir(folder);
    const there = new Set(names);
    const seen = new Map<string, Seen>();
    const files: WatchedFile[] = [];
    for (const name of names) {
      if (name.startsWith('.') || UNFINISHED.test(name) || !DATA.test(name)) continue;
      const path = join(folder, name);
      const found = await lookAt(path);
      if (found === null) continue;
      const mark = [found.ino, found.size, found.mtimeNs, found.ctimeNs].join('-');
      const before = this.#seen.get(name);
      const sinceMs = before?.mark === mark ? before.sinceMs : this.#now();
      seen.set(name, { mark, sinceMs });
      const isComplete = marker === null ? this.#now() - sinceMs >= settleMs : there.has(name + marker);
      if (isComplete) files.push({ name, path, modifiedMs: Number(found.mtimeMs), mark });
    }
    this.#seen = seen;
    return files.sort((one, other) => one.modifiedMs - other.modifiedMs || (one.name < other.name ? -1 : 1));
  }

  /** Out of the folder, with its marker. @param reason written beside it. Resolves with where it is. */
  async moveAway({ name, path }: WatchedFile, to: 'done' | 'failed', reason: string | null = null): Promise<string> {
    const { marker, [to]: folder } = this.#terms;
    const target = await this.#free(folder, name);
    if (reason !== null) await writeFile(`${target}.reason.txt`, `${reason}\n`);
    await rename(path, target);
    if (marker !== null) {
      await rename(path + marker, target + marker).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
    }
    return target;
  }

  /** Nothing that was moved there before is replaced: its table is told by the beginning of its name, which stays. */
  async #free(folder: string, name: string): Promise<string> {
    const target = join(folder, name);
    if ((await lookAt(target)) === null) return target;
    const { name: stem, ext } = parse(name);
    return join(folder, `${stem}.${new Date().toISOString().replaceAll(/[-:]/g, '')}${ext}`);
  }
}
