import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenerateOptions, generateDemo } from '../../src/demo/generate.ts';
import { openWorld, type World } from '../warehouse/world.ts';
import { NOW } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function generateAndLoad(name: string, options: Omit<GenerateOptions, 'outDirectory'>) {
  const outDirectory = join(world.directory, name);
  await mkdir(outDirectory);
  const deps = { engine: world.deps.engine, clock: () => NOW };
  const { tables } = await generateDemo(deps, { ...options, outDirectory }, { signal: new AbortController().signal });
  return { tables, report: await world.load(Object.values(tables).map(({ file }) => file)) };
}

describe('generated files', () => {
  it('load whole, without a reject', async () => {
    const { tables, report } = await generateAndLoad('invented', { size: 'tiny', days: 40 });
    expect(report.rejected).toBe(0);
    const [days] = await world.rows(
      'unit_days',
      'SELECT count(*) AS rows, count(DISTINCT property_id) AS properties FROM unit_days',
    );
    expect(days).toEqual({ rows: tables['unit_days']?.rows, properties: 6 });
  });

  it('of listed properties load under the numbers that the source ids were given', async () => {
    const file = await world.write('properties.csv', 'source_id,city,state\nsea-1,Seattle,WA\nnyc-2,New York,NY\n');
    await world.load([file]);
    const propertiesFrom = [
      { sourceId: 'nyc-2', state: 'NY' },
      { sourceId: 'sea-1', state: 'WA' },
    ];
    const { report } = await generateAndLoad('listed', { size: 'tiny', days: 12, propertiesFrom });
    expect(report.rejected).toBe(0);
    const numbers = await world.rows(
      'properties',
      "SELECT property_id FROM properties WHERE source_id IN ('sea-1', 'nyc-2') ORDER BY 1",
    );
    const days = await world.rows(
      'property_days',
      'SELECT property_id, count(*) AS days FROM property_days GROUP BY 1 ORDER BY 1',
    );
    expect(numbers).toHaveLength(2);
    for (const { property_id } of numbers) expect(days).toContainEqual({ property_id, days: 12 });
  });
});
