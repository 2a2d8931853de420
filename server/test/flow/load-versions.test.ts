import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { NO_HISTORY } from '../../src/core/versions/kept.ts';
import { measureCoverage } from '../../src/warehouse/history/coverage.ts';
import { requireVersion } from '../../src/warehouse/history/versions.ts';
import { ORPHAN_AGE_MS, sweepWarehouse, WAREHOUSE_PREFIX } from '../../src/warehouse/sweep.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from '../warehouse/world.ts';

let engine: WorldEngine;
let world: World;

beforeAll(async () => {
  engine = await openWorldEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  world = await openWorld({ shared: engine });
  return () => world.close();
});

async function properties(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => `${index + 1},City ${index + 1}`);
  await world.load([await world.write('properties.csv', `property_id,city\n${rows.join('\n')}\n`)]);
}

async function filesOf(table: string): Promise<readonly DataFile[]> {
  return (await world.deps.db.warehouse.current())?.tables[table] ?? [];
}

/** Of the match index, which loads make beside their tables. */
function isIndex(key: string): boolean {
  return key.includes('/match_');
}

async function objectKeys(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of world.deps.store.list(WAREHOUSE_PREFIX)) if (!isIndex(key)) keys.push(key);
  return keys.sort();
}

/** The same store, but for what happens after an object of a table is sealed. */
function afterPut(store: ObjectStore, then: () => Promise<void>): ObjectStore {
  return {
    create: (key) => store.create(key),
    abandon: (directory) => store.abandon(directory),
    scratch: (name) => store.scratch(name),
    discard: (name) => store.discard(name),
    put: async (key, path) => {
      const sealed = await store.put(key, path);
      if (!isIndex(key)) await then();
      return sealed;
    },
    open: (key, range) => store.open(key, range),
    lend: (key, range) => store.lend(key, range),
    stat: (key) => store.stat(key),
    measure: (key) => store.measure(key),
    delete: (key) => store.delete(key),
    purge: (prefix) => store.purge(prefix),
    list: (prefix) => store.list(prefix),
    copies: store.copies,
    hold: (files, signal) => store.hold(files, signal),
    localize: (key) => store.localize(key),
    freeBytes: () => store.freeBytes(),
    sweepScratch: (stale) => store.sweepScratch(stale),
  };
}

describe('a load', () => {
  it('of several tables is one version', async () => {
    const report = await world.load([
      await world.write('property_days.csv', 'property_id,date,avg_rent\n7,2025-01-31,1500\n7,2025-02-01,1501\n'),
      await world.write('properties.csv', 'property_id,city\n7,Rome\n'),
    ]);
    expect(report).toMatchObject({
      version: 1,
      rejected: 0,
      rejectFile: null,
      tables: [
        { table: 'properties', loaded: 1, replaced: 0, rows: 1 },
        { table: 'property_days', loaded: 2, replaced: 0, rows: 2 },
      ],
    });
    expect([...(await world.deps.db.warehouse.propertyIds(1))]).toEqual([7]);
    const watch = { signal: new AbortController().signal };
    expect(await measureCoverage(world.deps, await requireVersion(world.deps, 1), null, watch)).toMatchObject({
      version: 1,
      properties: 1,
      tables: [
        { table: 'properties', files: 1, rows: 1, firstDay: null, lastDay: null },
        { table: 'property_days', files: 2, rows: 2, firstDay: '2025-01-31', lastDay: '2025-02-01' },
      ],
    });
  });

  it('replaces by key, keeps other rows, and keeps what no file brings', async () => {
    await properties(3);
    const days = 'property_id,date,avg_rent,min_rent\n';
    await world.load([
      await world.write('property_days.csv', `${days}1,2025-01-01,10,5\n1,2025-01-02,11,6\n2,2025-01-01,20,7\n`),
    ]);
    const report = await world.load([
      await world.write(
        'property_days.csv',
        'property_id,date,avg_rent\n1,2025-01-02,99\n3,2025-01-01,30\n2,2025-01-01,\n',
      ),
    ]);
    expect(report.tables).toEqual([
      { table: 'property_days', loaded: 3, replaced: 2, unchanged: 0, deleted: 0, rows: 4 },
    ]);
    expect(
      await world.rows(
        'property_days',
        'SELECT property_id AS id, date, avg_rent, min_rent FROM property_days ORDER BY 1, 2',
      ),
    ).toEqual([
      { id: 1, date: '2025-01-01', avg_rent: 10, min_rent: 5 },
      { id: 1, date: '2025-01-02', avg_rent: 99, min_rent: 6 },
      { id: 2, date: '2025-01-01', avg_rent: null, min_rent: 7 },
      { id: 3, date: '2025-01-01', avg_rent: 30, min_rent: null },
    ]);
  });

  it('rewrites the months that it touches and no other', async () => {
    await properties(1);
    await world.load([
      await world.write('property_days.csv', 'property_id,date\n1,2025-01-31\n1,2025-02-01\n1,2025-03-01\n'),
    ]);
    const before = await filesOf('property_days');
    await world.load([await world.write('property_days.csv', 'property_id,date\n1,2025-02-28\n')]);
    const after = await filesOf('property_days');
    expect(after.map(({ key, rows, minDate, maxDate }) => [key.slice(24, 31), rows, minDate, maxDate])).toEqual([
      ['2025-01', 1, '2025-01-31', '2025-01-31'],
      ['2025-02', 2, '2025-02-01', '2025-02-28'],
      ['2025-03', 1, '2025-03-01', '2025-03-01'],
    ]);
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]?.key).not.toBe(before[1]?.key);
  });

  it('is dry when asked: all checks, nothing stored, no number given', async () => {
    const path = await world.write('properties.csv', 'source_id,year_built\nk1,1950\nk2,1\n');
    const report = await world.load([path], { dryRun: true });
    expect(report).toMatchObject({
      version: null,
      tables: [],
      rejected: 1,
      rejects: [{ line: 3, column: 'year_built' }],
    });
    expect(await world.deps.db.warehouse.current()).toBeNull();
    expect(await objectKeys()).toEqual([]);
    expect(await world.deps.db.warehouse.assignPropertyIds(['first'])).toEqual(new Map([['first', 100_000_001]]));
  });

  it('with more rejects than allowed is refused and changes nothing; the reject file is there', async () => {
    const path = await world.write('properties.csv', 'property_id\n1\nx\ny\n');
    await expect(world.load([path], { maxRejects: 1 })).rejects.toMatchObject({
      code: 'load_refused',
      message: `2 rows were rejected, more than the 1 allowed (--max-rejects raises it); all are in ${world.rejectFile}. By reason: property_id must be a whole number: 2. The first: ${path}:3: property_id must be a whole number; ${path}:4: property_id must be a whole number`,
    });
    expect((await readFile(world.rejectFile, 'utf8')).trim().split('\n')).toHaveLength(3);
    expect(await world.deps.db.warehouse.current()).toBeNull();
    expect((await world.load([path], { maxRejects: 2 })).version).toBe(1);
  });

  it('without rejects writes no reject file', async () => {
    await properties(1);
    await expect(stat(world.rejectFile)).rejects.toThrow('ENOENT');
  });

  it('of no sound row makes no version', async () => {
    const report = await world.load([await world.write('properties.csv', 'property_id\n')]);
    expect(report).toMatchObject({ version: null, rejected: 0 });
    expect(await world.deps.db.warehouse.current()).toBeNull();
  });

  it('of the same rows writes the same bytes', async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, index) => `${index + 1},${(index * 7919) % 1000},"c ${index % 97}"`,
    );
    const text = (order: readonly string[]) => `property_id,unit_count,city\n${order.join('\n')}\n`;
    await world.load([await world.write('properties.csv', text(rows))]);
    const first = await filesOf('properties');
    await world.load([await world.write('properties.csv', text(rows.reverse()))]);
    expect((await filesOf('properties')).map(({ sha256 }) => sha256)).toEqual(first.map(({ sha256 }) => sha256));
  });
});

describe('a provider’s key', () => {
  it('gets the next number, once and for ever, and stands for it in every table', async () => {
    await properties(2);
    await world.load([await world.write('properties.csv', 'source_id,city\nb,Bonn\na,Aix\n')]);
    const numbers = () =>
      world.rows('properties', 'SELECT source_id, property_id FROM properties WHERE source_id IS NOT NULL ORDER BY 1');
    const given = await numbers();
    expect(given).toEqual([
      { source_id: 'a', property_id: 4 },
      { source_id: 'b', property_id: 3 },
    ]);
    await world.load([
      await world.write('properties.csv', 'source_id,city\na,Arles\nc,Cork\n'),
      await world.write('property_days.csv', 'source_id,date,avg_rent\nc,2025-01-01,3\na,2025-01-01,1\n'),
    ]);
    expect(await numbers()).toEqual([...given, { source_id: 'c', property_id: 5 }]);
    expect(await world.rows('property_days', 'SELECT property_id, avg_rent FROM property_days ORDER BY 1')).toEqual([
      { property_id: 4, avg_rent: 1 },
      { property_id: 5, avg_rent: 3 },
    ]);
    expect([...(await world.deps.db.warehouse.propertyIds(3))]).toEqual([1, 2, 3, 4, 5]);
  });

  it('that was given another number in a load that failed later is refused', async () => {
    await world.deps.db.warehouse.recordSourceIds(new Map([['k', 9]]));
    const path = await world.write('properties.csv', 'property_id,source_id\n8,k\n');
    await expect(world.load([path])).rejects.toMatchObject({
      code: 'load_refused',
      message: 'source_id k belongs to property 9. Correct property_id or source_id of these rows',
    });
  });
});

describe('a load that is cut short', () => {
  it('between sealing and commit leaves the old version, and objects that a sweep deletes', async () => {
    await properties(2);
    const before = await world.deps.db.warehouse.current();
    const path = await world.write('property_days.csv', 'property_id,date\n1,2025-01-01\n1,2025-02-01\n');
    const store = afterPut(world.deps.store, () => Promise.reject(new Error('the power went')));
    await expect(world.load([path], {}, { ...world.deps, store })).rejects.toThrow('the power went');

    expect(await world.deps.db.warehouse.current()).toEqual(before);
    const [kept, orphan] = (await objectKeys()).toSorted();
    expect(kept).toBe(before?.tables['properties']?.[0]?.key);
    expect(orphan).toContain('warehouse/property_days/2025-01-');

    expect(await sweepWarehouse({ ...world.deps, policy: NO_HISTORY })).toEqual([]);
    const later = { ...world.deps, policy: NO_HISTORY, clock: () => new Date(Date.now() + ORPHAN_AGE_MS + 1000) };
    expect(await sweepWarehouse(later)).toEqual([orphan]);
    expect(await objectKeys()).toEqual([kept]);
  });

  it('by an abort stops and leaves no scratch file', async () => {
    await properties(1);
    const stop = new AbortController();
    const path = await world.write('property_days.csv', 'property_id,date\n1,2025-01-01\n');
    const scratches: string[] = [];
    const store: ObjectStore = {
      ...afterPut(world.deps.store, async () => stop.abort(new Error('enough'))),
      scratch: async (name) => {
        const made = await world.deps.store.scratch(name);
        scratches.push(made);
        return made;
      },
    };
    await expect(world.load([path], {}, { ...world.deps, store }, stop.signal)).rejects.toThrow('enough');
    expect(scratches.length).toBeGreaterThan(2);
    for (const scratch of scratches) await expect(stat(scratch)).rejects.toThrow('ENOENT');
    expect((await world.deps.db.warehouse.current())?.version).toBe(1);
  });
});

describe('a load beside another', () => {
  it('starts again on the version that came first: both are in', async () => {
    await properties(2);
    const [mine, theirs] = await Promise.all([
      world.write('mine/property_days.csv', 'property_id,date,avg_rent\n1,2025-01-01,1\n2,2025-01-01,1\n'),
      world.write('theirs/property_days.csv', 'property_id,date,avg_rent\n2,2025-01-01,2\n2,2025-01-02,2\n'),
    ]);
    let raced = false;
    const store = afterPut(world.deps.store, async () => {
      if (raced) return;
      raced = true;
      await world.load([theirs]);
      // What the first try was reading goes away as well.
      await sweepWarehouse({ ...world.deps, policy: NO_HISTORY });
    });
    const report = await world.load([mine], {}, { ...world.deps, store });
    expect(report).toMatchObject({ version: 3, tables: [{ loaded: 2, replaced: 1, rows: 3 }] });
    expect(
      await world.rows('property_days', 'SELECT property_id AS id, date, avg_rent FROM property_days ORDER BY 1, 2'),
    ).toEqual([
      { id: 1, date: '2025-01-01', avg_rent: 1 },
      { id: 2, date: '2025-01-01', avg_rent: 1 },
      { id: 2, date: '2025-01-02', avg_rent: 2 },
    ]);
  });

  it('gives up in the end, with a reason that says what to do', async () => {
    await properties(1);
    const path = await world.write('mine/properties.csv', 'property_id,city\n1,Mine\n');
    let rivals = 0;
    const store = afterPut(world.deps.store, async () => {
      await world.load([await world.write('properties.csv', `property_id,city\n1,Rival ${rivals++}\n`)]);
    });
    await expect(world.load([path], {}, { ...world.deps, store })).rejects.toMatchObject({
      code: 'data_changed',
      message: expect.stringContaining('Another change came first'),
    });
    expect(rivals).toBe(5);
    expect(await world.rows('properties', 'SELECT city FROM properties')).toEqual([{ city: 'Rival 4' }]);
  });
});
