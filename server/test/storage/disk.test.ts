import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';

const OTHER_VOLUME = '/dev/shm';

let root: string;
let store: ObjectStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyance-disk-'));
  store = createDiskStore({ root: join(root, 'objects') });
});
afterEach(() => rm(root, { recursive: true }));

async function put(key: string): Promise<void> {
  const path = await store.scratch('x');
  await writeFile(path, 'content');
  await store.put(key, path);
}

async function isAnotherVolume(): Promise<boolean> {
  return existsSync(OTHER_VOLUME) && (await stat(OTHER_VOLUME)).dev !== (await stat(root)).dev;
}

describe('the disk store', () => {
  it('keeps objects where their keys say, for its owner only', async () => {
    await put('results/a/b.csv');
    expect(await store.localize('results/a/b.csv')).toBe(join(root, 'objects/results/a/b.csv'));
    expect((await stat(join(root, 'objects/results'))).mode & 0o777).toBe(0o700);
  });

  it('makes files on the volume where they are sealed', async () => {
    const path = await store.scratch('x');
    expect(path).toBe(join(root, 'objects/.scratch/x'));
    await writeFile(path, 'content');
    const { ino } = await stat(path);
    await store.put('a/b', path);
    expect((await stat(await store.localize('a/b'))).ino).toBe(ino);
  });

  it('leaves no empty directories behind', async () => {
    await put('results/a/1/x.csv');
    await put('results/b/1/x.csv');
    await store.delete('results/a/1/x.csv');
    expect(await readdir(join(root, 'objects/results'))).toEqual(['b']);
    await store.delete('results/b/1/x.csv');
    expect(await readdir(join(root, 'objects'))).toEqual(['.scratch']);
    expect(existsSync(join(root, 'objects'))).toBe(true);
  });

  it('takes a file from another volume without ever showing half of it', async (context) => {
    if (!(await isAnotherVolume())) return context.skip();
    const directory = await mkdtemp(join(OTHER_VOLUME, 'conveyance-'));
    const path = join(directory, 'x');
    await writeFile(path, 'from afar');
    expect(await store.put('a/b', path)).toMatchObject({ bytes: 9 });
    expect(await readFile(await store.localize('a/b'), 'utf8')).toBe('from afar');
    expect(await readdir(directory)).toEqual([]);
    expect(await readdir(join(root, 'objects/.scratch'))).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('does not put what is not there', async () => {
    await expect(store.put('a/b', join(root, 'absent'))).rejects.toThrow('ENOENT');
    expect(await store.stat('a/b')).toBeNull();
  });

  it('reports the free space of its volume', async () => {
    const { bavail, bsize } = await statfs(root);
    const free = await store.freeBytes();
    expect(Number(free) / (bavail * bsize)).toBeGreaterThan(0.5);
    expect(Number(free) / (bavail * bsize)).toBeLessThan(2);
  });
});
