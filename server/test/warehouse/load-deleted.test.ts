/** Column `_deleted` of a file: rows that go, and what goes with them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareVersions } from '../../src/warehouse/history/differences.ts';
import { readMapping } from '../../src/warehouse/mapping/mapping.ts';
import { requireMatchIndex } from '../../src/warehouse/match-index.ts';
import { matchProgram } from '../../src/warehouse/match-query.ts';
import type { TableName } from '../../src/warehouse/tables.ts';
import { openWorld, type World } from './world.ts';

const WATCH = { signal: new AbortController().signal };
const A = 100_000_001;
const B = 100_000_002;

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await world.load([
    await world.write(
      'properties.csv',
      'source_id,address,city,state,zip_code\na,1 Elm St,Austin,TX,78701\nb,2 Elm St,Austin,TX,78701\n',
    ),
    await world.write(
      'property_days.csv',
      'source_id,date,avg_rent\na,2025-01-31,10\na,2025-02-01,11\nb,2025-02-01,20\n',
    ),
    await world.write('sales.csv', 'source_id,sale_id,sale_amount\na,s1,100\nb,s2,200\n'),
    await world.write('property_addresses.csv', 'source_id,address\na,9 Oak Ave\n'),
  ]);
});
afterEach(() => world.close());

async function keys(table: TableName, sql: string): Promise<readonly unknown[]> {
  return (await world.rows(table, sql)).map((row) => row['key']);
}
const days = () => keys('property_days', `SELECT property_id || ' ' || date AS key FROM property_days ORDER BY key`);
const sales = () => keys('sales', 'SELECT sale_id AS key FROM sales ORDER BY key');
const properties = () => keys('properties', 'SELECT property_id AS key FROM properties ORDER BY key');

async function differences(before: number, after: number) {
  const [old, now] = await Promise.all([before, after].map((version) => world.deps.db.warehouse.get(version)));
  if (old == null || now == null) throw new Error('a version is missing');
  return (await compareVersions(world.deps, old, now, 0, WATCH)).map(({ table, added, removed, changed }) => [
    table,
    added,
    removed,
    changed,
  ]);
}

it('takes the row with the key away, keeps and loads the others, and counts each', async () => {
  const report = await world.load([
    await world.write(
      'property_days.csv',
      'source_id,date,avg_rent,_deleted\na,2025-02-01,,true\nb,2025-02-01,21,false\na,2025-02-02,12,\nb,2031-01-01,,yes\n',
    ),
  ]);
  expect(report).toMatchObject({
    version: 2,
    rejected: 0,
    tables: [{ table: 'property_days', loaded: 2, replaced: 1, deleted: 1, rows: 3 }],
  });
  expect(await days()).toEqual([`${A} 2025-01-31`, `${A} 2025-02-02`, `${B} 2025-02-01`]);
  expect(await differences(1, 2)).toEqual([['property_days', 1, 1, 1]]);
  const [version] = await world.deps.db.warehouse.versions();
  expect(version?.origin?.changes).toEqual({ property_days: { added: 1, replaced: 1, deleted: 1 } });
});

it('leaves no file of a month that has no row any more', async () => {
  await world.load([await world.write('property_days.csv', 'source_id,date,_deleted\na,2025-01-31,true\n')]);
  const version = await world.deps.db.warehouse.current();
  expect(version?.tables['property_days']?.map(({ rows, minDate }) => [rows, minDate])).toEqual([[2, '2025-02-01']]);
});

it('takes a property with all that belongs to it, and its address out of the match index', async () => {
  const before = await matched('1 Elm St', '9 Oak Ave', '2 Elm St');
  const report = await world.load([await world.write('properties.csv', 'source_id,_deleted\na,true\n')]);
  expect(report.tables).toEqual([
    { table: 'properties', loaded: 0, replaced: 0, unchanged: 0, deleted: 1, rows: 1 },
    { table: 'property_days', loaded: 0, replaced: 0, unchanged: 0, deleted: 2, rows: 1 },
    { table: 'sales', loaded: 0, replaced: 0, unchanged: 0, deleted: 1, rows: 1 },
    { table: 'property_addresses', loaded: 0, replaced: 0, unchanged: 0, deleted: 1, rows: 0 },
  ]);
  expect([await properties(), await days(), await sales()]).toEqual([[B], [`${B} 2025-02-01`], ['s2']]);
  expect([...(await world.deps.db.warehouse.propertyIds(2))]).toEqual([B]);
  const [elm, oak, other] = await matched('1 Elm St', '9 Oak Ave', '2 Elm St');
  expect(before).toEqual(['OK', 'OK', 'OK']);
  expect([elm === 'OK', oak === 'OK', other]).toEqual([false, false, 'OK']);
  // It comes back under its number.
  await world.load([await world.write('properties.csv', 'source_id,city,_deleted\na,Rome,\n')]);
  expect(await properties()).toEqual([A, B]);
});

it('rejects rows of a property that the same load deletes, unless they go too', async () => {
  const report = await world.load([
    await world.write('properties.csv', 'source_id,_deleted\na,true\n'),
    await world.write('sales.csv', 'source_id,sale_id,sale_amount,_deleted\na,s1,,true\na,s9,5,\nb,s3,300,\n'),
  ]);
  expect(report.rejects).toMatchObject([{ line: 3, reason: 'is not in properties' }]);
  expect(report.tables.find(({ table }) => table === 'sales')).toEqual({
    table: 'sales',
    loaded: 1,
    replaced: 0,
    unchanged: 0,
    deleted: 1,
    rows: 2,
  });
  expect(await sales()).toEqual(['s2', 's3']);
});

it('makes no version where nothing was there to go, nor a number for a key that is unknown', async () => {
  const report = await world.load([
    await world.write('properties.csv', 'source_id,_deleted\nnobody,true\n'),
    await world.write('sales.csv', 'source_id,sale_id,_deleted\nnobody,s1,true\na,s7,true\n'),
  ]);
  expect(report).toMatchObject({ version: null, unchanged: 1, rejected: 0 });
  await world.load([await world.write('properties.csv', 'source_id,city\nnobody,Rome\n')]);
  // The next number, not the one after it.
  expect(await properties()).toEqual([A, B, B + 1]);
});

it('rejects what is neither true nor false, and a key twice', async () => {
  const report = await world.load(
    [await world.write('sales.csv', 'source_id,sale_id,sale_amount,_deleted\na,s1,1,maybe\nb,s2,2,\nb,s2,,true\n')],
    { nullInvalid: 'all' },
  );
  expect(report.rejects.map(({ line, column, reason }) => [line, column, reason])).toEqual([
    [2, '_deleted', 'must be true or false'],
    [4, 'property_id, sale_id', 'has the key of line 3'],
  ]);
  expect(await sales()).toEqual(['s1', 's2']);
});

it('is made by a mapping of what the provider says, and found in JSONL and under another name', async () => {
  await world.load([await world.write('sales.jsonl', '{"source_id":"a","sale_id":"s1","_deleted":true}\n')]);
  expect(await sales()).toEqual(['s2']);
  await world.load([await world.write('sales.csv', 'source_id,sale_id,gone\nb,s2,true\n')], {
    columnNames: new Map([['_deleted', 'gone']]),
  });
  expect(await sales()).toEqual([]);
  const { files } = readMapping({
    mapping: 1,
    files: [
      {
        table: 'property_days',
        columns: {
          source_id: 'Ref',
          date: 'Day',
          avg_rent: 'Rent',
          _deleted: { column: 'Status', values: { removed: true }, otherwise: 'empty' },
        },
      },
    ],
  });
  const path = await world.write('acme.csv', 'Ref,Day,Rent,Status\na,2025-02-01,,Removed\na,2025-02-02,12,Active\n');
  expect(await world.load([path], { mapping: files ?? [] })).toMatchObject({
    tables: [{ loaded: 1, replaced: 0, deleted: 1, rows: 3 }],
  });
});

async function matched(...addresses: readonly string[]) {
  const index = await requireMatchIndex(world.deps);
  const { question, program, answersOf } = matchProgram({ mode: 'address', explain: false }, index, 'all', 75);
  const rows = addresses.map((line) => [line, 'Austin', 'TX', '78701']);
  const answers = await world.deps.engine.run(
    program({ columns: question.columns, batches: [rows] }),
    { lane: 'load' },
    WATCH,
  );
  return answersOf(answers).map((row) => row['status']);
}
