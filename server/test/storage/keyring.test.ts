/** The keyring on a real database: what the first start stores, who can open it, and what becomes of keys that have a successor. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PURPOSES, RING_PURPOSES, type RingPurpose, rowOf } from '../../src/core/keyring/purposes.ts';
import { authenticateToken, issueKey, issueToken, logIn } from '../../src/core/logins/credentials.ts';
import { renewByChore } from '../../src/jobs/renew-keys.ts';
import { RENEWED_COLUMNS } from '../../src/postgres/stores/access/keyring.ts';
import { changeMasterKey } from '../../src/storage/keyring/change-master-key.ts';
import { Keyring } from '../../src/storage/keyring/keyring.ts';
import { MasterKeys } from '../../src/storage/keyring/master-keys.ts';
import { renewKeys } from '../../src/storage/keyring/renew.ts';
import { createLinkSigner } from '../../src/storage/links.ts';
import { deriveKey } from '../../src/storage/master-key.ts';
import { createSecrets } from '../../src/storage/secrets.ts';
import { createVault } from '../../src/storage/vault.ts';
import { masterKeysOf } from '../support/master-keys.ts';
import { silentLog, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

const [OLD, NEW] = ['the master key of before, which many have seen', 'the master key that takes its place here'];
const GO_ON = { anyway: false, signal: new AbortController().signal };
const QUIET = { atOnce: false, anyway: false };

let database: TestDatabase;
let dataDir: string;
beforeEach(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-keyring-'));
});
afterEach(async () => {
  await database.close();
  await rm(dataDir, { recursive: true });
});

async function ringOf(current: string, next?: string): Promise<Keyring> {
  return Keyring.open({ db: database.db, masterKeys: await masterKeysOf(current, next), log: silentLog });
}

async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
  return withClient(database.url, async (client) => (await client.query(text)).rows);
}

async function change(): Promise<void> {
  await changeMasterKey({ db: database.db, masterKeys: await masterKeysOf(OLD, NEW), embedded: null }, GO_ON);
}

async function renew(purposes: readonly RingPurpose[], options = QUIET, masterKey = OLD): Promise<void> {
  const masterKeys = await masterKeysOf(masterKey);
  await renewKeys({ db: database.db, masterKeys, linkSeconds: 604_800, embedded: null }, purposes, options);
}

/** As if so much time had passed since every key was made. */
async function pass(seconds: number): Promise<void> {
  await sql(`update keyring_keys set signs_at = signs_at - make_interval(secs => ${seconds}),
    ends_at = ends_at - make_interval(secs => ${seconds})`);
}

describe('the first start', () => {
  it('stores the keys that releases before it derived', async () => {
    const ring = await ringOf(OLD);
    for (const purpose of RING_PURPOSES) {
      expect(ring.source(purpose).all(), purpose).toHaveLength(1);
      if (rowOf(purpose).derivedFrom.length === 0) continue;
      const derived = PURPOSES[purpose].derivedFrom.map((name) => deriveKey(Buffer.from(OLD), name));
      expect(Buffer.from(ring.source(purpose).current().key), purpose).toEqual(Buffer.concat(derived));
    }
  });

  it('of many at once makes one keyring, and later ones read it', async () => {
    const rings = await Promise.all(Array.from({ length: 8 }, () => ringOf(OLD)));
    const rows = await sql('select sealed from keyring_keys');
    expect(rows).toHaveLength(RING_PURPOSES.length);
    await ringOf(OLD);
    expect(await sql('select sealed from keyring_keys')).toEqual(rows);
    const links = rings.map((ring) => Buffer.from(ring.source('links').current().key).toString('hex'));
    expect(new Set(links).size).toBe(1);
  });

  it('makes by chance what a release adds to a keyring that there is', async () => {
    await ringOf(OLD);
    await sql(`delete from keyring_keys where purpose = 'vault'`);
    const ring = await ringOf(OLD);
    expect(Buffer.from(ring.source('vault').current().key)).not.toEqual(
      Buffer.from(deriveKey(Buffer.from(OLD), PURPOSES.vault.derivedFrom[0])),
    );
    expect(await sql(`select is_derived from keyring_keys where purpose = 'vault'`)).toEqual([{ is_derived: false }]);
  });

  it('stores no key that a dump would reveal', async () => {
    const ring = await ringOf(OLD);
    const dump = JSON.stringify(await sql('select * from keyring, keyring_keys'));
    for (const purpose of RING_PURPOSES) {
      expect(dump).not.toContain(Buffer.from(ring.source(purpose).current().key).toString('hex'));
    }
  });
});

describe('another master key', () => {
  it('opens nothing, and whoever starts with it is told what to do', async () => {
    await ringOf(OLD);
    await expect(ringOf(NEW)).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringMatching(
        /sealed by another master key, [0-9a-f]{16}; CONVEYANCE_MASTER_KEY has [0-9a-f]{16}\. .*put the right one there/,
      ),
    });
  });

  it('is taken over by a change: then the one before opens nothing, and no key is another', async () => {
    const before = await ringOf(OLD);
    await change();
    await expect(ringOf(OLD)).rejects.toMatchObject({ code: 'bad_setting' });
    const after = await ringOf(NEW);
    for (const purpose of RING_PURPOSES) {
      expect(after.source(purpose).all(), purpose).toEqual(before.source(purpose).all());
    }
    expect(await sql(`select event, subject from audit_log where event = 'master-key-changed'`)).toEqual([
      { event: 'master-key-changed', subject: after.masterKeyId },
    ]);
  });

  it('is taken over once by many who do it at the same time, and by who does it again', async () => {
    await ringOf(OLD);
    await Promise.all([change(), change(), change()]);
    await change();
    expect(await sql(`select count(*)::int as count from audit_log where event = 'master-key-changed'`)).toEqual([
      { count: 1 },
    ]);
    await ringOf(NEW);
  });

  it('leaves a process that has it not with the keys that it has', async () => {
    const log = { ...silentLog, error: vi.fn() };
    const ring = await Keyring.open({ db: database.db, masterKeys: await masterKeysOf(OLD), log });
    const links = ring.source('links').all();
    await change();
    await ring.refresh();
    await ring.refresh();
    expect(ring.source('links').all()).toEqual(links);
    expect(log.error.mock.calls).toEqual([['keyring-not-ours', { masterKeyId: (await ringOf(NEW)).masterKeyId }]]);
  });

  it('is refused while a node does not have it', async () => {
    await ringOf(OLD);
    const node = { id: randomUUID(), role: 'api', host: 'an-old-node', pid: 7, release: '0.2.0', slots: 0 } as const;
    const report = async (...keys: [string, string?]) =>
      database.db.nodes.report({ ...node, masterKeyIds: (await masterKeysOf(...keys)).ids });
    await report(OLD);
    const masterKeys = await masterKeysOf(OLD, NEW);
    const needs = { db: database.db, masterKeys, embedded: null };
    // It goes on serving without the key for as long as a change waits for it.
    const serving = setInterval(() => void report(OLD), 1000);
    await expect(changeMasterKey(needs, GO_ON)).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining('an-old-node (7, release 0.2.0)'),
    });
    clearInterval(serving);
    expect((await ringOf(OLD)).masterKeyId).toBe(masterKeys.all[0]?.id);
    await report(OLD, NEW);
    await changeMasterKey(needs, GO_ON);
    expect((await ringOf(NEW)).masterKeyId).toBe(masterKeys.all[1]?.id);
  }, 30_000);
});

describe('a row of the keyring', () => {
  it.each([
    [
      'under another purpose',
      `update keyring_keys set sealed = (select sealed from keyring_keys where purpose = 'links') where purpose = 'tokens'`,
    ],
    [
      'with one bit changed',
      `update keyring_keys set sealed = set_bit(sealed, 200, 1 - get_bit(sealed, 200)) where purpose = 'tokens'`,
    ],
    ['of another version', `update keyring_keys set version = 2 where purpose = 'tokens'`],
  ])('%s does not open', async (_what, statement) => {
    await ringOf(OLD);
    await ringOf(OLD);
    await sql(statement);
    await expect(ringOf(OLD)).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining('of “tokens” in the keyring was altered'),
    });
  });
});

describe('a new key', () => {
  const numbers = (ring: Keyring, purpose: RingPurpose) =>
    ring
      .source(purpose)
      .all()
      .map(({ version }) => version);

  it('is honoured by all before it signs, and then those before are to their end', async () => {
    const ring = await ringOf(OLD);
    await renew(['links', 'tokens']);
    await ring.refresh();
    expect(numbers(ring, 'links')).toEqual([1, 2]);
    await pass(16);
    await ring.refresh();
    expect([numbers(ring, 'links'), numbers(ring, 'tokens')]).toEqual([
      [2, 1],
      [2, 1],
    ]);
    // Two hours and a little: bearer tokens of before are over.
    await pass(7300);
    await ring.refresh();
    expect([numbers(ring, 'links'), numbers(ring, 'tokens')]).toEqual([[2, 1], [2]]);
    await pass(604_800);
    await ring.refresh();
    expect(numbers(ring, 'links')).toEqual([2]);
    expect(await renewByChore(choreDeps(ring), new AbortController().signal)).toEqual({ sealed: 0, dropped: 2 });
  });

  it('ends those before at once where it is told to', async () => {
    const ring = await ringOf(OLD);
    await renew(['links'], { atOnce: true, anyway: false });
    await ring.refresh();
    expect(numbers(ring, 'links')).toEqual([2]);
  });

  it('of chance is of no master key', async () => {
    const ring = await ringOf(OLD);
    const renewed = RING_PURPOSES.filter((purpose) => rowOf(purpose).renewal !== 'never');
    await renew(renewed);
    await pass(20);
    await ring.refresh();
    for (const purpose of renewed) {
      const { version, key } = ring.source(purpose).current();
      expect([version, key.length], purpose).toEqual([2, 32 * PURPOSES[purpose].derivedFrom.length]);
      expect(Buffer.from(key)).not.toEqual(
        Buffer.concat(PURPOSES[purpose].derivedFrom.map((name) => deriveKey(Buffer.from(OLD), name))),
      );
    }
  });

  it('is told to a process that follows', async () => {
    const ring = await ringOf(OLD);
    const stop = ring.follow();
    await renew(['links']);
    await vi.waitFor(() => expect(numbers(ring, 'links')).toEqual([1, 2]));
    await stop();
  });

  it('is found within five seconds by one that was not told', async () => {
    await ringOf(OLD);
    const deaf = Object.assign(Object.create(database.db), { subscribe: () => () => undefined });
    const ring = await Keyring.open({ db: deaf, masterKeys: await masterKeysOf(OLD), log: silentLog });
    const stop = ring.follow();
    await renew(['links']);
    expect(numbers(ring, 'links')).toEqual([1]);
    await vi.waitFor(() => expect(numbers(ring, 'links')).toEqual([1, 2]), { timeout: 5000 });
    await stop();
  });

  function choreDeps(ring: Keyring) {
    return { db: database.db, vault: createVault(ring.source('vault')) };
  }

  it('signs links that name it; those of the key before open until it goes', async () => {
    const ring = await ringOf(OLD);
    const clock = () => new Date('2026-01-01T00:00:00Z');
    const signer = createLinkSigner({ publicUrl: 'https://data.example.com', keys: ring.source('links'), clock });
    const link = () => {
      const terms = { key: 'results/a/b/x.csv', filename: 'x.csv', expiresAt: new Date('2026-01-02T00:00:00Z') };
      const { pathname: path, searchParams } = new URL(signer.sign(terms));
      return { path, query: Object.fromEntries(searchParams) };
    };
    const before = link();
    await renew(['links']);
    await pass(16);
    await ring.refresh();
    const after = link();
    expect([before.query['kid'], after.query['kid']]).toEqual(['1', '2']);
    expect(signer.verify({ ...after, query: { ...after.query, kid: '1' } })).toBeNull();
    expect([signer.verify(before), signer.verify(after)]).not.toContain(null);
    await pass(700_000);
    await ring.refresh();
    expect(signer.verify(before)).toBeNull();
    expect(signer.verify(after)).not.toBeNull();
  });

  it('of the vault seals anew what was sealed, and the one before goes with the last', async () => {
    const ring = await ringOf(OLD);
    const { db } = database;
    const vault = createVault(ring.source('vault'));
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await db.accounts.create({ id: randomUUID(), name: 'Acme', grants: 'all' })).id),
    );
    for (const id of ids) await db.webhookSecrets.insertFirst(id, vault.seal(`secret of ${id}`, id));
    await renew(['vault']);
    await pass(16);
    await ring.refresh();
    expect(vault.open((await db.webhookSecrets.live(ids[0] ?? ''))[0]?.sealed ?? new Uint8Array(), ids[0] ?? '')).toBe(
      `secret of ${ids[0]}`,
    );
    const signal = new AbortController().signal;
    // Not yet: another process may seal under it in this minute.
    expect(await renewByChore({ db, vault }, signal)).toEqual({ sealed: 3, dropped: 0 });
    expect(await db.keyring.uses()).toEqual([{ purpose: 'vault', version: 2, count: 3 }]);
    await pass(60);
    expect(await renewByChore({ db, vault }, signal)).toEqual({ sealed: 0, dropped: 1 });
    await ring.refresh();
    expect(numbers(ring, 'vault')).toEqual([2]);
    for (const id of ids) {
      const [row] = await db.webhookSecrets.live(id);
      expect(vault.open(row?.sealed ?? new Uint8Array(), id)).toBe(`secret of ${id}`);
    }
  });

  it('of credentials hashes a secret anew when it is shown, and the one before goes with the last', async () => {
    const ring = await ringOf(OLD);
    const { db } = database;
    const deps = { db, secrets: createSecrets(ring.source('credentials')), ids: randomUUID, log: silentLog };
    const vault = createVault(ring.source('vault'));
    const { id } = await db.accounts.create({ id: randomUUID(), name: 'Acme', grants: 'all' });
    const [used, unused] = [
      await issueKey(deps, { accountId: id, scopes: [] }),
      await issueKey(deps, { accountId: id, scopes: [] }),
    ];
    const token = await issueToken(deps, { accountId: id, scopes: [] });
    await renew(['credentials']);
    await pass(80);
    await ring.refresh();
    const signal = new AbortController().signal;
    expect(await db.keyring.uses()).toEqual([{ purpose: 'credentials', version: 1, count: 3 }]);
    expect((await logIn(deps, used.accessKey, used.secret)).caller).not.toBeNull();
    expect((await logIn(deps, used.accessKey, unused.secret)).caller).toBeNull();
    expect(await authenticateToken(deps, token)).not.toBeNull();
    await vi.waitFor(async () =>
      expect(await db.keyring.uses()).toEqual([
        { purpose: 'credentials', version: 1, count: 1 },
        { purpose: 'credentials', version: 2, count: 2 },
      ]),
    );
    expect(await renewByChore({ db, vault }, signal)).toMatchObject({ dropped: 0 });
    expect((await logIn(deps, used.accessKey, used.secret)).caller).not.toBeNull();
    // The last that was hashed under it is revoked.
    const key = await db.credentials.byAccessKey(unused.accessKey);
    await db.credentials.revoke(key?.id ?? '');
    expect(await renewByChore({ db, vault }, signal)).toMatchObject({ dropped: 1 });
    await ring.refresh();
    expect(numbers(ring, 'credentials')).toEqual([2]);
    expect((await logIn(deps, used.accessKey, used.secret)).caller).not.toBeNull();
    expect(await authenticateToken(deps, token)).not.toBeNull();
  });
});

it('every column with keyed hashes or sealed texts is renewed', async () => {
  const rows = await sql(`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea' and (column_name like '%\\_hash' or column_name = 'sealed')`);
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...RENEWED_COLUMNS].toSorted());
});

describe('a master key', () => {
  const none = { text: undefined, file: undefined, command: undefined };
  const open = (current: Partial<typeof none | Record<'text' | 'file' | 'command', string>>) =>
    MasterKeys.open({
      current: { ...none, ...current, variable: 'CONVEYANCE_MASTER_KEY' },
      next: { ...none, variable: 'CONVEYANCE_MASTER_KEY_NEXT' },
      dataDir,
      allowFile: true,
    });

  it('comes from a setting, a file or a command, and is the same', async () => {
    const file = join(dataDir, 'key');
    await writeFile(file, `${OLD}\n`, { mode: 0o600 });
    const found = await Promise.all([open({ text: OLD }), open({ file }), open({ command: `cat '${file}'` })]);
    expect(new Set(found.map(({ ids }) => ids[0])).size).toBe(1);
    expect(found.map(({ all }) => all[0]?.place)).toEqual([
      'CONVEYANCE_MASTER_KEY',
      file,
      'CONVEYANCE_MASTER_KEY_COMMAND',
    ]);
  });

  it.each([
    ['fails', 'echo sealed >&2; exit 3', 'it ended with 3 and said: sealed'],
    ['prints too little', 'echo short', 'shorter than 32 bytes'],
  ])('whose command %s is refused with its words, and without its output', async (_what, command, words) => {
    await expect(open({ command: `echo a-secret-word; ${command}` })).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining(words),
    });
    await open({ command: `echo a-secret-word; ${command}` }).catch((error: Error) =>
      expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('a-secret-word'),
    );
  });

  it('whose file others can read, or that is not there, is refused', async () => {
    const file = join(dataDir, 'key');
    await expect(open({ file })).rejects.toMatchObject({ message: expect.stringContaining('there is no such file') });
    await writeFile(file, OLD, { mode: 0o644 });
    await expect(open({ file })).rejects.toMatchObject({ message: expect.stringContaining('chmod 600') });
  });
});
