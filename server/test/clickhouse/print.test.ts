import { describe, expect, it } from 'vitest';
import { CannotPrint } from '../../src/clickhouse/print/expression.ts';
import { printCensus, printPart } from '../../src/clickhouse/print/rows.ts';
import { column as cell, compared, type Expression, parameter } from '../../src/core/plan/expression.ts';
import type { ExportPlan, TableFile } from '../../src/core/ports/engine.ts';
import { column } from '../duckdb/engine-world.ts';
import { rowsOf } from '../duckdb/plans.ts';

const WAREHOUSE = { cluster: 'exports', collection: 'conveyance' };
const COLUMNS = [column('property_id', 'id'), column('day', 'date'), column('tags', { list: 'text' })];

function fileOf(key: string, more: Partial<TableFile> = { tellsNulls: true }): TableFile {
  return { key, bytes: 1, sha256: '', ...more };
}

function planOf(files: readonly TableFile[], where: readonly Expression[] = []): ExportPlan {
  const rows = rowsOf(COLUMNS, {
    requested: { input: 'requested', order: 'by-property', inFiles: false },
    joins: [{ kind: 'same-key', table: 'others', as: 'o', key: ['property_id'] }],
    order: ['day'],
    where,
  });
  return {
    tables: { t: { columns: COLUMNS, files }, others: { columns: COLUMNS, files } },
    inputs: {},
    parameters: { start_date: '1969-12-31' },
    rows,
    columns: COLUMNS,
  };
}

const FOUND = [
  { of: 't', name: 'day', type: 'date' },
  { of: 'o', name: 'tags', type: { list: 'text' } },
] as const;
const FROM_START = [compared(cell('t', 'day'), '>=', parameter('start_date', 'date'))];

describe('a part', () => {
  const { sql, parameters } = printPart(WAREHOUSE, planOf([fileOf('a/1'), fileOf('a/2')], FROM_START), FOUND, {
    from: 5,
    to: 9,
  });

  it('names exactly the objects, in a collection that has the credentials', () => {
    expect(sql).toContain("s3Cluster('exports', `conveyance`, filename = '{a/1,a/2}', format = 'Parquet'");
  });

  it('has its values beside it, days as their numbers', () => {
    expect(parameters).toEqual({ start_date: -1, from_place: 5, to_place: 9 });
    expect(sql).toContain('(t.`day` >= {start_date:Nullable(Int32)})');
    expect(sql).not.toContain('1969');
  });

  it('joins the requested properties, and has no IN, which the machines that read would answer with nothing', () => {
    expect(sql).toContain('SEMI LEFT JOIN `requested` AS asked ON asked.property_id = t.property_id');
    expect(sql).not.toMatch(/\bIN\b/);
    expect(printCensus(WAREHOUSE, planOf([fileOf('a/1')])).sql).not.toMatch(/\bIN\b/);
  });

  it('leaves out no row for want of another one, and keeps the order of the key', () => {
    expect(sql.match(/(?<!SEMI LEFT |LEFT )JOIN/g)).toBeNull();
    expect(sql).toMatch(/ORDER BY t\.`property_id`, t\.`day` FORMAT Parquet$/);
  });

  it('tells of the nulls of a list', () => {
    expect(sql).toContain('o.`tags` AS `c1`, o.`tags#nulls` AS `c1#nulls`');
  });
});

describe('what cannot be said exactly is refused before anything is asked', () => {
  const refused = {
    'a list of a file that tells nothing of nulls': planOf([fileOf('a/1'), fileOf('a/2', {})]),
    'an object whose name would mean several': planOf([fileOf('a/{1,2}')]),
    'a condition in words that only the other engine has': planOf(
      [fileOf('a/1')],
      [{ node: 'listed', value: cell('t', 'property_id'), input: 'granted', column: 'property_id', ignoreCase: false }],
    ),
  };
  it.each(Object.entries(refused))('%s', (_, plan) => {
    expect(() => printPart(WAREHOUSE, plan, FOUND, { from: 1, to: 0 })).toThrow(CannotPrint);
  });
});
