/** What makes the workspace one that can be installed alone, and harmless beside the server's. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function manifest(workspace: string): Promise<Manifest> {
  return JSON.parse(await readFile(new URL(`../../${workspace}/package.json`, import.meta.url), 'utf8'));
}

describe('the package', () => {
  it('depends on the SDK and on what draws and parses, and on nothing of the server', async () => {
    const { dependencies = {} } = await manifest('cli');
    expect(Object.keys(dependencies)).toEqual(['@conveyance/sdk', 'cli-progress', 'commander']);
  });

  it('leaves `npx conveyance` to the server: two workspaces with one bin make it a matter of their order', async () => {
    const workspaces = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).workspaces;
    const withBin: string[] = [];
    for (const workspace of workspaces) if ((await manifest(workspace)).bin !== undefined) withBin.push(workspace);
    expect(withBin).toEqual(['server']);
  });
});

describe.each(['cli', 'sdk'])('the package of %s', (workspace) => {
  it('has the license of the whole', async () => {
    const text = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(await text(`${workspace}/LICENSE`)).toBe(await text('LICENSE'));
  });
});

describe('the program in a clone that is not built', () => {
  it('says how to build it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-clone-'));
    try {
      await mkdir(join(directory, 'bin'));
      await writeFile(join(directory, 'package.json'), '{"type":"module"}');
      await copyFile(new URL('../../server/bin/conveyance.js', import.meta.url), join(directory, 'bin/conveyance.js'));
      const { status, stderr } = spawnSync(process.execPath, ['bin/conveyance.js', '--help'], { cwd: directory });
      expect([status, stderr.toString()]).toEqual([1, expect.stringContaining('run: npm run build')]);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
