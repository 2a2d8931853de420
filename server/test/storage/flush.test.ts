/** Directories are flushed together: whoever waits for one is told what became of a flush that began after he came. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flushDirectories, flushDirectory } from '../../src/storage/seal.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyance-flush-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('flushes a directory and all above it for many at once', async () => {
  const paths = Array.from({ length: 20 }, (_, index) => join(root, 'results', 'account', `job-${index}`));
  await Promise.all(
    paths.map(async (path) => {
      await mkdir(path, { recursive: true });
      await flushDirectories(path, root);
    }),
  );
});

it('shares the next flush among those that wait, and no flush with who came later than it began', async () => {
  const [first, second, third] = [flushDirectory(root), flushDirectory(root), flushDirectory(root)];
  expect(second).not.toBe(first);
  expect(third).toBe(second);
  await Promise.all([first, second]);
  const later = flushDirectory(root);
  expect(later).not.toBe(second);
  await later;
});

it('tells everyone who waits of a directory that cannot be flushed, and flushes it once it can be', async () => {
  const path = join(root, 'not-yet');
  const flushes = [flushDirectory(path), flushDirectory(path), flushDirectory(path)];
  for (const flush of flushes) await expect(flush).rejects.toMatchObject({ code: 'ENOENT' });
  await mkdir(path);
  await flushDirectory(path);
});
