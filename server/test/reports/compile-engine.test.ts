/** That the compiled SQL does on a real engine what the query promises. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sqlType } from '../../src/core/column-types.ts';
import { addDays } from '../../src/core/dates.ts';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, REPORT_TYPES, type ReportSpec, type ReportType } from '../../src/core/job.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import { compileReport } from '../../src/reports/compile.ts';
import { reportJsonSchema } from '../../src/reports/schema.ts';
import { EngineTables, type Warehouse } from './engine-tables.ts';

const WAREHOUSE: Warehouse = {
  properties: [
    { property_id: 10, property_name: 'Élan, the “Tower”', latitude: 47.6, amenities: ['Gym', 'Pool'], unit_count: 2 },
    { property_id: 20, property_name: 'Not asked for' },
  ],
  // Out of order on purpose; property 30 is in no other table.
  property_days: [
    { property_id: 30, date: '2025-01-02', avg_rent: 3000 },
    { property_id: 10, date: '2025-01-03', avg_rent: 1003.25, available_units: 2 },
    { property_id: 10, date: '2025-01-01', avg_rent: 1001.5 },
    { property_id: 20, date: '2025-01-02', avg_rent: 2000 },
    { property_id: 10, date: '2025-01-02', avg_rent: 1002 },
    { property_id: 10, date: '2024-12-31', avg_rent: 999 },
    { property_id: 10, date: '2025-01-04', avg_rent: 1004 },
  ],
  units: [
    { property_id: 10, unit_id: '10_A', unit_name: 'A', sq_ft: 750, bedroom_count: 0 },
    { property_id: 30, unit_id: '10_B', unit_name: 'of another property', sq_ft: 500 },
  ],
  unit_days: [
    { property_id: 10, unit_id: '10_B', date: '2025-01-01', unit_status: 'available', rent: 1600 },
    {
      property_id: 10,
      unit_id: '10_A',
      date: '2025-01-02',
      unit_status: 'leased',
      rent: 1500,
      net_effective_rent: 1375,
      lease_terms: [{ months: 12, rent: 1500 }],
      price_history: [{ from_date: '2024-12-20', price: 1550, effective_price: 1420.83 }],
    },
    { property_id: 10, unit_id: '10_A', date: '2025-01-01', unit_status: 'applied', rent: 1500 },
  ],
  floorplans: [{ property_id: 10, floorplan_id: 1, floorplan_name: 'Studio', unit_mix_pct: 0.5 }],
  floorplan_days: [
    { property_id: 10, floorplan_id: 2, date: '2025-01-01', avg_rent: 1600 },
    { property_id: 10, floorplan_id: 1, date: '2025-01-02', avg_rent: 1500 },
    { property_id: 10, floorplan_id: 1, date: '2025-01-01', avg_rent: 1490 },
  ],
};

let engine: EngineTables;
let version: DataVersion;

beforeAll(async () => {
  engine = await EngineTables.open();
  version = await engine.write(WAREHOUSE);
});
afterAll(() => engine.close());

function compile(reportType: ReportType, ids: readonly number[], days: readonly [string, string], data = version) {
  const spec: ReportSpec = {
    reportType,
    outputFormat: 'jsonl',
    startDate: days[0],
    endDate: days[1],
    ...DEFAULT_FILE_OPTIONS,
  };
  return compileReport(spec, data, encodePropertyIds(ids, ids.length));
}

const FIRST_DAYS = ['2025-01-01', '2025-01-03'] as const;

describe.each(REPORT_TYPES)('%s', (type) => {
  const declared = REPORTS[type].columns.map((column) => `${column.name} ${sqlType(column.type)}`.replaceAll('"', ''));

  test('yields the declared columns, in order, of exactly their types', async () => {
    const query = compile(type, [10], FIRST_DAYS);
    await engine.attach(query);
    const columns = await engine.columnsOf(query);
    expect(columns.map((column) => column.replaceAll('"', ''))).toEqual(declared);
  });

  test('yields rows that its JSON Schema accepts', async () => {
    const query = compile(type, [10, 20, 30], FIRST_DAYS);
    await engine.attach(query);
    const rows = await engine.part(query, 1, 99);
    expect(rows.length).toBeGreaterThan(0);
    const schema = z.fromJSONSchema(reportJsonSchema(REPORTS[type]));
    for (const row of rows) expect(schema.safeParse(row).error).toBeUndefined();
  });

  test('yields nothing, with all its columns, of a warehouse without files', async () => {
    const query = compile(type, [10], FIRST_DAYS, { ...version, tables: {} });
    await engine.attach(query);
    expect(await engine.census(query)).toEqual([]);
    expect(await engine.part(query, 1, 99)).toEqual([]);
    expect(await engine.columnsOf(query)).toHaveLength(declared.length);
  });
});

test('requested properties and days only, both ends included, in key order', async () => {
  const query = compile('property', [30, 10, 77], FIRST_DAYS);
  await engine.attach(query);
  expect(await engine.census(query)).toEqual([
    [10, 3],
    [30, 1],
  ]);
  const rows = await engine.part(query, 1, 99);
  expect(rows.map((row) => [row['id'], row['report_generation_date'], row['avg_rent']])).toEqual([
    [10, '2025-01-01', 1001.5],
    [10, '2025-01-02', 1002],
    [10, '2025-01-03', 1003.25],
    [30, '2025-01-02', 3000],
  ]);
});

test('what the property is stands beside each of its days, and null where it is unknown', async () => {
  const query = compile('property', [10, 30], FIRST_DAYS);
  await engine.attach(query);
  const rows = await engine.part(query, 1, 99);
  expect(rows.map((row) => [row['property_name'], row['latitude'], row['amenities'], row['unit_count']])).toEqual([
    ...Array(3).fill(['Élan, the “Tower”', 47.6, ['Gym', 'Pool'], 2]),
    [null, null, null, null],
  ]);
});

test('a part is a run of properties, both ends included', async () => {
  const query = compile('property', [10, 20, 30], FIRST_DAYS);
  await engine.attach(query);
  const ids = async (from: number, to: number) => (await engine.part(query, from, to)).map((row) => row['id']);
  expect(await ids(11, 30)).toEqual([20, 30]);
  expect(await ids(10, 10)).toEqual([10, 10, 10]);
  expect(await ids(31, 99)).toEqual([]);
});

test('a unit is joined within its property; what is computed is null where a part of it is', async () => {
  const query = compile('units', [10], FIRST_DAYS);
  await engine.attach(query);
  const rows = await engine.part(query, 10, 10);
  const shown = ['unit_id', 'report_generation_date', 'unit_name', 'is_leased', 'rent_per_sq_ft'];
  expect(rows.map((row) => shown.map((name) => row[name]))).toEqual([
    ['10_A', '2025-01-01', 'A', false, 2],
    ['10_A', '2025-01-02', 'A', true, 2],
    ['10_B', '2025-01-01', null, false, null],
  ]);
  expect(rows[1]).toMatchObject({
    property_name: 'Élan, the “Tower”',
    net_effective_rent_per_sq_ft: 1.83,
    lease_terms: [{ months: 12, rent: 1500 }],
    price_history: [{ from_date: '2024-12-20', price: 1550, effective_price: 1420.83 }],
  });
});

test('a floorplan’s days are ordered by floorplan, then day', async () => {
  const query = compile('floorplans', [10], FIRST_DAYS);
  await engine.attach(query);
  const rows = await engine.part(query, 10, 10);
  const shown = ['floorplan_id', 'report_generation_date', 'floorplan_name', 'avg_rent', 'unit_count'];
  expect(rows.map((row) => shown.map((name) => row[name]))).toEqual([
    [1, '2025-01-01', 'Studio', 1490, 2],
    [1, '2025-01-02', 'Studio', 1500, 2],
    [2, '2025-01-01', null, 1600, 2],
  ]);
});

test('the parts of any cut, one after the other, are the requested rows', async () => {
  const START = '2025-03-01';
  const id = fc.integer({ min: 1, max: 12 });
  const day = fc.integer({ min: 0, max: 9 });
  const stored = fc.uniqueArray(fc.record({ id, day }), {
    selector: (row) => `${row.id} ${row.day}`,
    minLength: 1,
    maxLength: 60,
  });
  const asked = fc.record({ ids: fc.uniqueArray(id, { minLength: 1 }), from: day, to: day, cut: id });
  const property = fc.asyncProperty(stored, asked, async (rows, { ids, from, to, cut }) => {
    const data = await engine.write({
      property_days: rows.map((row) => ({
        property_id: row.id,
        date: addDays(START, row.day),
        avg_rent: row.id * 100 + row.day,
      })),
    });
    const query = compile('property', ids, [addDays(START, from), addDays(START, to)], data);
    await engine.attach(query);
    const expected = rows
      .filter((row) => ids.includes(row.id) && row.day >= from && row.day <= to)
      .map((row) => row.id * 100 + row.day)
      .toSorted((a, b) => a - b);
    const parts = [...(await engine.part(query, 1, cut)), ...(await engine.part(query, cut + 1, 12))];
    expect(parts.map((row) => row['avg_rent'])).toEqual(expected);
    const counted = (await engine.census(query)).reduce((sum, [, count]) => sum + count, 0);
    expect(counted).toBe(expected.length);
  });
  await fc.assert(property, { numRuns: 25 });
});

describe('row groups without a requested property stay unread', () => {
  const PROPERTIES = 2000;
  const EVERY_PROPERTY = `range(1, ${PROPERTIES + 1}) AS p(property_id)`;
  const JANUARY = ['2025-01-01', '2025-01-31'] as const;
  // The files hold only some of the declared columns: the report of these tests shows no others.
  const SHOWN = new Set(['property_id', 'unit_id', 'report_generation_date', 'unit_name', 'rent']);
  const units = {
    ...REPORTS.units,
    tables: { d: 'unit_days', u: 'units' } as const,
    columns: REPORTS.units.columns.filter((column) => SHOWN.has(column.name)),
  };

  async function spoiledQuery(ids: readonly number[]) {
    const unitSelect = `SELECT property_id, u::VARCHAR AS unit_id, 'Unit ' || u AS unit_name
      FROM ${EVERY_PROPERTY}, range(20) AS n(u) ORDER BY ALL`;
    const daySelect = `SELECT property_id, u::VARCHAR AS unit_id, DATE '2025-01-01' + d::INTEGER AS date, 1000.0 + d AS rent
      FROM ${EVERY_PROPERTY}, range(2) AS n(u), range(31) AS m(d) ORDER BY ALL`;
    const tables = {
      units: [await engine.writeFile('large-units', unitSelect, null)],
      unit_days: [await engine.writeFile('large-unit-days', daySelect, 'date')],
    };
    for (const file of Object.values(tables).flat()) {
      const { spoiled, all } = await engine.spoilRowGroupsWithout(ids, file);
      expect(all).toBeGreaterThan(15);
      expect(spoiled).toBeGreaterThanOrEqual(all - 2 * ids.length);
    }
    const spec: ReportSpec = {
      reportType: 'units',
      outputFormat: 'csv',
      startDate: JANUARY[0],
      endDate: JANUARY[1],
      ...DEFAULT_FILE_OPTIONS,
    };
    return (asked: readonly number[]) =>
      compileReport(spec, { ...version, tables }, encodePropertyIds(asked, asked.length), { ...REPORTS, units });
  }

  test.each([[[1000]], [[1000, 1001, 1002]], [[2, PROPERTIES - 1]]])('requested: %j', async (ids) => {
    const query = (await spoiledQuery(ids))(ids);
    await engine.attach(query);
    expect(await engine.census(query)).toEqual(ids.map((id) => [id, 62]));
    const rows = await engine.part(query, Math.min(...ids), Math.max(...ids));
    expect(rows).toHaveLength(62 * ids.length);
    expect(rows[31]).toMatchObject({ property_id: ids[0], unit_id: '1', unit_name: 'Unit 1', rent: 1000 });
  });

  test('and one that had to be read would be noticed', async () => {
    const query = (await spoiledQuery([1000]))([1, 1000]);
    await engine.attach(query);
    await expect(engine.part(query, 1, 1000)).rejects.toThrow();
  });
});
