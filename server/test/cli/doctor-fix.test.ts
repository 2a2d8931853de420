/** `doctor --fix`: each thing that it puts right, what it leaves alone, and that it asks. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ORPHAN_AGE_MS } from '../../src/jobs/expire.ts';
import { resultKey } from '../../src/jobs/result-key.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { withClient } from '../support/postgres.ts';
import { cli } from './cli-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
});
afterAll(() => app?.close());

const deps = () => app.app.deps;
const run = (...argv: readonly string[]) => cli(['doctor', ...argv], { deps: deps() });

async function fixed(...argv: readonly string[]) {
  const { stdout } = await run('--fix', ...argv, '--json');
  return JSON.parse(stdout) as { ok: boolean; repairs: { repair: string; state: string; detail: string | null }[] };
}

describe('doctor --fix', () => {
  it('says that there is nothing to repair, and is not meant without the word', async () => {
    const { code, stderr } = await run('--fix');
    expect([code, stderr]).toEqual([0, expect.stringContaining('There is nothing to repair.')]);
    expect(JSON.parse((await run('--json')).stdout)).not.toHaveProperty('repairs');
  });

  it('takes nodes off the list that died, and no living one', async () => {
    const node = { role: 'worker', host: 'gone', pid: 7, release: '0', slots: 1 } as const;
    await deps().db.nodes.report({ id: randomUUID(), ...node });
    await withClient(app.databaseUrl, (client) =>
      client.query(`update nodes set heard_at = now() - interval '1 hour' where host = 'gone'`),
    );
    const asked = await run('--fix');
    expect(asked.stderr).toContain('1 node died without saying so: gone (7)\n  would take them off the list');
    expect(asked.stderr).toContain('Nothing was changed; --yes does it.');
    expect(await deps().db.nodes.list()).toHaveLength(2);
    expect(await fixed('--yes')).toMatchObject({ repairs: [{ repair: 'nodes', state: 'done' }] });
    expect((await deps().db.nodes.list()).map(({ host }) => host)).not.toContain('gone');
    expect(await deps().db.nodes.list()).toHaveLength(1);
  });

  it('evaluates the rules that no load has heard of', async () => {
    const { id } = await app.account({ name: 'Ruled' });
    await deps().db.accounts.setGrants(id, { rule: 'property_id > 1' });
    expect(await fixed()).toMatchObject({ ok: true, repairs: [{ repair: 'rules', state: 'offered', detail: null }] });
    expect(await deps().db.warehouse.matches(1, 'property_id > 1')).toBeNull();
    expect(await fixed('--yes')).toMatchObject({ repairs: [{ state: 'done', detail: '1 rule evaluated' }] });
    expect(await deps().db.warehouse.matches(1, 'property_id > 1')).not.toBeNull();
    // Of a rule whose column is gone it says so.
    await deps().db.accounts.setGrants(id, { rule: 'no_such_column > 1' });
    expect(await fixed('--yes')).toMatchObject({ ok: false, repairs: [{ state: 'failed' }] });
    await deps().db.accounts.setGrants(id, 'all');
  });

  it('deletes what a worker would have, and nothing younger', async () => {
    const keys = ['old', 'young'].map((name) => resultKey({ accountId: randomUUID(), id: randomUUID() }, 1, name));
    const pathOf = (key = '') => join(app.dataDir, 'objects', key);
    for (const key of keys) {
      await mkdir(dirname(pathOf(key)), { recursive: true });
      await writeFile(pathOf(key), 'left by an attempt that died');
    }
    const before = new Date(Date.now() - 2 * ORPHAN_AGE_MS);
    await utimes(pathOf(keys[0]), before, before);
    expect(await fixed('--yes')).toMatchObject({ repairs: [{ repair: 'leftovers', state: 'done' }] });
    expect(
      await Promise.all(
        keys.map((key) =>
          deps()
            .store.stat(key)
            .then((found) => found !== null),
        ),
      ),
    ).toEqual([false, true]);
  });
});

describe('doctor --fix of files that others can read', { timeout: 120_000 }, () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conveyance-doctor-'));
    await writeFile(join(directory, 'master.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
    await chmod(join(directory, 'master.key'), 0o644);
    await chmod(directory, 0o755);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const modes = async () =>
    Promise.all([directory, join(directory, 'master.key')].map(async (path) => (await stat(path)).mode & 0o777));

  it.skipIf(process.platform === 'win32')('closes data directory and key, before it opens anything', async () => {
    // With a database of its own: a key in a file is for that.
    const settings = { CONVEYANCE_DATA_DIR: directory };
    const asked = await cli(['doctor', '--fix'], { settings });
    expect(asked.stderr).toContain('Nothing was changed');
    expect(asked.stdout).toContain('can be read by other users');
    expect(await modes()).toEqual([0o755, 0o644]);
    const { stdout } = await cli(['doctor', '--fix', '--yes', '--json'], { settings });
    expect(JSON.parse(stdout).ok).toBe(true);
    expect(JSON.parse(stdout).repairs).toEqual([
      expect.objectContaining({ repair: 'access', state: 'done', detail: `${directory} has mode 711` }),
      expect.objectContaining({ repair: 'access', state: 'done', detail: `${directory}/master.key has mode 600` }),
    ]);
    expect(await modes()).toEqual([0o711, 0o600]);
  });

  it('says which of them it cannot look at', async () => {
    await rm(join(directory, 'master.key'));
    await symlink('master.key', join(directory, 'master.key'));
    const { stdout, code } = await cli(['doctor', '--fix', '--yes', '--json'], {
      settings: { CONVEYANCE_DATA_DIR: directory },
    });
    expect(code).toBe(1);
    const found = {
      check: 'access',
      ok: false,
      detail: expect.stringContaining('master.key cannot be looked at: ELOOP'),
    };
    expect(JSON.parse(stdout).checks).toContainEqual(found);
  });
});
