/** An earlier release’s program, built from its commit with the packages that are installed for this one. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../../..');
const RELEASE = '0.2.0';
/** They are the release's own. */
const OURS = ['@conveyance'];

function commitOf(version: string): string | null {
  const asked = ['log', '--format=%H', '--max-count=1', `--grep=^Release ${version}$`];
  const { status, stdout } = spawnSync('git', asked, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

const commit = commitOf(RELEASE);
export const releaseMissing: string | null =
  commit === null ? `the history of this checkout does not have release ${RELEASE}: clone all of it` : null;

/** Resolves with the path of its program. */
export async function buildRelease(directory: string): Promise<string> {
  if (commit === null) throw new Error(String(releaseMissing));
  await mkdir(directory, { recursive: true });
  const archive = join(directory, 'release.tar');
  await run(
    'git',
    ['archive', '--output', archive, commit, 'sdk', 'cli', 'server', 'package.json', 'tsconfig.base.json'],
    {
      cwd: ROOT,
    },
  );
  await run('tar', ['-xf', archive], { cwd: directory });
  const modules = join(directory, 'node_modules');
  await mkdir(join(modules, '@conveyance'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!OURS.includes(name)) await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const name of ['sdk', 'cli']) await symlink(join(directory, name), join(modules, '@conveyance', name));
  // It was judged when it was released.
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-b', 'server', '--noCheck'], { cwd: directory });
  return join(directory, 'server/dist/main.js');
}
