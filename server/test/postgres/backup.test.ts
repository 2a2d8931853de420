/** What a backup reads of a database, and what a restore makes of it: the same, to the byte of a dump. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dumpDatabase } from '../../../scripts/release-data/dump.ts';
import { OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import type { BackupSource, DatabaseMoment } from '../../src/core/ports/backup.ts';
import { inOrderOfReferences, type Reference } from '../../src/postgres/backup/catalog.ts';
import { openBackupSource } from '../../src/postgres/backup/moment.ts';
import { openRestoreTarget } from '../../src/postgres/backup/target.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { MIGRATIONS } from '../../src/postgres/migrations/index.ts';
import { success, World } from '../contract/database-world.ts';
import { emptyDatabase, silentLog, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

const RELEASE = resolve(import.meta.dirname, '../releases/0.2');
const TERMS = { log: silentLog, applicationName: 'test of backups' };
const TIMEOUT_MS = 120_000;

interface Kept {
  readonly steps: readonly string[];
  readonly sequences: Awaited<ReturnType<DatabaseMoment['sequences']>>;
  readonly tables: readonly { readonly table: DatabaseMoment['tables'][number]; readonly pieces: Uint8Array[] }[];
}

async function piecesOf(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return pieces;
}

async function keep(moment: DatabaseMoment): Promise<Kept> {
  const tables: Kept['tables'][number][] = [];
  for (const table of moment.tables) tables.push({ table, pieces: await piecesOf(moment.rows(table).bytes) });
  return { steps: moment.steps, tables, sequences: await moment.sequences() };
}

async function* each(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* pieces;
}

async function putBack(url: string, { steps, tables, sequences }: Kept): Promise<void> {
  const target = await openRestoreTarget({ ...TERMS, url });
  try {
    await target.begin('a backup');
    await target.fill(steps, async (filler) => {
      for (const { table, pieces } of tables) await filler.fill(table, each(pieces));
      for (const sequence of sequences) await filler.continueSequence(sequence);
    });
  } finally {
    await target.close();
  }
}

/** All but when the schema's steps ran, and the processes of the machine. @param migrated a step notes the time in a row */
function dump(url: string, migrated = false): Promise<string> {
  return withClient(url, async (client) => {
    await client.query('begin');
    await client.query('delete from nodes');
    await client.query("update conveyance_migrations set timestamp = ''");
    if (migrated) await client.query("update workers_heard set at = 'epoch'");
    const text = await dumpDatabase(client, 'everything');
    await client.query('rollback');
    return text;
  });
}

let database: TestDatabase;
let world: World;
let source: BackupSource;
let copy: Awaited<ReturnType<typeof emptyDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  world = new World(database.db);
  await world.prepare();
  const job = await world.submit();
  const { attempt } = await world.claim();
  await world.db.jobs.finish(job, success(attempt));
  await world.submit();
});
afterAll(() => database.close());
beforeEach(async () => {
  copy = await emptyDatabase();
  source = await openBackupSource({ ...TERMS, url: database.url });
});
afterEach(async () => {
  await source.close();
  await copy.close();
});

describe('a database that was backed up and restored', () => {
  it('is the same, and goes on with its numbers', async () => {
    await putBack(copy.url, await source.moment(keep));
    const [made, original] = [await dump(copy.url), await dump(database.url)];
    // Control: there is something that could differ.
    expect(original).toContain('insert into jobs');
    expect(original).toMatch(/select setval\(pg_get_serial_sequence\('tasks', 'id'\), [2-9]/);
    expect(made).toBe(original);
  });

  it('is as it was at one moment', async () => {
    const kept = await source.moment(async (moment) => {
      const before = await withClient(database.url, async (client) => {
        const { rows } = await client.query<{ count: string }>('select count(*) from accounts');
        await client.query("insert into accounts (id, name) values (gen_random_uuid(), 'later')");
        return Number(rows[0]?.count);
      });
      const rows = moment.rows({ name: 'accounts', columns: ['id', 'name'] });
      await piecesOf(rows.bytes);
      expect(rows.count()).toBe(before);
      return keep(moment);
    });
    await putBack(copy.url, kept);
    const later = (url: string) =>
      withClient(url, (client) => client.query("select from accounts where name = 'later'")).then(
        ({ rowCount }) => rowCount,
      );
    expect(await later(copy.url)).toBe(0);
    expect(await later(database.url)).toBe(1);
  });

  it(
    'may be of an earlier schema, which is brought up to date as the original would be',
    async () => {
      const old = await emptyDatabase();
      try {
        await withClient(old.url, (client) => client.query(readFileSync(join(RELEASE, 'dump.sql'), 'utf8')));
        const before = await openBackupSource({ ...TERMS, url: old.url });
        const kept = await before.moment(keep);
        expect(kept.steps.length).toBeLessThan(Object.keys(MIGRATIONS).length);
        expect(await before.moment(async ({ isCurrent }) => isCurrent)).toBe(false);
        expect(await source.moment(async ({ isCurrent }) => isCurrent)).toBe(true);
        await before.close();
        await putBack(copy.url, kept);
        for (const { url } of [copy, old]) await (await openDatabase({ ...TERMS, url })).close();
        expect(await dump(copy.url, true)).toBe(await dump(old.url, true));
      } finally {
        await old.close();
      }
    },
    TIMEOUT_MS,
  );

  it('is not opened before it is whole, and is left empty by a restore that fails', async () => {
    const kept = await source.moment(keep);
    const target = await openRestoreTarget({ ...TERMS, url: copy.url });
    try {
      expect(await target.state()).toBe('empty');
      await target.begin('one');
      const broken = target.fill(kept.steps, async (filler) => {
        for (const { table, pieces } of kept.tables) await filler.fill(table, each(pieces));
        throw new Error('broken off');
      });
      await expect(broken).rejects.toThrow('broken off');
      expect(await target.state()).toEqual({ unfinished: 'one' });
      await expect(openDatabase({ ...TERMS, url: copy.url })).rejects.toMatchObject({
        code: 'bad_setting',
        message: expect.stringContaining('restore'),
      });
      // The schema's steps have written the operators' account, and nothing else of the backup is there.
      const { rows } = await withClient(copy.url, (client) => client.query('select id from accounts'));
      expect(rows).toEqual([{ id: OPERATORS_ACCOUNT }]);
    } finally {
      await target.close();
    }
    await putBack(copy.url, kept);
    // The positive control: what was refused is opened once it is whole.
    await (await openDatabase({ ...TERMS, url: copy.url })).close();
    expect(await dump(copy.url)).toBe(await dump(database.url));
  });

  it('is told by what is in it from one that somebody uses', async () => {
    const target = await openRestoreTarget({ ...TERMS, url: database.url });
    expect(await target.state()).toBe('used');
    await target.close();
  });

  it('is not made of steps that this release does not know', async () => {
    const target = await openRestoreTarget({ ...TERMS, url: copy.url });
    try {
      expect(() => target.judgeSteps([...Object.keys(MIGRATIONS), '9999-of-tomorrow'])).toThrow('9999-of-tomorrow');
      expect(() => target.judgeSteps(Object.keys(MIGRATIONS))).not.toThrow();
    } finally {
      await target.close();
    }
  });
});

describe('a backup that runs', () => {
  it('holds the objects, and no longer than its connection lives', async () => {
    expect(await database.db.backupRuns()).toBe(true);
    await source.requireHold();
    await withClient(database.url, (client) =>
      client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test of backups' and datname = current_database()",
      ),
    );
    await expect(source.requireHold()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await database.db.backupRuns()).toBe(false);
  });

  it('keeps versions that a sweep would drop', async () => {
    const { warehouse } = database.db;
    const tables = {};
    const current = await warehouse.current();
    const { version } = await warehouse.commit({
      base: current?.version ?? null,
      tables,
      propertyIds: await warehouse.propertyIds(current?.version ?? 0),
    });
    await warehouse.commit({ base: version, tables, propertyIds: await warehouse.propertyIds(version) });
    await warehouse.prune();
    expect(await warehouse.get(version)).not.toBeNull();
    await source.close();
    await warehouse.prune();
    expect(await warehouse.get(version)).toBeNull();
  });

  it('is the only one', async () => {
    const second = () => openBackupSource({ ...TERMS, url: database.url });
    await expect(second()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('running') });
    await source.close();
    await (await second()).close();
  });
});

describe('the order of references', () => {
  const name = fc.integer({ min: 0, max: 12 });

  it('has each table after those that it refers to', () => {
    // From a higher number to a lower one: no circle.
    const references = fc.array(
      fc
        .tuple(name, name)
        .filter(([from, to]) => from > to)
        .map(([from, to]) => ({ from: `t${from}`, to: `t${to}` })),
    );
    const tables = fc.shuffledSubarray(Array.from({ length: 13 }, (_, index) => ({ name: `t${index}` })));
    fc.assert(
      fc.property(tables, references, (some, refs: readonly Reference[]) => {
        const ordered = inOrderOfReferences(some, refs).map((table) => table.name);
        expect(new Set(ordered)).toEqual(new Set(some.map((table) => table.name)));
        expect(ordered).toHaveLength(some.length);
        for (const { from, to } of refs) {
          if (ordered.includes(from) && ordered.includes(to)) {
            expect(ordered.indexOf(to)).toBeLessThan(ordered.indexOf(from));
          }
        }
      }),
    );
  });

  it('is refused where there is none', () => {
    const tables = [{ name: 'a' }, { name: 'b' }];
    const circle = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ];
    expect(() => inOrderOfReferences(tables, circle)).toThrow('circle: a, b');
  });
});
