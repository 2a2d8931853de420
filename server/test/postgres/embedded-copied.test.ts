/** Data directories that were copied or damaged, and starts that fail: what is wrong is said at once, and nothing is left running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedPlace, removeMadeCluster } from './embedded-place.ts';

/** Less than the two minutes that a slow start is given: what waits for them fails here. */
const PATIENCE_MS = 100_000;

let place: EmbeddedPlace;
beforeEach(async () => {
  place = await EmbeddedPlace.prepare();
  await place.beginWithCluster();
}, PATIENCE_MS);
afterEach(() => place.tidy());
afterAll(() => removeMadeCluster());

const inCluster = (path: string) => join(place.dataDir, 'postgres', path);

/** With the owner of the cluster, as a copy has it. */
async function writeOwned(path: string, text: string): Promise<void> {
  await writeFile(inCluster(path), text);
  const { uid, gid } = await stat(inCluster('.'));
  await chown(inCluster(path), uid, gid);
}

async function refusal(password?: string): Promise<{ code: string; message: string }> {
  return place.start(undefined, password).then(
    () => ({ code: 'started', message: '' }),
    (error) => error,
  );
}

describe('a data directory', { timeout: PATIENCE_MS }, () => {
  it.runIf(process.platform === 'linux')(
    'whose lock file names another process says which file, and keeps it',
    async () => {
      const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
      await once(stranger, 'spawn');
      try {
        const lock = `${stranger.pid}\n/elsewhere/postgres\n1700000000\n5432\n\n127.0.0.1\n`;
        await writeOwned('postmaster.pid', lock);
        const { code, message } = await refusal();
        expect(code).toBe('bad_setting');
        expect(message).toContain(`${inCluster('postmaster.pid')} names process ${stranger.pid}`);
        expect(message).toContain('delete the file');
        expect(await readFile(inCluster('postmaster.pid'), 'utf8')).toBe(lock);
      } finally {
        stranger.kill();
      }
    },
  );

  it('whose lock file names a process that is gone starts', async () => {
    await writeOwned('postmaster.pid', '4194303\n/elsewhere/postgres\n1700000000\n5432\n\n127.0.0.1\n');
    const server = await place.start();
    await server.stop();
  });

  it('with a torn control file says so', async () => {
    await truncate(inCluster('global/pg_control'), 100);
    const { code, message } = await refusal();
    expect(code).toBe('bad_setting');
    expect(message).toContain('global/pg_control) is missing or damaged');
    expect(await place.running()).toBeNull();
  });

  it('under another master key says so and leaves no server behind', async () => {
    const { code, message } = await refusal('another password');
    expect(code).toBe('bad_setting');
    expect(message).toContain('created under another master key');
    expect(await place.running()).toBeNull();
    // The control: under its own key it starts.
    const server = await place.start();
    expect(await place.running()).not.toBeNull();
    await server.stop();
  });
});
