/** A child keeps the database of a small export for the next one of the same files, which must see nothing of the one before. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Cages, type Held } from '../../src/duckdb/child/cages.ts';
import type { Order, OrderResult } from '../../src/duckdb/protocol.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { storedPlan } from './plans.ts';

const ID = [column('id', 'id')];
const SMALL: OrderResult = { rows: [3], answers: [] };

let world: EngineWorld;
let cages: Cages;
let settings: { memoryLimit: string; threads: number; spillDirectory: string; maxSpillBytes: null; partsAtATime: 2 };

beforeAll(async () => {
  world = await openEngineWorld();
  settings = {
    memoryLimit: '512MB',
    threads: 2,
    spillDirectory: world.spillDirectory,
    maxSpillBytes: null,
    partsAtATime: 2,
  };
  await world.store('t/mine.parquet', 'SELECT 1::BIGINT AS id, 1::BIGINT AS property_id');
  await world.store('t/other.parquet', 'SELECT 2::BIGINT AS id, 2::BIGINT AS property_id');
});
afterAll(() => world.close());
beforeEach(() => {
  cages = new Cages();
});

function order(key: string): Order {
  const { rows } = storedPlan(ID, [key]);
  const tables = { t: { columns: ID, paths: [world.path(key)] } };
  return { kind: 'write', sources: { tables, inputs: {} }, rows, parameters: {}, files: [], turns: null, found: null };
}

/** Takes a cage for the order, locked as a child locks it. */
async function take(wanted: Order): Promise<Held> {
  const held = await cages.take(wanted);
  if (!held.isFurnished) {
    const files = Object.values(wanted.sources.tables).flatMap(({ paths }) => paths);
    await held.cage.lock(settings, { files, directories: [] });
  }
  return held;
}

async function rowsOf({ cage }: Held, sql: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { chunk } of cage.session.chunks(sql)) rows.push(...chunk.getRows());
  return rows;
}

const refused = ({ cage }: Held, sql: string) => expect(cage.session.execute(sql), sql).rejects.toThrow();

it('is given to an order of the same files, and shows it nothing of the one before', async () => {
  const first = await take(order('t/mine.parquet'));
  const { session } = first.cage;
  for (const sql of [
    'CREATE TABLE requested AS SELECT 4711 AS property_id',
    'CREATE TEMP TABLE laid_out AS SELECT 4711 AS property_id',
    'CREATE TEMP VIEW seen AS SELECT 4711 AS property_id',
    'CREATE TEMP MACRO secret() AS 4711',
    'SET VARIABLE asked = 4711',
    'PREPARE again AS SELECT 4711',
    `SET search_path = 'pg_catalog'`,
  ]) {
    await session.execute(sql);
  }
  // The control: while the order runs, they are there.
  expect(await rowsOf(first, `SELECT getvariable('asked')`)).toEqual([[4711]]);
  await cages.giveBack(first, SMALL);

  const second = await take(order('t/mine.parquet'));
  expect(second).toMatchObject({ cage: first.cage, isFurnished: true });
  for (const sql of [
    'FROM requested',
    'FROM laid_out',
    'FROM seen',
    'SELECT secret()',
    'EXECUTE again',
    'FROM memory.main.requested',
  ]) {
    await refused(second, sql);
  }
  expect(await rowsOf(second, `SELECT getvariable('asked')`)).toEqual([[null]]);
  expect(await rowsOf(second, 'SELECT count(*)::INTEGER FROM duckdb_tables() WHERE NOT internal')).toEqual([[0]]);
  expect(await rowsOf(second, `SELECT current_setting('search_path')`)).toEqual([['']]);
  second.cage.close();
});

it('still keeps it from everything else', async () => {
  await cages.giveBack(await take(order('t/mine.parquet')), SMALL);
  const held = await take(order('t/mine.parquet'));
  expect(await rowsOf(held, `SELECT id::INTEGER FROM read_parquet('${world.path('t/mine.parquet')}')`)).toEqual([[1]]);
  for (const sql of [
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_parquet('${world.path('t/other.parquet')}')`,
    'SET enable_external_access = true',
    'SET lock_configuration = false',
    `SET allowed_directories = ['/']`,
    `SET threads = 64`,
    `ATTACH '${world.path('x.db')}' AS x`,
  ]) {
    await refused(held, sql);
  }
  held.cage.close();
});

it('is not given to an order of other files, of other columns, or of the server’s own', async () => {
  const first = await take(order('t/mine.parquet'));
  const others: readonly Order[] = [
    order('t/other.parquet'),
    {
      ...order('t/mine.parquet'),
      sources: { tables: { t: { columns: [], paths: [world.path('t/mine.parquet')] } }, inputs: {} },
    },
    { kind: 'run', sources: order('t/mine.parquet').sources, directories: [], steps: [] },
  ];
  let before = first;
  for (const other of others) {
    await cages.giveBack(before, SMALL);
    before = await take(other);
    expect(before.isFurnished).toBe(false);
  }
  before.cage.close();
});

it.each<[string, OrderResult | null]>([
  ['that failed', null],
  ['of many rows', { rows: [10_000, 10_001], answers: [] }],
])('is not kept of an order %s', async (_what, result) => {
  await cages.giveBack(await take(order('t/mine.parquet')), result);
  const next = await take(order('t/mine.parquet'));
  expect(next.isFurnished).toBe(false);
  next.cage.close();
});

it('is not kept of an order that was cancelled', async () => {
  const first = await take(order('t/mine.parquet'));
  first.cage.cancel();
  await cages.giveBack(first, SMALL);
  const next = await take(order('t/mine.parquet'));
  expect(next.isFurnished).toBe(false);
  next.cage.close();
});

it('serves exports of the same files one after the other, each with its own properties', async () => {
  await world.store('t/many.parquet', 'SELECT range AS id, range AS property_id FROM range(100)');
  for (const wanted of [[3, 7], [11], [7, 99]]) {
    const sink = world.sink('csv');
    const requested = { input: 'wanted', order: 'by-property', inFiles: false } as const;
    const inputs = { wanted: { columns: [column('property_id', 'id')], batches: [wanted.map((id) => [id])] } };
    const plan = { ...storedPlan([...ID, column('property_id', 'id')], ['t/many.parquet'], { requested }), inputs };
    expect(await world.engine.write(plan, [sink], { signal: never })).toEqual([wanted.length]);
    expect(await readFile(sink.path, 'utf8')).toBe(`id,property_id\n${wanted.map((id) => `${id},${id}\n`).join('')}`);
  }
});
