import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookupProperties } from '../../src/properties/lookup.ts';
import { openWorld, type World } from '../warehouse/world.ts';

/** Real properties of five sources. They do not come with the program; where they are absent these tests are skipped. */
const FILE = resolve(import.meta.dirname, '../../../../shared/data/match/dev/properties.csv');
const COLUMN_NAMES = new Map([
  ['source_id', 'id'],
  ['zip_code', 'zip'],
  ['latitude', 'lat'],
  ['longitude', 'lon'],
  ['asset_category', 'category'],
]);

interface Line {
  readonly id: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly lat: string;
  readonly category: string;
}

describe.skipIf(!existsSync(FILE))(`37,650 real properties (skipped where ${FILE} is absent)`, () => {
  let world: World;
  let lines: readonly Line[];

  beforeAll(async () => {
    world = await openWorld();
    lines = parse<Line>(readFileSync(FILE), { columns: true });
  });
  afterAll(() => world.close());

  it('load with --map, all of them, and keep their ids', async () => {
    const report = await world.load([FILE], { columnNames: COLUMN_NAMES });
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

  it('have the same numbers after a second load', async () => {
    const numbers = () =>
      world.rows('properties', 'SELECT bit_xor(hash(source_id, property_id))::VARCHAR AS digest FROM properties');
    const before = await numbers();
    const report = await world.load([FILE], { columnNames: COLUMN_NAMES });
    expect(report.tables).toEqual([{ table: 'properties', loaded: 37_650, replaced: 37_650, rows: 37_650 }]);
    expect(await numbers()).toEqual(before);
  });

  it('are found by city and by radius', async () => {
    const account = await world.deps.db.accounts.create({ id: randomUUID(), name: 'a', grants: 'all' });
    const caller = { accountId: account.id, credentialId: randomUUID(), scopes: ['data:read'] } as const;
    const seattle = await lookupProperties(world.deps, caller, { city: 'seattle', state: 'WA' });
    expect(seattle.totalCount).toBe(
      lines.filter(({ city, state }) => city.toLowerCase() === 'seattle' && state === 'WA').length,
    );
    const near = await lookupProperties(world.deps, caller, {
      latitude: '47.61386',
      longitude: '-122.3489',
      radius_miles: '0.5',
    });
    expect(near.items.map(({ address }) => address)).toContain('2440 Western Ave');
  });
});
