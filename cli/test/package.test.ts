/** What makes the workspace one that can be installed alone, and harmless beside the server's. */
import { readFile } from 'node:fs/promises';
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
