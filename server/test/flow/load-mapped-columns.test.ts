import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookupProperties } from '../../src/properties/lookup.ts';
import { parseLookup } from '../../src/wire/apartmentiq/lookup.ts';
import { openWorld, type World } from '../warehouse/world.ts';

/** Invented properties, spelt as five public registers spell theirs: ranges, hyphens, units, no ZIP, no point, any letter case. */
const WRITTEN = new URL('../golden/properties-as-sources-write-them.csv', import.meta.url);
/** With them the file is as long as a city's register. */
const COPIES = 753;
const COLUMN_NAMES = new Map([
  ['source_id', 'id'],
  ['zip_code', 'zip'],
  ['latitude', 'lat'],
  ['longitude', 'lon'],
  ['asset_category', 'category'],
]);

interface Line {
  readonly id: string;
  readonly address: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly lat: string;
  readonly lon: string;
  readonly category: string;
}

/** The written ones first, then as often again as asked under ids of their own. */
function copies(written: readonly Line[]): readonly Line[] {
  return Array.from({ length: COPIES }, (_, copy) =>
    written.map((line) => (copy === 0 ? line : { ...line, id: `${line.id}.${copy}` })),
  ).flat();
}

describe('37,650 properties in a register’s own columns', () => {
  let world: World;
  let lines: readonly Line[];
  let file: string;

  beforeAll(async () => {
    world = await openWorld();
    lines = copies(parse<Line>(readFileSync(WRITTEN), { columns: true }));
    file = await world.write('properties.csv', stringify([...lines], { header: true }));
  });
  afterAll(() => world.close());

  it('load with --map, all of them, and keep their ids', async () => {
    const report = await world.load([file], { columnNames: COLUMN_NAMES });
    expect(report).toMatchObject({
      version: 1,
      rejected: 0,
      files: [{ rows: 37_650, ignoredColumns: [] }],
      tables: [{ table: 'properties', loaded: 37_650, replaced: 0, rows: 37_650 }],
    });
    const [counts] = await world.rows(
      'properties',
      `SELECT count(DISTINCT source_id) AS ids, count(*) FILTER (latitude IS NULL) AS without_point,
         count(*) FILTER (zip_code IS NULL) AS without_zip, count(*) FILTER (asset_category = 'sfr') AS homes FROM properties`,
    );
    expect(counts).toEqual({
      ids: lines.length,
      without_point: lines.filter(({ lat }) => lat === '').length,
      without_zip: lines.filter(({ zip }) => zip === '').length,
      homes: lines.filter(({ category }) => category === 'SFR').length,
    });
  });

  it('keep what the register wrote, letter by letter', async () => {
    const kept = await world.rows('properties', 'SELECT source_id AS id, address, city, state FROM properties');
    const byId = new Map(kept.map((row) => [row['id'], row]));
    const changed = lines.filter(({ id, address, city, state }) => {
      const row = byId.get(id);
      return row?.['address'] !== address || row['city'] !== city || row['state'] !== state;
    });
    expect(changed).toEqual([]);
  });

  it('have the same numbers after a second load', async () => {
    const numbers = () =>
      world.rows('properties', 'SELECT bit_xor(hash(source_id, property_id))::VARCHAR AS digest FROM properties');
    const before = await numbers();
    const report = await world.load([file], { columnNames: COLUMN_NAMES });
    expect(report.tables).toEqual([
      { table: 'properties', loaded: 37_650, replaced: 37_650, unchanged: 37_650, deleted: 0, rows: 37_650 },
    ]);
    expect(await numbers()).toEqual(before);
  });

  it('are found by city and by radius', async () => {
    const account = await world.deps.db.accounts.create({ id: randomUUID(), name: 'a', grants: 'all' });
    const caller = { accountId: account.id, credentialId: randomUUID(), scopes: ['data:read'] } as const;
    const seattle = await lookupProperties(world.deps, caller, parseLookup({ city: 'seattle', state: 'WA' }));
    expect(seattle.totalCount).toBe(
      lines.filter(({ city, state }) => city.toLowerCase() === 'seattle' && state === 'WA').length,
    );
    const circle = parseLookup({ latitude: '47.61386', longitude: '-122.3489', radius_miles: '0.5' });
    const near = await lookupProperties(world.deps, caller, circle);
    expect(new Set(near.items.map(({ address }) => address))).toEqual(new Set(['2100 Harbor Ave', '2118 Harbor Ave']));
    expect(near.totalCount).toBe(2 * COPIES);
  });
});
