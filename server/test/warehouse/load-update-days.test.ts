/** When a property was last updated, where its source does not tell: the day of the load that last changed it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DetailsSpec } from '../../src/core/details.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { queryRows } from '../../src/core/ports/engine.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { compileDetails } from '../../src/reports/compile-details.ts';
import { compileSearchPage } from '../../src/reports/compile-search.ts';
import { DETAIL_NODES } from '../../src/reports/details/catalogue.ts';
import { parseSearchSettings } from '../../src/reports/details/search-settings.ts';
import type { TableName } from '../../src/warehouse/tables.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from './world.ts';

let shared: WorldEngine;
let world: World;
beforeAll(async () => {
  shared = await openWorldEngine();
});
afterAll(() => shared.close());
beforeEach(async () => {
  world = await openWorld({ shared });
  return () => world.close();
});

const { signal } = new AbortController();
const MONDAY = '2026-03-02';
const TUESDAY = '2026-03-03';
const FRIDAY = '2026-03-06';

let files = 0;
/** Loads the rows into the table on that day. */
async function load(day: string, table: TableName, ...rows: readonly object[]): Promise<void> {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const deps = { ...world.deps, clock: () => new Date(`${day}T23:59:59Z`) };
  await world.load([await world.write(`in-${files++}.jsonl`, text)], { table }, deps);
}

async function current(): Promise<DataVersion> {
  const version = await world.deps.db.warehouse.current();
  if (version === null) throw new Error('nothing is loaded');
  return version;
}

async function changed(table: TableName): Promise<readonly unknown[]> {
  const rows = await world.rows(table, `SELECT changed_on FROM ${table} ORDER BY ALL`);
  return rows.map((row) => row['changed_on']);
}

async function search(settings: object = {}): Promise<readonly ResultRow[]> {
  const query = compileSearchPage(parseSearchSettings(settings), await current(), 'all', { after: 0, limit: 10 });
  const rows = await queryRows(world.deps.engine, query, { signal });
  return rows.filter((row) => row['property_id'] !== null);
}

async function details(spec: Partial<DetailsSpec>): Promise<readonly ResultRow[]> {
  const asked = { detailTypes: ['basic'] as const, updated: null, filterPii: false, ...spec };
  const plan = compileDetails(asked, await current(), Float64Array.of(1, 2));
  const { tables, inputs, parameters, rows } = plan;
  const question = { ask: 'part', rows, range: { from: 0, to: 2 } } as const;
  return queryRows(world.deps.engine, { tables, inputs, parameters, question }, { signal });
}

describe('the day of a row’s last change', () => {
  it('is that of the load that brought it, and of each later one that changed a value', async () => {
    await load(MONDAY, 'properties', { property_id: 1, city: 'Reno' }, { property_id: 2, city: 'Reno' });
    expect(await changed('properties')).toEqual([MONDAY, MONDAY]);
    await load(TUESDAY, 'properties', { property_id: 1, city: 'Reno' }, { property_id: 2, city: 'Elko' });
    expect(await world.rows('properties', 'SELECT property_id, changed_on FROM properties ORDER BY ALL')).toEqual([
      { property_id: 1, changed_on: MONDAY },
      { property_id: 2, changed_on: TUESDAY },
    ]);
    // Other columns are kept, and what is kept does not change.
    await load(FRIDAY, 'properties', { property_id: 1, state: 'NV' }, { property_id: 3 });
    expect(await changed('properties')).toEqual([TUESDAY, FRIDAY, FRIDAY]);
  });

  it('changes when a value goes, and when one inside of a list does', async () => {
    const sale = { property_id: 1, sale_id: 'a', sale_amount: 10, buyers: [{ name: 'A', type: 'company' }] };
    await load(MONDAY, 'properties', { property_id: 1 });
    await load(MONDAY, 'sales', sale);
    await load(TUESDAY, 'sales', sale);
    expect(await changed('sales')).toEqual([MONDAY]);
    await load(TUESDAY, 'sales', { ...sale, buyers: [{ name: 'B', type: 'company' }] });
    expect(await changed('sales')).toEqual([TUESDAY]);
    await load(FRIDAY, 'sales', { ...sale, sale_amount: null, buyers: [{ name: 'B', type: 'company' }] });
    expect(await changed('sales')).toEqual([FRIDAY]);
  });

  it.each(DETAIL_NODES.map(({ table }) => table))('is kept for %s', async (table) => {
    await load(MONDAY, 'properties', { property_id: 1 });
    const key = { sales: 'sale_id', mortgages: 'mortgage_id', taxes: 'tax_year', tenants: 'tenant_id' } as const;
    const others = {
      ownerships: 'portfolio_id',
      contacts: 'contact_id',
      reported_owners: 'reported_owner_id',
    } as const;
    await load(TUESDAY, table, { property_id: 1, [{ ...key, ...others }[table]]: 2020 });
    expect(await changed(table)).toEqual([TUESDAY]);
  });

  it('is not taken from a file', async () => {
    const path = await world.write('properties.csv', 'property_id,changed_on\n1,1999-01-01\n');
    const report = await world.load([path]);
    expect(report.files[0]?.ignoredColumns).toEqual(['changed_on']);
    expect(await changed('properties')).not.toContain('1999-01-01');
  });
});

describe('a search', () => {
  it('tells the days of a property that its source does not tell, and none of records that it does not have', async () => {
    await load(MONDAY, 'properties', { property_id: 1 });
    const nothing = { owner_update_time: null, sale_update_time: null, mtg_update_time: null, tax_update_time: null };
    expect(await search()).toEqual([
      expect.objectContaining({
        ...nothing,
        master_update_time: MONDAY,
        building_update_time: MONDAY,
        shape_update_time: MONDAY,
      }),
    ]);
    await load(TUESDAY, 'sales', { property_id: 1, sale_id: 'a' }, { property_id: 1, sale_id: 'b' });
    await load(TUESDAY, 'taxes', { property_id: 1, tax_year: 2020, update_time: '2020-12-31' });
    await load(TUESDAY, 'mortgages', { property_id: 1, mortgage_id: 'a' });
    await load(TUESDAY, 'contacts', { property_id: 1, contact_id: 'a' });
    await load(FRIDAY, 'sales', { property_id: 1, sale_id: 'b', sale_amount: 1 });
    await load(FRIDAY, 'reported_owners', { property_id: 1, reported_owner_id: 'a', update_time: '2026-01-31' });
    expect(await search()).toEqual([
      expect.objectContaining({
        master_update_time: MONDAY,
        owner_update_time: TUESDAY,
        sale_update_time: FRIDAY,
        mtg_update_time: TUESDAY,
        tax_update_time: '2020-12-31',
      }),
    ]);
  });

  it('believes the source', async () => {
    await load(MONDAY, 'properties', {
      property_id: 1,
      shape_update_time: '2020-01-01',
      sale_update_time: '2020-02-02',
    });
    await load(MONDAY, 'sales', { property_id: 1, sale_id: 'a' });
    expect(await search()).toEqual([
      expect.objectContaining({
        master_update_time: MONDAY,
        shape_update_time: '2020-01-01',
        sale_update_time: '2020-02-02',
      }),
    ]);
  });

  it('finds by what it tells', async () => {
    await load(MONDAY, 'properties', { property_id: 1 }, { property_id: 2 });
    await load(FRIDAY, 'sales', { property_id: 1, sale_id: 'a' });
    await load(FRIDAY, 'properties', { property_id: 2, city: 'Reno' });
    const found = async (settings: object) => (await search(settings)).map((row) => row['property_id']);
    expect(await found({ master_update_time: { min: TUESDAY } })).toEqual([2]);
    expect(await found({ master_update_time: { max: TUESDAY } })).toEqual([1]);
    expect(await found({ sale_update_time: { min: FRIDAY } })).toEqual([1]);
    expect(await found({ sale_update_time: { max: TUESDAY } })).toEqual([]);
  });
});

describe('`updated`', () => {
  it('reads the days that the answer tells', async () => {
    await load(MONDAY, 'properties', { property_id: 1 }, { property_id: 2, master_update_time: '2020-01-01' });
    await load(FRIDAY, 'mortgages', { property_id: 2, mortgage_id: 'a' });
    const ids = async (spec: Partial<DetailsSpec>) => (await details(spec)).map((row) => row['property_id']);
    expect(await ids({ updated: { basic: MONDAY } })).toEqual([1, 2]);
    expect(await ids({ updated: { basic: TUESDAY } })).toEqual([]);
    const detailTypes = ['basic', 'mortgages'] as const;
    expect(await ids({ detailTypes, updated: { mortgages: FRIDAY } })).toEqual([2]);
    const [, second] = await details({ detailTypes });
    expect(second).toMatchObject({ mtg_update_time: FRIDAY, master_update_time: '2020-01-01' });
    expect(second?.['mortgages']).toEqual([expect.objectContaining({ update_time: FRIDAY })]);
  });

  it('knows rows that were loaded before their changes were noted by the day since which they are', async () => {
    await load(MONDAY, 'properties', { property_id: 1 });
    const version = await current();
    const early = { ...version, changesKnownSince: '2025-12-31', tables: { properties: [] } };
    const plan = compileSearchPage([], early, 'all', { after: 0, limit: 1 });
    expect(plan.parameters).toMatchObject({ changes_known_since: '2025-12-31' });
    await load(TUESDAY, 'properties', { property_id: 2 });
    expect((await current()).changesKnownSince).toBe(version.changesKnownSince);
  });
});
