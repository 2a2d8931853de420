/** What an operator can see of the data: `warehouse show`, `versions`, `diff`, `check`. */
import { appendFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WarehouseWorld, warehouseWorld } from './warehouse-world.ts';

const PATIENCE_MS = 120_000;

let world: WarehouseWorld;
beforeAll(async () => {
  world = await warehouseWorld();
  await world.load({
    properties: 'property_id,city,owner_name\n1,Rome,Ann Onym\n2,Bonn,\n3,Oslo,\n4,Kiel,\n',
    property_days: 'property_id,date,avg_rent\n1,2025-01-30,10\n1,2025-02-02,11\n2,2025-01-30,20\n2,2025-02-06,21\n',
  });
  await world.load(
    {
      properties: 'property_id,city\n1,Roma\n5,Lyon\n',
      property_days: 'property_id,date,avg_rent\n1,2025-02-02,12\n3,2025-02-07,30\n1,2025-01-30,10\n',
    },
    '--note',
    'February, corrected',
  );
}, PATIENCE_MS);
afterAll(() => world?.close(), PATIENCE_MS);

describe('warehouse show', { timeout: PATIENCE_MS }, () => {
  it('tells rows, properties, days, gaps and personal data of every table', async () => {
    expect(await world.json('warehouse', 'show')).toEqual({
      version: 2,
      committed_at: expect.stringMatching(/Z$/),
      properties: 5,
      tables: [
        {
          table: 'properties',
          files: 1,
          rows: 5,
          bytes: expect.any(Number),
          properties: 5,
          first_day: null,
          last_day: null,
          days_missing: null,
          missing: [],
          properties_without_rows: null,
          first_without_rows: [],
          pii_columns: [{ column: 'owner_name', pii: expect.stringMatching(/direct$/), rows: 1 }],
        },
        {
          table: 'property_days',
          files: 2,
          rows: 5,
          bytes: expect.any(Number),
          properties: 3,
          first_day: '2025-01-30',
          last_day: '2025-02-07',
          days_missing: 5,
          missing: [
            { from: '2025-01-31', to: '2025-02-01', days: 2 },
            { from: '2025-02-03', to: '2025-02-05', days: 3 },
          ],
          properties_without_rows: 2,
          first_without_rows: [4, 5],
          pii_columns: [],
        },
      ],
    });
  });

  it('reads well, of all tables, of one, and of an older version', async () => {
    const { stdout } = await world.run('warehouse', 'show');
    expect(stdout).toContain('Data version 2, 5 properties\n\nTABLE ');
    expect(stdout).toMatch(/\nproperty_days +5 .*2025-01-30 {2}2025-02-07 +\d/);
    const one = (await world.run('warehouse', 'show', 'property_days')).stdout;
    expect(one).toMatch(/\n {2}missing +2025-01-31 to 2025-02-01 \(2 days\)\n/);
    expect(one).toMatch(/\nproperties without rows +2\n {2}the first +4, 5\n/);
    expect(await world.json('warehouse', 'show', 'property_days', '--data-version', '1')).toMatchObject({
      version: 1,
      rows: 4,
      last_day: '2025-02-06',
    });
  });

  it('names the nearest table, and the versions that there are', async () => {
    expect(await world.attempt(['warehouse', 'show', 'unit_day'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no table unit_day; the nearest is unit_days'),
    });
    expect(await world.attempt(['warehouse', 'show', '--data-version', '9'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no data version 9 (any more); there are 2, 1'),
    });
  });
});

describe('warehouse versions', { timeout: PATIENCE_MS }, () => {
  it('tells when, by whom, of which files, and what became of the rows', async () => {
    const shown = await world.json('warehouse', 'versions');
    expect(shown).toMatchObject({
      versions: [
        {
          version: 2,
          current: true,
          kind: 'load',
          by: userInfo().username,
          note: 'February, corrected',
          file_count: 2,
          files: [expect.stringContaining('properties.csv'), expect.stringContaining('property_days.csv')],
          rows: 10,
          changes: {
            properties: { added: 1, replaced: 1, deleted: 0 },
            property_days: { added: 1, replaced: 2, deleted: 0 },
          },
        },
        { version: 1, current: false, note: null, rows: 8 },
      ],
    });
    const { stdout } = await world.run('warehouse', 'versions');
    expect(stdout).toMatch(
      /^VERSION .*\n +2 .* 2 +3 +0 {2}load of properties.csv, property_days.csv {2}February, corrected\n/,
    );
  });
});

describe('warehouse diff', { timeout: PATIENCE_MS }, () => {
  it('counts rows by table and day, values by column, and lists the first rows', async () => {
    expect(await world.json('warehouse', 'diff', '1', '2')).toEqual({
      before: 1,
      after: 2,
      tables: [
        {
          table: 'properties',
          added: 1,
          removed: 0,
          changed: 1,
          values: 1,
          columns: { city: 1 },
          days: [{ day: null, added: 1, removed: 0, changed: 1 }],
          rows: [
            {
              change: 'changed',
              key: { property_id: '1' },
              values: [{ column: 'city', before: 'Rome', after: 'Roma' }],
            },
            { change: 'added', key: { property_id: '5' }, values: [] },
          ],
        },
        {
          table: 'property_days',
          added: 1,
          removed: 0,
          changed: 1,
          values: 1,
          columns: { avg_rent: 1 },
          days: [
            { day: '2025-02-02', added: 0, removed: 0, changed: 1 },
            { day: '2025-02-07', added: 1, removed: 0, changed: 0 },
          ],
          rows: [
            {
              change: 'changed',
              key: { property_id: '1', date: '2025-02-02' },
              values: [{ column: 'avg_rent', before: '11.0', after: '12.0' }],
            },
            { change: 'added', key: { property_id: '3', date: '2025-02-07' }, values: [] },
          ],
        },
      ],
    });
  });

  it('reads well, in the other direction too, and says when nothing differs', async () => {
    const { stdout } = await world.run('warehouse', 'diff', '2', '1', '--rows', '1');
    expect(stdout).toMatch(/^TABLE .*VALUES CHANGED\nproperties +0 +1 +1 +1\nproperty_days +0 +1 +1 +1\n\n/);
    expect(stdout).toContain('properties, the first rows:\n  changed 1  city: Roma → Rome\n  and 1 rows more');
    expect(stdout).toMatch(/\nproperty_days +ADDED +CHANGED +REMOVED\n2025-02-02 +0 +1 +0\n2025-02-07 +0 +0 +1\n/);
    expect((await world.run('warehouse', 'diff', '2', '2')).stdout).toBe('No difference\n');
    expect(await world.attempt(['warehouse', 'diff', '1', 'two'])).toMatchObject({ code: 2 });
  });
});

describe('warehouse check', { timeout: PATIENCE_MS }, () => {
  it('finds every object as it was written, and names those that are not', async () => {
    expect(await world.json('warehouse', 'check', '--all')).toMatchObject({ ok: true, versions: [2, 1], faults: [] });
    const { deps } = world.app.app;
    const current = await deps.db.warehouse.current();
    const [changed, missing] = [current?.tables['properties']?.[0]?.key, current?.tables['property_days']?.[0]?.key];
    await appendFile(await deps.store.localize(String(changed)), 'x');
    await rm(await deps.store.localize(String(missing)));
    const found = await world.attempt(['warehouse', 'check', '--json']);
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      ok: false,
      faults: [
        { table: 'properties', key: changed, fault: 'changed' },
        { table: 'property_days', key: missing, fault: 'missing', found: null },
      ],
    });
    expect((await world.attempt(['warehouse', 'check'])).stdout).toMatch(/^FAULT .*\nchanged {2}properties /);
  });
});
