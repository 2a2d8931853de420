/** Details and searches over a loaded warehouse, from files to JSONL. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DETAIL_TYPES } from '../../src/core/details.ts';
import { UuidList } from '../../src/core/ids/uuid-list.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { type ExportPlan, queryRows } from '../../src/core/ports/engine.ts';
import { generateDemo } from '../../src/demo/generate.ts';
import { compileDetails } from '../../src/reports/compile-details.ts';
import { compileRequested } from '../../src/reports/compile-requested.ts';
import { compileSearch } from '../../src/reports/compile-search.ts';
import { parseSearchSettings } from '../../src/reports/details/search-settings.ts';
import { fileSink } from '../support/file-sink.ts';
import { openWorld, type World } from '../warehouse/world.ts';

let world: World;
let version: DataVersion;
const watch = { signal: new AbortController().signal };

beforeAll(async () => {
  world = await openWorld({ exportChildren: 1 });
  const outDirectory = join(world.directory, 'demo');
  await mkdir(outDirectory);
  await generateDemo(world.deps, { size: 'tiny', days: 31, parcels: 400, end: '2025-12', outDirectory }, watch);
  const report = await world.load([outDirectory]);
  expect(report).toMatchObject({ rejected: 0, skippedFiles: [] });
  const current = await world.deps.db.warehouse.current();
  if (current === null) throw new Error('nothing was loaded');
  version = current;
});
afterAll(() => world.close());

async function written(query: ExportPlan): Promise<readonly Record<string, unknown>[]> {
  const path = await world.deps.store.scratch('details.jsonl');
  try {
    await world.deps.engine.write(query, [fileSink(path, { format: 'jsonl' })], watch);
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    await world.deps.store.discard('details.jsonl');
  }
}

it('the search of the guide finds what a plain count finds, and its results are ids that resolve', async () => {
  const settings = { city: ['New York'], state: ['NY'], building_area: { min: 100_000 } };
  const found = await written(compileSearch(parseSearchSettings(settings), version, 'all'));
  const plain = await world.rows(
    'properties',
    `SELECT property_id, reonomy_id FROM properties
     WHERE city = 'New York' AND state = 'NY' AND building_area >= 100000 ORDER BY property_id`,
  );
  expect(plain.length).toBeGreaterThan(10);
  expect(found.map((row) => row['id'])).toEqual(plain.map((row) => row['reonomy_id']));
  const uuids = found.map((row) => String(row['id'])).reverse();
  const list = UuidList.of(uuids);
  if (list === null) throw new Error('an id of a search is no UUID');
  const requested = { uuids: list, grants: 'all', idsPerFile: 25_000 } as const;
  const resolved = await queryRows(world.deps.engine, compileRequested({ updated: null }, version, requested), watch);
  expect(resolved.find(({ file }) => file === 0)?.['property_ids']).toEqual(
    plain.map((row) => row['property_id']).reverse(),
  );
});

it('every property has all its records, in any order of the request', async () => {
  const known = [...(await world.deps.db.warehouse.propertyIds(version.version))];
  const asked = Float64Array.from(known).reverse();
  const spec = { detailTypes: DETAIL_TYPES, filterPii: false, updated: null };
  const rows = await written(compileDetails(spec, version, asked));
  expect(rows.map((row) => row['property_id'])).toEqual([...asked]);
  const counted = (name: string) => rows.reduce((sum, row) => sum + (row[name] as readonly unknown[]).length, 0);
  for (const table of ['sales', 'mortgages', 'taxes', 'tenants', 'contacts'] as const) {
    const [stored] = await world.rows(table, `SELECT count(*) AS rows FROM ${table}`);
    expect(counted(table), table).toBe(stored?.['rows']);
  }
  const years = rows.map((row) => (row['taxes'] as { tax_year: number }[]).map((tax) => tax.tax_year));
  expect(years).toEqual(rows.map(() => [2024, 2023, 2022, 2021, 2020]));
  const days = rows.map((row) => (row['sales'] as { sale_date: string }[]).map((sale) => sale.sale_date));
  expect(days).toEqual(days.map((each) => each.toSorted().reverse()));
});
