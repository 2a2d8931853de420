/** What a package depends on, and where it has to lie to be found again. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dependenciesOf, filesOf, findPackage } from '../../src/packaging/installed.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'conveyance-packages-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function install(place: string, version: string, dependencies: readonly string[] = []): Promise<void> {
  const name = place.split('node_modules/').at(-1) ?? '';
  await mkdir(join(root, place), { recursive: true });
  const manifest = { name, version, dependencies: Object.fromEntries(dependencies.map((each) => [each, '*'])) };
  await writeFile(join(root, place, 'package.json'), JSON.stringify(manifest));
}

async function placesOf(name: string): Promise<Record<string, string>> {
  const found = await dependenciesOf(await findPackage(name, root));
  return Object.fromEntries([...found].map(([place, { manifest }]) => [place, manifest.version]));
}

describe('dependencies', () => {
  it('lie flat, each once, those of dependencies too', async () => {
    await install('node_modules/app', '1.0.0', ['bar', 'width']);
    await install('node_modules/bar', '1.0.0', ['width']);
    await install('node_modules/width', '4.0.0', ['ansi']);
    await install('node_modules/ansi', '5.0.0');
    expect(await placesOf('app')).toEqual({
      'node_modules/ansi': '5.0.0',
      'node_modules/bar': '1.0.0',
      'node_modules/width': '4.0.0',
    });
  });

  it('of two versions lie where each is found by the one that needs it', async () => {
    await install('node_modules/app', '1.0.0', ['ansi', 'bar']);
    await install('node_modules/ansi', '6.0.0');
    await install('node_modules/bar', '1.0.0', ['ansi']);
    await install('node_modules/bar/node_modules/ansi', '5.0.0');
    expect(await placesOf('app')).toEqual({
      'node_modules/ansi': '6.0.0',
      'node_modules/bar': '1.0.0',
      'node_modules/bar/node_modules/ansi': '5.0.0',
    });
  });

  it('that are missing are named', async () => {
    await install('node_modules/app', '1.0.0', ['gone']);
    await expect(placesOf('app')).rejects.toThrow('the package gone is not installed');
  });
});

describe('the files of a package', () => {
  it('of ours are what is built, without sources, tests and maps; of others all but what they have installed', async () => {
    for (const name of ['@conveyance/app', 'other']) {
      const place = join('node_modules', name);
      await install(place, '1.0.0');
      await install(join(place, 'node_modules/inner'), '1.0.0');
      for (const folder of ['dist', 'src']) {
        await mkdir(join(root, place, folder));
        for (const file of ['a.js', 'a.d.ts', 'a.js.map']) await writeFile(join(root, place, folder, file), '');
      }
    }
    const pathsOf = async (name: string) =>
      (await filesOf(await findPackage(name, root), 'p')).map(({ path }) => path).sort();
    expect(await pathsOf('@conveyance/app')).toEqual(['p/dist/a.d.ts', 'p/dist/a.js', 'p/package.json']);
    expect(await pathsOf('other')).toHaveLength(7);
  });
});
