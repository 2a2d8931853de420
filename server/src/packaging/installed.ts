/** Packages as they are installed beside this program: found as Node finds them, read as they lie there. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConveyanceError } from '../core/errors.ts';
import type { ArchiveFile } from './tarball.ts';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  /** Its real path: a workspace is a link. */
  readonly directory: string;
  readonly manifest: Manifest;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

async function readManifest(directory: string): Promise<Manifest | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** By Node's own way: the nearest `node_modules` above. A package's `exports` may hide its manifest from `require.resolve`. */
export async function findPackage(name: string, from: string): Promise<Package> {
  for (let above = from; ; above = dirname(above)) {
    const directory = join(above, 'node_modules', name);
    const manifest = await readManifest(directory);
    if (manifest !== null) return { directory: await realpath(directory), manifest };
    if (above === dirname(above)) break;
  }
  throw new ConveyanceError('not_found', `the package ${name} is not installed beside the server`);
}

/** What an archive needs of a package of ours: nothing of its sources and tests, no maps to sources that are not there. */
const OWN_FILES = /^(?:package\.json|README\.md|LICENSE|dist\/.*\.(?:js|d\.ts))$/;
/** A package from the registry is already what its authors want to be installed. */
const FOREIGN_FILES = /^(?!node_modules\/).*/;

async function filesBelow(directory: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true });
  const paths = entries.map(async (entry) => {
    const path = prefix + entry.name;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(directory, `${path}/`);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(paths)).flat();
}

/** The package's files as they go into an archive, their paths below `place`. */
export async function filesOf({ directory, manifest }: Package, place: string): Promise<ArchiveFile[]> {
  const wanted = manifest.name.startsWith('@conveyance/') ? OWN_FILES : FOREIGN_FILES;
  const paths = (await filesBelow(directory)).filter((path) => wanted.test(path));
  return Promise.all(
    paths.map(async (path) => ({ path: `${place}/${path}`, bytes: await readFile(join(directory, path)) })),
  );
}

/** Everything that the package depends on, by the place under which Node finds the same version again. */
export async function dependenciesOf(root: Package): Promise<ReadonlyMap<string, Package>> {
  const placed = new Map<string, Package>();
  const place = async ({ directory, manifest }: Package, at: readonly string[]): Promise<void> => {
    for (const name of Object.keys(manifest.dependencies ?? {}).sort()) {
      const found = await findPackage(name, directory);
      const places = at.map((above) => `${above}node_modules/${name}`);
      const visible = places.findLast((path) => placed.has(path));
      if (visible !== undefined && placed.get(visible)?.directory === found.directory) continue;
      // At the top; below the one that needs it where another version is there already.
      const free = (visible === undefined ? places[0] : places.at(-1)) ?? '';
      placed.set(free, found);
      const depth = places.indexOf(free) + 1;
      await place(found, [...at.slice(0, depth), `${free}/`]);
    }
  };
  await place(root, ['']);
  return placed;
}
