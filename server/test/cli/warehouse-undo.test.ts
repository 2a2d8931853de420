/** `warehouse rollback` and `warehouse delete` at the door: what they show, ask and do, and what customers then export. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../src/core/versions/kept.ts';
import { planRollback, rollBack } from '../../src/warehouse/history/rollback.ts';
import { requireMatchIndex } from '../../src/warehouse/match-index.ts';
import { matchProgram } from '../../src/warehouse/match-query.ts';
import { sweepWarehouse } from '../../src/warehouse/sweep.ts';
import { type WarehouseWorld, warehouseWorld } from './warehouse-world.ts';

const PATIENCE_MS = 120_000;

let world: WarehouseWorld;
beforeEach(async () => {
  world = await warehouseWorld();
  await world.load({
    properties:
      'source_id,property_id,address,city,state,zip_code\na,,1 Elm St,Austin,TX,78701\nb,,2 Elm St,Austin,TX,78701\n',
    property_days: 'source_id,date,avg_rent\na,2025-01-30,10\na,2025-02-02,11\nb,2025-01-30,20\nb,2025-02-06,\n',
    sales: 'source_id,sale_id,sale_amount\na,s1,100\nb,s2,200\n',
  });
  await world.load({
    properties: 'source_id,address,city,state,zip_code\na,9 Oak Ave,Austin,TX,78701\nc,3 Elm St,Austin,TX,78701\n',
    property_days: 'source_id,date,avg_rent\na,2025-02-02,99\nc,2025-02-07,30\n',
    sales: 'source_id,sale_id,sale_amount\na,s1,101\nc,s3,300\n',
  });
}, PATIENCE_MS);
afterEach(() => world?.close(), PATIENCE_MS);

const A = 100_000_001;
const B = 100_000_002;
const C = 100_000_003;

function deps() {
  return world.app.app.deps;
}

async function rowsOf(version?: number) {
  const { tables } = (await world.json(
    'warehouse',
    'show',
    ...(version ? ['--data-version', String(version)] : []),
  )) as {
    tables: readonly { table: string; rows: number }[];
  };
  return Object.fromEntries(tables.map(({ table, rows }) => [table, rows]));
}

/** Whether each address is that of a property. */
async function matched(...addresses: readonly string[]) {
  const index = await requireMatchIndex(deps());
  const { question, program, answersOf } = matchProgram({ mode: 'address', explain: false }, index, 'all', 75);
  const rows = addresses.map((line) => [line, 'Austin', 'TX', '78701']);
  const answers = await deps().engine.run(
    program({ columns: question.columns, batches: [rows] }),
    { lane: 'load' },
    { signal: new AbortController().signal },
  );
  return answersOf(answers).map((row) => row['status']);
}

describe('warehouse rollback', { timeout: PATIENCE_MS }, () => {
  it('makes a new version with the rows of the old one: numbers stay, and the match index is right', async () => {
    const before = await matched('9 Oak Ave', '1 Elm St');
    expect(before[0]).not.toBe(before[1]);
    const { stdout } = await world.run('warehouse', 'rollback', '1', '--yes', '--note', 'wrong feed');
    expect(stdout).toMatch(
      /^TABLE .*\nproperties +0 +1 +1 +1\nproperty_days +0 +1 +1 +1\nsales +0 +1 +1 +1\nData version 3 has the rows of version 1\n$/,
    );
    expect(await world.json('warehouse', 'diff', '1', '3')).toMatchObject({ tables: [] });
    expect(await rowsOf()).toEqual(await rowsOf(1));
    expect([...(await deps().db.warehouse.propertyIds(3))]).toEqual([A, B]);
    expect(await matched('1 Elm St', '9 Oak Ave')).toEqual(before);
    expect(await world.json('warehouse', 'versions')).toMatchObject({
      versions: [
        {
          version: 3,
          kind: 'rollback',
          of: 1,
          note: 'wrong feed',
          changes: { properties: { added: 0, replaced: 1, deleted: 1 } },
        },
        { version: 2 },
        { version: 1 },
      ],
    });
    // The third property has its number for ever, and a rollback can be undone.
    await world.load({ properties: 'source_id,city\nd,Rome\nc,Bonn\n' });
    expect([...(await deps().db.warehouse.propertyIds(4))]).toEqual([A, B, C, C + 1]);
    await world.run('warehouse', 'rollback', '2', '--yes');
    expect(await world.json('warehouse', 'diff', '2', '5')).toMatchObject({ tables: [] });
    await world.run('warehouse', 'check', '--all');
  });

  it('tells whoever asks for changes that rows were changed back', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000);
    const watch = { signal: new AbortController().signal };
    const plan = await planRollback(deps(), 1, watch);
    const version = await rollBack({ ...deps(), clock: () => tomorrow }, plan, { by: 'ada', note: null }, watch);
    const files = version.tables['sales'] ?? [];
    const columns = [
      { name: 'sale_id', type: 'text' },
      { name: 'changed_on', type: 'date' },
    ] as const;
    const [rows] = await deps().engine.run(
      { tables: { sales: { columns, files } }, inputs: {}, directories: [], steps: [{ sql: 'FROM sales ORDER BY 1' }] },
      { lane: 'load' },
      watch,
    );
    const day = (date: Date) => date.toISOString().slice(0, 10);
    expect(rows).toEqual([
      { sale_id: 's1', changed_on: day(tomorrow) },
      { sale_id: 's2', changed_on: expect.not.stringMatching(day(tomorrow)) },
    ]);
  });

  it('asks at a terminal, and elsewhere does nothing without --yes', async () => {
    const piped = await world.attempt(['warehouse', 'rollback', '1', '--json'], { stdin: ['yes\n'] });
    expect(piped).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was changed; --yes does it.') });
    expect(JSON.parse(piped.stdout)).toMatchObject({ version: null, of: 1, before: 2, tables: [{}, {}, {}] });
    const terminal = (answer: string) =>
      world.attempt(['warehouse', 'rollback', '1'], { terminal: true, stdin: [answer] });
    expect((await terminal('no\n')).stderr).toContain('Nothing was changed.');
    expect((await terminal('')).stderr).toContain('Nothing was changed.');
    expect((await deps().db.warehouse.current())?.version).toBe(2);
    const done = await terminal('yes\n');
    expect(done.stderr).toContain('Data version 2 is replaced by the rows of version 1. Type yes to go on:');
    expect((await deps().db.warehouse.current())?.version).toBe(3);
  });

  it('refuses the current version and one that is not there', async () => {
    expect(await world.attempt(['warehouse', 'rollback', '2', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('data version 2 is the current one: there is nothing to undo'),
    });
    expect(await world.attempt(['warehouse', 'rollback', '7', '--yes'])).toMatchObject({ code: 3 });
  });
});

describe('warehouse delete', { timeout: PATIENCE_MS }, () => {
  it('first counts, then deletes a property with all that belongs to it', async () => {
    const argv = ['warehouse', 'delete', 'properties', '--where', `property_id = ${A}`] as const;
    const dry = await world.run(...argv);
    expect(dry.stderr).toContain('Nothing was changed; --yes does it.');
    expect(dry.stdout).toMatch(
      /^TABLE .*\nproperties +1 +1 +- +-\nproperty_days +2 +1 +2025-01-30 +2025-02-02\nsales +1 +1 +- +-\n$/,
    );
    expect((await deps().db.warehouse.current())?.version).toBe(2);
    expect(await world.json(...argv, '--yes', '--note', 'sold')).toMatchObject({
      version: 3,
      before: 2,
      tables: [
        { table: 'properties', rows: 1 },
        { table: 'property_days', rows: 2 },
        { table: 'sales', rows: 1 },
      ],
    });
    expect(await rowsOf()).toEqual({ properties: 2, property_days: 3, sales: 2 });
    expect([...(await deps().db.warehouse.propertyIds(3))]).toEqual([B, C]);
    expect(await matched('9 Oak Ave')).toEqual(await matched('77 Nowhere Rd'));
    expect(await world.json('warehouse', 'versions')).toMatchObject({
      versions: [
        {
          kind: 'delete',
          condition: `property_id = ${A}`,
          note: 'sold',
          changes: { properties: { deleted: 1 }, property_days: { deleted: 2 }, sales: { deleted: 1 } },
        },
        {},
        {},
      ],
    });
    await world.run('warehouse', 'check');
    // Its provider's key keeps its number.
    await world.load({ properties: 'source_id,city\na,Rome\n' });
    expect([...(await deps().db.warehouse.propertyIds(4))]).toEqual([A, B, C]);
  });

  it('deletes the rows for which the condition is true, and no row for which it is not known', async () => {
    const where = `avg_rent <> 10 AND NOT date IN ('2025-02-07') OR property_id > ${C}`;
    const shown = await world.json('warehouse', 'delete', 'property_days', '--where', where, '--yes');
    expect(shown).toMatchObject({ version: 3, tables: [{ table: 'property_days', rows: 2 }] });
    expect(await world.json('warehouse', 'diff', '2', '3')).toMatchObject({
      tables: [
        {
          table: 'property_days',
          removed: 2,
          added: 0,
          changed: 0,
          rows: [
            { key: { property_id: String(A), date: '2025-02-02' } },
            { key: { property_id: String(B), date: '2025-01-30' } },
          ],
        },
      ],
    });
    // A table may lose all of its rows.
    await world.run('warehouse', 'delete', 'property_days', '--where', 'property_id > 0', '--yes');
    expect(await rowsOf()).toEqual({ properties: 3, sales: 3 });
    await world.run('warehouse', 'delete', 'properties', '--where', 'property_id > 0', '--yes');
    expect(await rowsOf()).toEqual({});
    expect([...(await deps().db.warehouse.propertyIds(5))]).toEqual([]);
  });

  it('says what is wrong with a condition, and when no row is like that', async () => {
    expect(
      await world.attempt(['warehouse', 'delete', 'property_days', '--where', 'avg_rnt > 5', '--yes']),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('condition, character 1: there is no column avg_rnt (nearest: avg_rent)'),
    });
    const none = await world.run('warehouse', 'delete', 'sales', '--where', 'sale_amount > 1e9', '--yes');
    expect(none.stdout).toBe('No row is like that\n');
    expect((await deps().db.warehouse.current())?.version).toBe(2);
  });

  it('leaves what can be gone back to, which a sweep keeps', async () => {
    await world.run('warehouse', 'delete', 'sales', '--where', "sale_id = 's1'", '--yes');
    const later = { ...deps(), clock: () => new Date(Date.now() + 2 * 86_400_000) };
    expect(await sweepWarehouse(later)).toEqual([]);
    await world.run('warehouse', 'rollback', '2', '--yes');
    expect(await world.json('warehouse', 'check', '--data-version', '2')).toMatchObject({ ok: true });
    const numbers = async () => (await deps().db.warehouse.versions()).map(({ version }) => version);
    expect(await numbers()).toEqual([4, 3, 2, 1]);
    // Control: without a history to keep only what was just read stays.
    expect(await sweepWarehouse({ ...later, policy: NO_HISTORY })).not.toEqual([]);
    expect(await numbers()).toEqual([4, 2]);
  });
});
