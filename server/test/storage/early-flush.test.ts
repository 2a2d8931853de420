/** A large object is flushed while it is written. What the disk says of that must not be lost: it says it once. */
import { type FileHandle, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDiskStore } from '../../src/storage/disk/disk.ts';

const MIB = 1_048_576;
const PIECE = Buffer.alloc(MIB, 'x');
const KEY = 'results/account/job/1/file.csv';

let root: string;
/** What every file handle does. */
let handles: FileHandle;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyance-early-'));
  const any = await open(root, 'r');
  handles = Object.getPrototypeOf(any);
  await any.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

async function begin() {
  const store = createDiskStore({ root });
  const writer = await store.create(KEY);
  const write = async (mebibytes: number) => {
    for (let index = 0; index < mebibytes; index++) await writer.write(PIECE);
  };
  return { store, writer, write };
}

/** The next early flush fails. */
function breakDisk(): void {
  vi.spyOn(handles, 'datasync').mockRejectedValueOnce(Object.assign(new Error('i/o error'), { code: 'EIO' }));
}

describe('an object on the disk', () => {
  it('is flushed as it grows, and as a whole at its end', async () => {
    const early = vi.spyOn(handles, 'datasync');
    const last = vi.spyOn(handles, 'sync');
    const { writer, write } = await begin();
    await write(80);
    expect(early.mock.calls.length).toBeGreaterThan(0);
    const before = last.mock.calls.length;
    expect(await writer.finish()).toMatchObject({ bytes: 80 * MIB });
    expect(last.mock.calls.length).toBeGreaterThan(before);
  });

  it('is not, where it is small', async () => {
    const early = vi.spyOn(handles, 'datasync');
    const { writer, write } = await begin();
    await write(20);
    await writer.finish();
    expect(early).not.toHaveBeenCalled();
  });

  it('is not there when a part of it could not be flushed, although all that came later was', async () => {
    breakDisk();
    const { store, writer, write } = await begin();
    const failing = async () => {
      await write(80);
      await writer.finish();
    };
    await expect(failing()).rejects.toMatchObject({ cause: { code: 'EIO' } });
    await writer.abort();
    expect(await store.stat(KEY)).toBeNull();
    expect(await readdir(join(root, '.scratch'))).toEqual([]);
  });

  it('is not there when the last that was flushed early could not be', async () => {
    breakDisk();
    const { store, writer, write } = await begin();
    await write(33);
    await expect(writer.finish()).rejects.toMatchObject({ cause: { code: 'EIO' } });
    await writer.abort();
    expect(await store.stat(KEY)).toBeNull();
  });
});
