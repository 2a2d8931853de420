/** `conveyance serve` as a process, where it cannot start: one error, in words that help, and nothing left behind. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedRunning } from '../../src/postgres/embedded/embedded.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/conveyance.js', import.meta.url));
const PATIENCE_MS = 240_000;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-start-'));
  // The database's user has to enter.
  await chmod(dataDir, 0o755);
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function serve(env: Readonly<Record<string, string>>): Promise<{ code: number; stderr: string }> {
  const options = { env: { PATH: process.env['PATH'] ?? '', CONVEYANCE_DATA_DIR: dataDir, ...env } };
  return promisify(execFile)(process.execPath, [PROGRAM, 'serve'], options).then(
    () => ({ code: 0, stderr: '' }),
    (error) => error,
  );
}

describe('a start', { timeout: PATIENCE_MS }, () => {
  it('at a port in use says so once, and leaves no database running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      const { code, stderr } = await serve({ CONVEYANCE_PORT: String(port) });
      expect(code).not.toBe(0);
      expect(stderr).toContain(`error: port ${port} on 127.0.0.1 is already in use`);
      expect(stderr).not.toContain('"level":"error"');
      expect(await embeddedRunning(dataDir)).toBeNull();
    } finally {
      taken.close();
    }
  });

  it('under a wrong master key, or without the key, says which, and leaves no database running and no new key', async () => {
    const wrong = await serve({ CONVEYANCE_MASTER_KEY: 'x'.repeat(64) });
    expect(wrong.stderr).toContain('is sealed by another master key');
    expect(await embeddedRunning(dataDir)).toBeNull();
    await rm(join(dataDir, 'master.key'));
    const missing = await serve({});
    expect(missing.stderr).toContain('master.key is missing');
    expect(await embeddedRunning(dataDir)).toBeNull();
    expect(await readdir(dataDir)).not.toContain('master.key');
  });
});
