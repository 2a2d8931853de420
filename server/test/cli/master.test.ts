/** `conveyance master`: what it shows and says, to people and to programs, and what it refuses. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase } from '../support/postgres.ts';
import { cli, type Ran } from './cli-world.ts';

const [OLD, NEW] = ['the master key of before, which many have seen', 'the master key that takes its place here'];

let dataDir: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-master-commands-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));
beforeEach(async () => {
  database = await emptyDatabase('test_template');
  return () => database.close();
});

function settings(masterKey: string, next?: string): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    CONVEYANCE_MASTER_KEY: masterKey,
    ...(next !== undefined && { CONVEYANCE_MASTER_KEY_NEXT: next }),
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_LOG_LEVEL: 'silent',
  };
}

const ran = (words: string, masterKey = OLD, next?: string): Promise<Ran> =>
  cli(words.split(' '), { settings: settings(masterKey, next) });

async function shown(masterKey = OLD): Promise<Record<string, never>> {
  const { code, stdout, stderr } = await ran('master --json', masterKey);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('master show', () => {
  it('says which master key is in use, and what could be computed from the first', async () => {
    const { code, stdout } = await ran('master');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Master key [0-9a-f]{16}, in CONVEYANCE_MASTER_KEY, since /);
    expect(stdout).toMatch(/links +signatures of download links +1 .* yes +in use/);
    expect(stdout).toContain('Derived: whoever has the master key of the first start can compute it.');
    // The embedded database has a password, and this is another one.
    expect(stdout).not.toContain('password of the embedded database');
    for (const secret of [OLD, Buffer.from(OLD).toString('base64')]) expect(stdout).not.toContain(secret);
  });
});

describe('master rotate', () => {
  it('asks first, and changes nothing without a terminal', async () => {
    const { master_key: before } = await shown();
    const { code, stderr } = await ran('master rotate', OLD, NEW);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Nothing was changed')]);
    expect((await shown())['master_key']).toEqual(before);
  });

  it('says what is needed where there is no other key', async () => {
    const { code, stderr } = await ran('master rotate --yes');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'as CONVEYANCE_MASTER_KEY_NEXT, CONVEYANCE_MASTER_KEY_NEXT_FILE or CONVEYANCE_MASTER_KEY_NEXT_COMMAND',
    );
  });

  it('seals the keyring by the next key: the one before opens nothing, and is told why', async () => {
    await shown();
    const { code, stdout } = await ran('master rotate --yes', OLD, NEW);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^The keyring is sealed by master key ([0-9a-f]{16}); [0-9a-f]{16} opens nothing of it any more/,
    );
    expect(stdout).toContain('take the _NEXT setting away');
    expect(stdout).toContain('Still derived from the first master key: credentials, links');
    const refused = await ran('accounts list', OLD);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('sealed by another master key')]);
    // Either order of the settings is taken until they are put right, and the new key alone.
    for (const [masterKey, next] of [
      [OLD, NEW],
      [NEW, undefined],
      [NEW, NEW],
    ] as const) {
      expect((await ran('accounts list', masterKey, next)).code).toBe(0);
    }
    const log = await ran('audit tail --json', NEW);
    expect(log.stdout).toContain('master-key-changed');
    // The doctor says what is still to be put right, and nothing where all is.
    const place =
      /master key +[0-9a-f]{16}, in CONVEYANCE_MASTER_KEY_NEXT: put it in the place of the one of CONVEYANCE_MASTER_KEY/;
    expect((await ran('doctor', OLD, NEW)).stdout).toMatch(place);
    expect((await ran('doctor', NEW)).stdout).toMatch(/master key +[0-9a-f]{16}, in CONVEYANCE_MASTER_KEY\n/);
  });

  it('leaves backups with the key of their time: each is restored with that one', async () => {
    const place = join(dataDir, '..', `${basename(dataDir)}-backups`);
    const restored = async (backup: string, masterKey: string) => {
      const empty = await emptyDatabase();
      const own = {
        ...settings(masterKey),
        DATABASE_URL: empty.url,
        CONVEYANCE_DATA_DIR: await mkdtemp(`${dataDir}-`),
      };
      try {
        return (await cli(['restore', place, '--backup', backup], { settings: own })).code;
      } finally {
        await empty.close();
        await rm(own.CONVEYANCE_DATA_DIR, { recursive: true });
      }
    };
    try {
      await shown();
      const before = JSON.parse((await ran(`backup ${place} --json`)).stdout).id;
      expect((await ran('master rotate --yes', OLD, NEW)).code).toBe(0);
      // Both keys are at hand: the backup says which of them it needs.
      const after = JSON.parse((await ran(`backup ${place} --json`, OLD, NEW)).stdout).id;
      expect([await restored(before, OLD), await restored(after, NEW)]).toEqual([0, 0]);
      expect([await restored(before, NEW), await restored(after, OLD)]).toEqual([1, 1]);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }, 60_000);

  it('makes new keys for purposes, and says what is left', async () => {
    const { code, stdout } = await ran('master rotate --purpose all --yes');
    expect(code).toBe(0);
    expect(stdout).toContain('links: what was signed counts to its end');
    expect(stdout).toContain('Not renewed, since customers have to be told first: sftp.');
    const { purposes } = (await shown()) as unknown as {
      purposes: { purpose: string; keys: { version: number; state: string; of_first_master_key: boolean }[] }[];
    };
    const links = purposes.find(({ purpose }) => purpose === 'links')?.keys;
    expect(links).toEqual([
      expect.objectContaining({ version: 2, state: 'waiting', of_first_master_key: false }),
      expect.objectContaining({ version: 1, state: 'in use', of_first_master_key: true }),
    ]);
    expect(purposes.find(({ purpose }) => purpose === 'sftp')?.keys).toHaveLength(1);
    const log = await ran('audit tail --json');
    expect(log.stdout).toContain('keys-renewed');
  });

  it.each([
    ['--purpose link', 'there is no purpose “link”; there are all, credentials, links'],
    ['--at-once', '--at-once is of --purpose'],
    ['--purpose database', 'this server has no key for database: its database is that of DATABASE_URL'],
  ])('refuses %s with what there is', async (words, message) => {
    const { code, stderr } = await ran(`master rotate ${words} --yes`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
