import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { isConveyanceError } from '../../src/core/errors.ts';
import { embeddedRunning, startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { silentLog, TEST_PASSWORD } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of what the run's tests share: the database, and data to clone. Only a test that asks for it pays for the making. */
    runDirectory: string;
  }
}

const RELEASE_TIMEOUT_MS = 20_000;

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
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-test-'));
  // As root the database runs as somebody else, who has to enter.
  await chmod(dataDir, 0o755);
  provide('runDirectory', dataDir);
  return async () => {
    await removeServer(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
}
