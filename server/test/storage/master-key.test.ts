import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deriveKey, readMasterKey } from '../../src/storage/master-key.ts';

/** Paths that the disk cannot tell anything about: no permission has that effect on one name of a folder alone. */
const unreadable = vi.hoisted(() => new Set<string>());
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const lstat = (path: string) =>
    unreadable.has(path)
      ? Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))
      : real.lstat(path);
  return { ...real, lstat };
});

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const fromSetting = (setting: string) => readMasterKey({ setting, dataDir, allowFile: true });
const fromFile = () => readMasterKey({ setting: undefined, dataDir, allowFile: true });
const BYTES = Buffer.from(Array.from({ length: 32 }, (_, n) => 255 - n * 5));

describe('the setting', () => {
  it.each(['hex', 'base64', 'base64url'] as const)('may be %s', async (encoding) => {
    expect(Buffer.from(await fromSetting(`  ${BYTES.toString(encoding)}\n`))).toEqual(BYTES);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('may be any text of 32 bytes', async () => {
    const text = 'correct horse battery staple, é!';
    expect(Buffer.from(await fromSetting(text)).toString()).toBe(text);
    const word = 'abcdefghijklmnopqrstuvwxyz012345';
    expect(Buffer.from(await fromSetting(word)).toString()).toBe(word);
  });

  it.each(['', 'short', 'x'.repeat(31), BYTES.subarray(1, 20).toString('hex').slice(0, 31)])(
    'is refused when too short: %j',
    async (text) => {
      await expect(fromSetting(text)).rejects.toMatchObject({
        code: 'bad_setting',
        message: expect.stringContaining('openssl rand'),
      });
    },
  );

  it('is required where a file would differ from machine to machine', async () => {
    await expect(readMasterKey({ setting: undefined, dataDir, allowFile: false })).rejects.toMatchObject({
      code: 'bad_setting',
    });
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('the file', () => {
  it('is made once, for its owner only, and read ever after', async () => {
    const key = await fromFile();
    expect(key.length).toBe(32);
    expect(await readdir(dataDir)).toEqual(['master.key']);
    expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(Buffer.from((await readFile(join(dataDir, 'master.key'), 'utf8')).trim(), 'base64')).toEqual(
      Buffer.from(key),
    );
    expect(await fromFile()).toEqual(key);
  });

  it('is made in a directory that does not exist yet', async () => {
    const below = join(dataDir, 'new', 'data');
    expect((await readMasterKey({ setting: undefined, dataDir: below, allowFile: true })).length).toBe(32);
  });

  it('is the same for processes that start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, fromFile));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    const dist = dirname(createRequire(import.meta.url).resolve('#engine-child'));
    const other = join(dataDir, 'shared');
    const program = `
      const { readMasterKey } = await import(${JSON.stringify(pathToFileURL(join(dist, 'storage/master-key.js')).href)});
      const key = await readMasterKey({ setting: undefined, dataDir: ${JSON.stringify(other)}, allowFile: true });
      console.log(Buffer.from(key).toString('hex'));`;
    const start = () =>
      new Promise<string>((resolve) => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += chunk;
        });
        child.once('close', () => resolve(output.trim()));
      });
    const printed = await Promise.all([start(), start(), start()]);
    expect(new Set(printed).size).toBe(1);
    expect(printed[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await readdir(other)).toEqual(['master.key']);
  });

  it('is refused when others can read it, with the command that helps', async () => {
    await fromFile();
    await chmod(join(dataDir, 'master.key'), 0o644);
    await expect(fromFile()).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining('chmod 600'),
    });
  });

  it.each(['postgres', 'objects'])(
    'is not made anew beside %s that was made under another: it is missing',
    async (name) => {
      await mkdir(join(dataDir, name));
      await expect(fromFile()).rejects.toMatchObject({
        code: 'bad_setting',
        message: expect.stringContaining('master.key is missing'),
      });
      expect(await readdir(dataDir)).toEqual([name]);
    },
  );

  it('is not made where nobody can say whether something was made under another', async () => {
    await mkdir(join(dataDir, 'postgres'));
    unreadable.add(join(dataDir, 'postgres'));
    try {
      await expect(fromFile()).rejects.toMatchObject({ code: 'EIO' });
    } finally {
      unreadable.clear();
    }
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('is never replaced when it is empty or damaged', async () => {
    await writeFile(join(dataDir, 'master.key'), 'damaged\n', { mode: 0o600 });
    await expect(fromFile()).rejects.toMatchObject({ code: 'bad_setting' });
    expect(await readFile(join(dataDir, 'master.key'), 'utf8')).toBe('damaged\n');
  });
});

describe('deriveKey', () => {
  it('gives one key for one purpose, and others for others', () => {
    const links = deriveKey(BYTES, 'links');
    expect(links.length).toBe(32);
    expect(deriveKey(BYTES, 'links')).toEqual(links);
    expect(deriveKey(BYTES, 'tokens')).not.toEqual(links);
    expect(deriveKey(Buffer.alloc(32), 'links')).not.toEqual(links);
    expect(Buffer.from(links)).not.toEqual(BYTES);
  });

  it('is HKDF-SHA-256 as it was, or every credential would stop working', () => {
    expect(Buffer.from(deriveKey(Buffer.alloc(32, 1), 'links')).toString('hex')).toMatchInlineSnapshot(
      `"58d8d3059f23a5bf076b2c701b4954c924d29d428fe358fe6c598cdaedf015c2"`,
    );
  });
});
