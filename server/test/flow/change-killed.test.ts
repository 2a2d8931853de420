/** A rollback and a delete that are killed leave the version before; those that had been committed, the version after. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { checkObjects } from '../../src/warehouse/history/check.ts';
import { planRollback, rollBack } from '../../src/warehouse/history/rollback.ts';
import { planRemoval, removeRows } from '../../src/warehouse/remove/remove-rows.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from '../warehouse/world.ts';

const WATCH = { signal: new AbortController().signal };
const ORIGIN = { by: 'a test', note: null };

let engine: WorldEngine;
let world: World;

beforeAll(async () => {
  engine = await openWorldEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  world = await openWorld({ shared: engine });
  await world.load([
    await world.write('properties.csv', 'property_id,city\n1,Rome\n2,Oslo\n'),
    await world.write('sales.csv', 'property_id,sale_id,sale_amount\n1,s1,100\n2,s2,200\n'),
  ]);
  await world.load([
    await world.write('properties.csv', 'property_id,city\n1,Bonn\n'),
    await world.write('sales.csv', 'property_id,sale_id,sale_amount\n1,s1,101\n'),
  ]);
});
afterEach(() => world.close());

const CITIES = 'SELECT city FROM properties ORDER BY property_id';
const SALES = 'SELECT sale_amount AS amount FROM sales ORDER BY sale_id';
const BEFORE = { cities: ['Bonn', 'Oslo'], sales: [101, 200] };
const AFTER = {
  rollback: { cities: ['Rome', 'Oslo'], sales: [100, 200] },
  delete: { cities: ['Oslo'], sales: [200] },
};
type Change = keyof typeof AFTER;

async function rows() {
  const [cities, sales] = [await world.rows('properties', CITIES), await world.rows('sales', SALES)];
  return { cities: cities.map(({ city }) => city), sales: sales.map(({ amount }) => amount) };
}

async function kill(change: Change, dieAt: string): Promise<void> {
  const settings = {
    url: world.databaseUrl,
    root: world.objects,
    spillDirectory: join(world.directory, 'killed-spill'),
    change,
    dieAt,
  };
  const program = join(import.meta.dirname, 'change-process.mjs');
  const killed = spawn(process.execPath, [program, JSON.stringify(settings)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
}

async function doAgain(change: Change): Promise<void> {
  if (change === 'rollback') {
    await rollBack(world.deps, await planRollback(world.deps, 1, WATCH), ORIGIN, WATCH);
    return;
  }
  const plan = await planRemoval(world.deps, { table: 'properties', condition: 'property_id = 1' }, WATCH);
  await removeRows(world.deps, plan, ORIGIN, WATCH);
}

it.each<[Change, string]>([
  ['rollback', 'writing'],
  ['rollback', 'committing'],
  ['delete', 'writing'],
  ['delete', 'indexing'],
  ['delete', 'committing'],
])('a %s killed while %s leaves the version before, and the next one succeeds', async (change, dieAt) => {
  const before = await world.deps.db.warehouse.current();
  await kill(change, dieAt);
  expect(await world.deps.db.warehouse.current()).toEqual(before);
  expect(await rows()).toEqual(BEFORE);
  await doAgain(change);
  expect(await rows()).toEqual(AFTER[change]);
});

it.each<Change>(['rollback', 'delete'])(
  'a %s killed as soon as it is committed has happened, whole',
  async (change) => {
    await kill(change, 'committed');
    const version = await world.deps.db.warehouse.current();
    expect(version?.version).toBe(3);
    expect(await rows()).toEqual(AFTER[change]);
    expect(await checkObjects(world.deps, version === null ? [] : [version], WATCH)).toMatchObject({ faults: [] });
  },
);
