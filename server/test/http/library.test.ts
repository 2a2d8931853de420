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

test('sections are found by all words, those with them in the heading first, and lead to their place', async () => {
  await mkdir(join(root, 'docs'));
  const guide =
    '# Guide\n\nText about quota.\n\n## Quota & limits\n\nA [property](x.md) counts <b>once</b>.\n\n## Quota & limits\n\nAgain.';
  await writeFile(join(root, 'docs/guide.md'), guide);
  const library = createLibrary(pathToFileURL(`${root}/`));
  const found = await library.search('  QUOTA ');
  const links = [...found.matchAll(/<dt>.*?href="([^"]+)"/g)].map(([, link]) => link);
  expect(links).toEqual(['/docs/guide#quota--limits', '/docs/guide#quota--limits-1', '/docs/guide#guide']);
  expect(found).toContain('Text about <mark>quota</mark>.');
  expect(await library.search('property once')).toContain(
    '<mark>property</mark> counts &lt;b&gt;<mark>once</mark>&lt;/b&gt;',
  );
  expect(await library.search('property again')).toContain('No section has all of these words');
  expect(await library.search('')).toContain('Which words?');
});

test('what was decided comes behind how it is used', async () => {
  await mkdir(join(root, 'docs/adr'), { recursive: true });
  await writeFile(join(root, 'docs/adr/0001-quota.md'), '# Quota\n\nWhy.');
  await writeFile(join(root, 'docs/guide.md'), '# Guide\n\nThe quota.');
  const found = await createLibrary(pathToFileURL(`${root}/`)).search('quota');
  const links = [...found.matchAll(/<dt>.*?href="([^"]+)"/g)].map(([, link]) => link);
  expect(links).toEqual(['/docs/guide#guide', '/docs/adr/0001-quota#quota']);
});

test('what is searched for is shown as text, and is no pattern', async () => {
  await mkdir(join(root, 'docs'));
  await writeFile(join(root, 'docs/guide.md'), '# Guide\n\nHow a+b (c) [d] is written.');
  const library = createLibrary(pathToFileURL(`${root}/`));
  const found = await library.search('a+b (c) "><script>');
  expect(found).not.toContain('<script>');
  expect(found).toContain('value="a+b (c) &quot;&gt;&lt;script&gt;"');
  expect(await library.search('a+b (c) [d]')).toContain('<mark>a+b</mark> <mark>(c)</mark> <mark>[d]</mark>');
  expect(await library.search('x'.repeat(1_000_000))).toContain('No section');
});
