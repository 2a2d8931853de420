/**
 * The client as it is handed out: command line and SDK as npm packages, made in memory from the packages that this server is itself
 * running on, and the Python module. Nothing is fetched, and nothing can be older than the server.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientFile, ClientFiles } from '../core/ports/client-files.ts';
import { dependenciesOf, filesOf, findPackage, type Package } from './installed.ts';
import { type ArchiveFile, tarball } from './tarball.ts';

/** The server's package, built or not: this file is two levels below it. */
const HOME = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** npm puts what an archive holds below this name. */
const ROOT = 'package';
const COMMAND = { conveyance: 'dist/main.js' };
/** In a clone where it is written, in a package where the build has copied it. */
const PYTHON_PLACES = ['../clients/python/conveyance.py', 'dist/conveyance.py'];

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function withManifest(files: readonly ArchiveFile[], manifest: object): ArchiveFile[] {
  const path = `${ROOT}/package.json`;
  return [...files.filter((file) => file.path !== path), { path, bytes: json(manifest) }];
}

/** In the repository the package has no command: two workspaces with the same one would make `npx conveyance` the wrong one. */
async function packCommandLine(cli: Package): Promise<Uint8Array> {
  const { private: _private, ...manifest } = { private: true, ...cli.manifest };
  const dependencies = await dependenciesOf(cli);
  const bundled = [...dependencies].map(([place, found]) => filesOf(found, `${ROOT}/${place}`));
  const files = [await filesOf(cli, ROOT), ...(await Promise.all(bundled))].flat();
  const bundleDependencies = Object.keys(manifest.dependencies ?? {});
  return tarball(withManifest(files, { ...manifest, bin: COMMAND, bundleDependencies }));
}

async function packSdk(sdk: Package): Promise<Uint8Array> {
  return tarball(await filesOf(sdk, ROOT));
}

async function readPython(home: string): Promise<Uint8Array | null> {
  for (const place of PYTHON_PLACES) {
    try {
      return await readFile(join(home, place));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return null;
}

function clientFile(name: string, contentType: string, bytes: Uint8Array): ClientFile {
  return { name, contentType, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function makeFiles(home: string): Promise<readonly ClientFile[]> {
  const cli = await findPackage('@conveyance/cli', home);
  const sdk = await findPackage('@conveyance/sdk', home);
  const python = await readPython(home);
  return [
    clientFile('conveyance-cli.tgz', 'application/gzip', await packCommandLine(cli)),
    clientFile('conveyance-sdk.tgz', 'application/gzip', await packSdk(sdk)),
    ...(python === null ? [] : [clientFile('conveyance.py', 'text/x-python; charset=utf-8', python)]),
  ];
}

/** Made at the first call and kept: less than a megabyte. */
export function createClientFiles(home: string = HOME): ClientFiles {
  let made: Promise<readonly ClientFile[]> | null = null;
  return {
    list() {
      made ??= makeFiles(home).catch((error: unknown) => {
        made = null;
        throw error;
      });
      return made;
    },
  };
}
