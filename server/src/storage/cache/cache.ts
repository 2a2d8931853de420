/** A node's copies of immutable objects that lie elsewhere. Losing them is safe; what is in them is believed only after it was checked. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreAway } from '../../core/passing-fault.ts';
import { type ObjectCopies, type SourceFile, tooLargeToHold } from '../../core/ports/store.ts';
import type { CacheMeter } from '../../core/ports/telemetry.ts';
import { ifPresent } from '../file-faults.ts';
import { notFound } from '../object-key.ts';
import { UNFINISHED } from '../scratch.ts';
import { fetchFile } from './fetch-file.ts';
import { Room } from './room.ts';

/** An object that arrived altered is fetched once more: the fault may have been on the way. */
const FETCHES = 2;

export interface CacheOptions {
  /** This process' own, which exists. */
  readonly directory: string;
  readonly maxBytes: number;
  readonly fetch: (key: string) => Promise<AsyncIterable<Uint8Array>>;
  readonly meter: CacheMeter;
}

interface Copy {
  readonly name: string;
  readonly bytes: number;
  /** Null for what an earlier process left: it is checked when it is wanted. */
  readonly sha256: string | null;
  /** Goes with its last holder. */
  isReadOnce: boolean;
  holders: number;
  /** Resolves when the file is there and checked. */
  ready: Promise<void> | null;
}

/** Keys have slashes and any length. */
function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** What an earlier process left, from the least to the most recently made. */
async function leftBehind(directory: string): Promise<readonly Copy[]> {
  const found: (Copy & { readonly at: number })[] = [];
  for (const name of await readdir(directory)) {
    if (!/^[0-9a-f]{64}/.test(name)) continue;
    const { size, mtimeMs } = await stat(join(directory, name));
    if (name.endsWith(UNFINISHED)) await rm(join(directory, name));
    else found.push({ name, bytes: size, sha256: null, isReadOnce: false, holders: 0, ready: null, at: mtimeMs });
  }
  return found.sort((left, right) => left.at - right.at).map(({ at: _, ...copy }) => copy);
}

export class ObjectCache implements ObjectCopies {
  readonly #options: CacheOptions;
  readonly #room: Room;
  /** By name, from the least to the most recently used. */
  readonly #copies = new Map<string, Copy>();
  #evicted = Promise.resolve();

  private constructor(options: CacheOptions, left: readonly Copy[]) {
    this.#options = options;
    this.#room = new Room(options.maxBytes);
    for (const copy of left) this.#copies.set(copy.name, copy);
  }

  static async open(options: CacheOptions): Promise<ObjectCache> {
    const cache = new ObjectCache(options, await leftBehind(options.directory));
    await cache.#evict();
    return cache;
  }

  /** Bytes of all copies, also of those on their way. */
  get bytes(): number {
    return [...this.#copies.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Brings the objects here, and keeps them until the returned function is called. Waits while others hold too much. Throws `unavailable`
   * if they can never be here together.
   */
  async hold(files: readonly SourceFile[], signal?: AbortSignal): Promise<() => void> {
    const wanted = [...new Map(files.map((file) => [nameOf(file.key), file])).entries()];
    this.#judge(wanted.reduce((sum, [, { bytes }]) => sum + bytes, 0));
    const release = () => this.#release(wanted.map(([name]) => name));
    // All or none: two orders that each have half of what they need would wait for each other.
    await this.#room.enter(
      () => this.#newlyHeld(wanted),
      () => this.#pin(wanted),
      signal,
    );
    try {
      await this.#evict();
      const brought = await Promise.allSettled(wanted.map(([name, file]) => this.#bring(name, file)));
      for (const one of brought) if (one.status === 'rejected') throw one.reason;
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** What can be held at once. */
  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** The path of an object while it is held. */
  placeOf(key: string): string {
    return join(this.#options.directory, nameOf(key));
  }

  /** The path of an object that is held. */
  path(key: string): string {
    if ((this.#copies.get(nameOf(key))?.holders ?? 0) === 0) throw notFound(key);
    return this.placeOf(key);
  }

  async keepOnly(keys: ReadonlySet<string>): Promise<boolean> {
    const kept = new Set([...keys].map(nameOf));
    const deleted = this.#evicted.then(() => this.#deleteOthers(kept));
    this.#evicted = deleted.then(
      () => undefined,
      () => undefined,
    );
    return deleted;
  }

  #judge(bytes: number): void {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) throw tooLargeToHold(bytes, maxBytes);
  }

  #newlyHeld(wanted: readonly (readonly [string, SourceFile])[]): number {
    return wanted.reduce((sum, [name, { bytes }]) => sum + ((this.#copies.get(name)?.holders ?? 0) > 0 ? 0 : bytes), 0);
  }

  #pin(wanted: readonly (readonly [string, SourceFile])[]): void {
    for (const [name, { bytes, sha256, isReadOnce = false }] of wanted) {
      const known = this.#copies.get(name);
      const isSame = known?.bytes === bytes && (known.sha256 ?? sha256) === sha256;
      if (known !== undefined && !isSame && known.holders > 0) throw new Error('two objects have the same key');
      const copy =
        isSame && known.sha256 !== null ? known : { name, bytes, sha256, isReadOnce, holders: 0, ready: null };
      copy.isReadOnce &&= isReadOnce;
      copy.holders++;
      this.#copies.delete(name);
      this.#copies.set(name, copy);
    }
  }

  #release(names: readonly string[]): void {
    let freed = 0;
    let isOver = false;
    for (const name of names) {
      const copy = this.#copies.get(name);
      if (copy === undefined) continue;
      copy.holders--;
      if (copy.holders > 0) continue;
      freed += copy.bytes;
      // Nothing came of it.
      if (copy.ready === null) this.#copies.delete(name);
      else isOver ||= copy.isReadOnce;
    }
    this.#room.leave(freed);
    // Whoever deletes next deletes what could not be deleted now.
    if (isOver) this.#evict().catch(() => undefined);
  }

  /** Once for all who want it at the same time. */
  async #bring(name: string, file: SourceFile): Promise<void> {
    const copy = this.#copies.get(name);
    if (copy === undefined) throw new Error('a copy that is held was lost');
    const isHere = copy.ready !== null;
    copy.ready ??= this.#make(name, file).catch((error: unknown) => {
      copy.ready = null;
      throw error;
    });
    await copy.ready;
    if (isHere) this.#options.meter.cacheHit(file.bytes);
  }

  async #make(name: string, file: SourceFile): Promise<void> {
    const { directory, meter, fetch } = this.#options;
    const path = join(directory, name);
    const found = await ifPresent(stat(path));
    if (found?.size === file.bytes && (await digestOf(path)) === file.sha256) {
      meter.cacheHit(file.bytes);
      return;
    }
    if (found !== null) await rm(path);
    for (let fetches = 1; ; fetches++) {
      const aside = join(directory, `${name}.${randomUUID()}${UNFINISHED}`);
      try {
        const got = await fetchFile(await fetch(file.key), aside, file.bytes);
        if (got.bytes === file.bytes && got.sha256 === file.sha256) {
          await rename(aside, path);
          meter.cacheMissed(file.bytes);
          return;
        }
      } finally {
        await rm(aside, { force: true });
      }
      if (fetches === FETCHES) {
        throw new StoreAway(new Error(`the object ${file.key} is not the one that the data version names`));
      }
    }
  }

  /**
   * Deletes what nobody holds: what is read once, and of the rest the least recently used first, until it fits. One after the other: whoever goes on when this resolves
   * must find the room that others were making too, and none of the files that they were about to delete.
   */
  #evict(): Promise<void> {
    const evicted = this.#evicted.then(() => this.#deleteUnheld());
    this.#evicted = evicted.catch(() => undefined);
    return evicted;
  }

  async #deleteOthers(kept: ReadonlySet<string>): Promise<boolean> {
    let isDone = true;
    for (const [name, { holders }] of this.#copies) {
      if (kept.has(name)) continue;
      if (holders > 0) isDone = false;
      else {
        this.#copies.delete(name);
        await rm(join(this.#options.directory, name), { force: true });
      }
    }
    return isDone;
  }

  async #deleteUnheld(): Promise<void> {
    for (const [name, copy] of this.#copies) {
      if (copy.holders > 0 || (!copy.isReadOnce && this.bytes <= this.#options.maxBytes)) continue;
      this.#copies.delete(name);
      await rm(join(this.#options.directory, name), { force: true });
      this.#options.meter.cacheEvicted();
    }
  }
}
