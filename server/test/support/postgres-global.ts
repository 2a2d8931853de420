import { once } from 'node:events';
import { chmod, mkdtemp, readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { isConveyanceError } from '../../src/core/errors.ts';
import { embeddedRunning, startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { startJanitor } from './janitor.ts';
import { silentLog, TEST_PASSWORD } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of what the run's tests share: the database, and data to clone. Only a test that asks for it pays for the making. */
    runDirectory: string;
  }
}

const RELEASE_TIMEOUT_MS = 20_000;
const MEMORY = '/dev/shm';
/** Several times what a run has in its databases at once; containers often give 64 MiB. */
const ENOUGH_BYTES = 2 * 1024 ** 3;

/**
 * Where the run's database goes: into memory where the system offers it. It lasts no longer than the run, but on a disk each commit
 * waits for it, 3 ms, and whoever makes or deletes a database waits for all of its files: of two tests at once, one was waiting.
 */
async function parentDirectory(): Promise<string> {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  if (free < ENOUGH_BYTES) return tmpdir();
  const mounts = await readFile('/proc/mounts', 'utf8');
  const options = mounts.split('\n').find((line) => line.split(' ')[1] === MEMORY);
  // Under root the server's programs may have to be copied there.
  return options === undefined || /\bnoexec\b/.test(options) ? tmpdir() : MEMORY;
}

async function removeServer(dataDir: string): Promise<void> {
  const deadline = Date.now() + RELEASE_TIMEOUT_MS;
  while ((await embeddedRunning(dataDir)) !== null) {
    const server = await startEmbedded({ dataDir, password: TEST_PASSWORD, log: silentLog });
    try {
      await server.remove();
    } catch (error) {
      // A test process that is still ending uses it.
      if (!isConveyanceError(error, 'unavailable') || Date.now() > deadline) throw error;
      await delay(100);
    }
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(await parentDirectory(), 'conveyance-test-'));
  // As root the database runs as somebody else, who has to enter.
  await chmod(dataDir, 0o755);
  provide('runDirectory', dataDir);
  const janitor = startJanitor(dataDir);
  return async () => {
    await removeServer(dataDir);
    const ended = once(janitor, 'exit');
    janitor.stdin?.end();
    await ended;
  };
}
