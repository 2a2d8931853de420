/** The archives, as every tool reads them. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tarball } from '../../src/packaging/tarball.ts';

const FILES = [
  { path: 'package/b.txt', bytes: Buffer.from('second') },
  { path: 'package/a.txt', bytes: Buffer.alloc(0) },
  { path: `package/${'deep/'.repeat(20)}${'x'.repeat(80)}.js`, bytes: Buffer.alloc(1_025, 'é') },
];

describe('a tarball', () => {
  it('holds the files, each whole and under its path, a long one too', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-tar-'));
    try {
      await writeFile(join(directory, 'all.tgz'), tarball(FILES));
      execFileSync('tar', ['xzf', 'all.tgz'], { cwd: directory });
      for (const { path, bytes } of FILES) expect(await readFile(join(directory, path))).toEqual(Buffer.from(bytes));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('has the same bytes for the same files, in whichever order they come and whenever', () => {
    expect(tarball(FILES.toReversed())).toEqual(tarball(FILES));
    expect(tarball(FILES.slice(1))).not.toEqual(tarball(FILES));
  });

  it('refuses a path that the format has no room for', () => {
    expect(() => tarball([{ path: 'x'.repeat(101), bytes: Buffer.alloc(0) }])).toThrow('too long');
  });
});
