/** Who may look into the data directory. */
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOpenToOthers, makeDataDirectory } from '../../src/postgres/embedded/data-directory.ts';
import { databaseUser, mayEnter } from '../../src/postgres/embedded/system-user.ts';

const asRoot = process.getuid?.() === 0;

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'conveyance-data-'));
  await chmod(parent, 0o755);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('it is made for the server’s user alone, whatever the umask', async () => {
  const path = join(parent, 'deep', 'data');
  await makeDataDirectory(path, false);
  expect(await modeOf(path)).toBe(0o700);
  expect(await isOpenToOthers(path)).toBe(false);
});

test.runIf(asRoot)('under root the database’s user may pass through it, and list nothing', async () => {
  const path = join(parent, 'data');
  await makeDataDirectory(path, true);
  const user = await databaseUser();
  expect(await modeOf(path)).toBe(0o710);
  expect((await stat(path)).gid).toBe(user?.gid);
  expect(await mayEnter(user, path)).toBe(true);
  expect(await isOpenToOthers(path)).toBe(false);
});

test.runIf(asRoot)('under root it stays closed where the way to it is', async () => {
  await chmod(parent, 0o700);
  const path = join(parent, 'data');
  await makeDataDirectory(path, true);
  expect(await modeOf(path)).toBe(0o700);
});

test('one that is there stays as it is; that others see it is told', async () => {
  await makeDataDirectory(parent, true);
  expect(await modeOf(parent)).toBe(0o755);
  expect(await isOpenToOthers(parent)).toBe(true);
});
