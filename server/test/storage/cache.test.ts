/** The bound, the sharing and the checks of a node's copies; that they come from a real store is tried with the store. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreAway } from '../../src/core/passing-fault.ts';
import type { SourceFile } from '../../src/core/ports/store.ts';
import { ObjectCache } from '../../src/storage/cache/cache.ts';
import { takeDirectory } from '../../src/storage/cache/own-directory.ts';

const BYTES = 1000;

let directory: string;
let fetched: string[];
let counted: { hits: number; misses: number; evictions: number };
/** What the store gives instead. */
let altered: Map<string, Buffer>;
let holdUp: Promise<void> | undefined;

function content(key: string): Buffer {
  return Buffer.alloc(BYTES, key);
}

function file(key: string): SourceFile {
  return { key, bytes: BYTES, sha256: createHash('sha256').update(content(key)).digest('hex') };
}

function open(maxBytes = 3 * BYTES): Promise<ObjectCache> {
  return ObjectCache.open({
    directory,
    maxBytes,
    meter: {
      cacheHit: () => counted.hits++,
      cacheMissed: () => counted.misses++,
      cacheEvicted: () => counted.evictions++,
    },
    async fetch(key) {
      fetched.push(key);
      await holdUp;
      const bytes = altered.get(key) ?? content(key);
      return (async function* () {
        yield bytes.subarray(0, 10);
        yield bytes.subarray(10);
      })();
    },
  });
}

async function bytesOnDisk(): Promise<number> {
  const files = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name))));
  return files.reduce((sum, { length }) => sum + length, 0);
}

/** Lets everything happen that can. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-cache-'));
  fetched = [];
  counted = { hits: 0, misses: 0, evictions: 0 };
  altered = new Map();
  holdUp = undefined;
});
afterEach(() => rm(directory, { recursive: true }));

describe('a cache', () => {
  it('fetches an object once for all who want it at the same time, and again for nobody', async () => {
    const cache = await open();
    const releases = await Promise.all(Array.from({ length: 20 }, () => cache.hold([file('a'), file('b'), file('a')])));
    expect(fetched.sort()).toEqual(['a', 'b']);
    expect(await readFile(cache.path('a'))).toEqual(content('a'));
    for (const release of releases) release();
    (await cache.hold([file('a')]))();
    expect(fetched).toHaveLength(2);
    expect(counted).toMatchObject({ misses: 2, hits: 39 });
  });

  it('gives paths only of what is held', async () => {
    const cache = await open();
    expect(() => cache.path('a')).toThrow('there is no object a');
    const release = await cache.hold([file('a')]);
    release();
    expect(() => cache.path('a')).toThrow('there is no object a');
  });

  it('keeps its bound: the least recently used goes, what is held stays', async () => {
    const cache = await open();
    const release = await cache.hold([file('a')]);
    for (const key of ['b', 'c', 'b', 'd']) (await cache.hold([file(key)]))();
    expect(await bytesOnDisk()).toBe(3 * BYTES);
    expect(counted.evictions).toBe(1);
    fetched = [];
    (await cache.hold([file('a'), file('b'), file('d')]))();
    expect(fetched).toEqual([]);
    (await cache.hold([file('c')]))();
    expect(fetched).toEqual(['c']);
    release();
  });

  it('keeps no copy of what is read once, unless somebody else wants to keep it', async () => {
    const cache = await open();
    const once = { ...file('a'), isReadOnce: true } as const;
    const first = await cache.hold([once, file('b')]);
    const second = await cache.hold([once]);
    first();
    await settled();
    expect(await readFile(cache.path('a'))).toEqual(content('a'));
    second();
    await settled();
    expect([cache.bytes, await bytesOnDisk()]).toEqual([BYTES, BYTES]);
    (await cache.hold([once]))();
    expect(fetched).toEqual(['a', 'b', 'a']);
    (await cache.hold([{ ...file('b'), isReadOnce: true }]))();
    await settled();
    expect(await bytesOnDisk()).toBe(BYTES);
  });

  it('lets who needs more than is free wait, all files or none, and no one forever', async () => {
    const cache = await open();
    const first = await cache.hold([file('a'), file('b')]);
    const order: string[] = [];
    const second = cache.hold([file('c'), file('d')]).then((release) => {
      order.push('second');
      return release;
    });
    const third = cache.hold([file('e')]).then((release) => {
      order.push('third');
      return release;
    });
    await settled();
    expect(order).toEqual([]);
    first();
    for (const release of await Promise.all([second, third])) release();
    // Both have their room from then on; whose bytes are there first is the disk's business.
    expect(order.sort()).toEqual(['second', 'third']);
    expect(await bytesOnDisk()).toBeLessThanOrEqual(3 * BYTES);
  });

  it('lets one go who no longer wants to wait, and those behind him in', async () => {
    const cache = await open();
    const first = await cache.hold([file('a'), file('b')]);
    const stop = new AbortController();
    const gone = cache.hold([file('c'), file('d')], stop.signal);
    const next = cache.hold([file('e')]);
    stop.abort(new Error('no more'));
    await expect(gone).rejects.toThrow('no more');
    (await next)();
    first();
  });

  it('says at once what can never fit, and which setting it is', async () => {
    const cache = await open();
    const files = ['a', 'b', 'c', 'd'].map(file);
    await expect(cache.hold(files)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('CONVEYANCE_CACHE_MIB'),
    });
    expect(fetched).toEqual([]);
  });

  it.each([
    ['other bytes', Buffer.alloc(BYTES, 'x')],
    ['fewer bytes', content('a').subarray(1)],
    ['more bytes', Buffer.concat([content('a'), Buffer.from('a')])],
    ['nothing', Buffer.alloc(0)],
  ])('does not use an object that comes with %s, and leaves nothing of it', async (_what, bytes) => {
    const cache = await open();
    altered.set('a', bytes);
    await expect(cache.hold([file('a'), file('b')])).rejects.toBeInstanceOf(StoreAway);
    expect(await bytesOnDisk()).toBe(BYTES);
    altered.clear();
    (await cache.hold([file('a')]))();
  });

  it('uses what an earlier process left once it is checked, and not what was altered meanwhile', async () => {
    const earlier = await open();
    (await earlier.hold([file('a'), file('b')]))();
    const release = await earlier.hold([file('b')]);
    await writeFile(earlier.path('b'), Buffer.alloc(BYTES, 'x'));
    release();
    await writeFile(join(directory, `${'0'.repeat(64)}.1.part`), 'left');
    fetched = [];
    const cache = await open();
    const held = await cache.hold([file('a'), file('b')]);
    expect(fetched).toEqual(['b']);
    expect(await readFile(cache.path('b'))).toEqual(content('b'));
    expect(await bytesOnDisk()).toBe(2 * BYTES);
    held();
  });

  it('keeps a smaller bound from its start', async () => {
    const earlier = await open();
    (await earlier.hold([file('a'), file('b'), file('c')]))();
    await open(BYTES);
    expect(await bytesOnDisk()).toBe(BYTES);
  });

  it('lets go of all but what is named, and says whether something was held', async () => {
    const cache = await open();
    const releases = [await cache.hold([file('a')]), await cache.hold([file('b')]), await cache.hold([file('c')])];
    releases[0]?.();
    releases[1]?.();
    expect(await cache.keepOnly(new Set(['b']))).toBe(false);
    expect(await bytesOnDisk()).toBe(2 * BYTES);
    releases[2]?.();
    expect(await cache.keepOnly(new Set(['b']))).toBe(true);
    expect(await bytesOnDisk()).toBe(BYTES);
    (await cache.hold([file('b')]))();
    expect(fetched).toEqual(['a', 'b', 'c']);
    // What is wanted again is fetched again.
    (await cache.hold([file('a')]))();
    expect(fetched).toEqual(['a', 'b', 'c', 'a']);
  });

  it('lets go of what an earlier process left', async () => {
    (await (await open()).hold([file('a')]))();
    const cache = await open();
    expect(await bytesOnDisk()).toBe(BYTES);
    expect(await cache.keepOnly(new Set())).toBe(true);
    expect(await bytesOnDisk()).toBe(0);
  });

  it('is of use again after a fault of the store', async () => {
    const cache = await open();
    let refuse = (_fault: Error): void => undefined;
    holdUp = new Promise((_resolve, reject) => {
      refuse = reject;
    });
    holdUp.catch(() => undefined);
    const held = Promise.allSettled([cache.hold([file('a')]), cache.hold([file('a'), file('b')])]);
    refuse(new StoreAway(new Error('away')));
    expect((await held).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    holdUp = undefined;
    (await cache.hold([file('a'), file('b'), file('c')]))();
  });
});

describe('a directory of its own', () => {
  it('is the first that no living process has', async () => {
    const first = await takeDirectory(directory);
    const second = await takeDirectory(directory);
    expect([first.path, second.path]).toEqual([join(directory, '0'), join(directory, '1')]);
    await first.release();
    expect((await takeDirectory(directory)).path).toBe(join(directory, '0'));
  });

  it('is a dead process’s, and never that of one that runs', async () => {
    const first = await takeDirectory(directory);
    await writeFile(join(first.path, 'owner'), '1');
    await first.release();
    await writeFile(join(first.path, 'owner'), '1');
    expect((await takeDirectory(directory)).path).toBe(join(directory, '1'));
    // More than Linux gives.
    await writeFile(join(first.path, 'owner'), '99999999');
    expect((await takeDirectory(directory)).path).toBe(join(directory, '0'));
    expect(await readFile(join(first.path, 'owner'), 'utf8')).toBe(String(process.pid));
  });
});
