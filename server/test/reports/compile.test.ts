/** Which files a job reads: as pure decisions, without an engine. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../src/core/dates.ts';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type ReportSpec, type ReportType } from '../../src/core/job.ts';
import type { DataFile, DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { compileReport } from '../../src/reports/compile.ts';
import { keysOf } from '../support/source-files.ts';

function file(key: string, ids: [number, number], days: [string, string] | null): DataFile {
  return {
    key,
    rows: 1,
    bytes: 1,
    sha256: '',
    minPropertyId: ids[0],
    maxPropertyId: ids[1],
    minDate: days?.[0] ?? null,
    maxDate: days?.[1] ?? null,
  };
}

const JANUARY: [string, string] = ['2025-01-01', '2025-01-31'];
const FEBRUARY: [string, string] = ['2025-02-01', '2025-02-28'];
const VERSION: DataVersion = {
  version: 7,
  committedAt: new Date(0),
  changesKnownSince: '2026-01-01',
  tables: {
    properties: [file('properties/low', [1, 500], null), file('properties/high', [501, 999], null)],
    property_days: [
      file('days/jan-low', [1, 500], JANUARY),
      file('days/jan-high', [501, 999], JANUARY),
      file('days/feb-low', [1, 500], FEBRUARY),
      file('days/feb-high', [501, 999], FEBRUARY),
    ],
    sales: [file('sales/all', [1, 999], null)],
  },
};

function compile(ids: readonly number[], startDate: string, endDate: string, reportType: ReportType = 'property') {
  const spec: ReportSpec = { reportType, outputFormat: 'csv', startDate, endDate, ...DEFAULT_FILE_OPTIONS };
  return compileReport(spec, VERSION, encodePropertyIds(ids, ids.length));
}

describe('files', () => {
  test('only of the report’s tables, with a requested id and a requested day', () => {
    const { tables } = compile([3, 500], '2025-01-31', '2025-01-31');
    expect(Object.keys(tables)).toEqual(['property_days', 'properties']);
    expect(keysOf(tables['property_days'])).toEqual(['days/jan-low']);
    expect(keysOf(tables['properties'])).toEqual(['properties/low']);
  });

  test('both ends of the range count', () => {
    expect(compile([1, 999], '2025-01-31', '2025-02-01').tables['property_days']?.files).toHaveLength(4);
    expect(keysOf(compile([1], '2024-12-31', '2024-12-31').tables['property_days'])).toEqual([]);
    expect(keysOf(compile([1], '2025-03-01', '2025-12-31').tables['property_days'])).toEqual([]);
  });

  test('a file between the requested ids is left out', () => {
    const tables = {
      ...VERSION.tables,
      property_days: [file('gap', [100, 200], JANUARY), file('hit', [900, 950], JANUARY)],
    };
    const spec: ReportSpec = {
      reportType: 'property',
      outputFormat: 'csv',
      startDate: JANUARY[0],
      endDate: JANUARY[1],
      ...DEFAULT_FILE_OPTIONS,
    };
    const query = compileReport(spec, { ...VERSION, tables }, encodePropertyIds([1, 99, 201, 900], 4));
    expect(keysOf(query.tables['property_days'])).toEqual(['hit']);
  });

  test('a version without a table has no files of it', () => {
    const { tables } = compile([1], JANUARY[0], JANUARY[1], 'units');
    expect(Object.entries(tables).map(([name, table]) => [name, keysOf(table)])).toEqual([
      ['unit_days', []],
      ['units', []],
      ['properties', ['properties/low']],
    ]);
  });

  test('a file that holds a requested row is never left out, whatever the request', () => {
    const dayOffset = fc.integer({ min: 0, max: 60 });
    const id = fc.integer({ min: 1, max: 120 });
    const pair = <Value>(values: fc.Arbitrary<Value>) => fc.tuple(values, values);
    fc.assert(
      fc.property(
        fc.array(id, { minLength: 1, maxLength: 8 }),
        pair(dayOffset),
        pair(id),
        pair(dayOffset),
        (ids, asked, held, days) => {
          const [from, to] = asked.toSorted((a, b) => a - b) as [number, number];
          const [first, last] = days.toSorted((a, b) => a - b) as [number, number];
          const [lowest, highest] = held.toSorted((a, b) => a - b) as [number, number];
          const spec: ReportSpec = {
            reportType: 'property',
            outputFormat: 'csv',
            startDate: addDays('2025-01-01', from),
            endDate: addDays('2025-01-01', to),
            ...DEFAULT_FILE_OPTIONS,
          };
          const only = file('only', [lowest, highest], [addDays('2025-01-01', first), addDays('2025-01-01', last)]);
          const query = compileReport(
            spec,
            { ...VERSION, tables: { property_days: [only] } },
            encodePropertyIds(ids, ids.length),
          );
          const holdsAny = ids.some((each) => each >= lowest && each <= highest) && first <= to && last >= from;
          expect(keysOf(query.tables['property_days'])).toEqual(holdsAny ? ['only'] : []);
        },
      ),
    );
  });
});

describe('columns', () => {
  const selected = (columns: readonly string[] | null) =>
    compileReport(
      {
        reportType: 'units',
        outputFormat: 'csv',
        startDate: JANUARY[0],
        endDate: JANUARY[1],
        ...DEFAULT_FILE_OPTIONS,
        columns,
      },
      VERSION,
      encodePropertyIds([1], 1),
    );

  test('are the chosen ones in the chosen order; the order of the rows needs none of them', () => {
    const whole = selected(null);
    const query = selected(['rent', 'unit_name']);
    expect(query.columns.map(({ name }) => name)).toEqual(['rent', 'unit_name']);
    expect(query.columns.every((column) => whole.columns.includes(column))).toBe(true);
    expect(query.rows.columns.map(({ name }) => name)).toEqual(['rent', 'unit_name']);
    expect({ ...query.rows, columns: [], joins: [] }).toEqual({ ...whole.rows, columns: [], joins: [] });
  });

  test('decide which tables are read: the day table always, another one only for a column of its own', () => {
    expect(Object.keys(selected(['rent', 'unit_id', 'report_generation_date']).tables)).toEqual(['unit_days']);
    expect(Object.keys(selected(['property_name']).tables)).toEqual(['unit_days', 'properties']);
    expect(selected(['rent']).rows.joins).toEqual([]);
    expect(Object.keys(selected(null).tables)).toEqual(['unit_days', 'units', 'properties']);
  });

  test('that the report does not have are a fault of the server: the request was checked', () => {
    expect(() => selected(['rents'])).toThrow('the report has no column rents');
  });
});

describe('values', () => {
  test('ids go in as a table, sorted, each once, in batches, as often as it is read', () => {
    const ids = Array.from({ length: 25_000 }, (_, index) => 25_000 - index);
    const batchesOf = compile([...ids, 25_000], ...JANUARY).inputs['requested']?.batches;
    if (batchesOf === undefined || !(Symbol.iterator in batchesOf)) throw new Error('no requested ids');
    for (let reading = 0; reading < 2; reading++) {
      const batches = [...batchesOf];
      expect(batches.map((batch) => batch.length)).toEqual([10_000, 10_000, 5_000]);
      expect(batches.flat().map(([id]) => id)).toEqual(ids.toReversed());
    }
  });

  test('days go in as parameters, never as text', () => {
    const query = compile([41_999], '2025-01-17', '2025-02-18');
    expect(query.parameters).toEqual({ start_date: '2025-01-17', end_date: '2025-02-18' });
    // Its numbers are bound too.
    const { bound: _, ...printed } = query.rows;
    expect(JSON.stringify(printed)).not.toMatch(/2025|41999/);
  });

  test('the same request under the same version is the same query', () => {
    const [first, second] = [compile([2, 1], ...JANUARY), compile([2, 1], ...JANUARY)];
    expect(second.rows).toEqual(first.rows);
    expect(second.tables).toEqual(first.tables);
  });
});

describe('how many rows there can be', () => {
  test('of a report by property and day, one for each of them, between the first and the last property', () => {
    const { rows } = compile([500, 3, 77], '2025-01-31', '2025-02-02');
    expect(rows.bound).toEqual({ places: { from: 3, to: 500 }, mostRows: 9 });
  });

  test.each(['units', 'floorplans'] as const)('is unknown of %s, of which a property has any number', (report) => {
    expect(compile([3], '2025-01-31', '2025-01-31', report).rows.bound).toBeNull();
  });
});
