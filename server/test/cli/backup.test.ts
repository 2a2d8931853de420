/** `conveyance backup` and `conveyance restore`: what they say, to people and to programs, and what they refuse. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sweepStorage } from '../../src/jobs/expire.ts';
import { openBackupSource } from '../../src/postgres/backup/moment.ts';
import { MASTER_KEY, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { emptyDatabase, silentLog } from '../support/postgres.ts';
import { cli, type Ran } from './cli-world.ts';

const TIMEOUT_MS = 120_000;
const NOTHING_KEPT = { keptVersions: 0, versionRetentionDays: 0, versionLimitBytes: 0 };

let app: TestApp;
let account: TestAccount;
let directory: string;
let databases: Awaited<ReturnType<typeof emptyDatabase>>[] = [];

beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-backup-commands-'));
}, TIMEOUT_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});
afterEach(async () => {
  for (const { close } of databases) await close();
  databases = [];
});

function settingsOf(url: string, dataDir: string, masterKey = MASTER_KEY) {
  return {
    DATABASE_URL: url,
    CONVEYANCE_MASTER_KEY: masterKey,
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_LOG_LEVEL: 'silent',
  };
}

const original = (...words: string[]): Promise<Ran> =>
  cli(words, { settings: settingsOf(app.databaseUrl, app.dataDir) });

async function emptyPlace(masterKey?: string): Promise<ReturnType<typeof settingsOf>> {
  const database = await emptyDatabase();
  databases.push(database);
  return settingsOf(database.url, await mkdtemp(join(directory, 'place-')), masterKey);
}

async function exported(lastDay = '2025-12-31'): Promise<string> {
  const { statusCode, body } = await app.as(account, {
    method: 'POST',
    url: '/apartmentiq/api/v1/bulk_api/jobs',
    payload: {
      report_type: 'property',
      output_format: 'csv',
      start_date: '2025-12-01',
      end_date: lastDay,
      property_ids: [99001416],
    },
  });
  expect(statusCode).toBe(200);
  const id: string = JSON.parse(body).job_id;
  const url = `/apartmentiq/api/v1/bulk_api/jobs/${id}`;
  await until(
    async () => JSON.parse((await app.as(account, { url })).body).status,
    (status) => status === 'succeeded',
  );
  return id;
}

async function backUp(place: string, ...words: string[]) {
  const { code, stdout, stderr } = await original('backup', place, '--json', ...words);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('backup', () => {
  it('says what it has, that the key is elsewhere, and copies once what does not change', async () => {
    const place = join(directory, 'plain');
    await exported();
    const first = await original('backup', place);
    expect(first.stdout).toMatch(
      /^Backup \d{8}T\d{9}Z-[0-9a-f]{8}: [\d,]+ rows, (\d+) objects of .+ \(\1 of them copied now, .+\)/,
    );
    expect(first.stdout).toContain('The master key is not in it');
    // Another file, and one of the same content.
    await exported('2025-12-30');
    await exported();
    expect(await backUp(place)).toMatchObject({ copied_objects: 1, missing: [], with_master_key: false });
    const { mode } = await stat(join(place, 'backups'));
    expect(mode & 0o077).toBe(0);
  });

  it('keeps as many as it is told, and only what these need', async () => {
    const place = join(directory, 'pruned');
    const first = await backUp(place);
    await writeFile(join(place, 'objects', 'left'), 'by nobody');
    const second = await backUp(place);
    const third = await backUp(place, '--keep', '2');
    expect(third['deleted']).toEqual([first['id']]);
    const listed = JSON.parse((await original('restore', place, '--list', '--json')).stdout);
    expect(listed.backups.map(({ id }: { id: string }) => id)).toEqual([second['id'], third['id']]);
    expect(await readdir(join(place, 'objects'))).not.toContain('left');
    expect((await original('restore', place, '--check', '--backup', second['id'])).code).toBe(0);
  });

  it('has the master key only where it is asked for', async () => {
    const place = join(directory, 'with key');
    const { id } = await backUp(place, '--with-master-key');
    const text = await readFile(join(place, 'backups', id, 'master.key'), 'utf8');
    expect(Buffer.from(text, 'base64').toString()).toBe(MASTER_KEY);
    const without = await backUp(place);
    expect(await readdir(join(place, 'backups', without.id))).not.toContain('master.key');
  });

  it('names what the store has lost, ends with 1, and has all else', async () => {
    const place = join(directory, 'missing');
    // Content of its own: what the place has from another object is not missing.
    const job = await exported('2025-12-29');
    const results = join(app.dataDir, 'objects', 'results', account.id, job);
    await rename(results, `${results}-away`);
    const { code, stdout } = await original('backup', place);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`MISSING results/${account.id}/${job}/`));
    expect((await original('restore', place, '--check')).code).toBe(0);
    // The positive control: it is not named when it is there.
    await rename(`${results}-away`, results);
    expect(await backUp(place)).toMatchObject({ missing: [] });
  });

  it('refuses a place that would be lost with the data', async () => {
    const { code, stderr } = await original('backup', join(app.dataDir, 'backup'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('is in the data directory')]);
  });

  it('keeps results and versions from the sweeps while it runs', async () => {
    const { deps } = app.app;
    const job = await exported();
    const key = { accountId: account.id, id: job };
    const later = {
      ...deps,
      clock: () => new Date(Date.now() + 400 * 86_400_000),
      policy: { ...deps.policy, ...NOTHING_KEPT },
    };
    const source = await openBackupSource({ url: app.databaseUrl, log: silentLog, applicationName: 'a backup' });
    const [file] = (await deps.db.jobs.get(key))?.results ?? [];
    try {
      expect(await sweepStorage(later)).toMatchObject({ expired: 0, warehouse: 0 });
      expect(await deps.store.stat(file?.key ?? '')).not.toBeNull();
    } finally {
      await source.close();
    }
    expect((await sweepStorage(later)).expired).toBeGreaterThan(0);
    expect(await deps.store.stat(file?.key ?? '')).toBeNull();
  });
});

describe('restore', () => {
  it('needs the key of the server that was backed up, and says what is void without it', async () => {
    const place = join(directory, 'key lost');
    await backUp(place);
    const settings = await emptyPlace('another master key, which nobody has ever used');
    const refused = await cli(['restore', place], { settings });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--new-master-key')]);
    const { code, stdout } = await cli(['restore', place, '--new-master-key'], { settings });
    expect(code).toBe(0);
    expect(stdout).toMatch(/Without the master key \d+ credentials had to be revoked/);
    const keys = await cli(['keys', 'list', '--account', account.id, '--json'], { settings });
    const listed: { revoked_at: string | null }[] = JSON.parse(keys.stdout).keys;
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter(({ revoked_at: revokedAt }) => revokedAt === null)).toEqual([]);
  });

  it('keeps out who was erased after it was made, by the list of a later backup in the same place', async () => {
    const place = join(directory, 'erased');
    const { id: before } = await backUp(place);
    const found = await app.app.deps.db.warehouse.current();
    const files = found?.tables['properties'] ?? [];
    const columns = [{ name: 'owner_name', type: 'text' }] as const;
    const [rows = []] = await app.app.deps.engine.run(
      {
        tables: { p: { columns, files } },
        inputs: {},
        directories: [],
        steps: [{ sql: 'SELECT min(owner_name) AS name FROM p' }],
      },
      { lane: 'load' },
      { signal: new AbortController().signal },
    );
    const stdin = [`${String(rows[0]?.['name'])}\n`];
    const erase = ['warehouse', 'erase-person'];
    const done = await cli([...erase, '--yes'], { settings: settingsOf(app.databaseUrl, app.dataDir), stdin });
    expect([done.code, done.stdout], done.stderr).toEqual([0, expect.stringContaining('New data version')]);
    // Control: nobody has told the restored server of the erasure.
    const untold = await emptyPlace();
    await cli(['restore', place], { settings: untold });
    expect((await cli(erase, { settings: untold, stdin })).stdout).toContain('properties.owner_name');

    await backUp(place);
    const settings = await emptyPlace();
    const restored = await cli(['restore', place, '--backup', before], { settings });
    expect([restored.code, restored.stdout], restored.stderr).toEqual([
      0,
      expect.stringContaining('have been erased again'),
    ]);
    expect((await cli(erase, { settings, stdin })).stdout).toBe('Nothing was found\n');
  });

  it('says where there is nothing to restore', async () => {
    const settings = await emptyPlace();
    const nowhere = join(directory, 'nowhere');
    const missing = await cli(['restore', nowhere], { settings });
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining(`There is no ${nowhere}`)]);
    expect(await readdir(directory)).not.toContain('nowhere');
    const empty = join(directory, 'empty');
    await mkdir(empty);
    expect((await cli(['restore', empty], { settings })).stderr).toContain('no whole backup');
    expect((await cli(['restore', empty, '--list'], { settings })).stdout).toContain('There is no whole backup');
  });

  it('names what was altered, and restores none of it', async () => {
    const place = join(directory, 'altered');
    const { id } = await backUp(place);
    const table = join(place, 'backups', id, 'tables', 'accounts.copy.gz');
    const bytes = await readFile(table);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
    await writeFile(table, bytes);
    const settings = await emptyPlace();
    const { code, stderr } = await cli(['restore', place], { settings });
    expect([code, stderr]).toEqual([1, expect.stringContaining('accounts.copy.gz has changed')]);
    expect((await original('restore', place, '--check')).stdout).toContain('accounts.copy.gz has changed');
  });

  it('reads no header of a later format', async () => {
    const place = join(directory, 'later');
    const { id } = await backUp(place);
    const path = join(place, 'backups', id, 'header.json');
    const header = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...header, format: 2, more: true }));
    const { code, stderr } = await original('restore', place, '--check');
    expect([code, stderr]).toEqual([1, expect.stringContaining('of a newer release')]);
  });
});
