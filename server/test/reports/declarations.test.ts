/** Rules that hold for every column of every report and table, also for those to come. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { PII_CLASSES } from '../../src/core/columns.ts';
import { column, columnsRead, RECORD } from '../../src/core/plan/expression.ts';
import { DICTIONARY_VERSION, REPORTS } from '../../src/reports/catalogue.ts';
import { type Report, type ReportColumn, SOURCES } from '../../src/reports/columns/report.ts';
import { type StoredColumn, storedColumns } from '../../src/reports/columns/stored.ts';
import { BASIC } from '../../src/reports/details/basic.ts';
import { BASIC_STORED_COLUMNS, DETAIL_NODES } from '../../src/reports/details/catalogue.ts';
import type { Declaration } from '../../src/reports/details/declare.ts';
import { DETAIL_SOURCES, type DetailColumn, isList, UPDATE_COLUMN } from '../../src/reports/details/detail.ts';
import { declareTables, TABLES } from '../../src/warehouse/tables.ts';

const ALL_REPORTS = Object.values(REPORTS);
/** The parts of values too. */
function withParts(columns: readonly StoredColumn[]): readonly StoredColumn[] {
  return columns.flatMap((column) => [column, ...withParts(column.fields ?? [])]);
}

const COLUMN_LISTS: readonly (readonly [string, readonly StoredColumn[]])[] = [
  ...ALL_REPORTS.map((report) => [`report ${report.type}`, report.columns] as const),
  ['detail basic', BASIC.columns],
  ...DETAIL_NODES.map((node) => [`detail ${node.name}`, withParts(node.columns)] as const),
  ...Object.values(TABLES).map((table) => [`table ${table.name}`, withParts(table.columns)] as const),
];

describe.each(COLUMN_LISTS)('each column of %s', (_, columns) => {
  test('is named, described in one sentence, classified and dated', () => {
    for (const column of columns) {
      expect(column.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(column.description, column.name).toMatch(/^[\p{Lu}`0-9].*\.$/u);
      expect(column.description, column.name).not.toMatch(/\. \p{Lu}/u);
      expect(PII_CLASSES, column.name).toContain(column.pii);
      expect(column.since, column.name).toMatch(/^\d+\.\d+$/);
      expect(Number(column.since), column.name).toBeLessThanOrEqual(Number(DICTIONARY_VERSION));
    }
  });

  test('has a unit exactly when its type is a measure', () => {
    const measures = columns.filter(({ type }) => type === 'count' || type === 'number' || type === 'money');
    expect(columns.filter((column) => column.unit !== null).map((column) => column.name)).toEqual(
      measures.map((column) => column.name),
    );
  });

  test('has bounds that its type can have', () => {
    for (const { name, type, min, max, oneOf } of columns) {
      const isNumber = typeof type === 'string' && /^(id|count|number|money|fraction)$/.test(type);
      if (!isNumber) expect([min, max], name).toEqual([undefined, undefined]);
      if (oneOf) expect(type, name).toBe('text');
      expect(min ?? Number.NEGATIVE_INFINITY, name).toBeLessThan(max ?? Number.POSITIVE_INFINITY);
    }
  });

  test('is a fraction exactly when its name says so', () => {
    expect(columns.filter(({ type }) => type === 'fraction').map((column) => column.name)).toEqual(
      columns.map((column) => column.name).filter((name) => /_(pct|percent|rate|yoy)$/.test(name)),
    );
  });
});

describe.each(ALL_REPORTS.map((report): [string, Report] => [report.type, report]))('report %s', (_, report) => {
  test('names each column once', () => {
    const names = report.columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has the day table’s key for its key, never null, and nothing else that is never null', () => {
    const keyExpressions = report.key.map((name) => report.columns.find((column) => column.name === name)?.expression);
    expect(keyExpressions).toEqual(SOURCES[report.tables.d].map((name) => column('d', name)));
    expect(report.key.at(-1)).toBe(report.dayColumn);
    const neverNull = report.columns.filter((column) => !column.nullable).map((column) => column.name);
    expect(neverNull.toSorted()).toEqual(report.key.toSorted());
  });

  test('uses only columns that its tables store', () => {
    for (const shown of report.columns) {
      for (const [alias, table] of Object.entries(report.tables)) {
        const stored = storedColumns(ALL_REPORTS, table).map((each) => each.name);
        expect(stored, shown.name).toEqual(expect.arrayContaining([...columnsRead(alias, [shown.expression])]));
      }
    }
  });
});

describe('tables', () => {
  test('are keyed, and day tables have their day last in the key', () => {
    expect(Object.values(TABLES).map((table) => [table.name, table.key.join(' '), table.dayColumn])).toEqual([
      ['properties', 'property_id', null],
      ['property_days', 'property_id date', 'date'],
      ['units', 'property_id unit_id', null],
      ['unit_days', 'property_id unit_id date', 'date'],
      ['floorplans', 'property_id floorplan_id', null],
      ['floorplan_days', 'property_id floorplan_id date', 'date'],
      ['sales', 'property_id sale_id', null],
      ['mortgages', 'property_id mortgage_id', null],
      ['taxes', 'property_id tax_year', null],
      ['tenants', 'property_id tenant_id', null],
      ['ownerships', 'property_id portfolio_id', null],
      ['contacts', 'property_id contact_id', null],
      ['reported_owners', 'property_id reported_owner_id', null],
      ['property_addresses', 'property_id address', null],
    ]);
  });

  test('begin with their key, which is never null; all else may be', () => {
    for (const table of Object.values(TABLES)) {
      const names = table.columns.map((column) => column.name);
      expect(names.slice(0, table.key.length)).toEqual(table.key);
      expect(table.columns.filter((column) => !column.nullable).map((column) => column.name)).toEqual(table.key);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('store no expression', () => {
    for (const table of Object.values(TABLES)) {
      for (const column of table.columns) expect(Object.keys(column), column.name).not.toContain('expression');
    }
  });

  test('two reports cannot declare one stored column differently', () => {
    const [first, second, ...rest] = REPORTS.floorplans.columns;
    expect(second?.name).toBe('market_id');
    const altered = { ...second, description: 'Something else.' } as ReportColumn;
    const floorplans: Report = { ...REPORTS.floorplans, columns: [first as ReportColumn, altered, ...rest] };
    expect(() => declareTables([REPORTS.property, REPORTS.units, floorplans])).toThrow(
      'report floorplans declares properties.market_id differently than another report',
    );
  });

  test('a key column that no report shows is a wrong build', () => {
    expect(() => declareTables([REPORTS.property])).toThrow('no report shows the key column unit_id');
  });
});

describe.each(DETAIL_NODES.map((node) => [node.name, node] as const))('detail node %s', (_, node) => {
  const withPaths = (columns: readonly DetailColumn[], path = ''): readonly (readonly [string, DetailColumn])[] =>
    columns.flatMap((column) => [
      [`${path}${column.name}`, column] as const,
      ...withPaths(column.fields ?? [], `${path}${column.name}.`),
    ]);

  test('names each column once, has its table’s key, and says when a record was updated', () => {
    const names = node.columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 2)).toEqual(DETAIL_SOURCES[node.table]);
    expect(node.columns.find(({ name }) => name === UPDATE_COLUMN)?.type).toBe('date');
  });

  test('declares every part of its structs', () => {
    for (const [path, { type, fields }] of withPaths(node.columns)) {
      const item = typeof type === 'object' && 'list' in type ? type.list : type;
      const parts = typeof item === 'object' && 'struct' in item ? Object.keys(item.struct) : undefined;
      expect(
        fields?.map(({ name }) => name),
        path,
      ).toEqual(parts);
    }
  });

  test('narrows the filter only where it applies, and to items only in a list', () => {
    for (const [path, column] of withPaths(node.columns)) {
      if (column.personalWhere === undefined) continue;
      expect(column.pii, path).toBe('direct');
      if (column.personalWhere.leavesOut === 'items') expect(isList(column), path).toBe(true);
    }
  });

  test('uses only columns that its table stores', () => {
    const stored = TABLES[node.table].columns.map(({ name }) => name);
    const expressions = [...node.columns.map(({ expression }) => expression), ...node.order.map(({ value }) => value)];
    expect(stored).toEqual(expect.arrayContaining([...columnsRead(RECORD, expressions)]));
  });
});

test('basic draws only on columns that properties store, and adds none that a report declares', () => {
  const stored = TABLES.properties.columns.map(({ name }) => name);
  const expressions = BASIC.columns.map(({ expression }) => expression);
  expect(stored).toEqual(expect.arrayContaining([...columnsRead('p', expressions)]));
  const reported = storedColumns(ALL_REPORTS, 'properties').map(({ name }) => name);
  expect(BASIC_STORED_COLUMNS.filter(({ name }) => reported.includes(name))).toEqual([]);
});

test('a column without a class does not compile, nor one with a part without a class', () => {
  interface Unclassified {
    readonly type: 'text';
    readonly description: string;
  }
  type Classified = Unclassified & { readonly pii: 'direct' };
  interface Parts<Part> {
    readonly listOf: { readonly name: Part };
    readonly pii: 'none';
    readonly description: string;
  }
  expectTypeOf<Classified>().toExtend<Declaration>();
  expectTypeOf<Unclassified>().not.toExtend<Declaration>();
  expectTypeOf<Parts<Classified>>().toExtend<Declaration>();
  expectTypeOf<Parts<Unclassified>>().not.toExtend<Declaration>();
});
