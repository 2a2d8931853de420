/** One declaration is the whole of a new column: query, stored table, JSON Schema and dictionary follow from it. */
import { expect, test } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS } from '../../src/core/job.ts';
import { column, compared, literal } from '../../src/core/plan/expression.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import { declareColumns } from '../../src/reports/columns/declare.ts';
import { compileReport } from '../../src/reports/compile.ts';
import { dictionaryMarkdown } from '../../src/reports/dictionary.ts';
import { reportJsonSchema } from '../../src/reports/schema.ts';
import { declareTables, TABLES } from '../../src/warehouse/tables.ts';
import { reportDescriptionFields } from '../../src/wire/apartmentiq/report-types.ts';

const { pets_allowed_pct: added } = declareColumns('d', {
  pets_allowed_pct: {
    type: 'fraction',
    min: 0,
    max: 1,
    pii: 'none',
    since: '1.1',
    description: 'Share of the available units in which pets are allowed.',
  },
});
const property = { ...REPORTS.property, columns: [...REPORTS.property.columns, added] };
const reports = { ...REPORTS, property };

test('a column added to a report is selected and read', () => {
  const query = compileReport(
    {
      reportType: 'property',
      outputFormat: 'csv',
      startDate: '2025-01-01',
      endDate: '2025-01-31',
      ...DEFAULT_FILE_OPTIONS,
    },
    { version: 1, committedAt: new Date(0), changesKnownSince: '2026-01-01', tables: {} },
    encodePropertyIds([1], 1),
    reports,
  );
  const value = column('d', 'pets_allowed_pct');
  expect(query.rows.columns.at(-1)).toEqual({ name: 'pets_allowed_pct', type: 'fraction', value });
  expect(query.columns.at(-1)).toEqual(added);
  expect(query.tables['property_days']?.columns.map(({ name }) => name)).toContain('pets_allowed_pct');
});

test('it is stored in the table behind its alias and in no other', () => {
  const tables = declareTables(Object.values(reports));
  const { expression: _, ...declaration } = added;
  expect(tables.property_days.columns).toEqual([...TABLES.property_days.columns, declaration]);
  for (const name of ['properties', 'unit_days', 'floorplan_days'] as const) expect(tables[name]).toEqual(TABLES[name]);
});

test('it is in the JSON Schema and in both forms of the dictionary', () => {
  expect(reportJsonSchema(property)).toMatchObject({
    properties: {
      pets_allowed_pct: { type: ['number', 'null'], minimum: 0, maximum: 1, description: added.description },
    },
  });
  expect(reportDescriptionFields(property, null).columns).toContainEqual({
    name: 'pets_allowed_pct',
    type: 'fraction',
    unit: null,
    nullable: true,
    pii: 'none',
    description: added.description,
    since: '1.1',
    minimum: 0,
    maximum: 1,
    allowed_values: null,
  });
  expect(dictionaryMarkdown([property])).toContain(
    '| `pets_allowed_pct` | `fraction` |  | null | none | Share of the available units in which pets are allowed. | 1.1 |',
  );
});

test('a column that computes adds nothing to the stored tables', () => {
  const { is_cut: computed } = declareColumns('d', {
    is_cut: {
      type: 'boolean',
      pii: 'none',
      expression: compared(column('d', 'rent_trend_7d_pct'), '<', literal(0)),
      description: 'True when rents fell.',
    },
  });
  const altered = { ...REPORTS.property, columns: [...REPORTS.property.columns, computed] };
  expect(declareTables([altered, REPORTS.units, REPORTS.floorplans])).toEqual(TABLES);
});
