/** A feed that comes again with the same rows makes no data version, and one that differs in a cell does. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function objects(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of world.deps.store.list('warehouse/')) keys.push(key);
  return keys.sort();
}

async function feed(rent: string): Promise<readonly string[]> {
  return [
    await world.write('properties.csv', 'source_id,city,last_sale_price\na,Rome,1.5\nb,Bonn,2\n'),
    await world.write('property_days.csv', `source_id,date,avg_rent\na,2025-01-31,1000\nb,2025-02-01,${rent}\n`),
    await world.write('sales.csv', 'source_id,sale_id,sale_amount\na,s1,5\n'),
  ];
}

it('is told with the version that stays, and leaves no object behind', async () => {
  const first = await world.load(await feed('1000'));
  expect(first).toMatchObject({ version: 1, unchanged: null });
  const before = await objects();
  const again = await world.load(await feed('1000'));
  expect(again).toMatchObject({ version: null, unchanged: 1, rejected: 0 });
  expect(again.tables.map(({ table, loaded, replaced }) => [table, loaded, replaced])).toEqual([
    ['properties', 2, 2],
    ['property_days', 2, 2],
    ['sales', 1, 1],
  ]);
  expect(await objects()).toEqual(before);
  expect((await world.deps.db.warehouse.versions()).map(({ version }) => version)).toEqual([1]);
});

it('is a new version where one cell differs', async () => {
  expect(await world.load(await feed('1000.5'))).toMatchObject({ version: 2, unchanged: null });
  const rents = await world.rows('property_days', 'SELECT avg_rent FROM property_days ORDER BY date');
  expect(rents).toEqual([{ avg_rent: 1000 }, { avg_rent: 1000.5 }]);
});
