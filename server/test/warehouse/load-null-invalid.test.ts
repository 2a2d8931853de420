/** Bad cells that cost only themselves, and rejects by column and reason. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const ROWS = 'property_id,year_built,latitude,state\n1,1999,1,TX\n2,x,2,TX\n3,y,200,Nowhere\nz,1999,4,TX\n';

describe('--null-invalid', () => {
  it('loads a bad cell of the column as null, tells how many, and rejects the rest as ever', async () => {
    const path = await world.write('properties.csv', ROWS);
    const report = await world.load([path], { nullInvalid: ['year_built'] });
    expect(report.files[0]).toMatchObject({ nulled: { year_built: 1 }, rejected: 2 });
    expect(report.rejects.map(({ line, column }) => [line, column])).toEqual([
      [4, 'state'],
      [5, 'property_id'],
    ]);
    const rows = await world.rows('properties', 'SELECT property_id, year_built FROM properties ORDER BY ALL');
    expect(rows).toEqual([
      { property_id: 1, year_built: 1999 },
      { property_id: 2, year_built: null },
    ]);
  });

  it('of all spares every column but those that the row needs', async () => {
    const path = await world.write('properties.csv', ROWS);
    const report = await world.load([path], { nullInvalid: 'all' });
    expect(report.files[0]).toMatchObject({ nulled: { latitude: 1, state: 1, year_built: 2 }, rejected: 1 });
    const rows = await world.rows('properties', 'SELECT latitude, state FROM properties WHERE property_id = 3');
    expect(rows).toEqual([{ latitude: null, state: null }]);
  });

  it.each([
    ['year_bilt', 'there is no column year_bilt (nearest: year_built)'],
    ['property_id', 'table properties needs property_id'],
    ['zzzzzzzz', '--null-invalid zzzzzzzz: there is no column zzzzzzzz'],
  ])('of %s is refused', async (name, message) => {
    const path = await world.write('properties.csv', ROWS);
    await expect(world.load([path], { nullInvalid: [name] })).rejects.toThrow(message);
  });
});

describe('rejects', () => {
  it('are counted by column and reason, the most frequent first, whatever differs from row to row', async () => {
    const rows = ['1,x', '2,y', '3,1500', '4,1999', '4,1998', '4,1997'].join('\n');
    const path = await world.write('properties.csv', `property_id,year_built\n${rows}\n`);
    const report = await world.load([path], { dryRun: true });
    expect(report.rejectSums).toEqual([
      { column: 'property_id', reason: 'has the key of line …', rows: 2, file: path, line: 6 },
      { column: 'year_built', reason: 'must be a whole number', rows: 2, file: path, line: 2 },
      { column: 'year_built', reason: 'must be at least 1600', rows: 1, file: path, line: 4 },
    ]);
  });

  it('are written to a file only where one is named', async () => {
    const path = await world.write('properties.csv', 'property_id\nx\n');
    const report = await world.load([path], { rejectFile: null });
    expect([report.rejected, report.rejectFile, existsSync('rejects.csv')]).toEqual([1, null, false]);
  });
});
