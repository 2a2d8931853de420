/** The pages of docs/ where reading them failed once. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLibrary } from '../../src/http/pages/library.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyance-library-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a page that could not be read is read when it is asked for again', async () => {
  await mkdir(join(root, 'docs'));
  const page = join(root, 'docs/guide.md');
  await writeFile(page, '# Guide');
  const library = createLibrary(pathToFileURL(`${root}/`));
  expect(await library.names()).toEqual(['guide']);
  await rm(page);
  await expect(library.page('guide')).rejects.toThrow('ENOENT');
  await writeFile(page, '# Guide');
  expect(await library.page('guide')).toContain('Guide');
});

test('a folder that cannot be read is an error and not an empty one, and is read again', async () => {
  await writeFile(join(root, 'docs'), 'no folder');
  const library = createLibrary(pathToFileURL(`${root}/`));
  await expect(library.names()).rejects.toThrow('ENOTDIR');
  await rm(join(root, 'docs'));
  expect(await library.names()).toEqual([]);
});
